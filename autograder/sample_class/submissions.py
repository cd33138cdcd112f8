"""What a submission of the sample class is, and the notebooks that it is made from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from ptbasics.exercise import grade_id
from ptbasics.registry import exercises

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
#: The secret seed of the sample class: it protects nothing, and makes its scores repeatable.
SEED = "the sample class"


@dataclass(frozen=True)
class Submission:
    """A notebook that is handed in, and what its score follows from.

    Attributes:
        student: who hands it in.
        lesson: for which lesson.
        why: why it must get its score, in a few words.
        content: the file.
        lost: the exercises that get no points.
        mistakes: exercise → the key of the misconception that answers it.
    """

    student: str
    lesson: str
    why: str
    content: bytes
    lost: tuple[str, ...] = ()
    mistakes: Mapping[str, str] = field(default_factory=dict)

    def write(self, folder: Path) -> None:
        """Lay the file into nbgrader's layout, under `folder`."""
        path = folder / self.student / self.lesson / f"{self.lesson}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_bytes(self.content)


def release(lesson: str) -> NotebookNode:
    """A fresh copy of the student's notebook."""
    return nbformat.read(ROOT / "course" / lesson / f"{lesson}.ipynb", as_version=4)


def cell(notebook: NotebookNode, name: str) -> NotebookNode:
    """The cell with this nbgrader id."""
    return next(cell for cell in notebook.cells if grade_id(cell) == name)


def answered(lesson: str, answers: Mapping[str, str]) -> NotebookNode:
    """The release with some answer cells filled in."""
    notebook = release(lesson)
    for symbol, source in answers.items():
        cell(notebook, symbol).source = source
    return notebook


def reference_answers(lesson: str) -> dict[str, str]:
    """Right answers: those of the instructor's notebook."""
    source = nbformat.read(ROOT / "solutions" / lesson / f"{lesson}.ipynb", as_version=4)
    return {exercise.symbol: cell(source, exercise.symbol).source for exercise in exercises(lesson)}


def perfect(lesson: str) -> NotebookNode:
    """Every exercise answered right."""
    return answered(lesson, reference_answers(lesson))


def dump(notebook: NotebookNode) -> bytes:
    """As a file. Not validated: some of these are broken on purpose."""
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()
