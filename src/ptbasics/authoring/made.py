"""What is made and kept under version control: one table, which the build and the documents read.

The last rows of the table stand in `pyproject.toml`, under `[tool.ptbasics.printed]`: a file's path
and the module that prints it. They are for what this package cannot know, such as the scores that
the sample class must get. A build checks these files and does not write them, so that nobody's
expectations change unseen.
"""

from __future__ import annotations

import subprocess
import sys
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

from nbformat import NotebookNode

from ptbasics.authoring import coverage, glossary, topics
from ptbasics.authoring.documents import lesson_table, table, with_part
from ptbasics.authoring.layout import layout_problems
from ptbasics.authoring.lesson import Lesson, Refused, read_lesson
from ptbasics.authoring.notebook import build_source, dump
from ptbasics.authoring.prompts import predictions_of
from ptbasics.authoring.release import release
from ptbasics.predictions import Prediction
from ptbasics.registry import UnknownName, exercises, lessons

#: Stands for the name of a lesson in a path of the table.
TOPIC = "NN_topic"

Sources = TypeVar("Sources")


class Made(NamedTuple):
    """A file as it must be: its path below the folder of the course, and what makes it again."""

    path: str
    content: bytes
    command: str


@dataclass(frozen=True)
class LessonNotebooks:
    """What a lesson becomes: both notebooks, and what its predictions say."""

    lesson: Lesson
    predictions: tuple[Prediction, ...]
    source: NotebookNode
    student: NotebookNode


@dataclass(frozen=True)
class MadeFile(Generic[Sources]):
    """A row of the table.

    Attributes:
        path: below the folder of the course; with `TOPIC` in it, one file per lesson.
        made_from: in Markdown, for people.
        make: gives the content.
        command: makes it again.
    """

    path: str
    made_from: str
    make: Callable[[Sources], bytes]
    command: str = "ptbasics build"

    def made(self, sources: Sources, lesson: str = TOPIC) -> Made:
        """The file, of one lesson where there is one per lesson."""
        path, command = (text.replace(TOPIC, lesson) for text in (self.path, self.command))
        return Made(path, self.make(sources), command)


#: The files of each lesson.
PER_LESSON: tuple[MadeFile[LessonNotebooks], ...] = (
    MadeFile(
        f"solutions/{TOPIC}/{TOPIC}.ipynb",
        f"`{TOPIC}.md` beside it, `exercises/l{TOPIC}/`, `reference/l{TOPIC}/`",
        lambda made: dump(made.source),
        f"ptbasics build {TOPIC}",
    ),
    MadeFile(
        f"course/{TOPIC}/{TOPIC}.ipynb",
        "the notebook above, by nbgrader's generate_assignment",
        lambda made: dump(made.student),
        f"ptbasics build {TOPIC}",
    ),
)

#: The files of the course as a whole.
PER_COURSE: tuple[MadeFile[Path], ...] = (
    MadeFile(
        coverage.PAGE,
        "the installed torch, `teaches` in the front matter of lessons and of exercises",
        lambda root: coverage.page(root).encode(),
    ),
    MadeFile(
        topics.PAGE,
        "`solutions/topics.yml`, the headings and markers of lessons",
        lambda root: topics.page(root).encode(),
    ),
    MadeFile(
        glossary.PAGE,
        "`solutions/glossary.yml`",
        lambda root: glossary.page(glossary.read_glossary(root)),
    ),
    MadeFile(
        "README.md",
        "its table of lessons: `summary` in the front matter of lessons",
        lambda root: with_part(root, "README.md", "lessons", lesson_table(root)),
    ),
    MadeFile(
        "CONTRIBUTING.md",
        "this table: `src/ptbasics/authoring/made.py` and `pyproject.toml`",
        lambda root: with_part(root, "CONTRIBUTING.md", "made files", made_table(root)),
    ),
)


def printed(root: Path) -> list[MadeFile[Path]]:
    """The files that modules of the course's own print."""
    project = root / "pyproject.toml"
    if not project.is_file():
        return []
    tool = tomllib.loads(project.read_text(encoding="utf-8")).get("tool", {})
    return [
        MadeFile(
            path,
            f"what `{module}` prints",
            partial(_print, module),
            f"python -m {module} > {path}",
        )
        for path, module in tool.get("ptbasics", {}).get("printed", {}).items()
    ]


def make_notebooks(root: Path, name: str) -> LessonNotebooks:
    """Both notebooks of a lesson, not yet checked and not written.

    Raises:
        Refused: there is nothing to make them from, a file is out of place, or nbgrader does not
            accept what is made.
    """
    try:
        asked = exercises(name)
    except UnknownName as error:
        raise Refused([str(error)]) from error
    if misplaced := layout_problems(name):
        raise Refused([f"{name}: {problem}" for problem in misplaced])
    lesson = read_lesson(root, name)
    source = build_source(lesson, asked)
    predictions = tuple(predictions_of(lesson))
    return LessonNotebooks(lesson, predictions, source, release(root, name, source))


def made_of_lesson(notebooks: LessonNotebooks) -> list[Made]:
    """What is made of one lesson."""
    name = notebooks.lesson.name
    return [row.made(notebooks, name) for row in PER_LESSON]


def made_of_course(root: Path) -> list[Made]:
    """What is made of the course as a whole, without what is printed.

    Raises:
        Refused: there is nothing to make it from.
    """
    return [row.made(root) for row in PER_COURSE]


def check_generated(root: Path, names: Sequence[str] = ()) -> list[str]:
    """Which made files are not what their sources give: a sentence each, with the way out.

    Args:
        root: the folder of the course.
        names: look at the files of these lessons only; by default at all files of the table.

    Raises:
        Refused: something cannot be made at all.
    """
    made = [
        file for name in names or lessons() for file in made_of_lesson(make_notebooks(root, name))
    ]
    if not names:
        made += [*made_of_course(root), *(row.made(root) for row in printed(root))]
    return drift(root, made)


def drift(root: Path, made: Sequence[Made]) -> list[str]:
    """Which of some files are not as they must be: a sentence each, with the way out."""
    return [
        f"{file.path} {'differs from what its sources make' if kept.is_file() else 'is missing'}: "
        f"run `{file.command}`"
        for file in made
        if not (kept := root / file.path).is_file() or kept.read_bytes() != file.content
    ]


def made_table(root: Path) -> str:
    """The table of made files, in Markdown."""
    rows: list[MadeFile[Any]] = [*PER_LESSON, *PER_COURSE, *printed(root)]
    return table(
        ("made", "from", "by"),
        ((f"`{row.path}`", row.made_from, f"`{row.command}`") for row in rows),
    )


def _print(module: str, root: Path) -> bytes:
    """What a module of the course's own prints, in a process that finds it.

    Raises:
        Refused: it fails.
    """
    done = subprocess.run([sys.executable, "-m", module], cwd=root, capture_output=True)
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise Refused(
            [f"`python -m {module}` fails, which {root / 'pyproject.toml'} names: {said}"]
        )
    return done.stdout
