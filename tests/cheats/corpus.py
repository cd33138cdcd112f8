"""The hostile and broken notebooks of `tests/cheats`: what each tries, and how it is put together.

A file `KIND.toml` holds the notebooks of one kind, `replays.py` those that are made by a program.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from autograder.sample_class.submissions import cell, reference_answers, release
from ptbasics.exercise import grade_id
from ptbasics.registry import exercises, lessons
from tests.cheats.changes import CHANGES
from tests.cheats.replays import replayed

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Cheat:
    """A notebook with every answer right but those that it attacks with.

    Attributes:
        kind: the file that it stands in.
        name, tries: what it is called, and what it tries, in a few words.
        lesson: for which lesson it is handed in.
        answers: symbol → the source that stands in the place of the right answer.
        cells: own cells: the symbol above whose answer each stands, and its source.
        replays: whether every answer is a replay of those to the public cases; see `replays.py`.
        files: what is handed in beside the notebook.
        change: what is done to the folder at last, by its name in `changes.py`.
        attacked: the exercises that it may lose, by default those of `answers`.
        deserved: the points that what it attacks with would earn without the trick.
        seconds: how long grading it may take on an idle machine.
        open: why it is known to succeed; "" where it must not.
    """

    kind: str
    name: str
    tries: str
    lesson: str = "02_operations"
    answers: Mapping[str, str] = field(default_factory=dict)
    cells: tuple[tuple[str, str], ...] = ()
    replays: bool = False
    files: Mapping[str, str] = field(default_factory=dict)
    change: str = ""
    attacked: tuple[str, ...] = ()
    deserved: float = 0.0
    seconds: float = 30.0
    open: str = ""

    @classmethod
    def of(cls, kind: str, raw: Mapping[str, Any]) -> Cheat:
        """From a table of a TOML file."""
        cells = tuple((own["above"], own["source"]) for own in raw.get("cells", ()))
        attacked = tuple(raw.get("attacked", raw.get("answers", ())))
        return cls(kind, **{**raw, "cells": cells, "attacked": attacked})

    def write(self, folder: Path) -> None:
        """Hand it in: the notebook and what lies beside it."""
        notebook = trimmed(self.lesson)
        answers = replayed(self.lesson) if self.replays else self.answers
        for symbol, source in {**right_answers(self.lesson), **answers}.items():
            cell(notebook, symbol).source = source
        for number, (above, source) in enumerate(self.cells):
            place = notebook.cells.index(cell(notebook, above))
            notebook.cells.insert(place, new_code_cell(source, id=f"own-{number}"))
        folder.mkdir(parents=True)
        path = folder / f"{self.lesson}.ipynb"
        path.write_text(json.dumps(notebook))
        for name, text in self.files.items():
            (folder / name).write_text(text)
        if self.change:
            CHANGES[self.change](path)


@cache
def _trimmed(lesson: str) -> str:
    notebook = release(lesson)
    notebook.cells = [code for code in notebook.cells if grade_id(code)]
    return json.dumps(notebook)


def trimmed(lesson: str) -> NotebookNode:
    """The released notebook without prose and pictures: set-up, answers and checks."""
    return nbformat.from_dict(json.loads(_trimmed(lesson)))


right_answers = cache(reference_answers)


@cache
def corpus() -> tuple[Cheat, ...]:
    """All of them, by kind."""
    written = [
        Cheat.of(path.stem, raw)
        for path in sorted(HERE.glob("*.toml"))
        for raw in tomllib.loads(path.read_text())["cheat"]
    ]
    return (*written, *map(_replay, lessons()))


def _replay(lesson: str) -> Cheat:
    return Cheat(
        "answers_replayed",
        f"public answers of {lesson}",
        "puts an observer in place that gives what is right in the public case of each number",
        lesson,
        replays=True,
        attacked=tuple(exercise.symbol for exercise in exercises(lesson)),
        seconds=60,
    )
