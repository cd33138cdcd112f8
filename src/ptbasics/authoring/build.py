"""Build lessons: every check, then the notebooks and the expected results of `check()`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

import ptbasics
from ptbasics.answers import pack_answers, store_name
from ptbasics.authoring import glossary
from ptbasics.authoring.gate import problems_of
from ptbasics.authoring.guards import guard_problems
from ptbasics.authoring.leaks import leak_problems, unhidden_problems
from ptbasics.authoring.left_out import left_out_problems
from ptbasics.authoring.lesson import Lesson, Refused, read_lesson, source_path
from ptbasics.authoring.notebook import build_source, dump
from ptbasics.authoring.order import order_problems
from ptbasics.authoring.prompts import predictions_of, prompt_problems
from ptbasics.authoring.release import release
from ptbasics.authoring.trial import blank_problem, set_up_problem, source_problem
from ptbasics.predictions import Prediction, pack_predictions
from ptbasics.predictions import store_name as prediction_store
from ptbasics.registry import UnknownName, exercises, lessons

#: Where `check()` finds the expected results in an installation without the reference.
EXPECTED = Path(ptbasics.__file__).parent / "expected"


@dataclass(frozen=True)
class Made:
    """What a lesson becomes: both notebooks, and what its predictions say."""

    lesson: Lesson
    predictions: tuple[Prediction, ...]
    source: NotebookNode
    student: NotebookNode

    def files(self, root: Path) -> dict[Path, bytes]:
        """Path → content of what is kept under version control."""
        name = self.lesson.name
        return {
            root / "solutions" / name / f"{name}.ipynb": dump(self.source),
            root / "course" / name / f"{name}.ipynb": dump(self.student),
        }


def build(root: Path, names: Sequence[str] = ()) -> list[Path]:
    """Check and build lessons, all of them where `names` is empty.

    Args:
        root: the folder with `solutions/`, `course/` and `nbgrader_config.py`.
        names: lessons, such as `02_operations`.

    Returns:
        The files that were written; one that is already as it should be is not touched.

    Raises:
        Refused: with every problem of every lesson; nothing was written then.
    """
    files: dict[Path, bytes] = {}
    problems: list[str] = []
    for name in names or lessons():
        try:
            made = make(root, name)
        except Refused as refusal:
            problems += refusal.problems
            continue
        problems += problems_with(made, root)
        if not problems:
            files |= made.files(root)
            files[EXPECTED / store_name(name)] = pack_answers(name)
            files[EXPECTED / prediction_store(name)] = pack_predictions(made.predictions)
    if problems:
        raise Refused(problems)
    files[root / glossary.PAGE] = glossary.page(glossary.read_glossary(root))
    return [path for path, content in files.items() if _write(path, content)]


def check_generated(root: Path, names: Sequence[str] = ()) -> list[str]:
    """Which made files are not what a build makes, one sentence each with the command to mend it.

    Raises:
        Refused: a lesson cannot be built at all.
    """
    names = names or lessons()
    made = [(name, make(root, name).files(root)) for name in names]
    page = glossary.page(glossary.read_glossary(root))
    return [
        f"{path.relative_to(root)} {_drift(path)}: run `ptbasics build {name}`"
        for name, files in [*made, (names[0], {root / glossary.PAGE: page})]
        for path, content in files.items()
        if not path.is_file() or path.read_bytes() != content
    ]


def make(root: Path, name: str) -> Made:
    """Both notebooks of a lesson, not yet checked and not written.

    Raises:
        Refused: there is nothing to make them from, or nbgrader does not accept it.
    """
    try:
        found = exercises(name)
    except UnknownName as error:
        raise Refused([str(error)]) from error
    lesson = read_lesson(root, name)
    source = build_source(lesson, found)
    predictions = tuple(predictions_of(lesson))
    return Made(lesson, predictions, source, release(root, name, source))


def problems_with(made: Made, root: Path) -> list[str]:
    """Why a lesson may not reach students; empty when it may."""
    lesson = made.lesson
    problems = unhidden_problems(made.student) + left_out_problems(made.source)
    problems += guard_problems(made.source) + prompt_problems(lesson)
    problems += glossary.glossary_problems(lesson, glossary.read_glossary(root))
    if wrong := set_up_problem(made.source):
        problems.append(wrong)
    for exercise in exercises(lesson.name):
        if unfit := problems_of(exercise):
            problems += unfit
            continue
        if not wrong:
            problems += filter(None, [source_problem(exercise, made.source)])
            problems += filter(None, [blank_problem(exercise, made.student)])
        problems += leak_problems(exercise, made.source, made.student, made.predictions)
    located = [f"{lesson.name}: {problem}" for problem in problems]
    return [*located, *order_problems(lesson, made.source, _others(root, lesson))]


def _others(root: Path, lesson: Lesson) -> list[Lesson]:
    """The course's other lessons, as far as they are written."""
    names = [name for name in lessons() if name != lesson.name]
    return [read_lesson(root, name) for name in names if source_path(root, name).is_file()]


def _drift(path: Path) -> str:
    return "differs from what its source makes" if path.is_file() else "is missing"


def _write(path: Path, content: bytes) -> bool:
    if path.is_file() and path.read_bytes() == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return True
