"""Build lessons: every check, then the notebooks and the expected results of `check()`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import ptbasics
from ptbasics.authoring import glossary
from ptbasics.authoring.gate import problems_of
from ptbasics.authoring.guards import guard_problems
from ptbasics.authoring.layout import course_problems
from ptbasics.authoring.leaks import leak_problems, unhidden_problems
from ptbasics.authoring.left_out import left_out_problems
from ptbasics.authoring.lesson import Lesson, Refused, read_lesson, source_path
from ptbasics.authoring.made import (
    LessonNotebooks,
    made_of_course,
    made_of_lesson,
    make_notebooks,
)
from ptbasics.authoring.order import order_problems
from ptbasics.authoring.outlining import outline_of
from ptbasics.authoring.prompts import prompt_problems
from ptbasics.authoring.trial import blank_problem, set_up_problem, source_problem
from ptbasics.expected import pack_expected
from ptbasics.expected import store_name as expected_store
from ptbasics.outlines import pack_outline
from ptbasics.outlines import store_name as outline_store
from ptbasics.predictions import pack_predictions
from ptbasics.predictions import store_name as prediction_store
from ptbasics.registry import exercises, lessons

#: Where an installation without the reference finds what `check()`, `predict()` and `hint()` need.
STORED = Path(ptbasics.__file__).parent / "stored"


def build(root: Path, names: Sequence[str] = ()) -> list[Path]:
    """Check and build lessons, all of them where `names` is empty.

    Args:
        root: the folder with `solutions/`, `course/` and `nbgrader_config.py`.
        names: lessons, such as `02_operations`. What is made of the course as a whole, such as
            the table of lessons in the README, is made where no lesson is named.

    Returns:
        The files that were written; one that is already as it should be is not touched.

    Raises:
        Refused: with every problem of every lesson; nothing was written then.
    """
    files: dict[Path, bytes] = {}
    problems = course_problems()
    for name in names or lessons():
        try:
            notebooks = make_notebooks(root, name)
        except Refused as refusal:
            problems += refusal.problems
            continue
        problems += problems_with(notebooks, root)
        if not problems:
            files |= {root / made.path: made.content for made in made_of_lesson(notebooks)}
            files[STORED / expected_store(name)] = pack_expected(name)
            files[STORED / prediction_store(name)] = pack_predictions(notebooks.predictions)
            files[STORED / outline_store(name)] = pack_outline(outline_of(notebooks.lesson))
    if problems:
        raise Refused(problems)
    if not names:
        files |= {root / made.path: made.content for made in made_of_course(root)}
    return [path for path, content in files.items() if _write(path, content)]


def problems_with(notebooks: LessonNotebooks, root: Path) -> list[str]:
    """Why a lesson may not reach students; empty when it may."""
    lesson, source, student = notebooks.lesson, notebooks.source, notebooks.student
    problems = unhidden_problems(student) + left_out_problems(source)
    problems += guard_problems(source) + prompt_problems(lesson)
    problems += glossary.glossary_problems(lesson, glossary.read_glossary(root))
    if wrong := set_up_problem(source):
        problems.append(wrong)
    for exercise in exercises(lesson.name):
        if unfit := problems_of(exercise):
            problems += unfit
            continue
        if not wrong:
            problems += filter(None, [source_problem(exercise, source)])
            problems += filter(None, [blank_problem(exercise, student)])
        problems += leak_problems(exercise, source, student, notebooks.predictions)
    located = [f"{lesson.name}: {problem}" for problem in problems]
    return [*located, *order_problems(lesson, source, _others(root, lesson))]


def _others(root: Path, lesson: Lesson) -> list[Lesson]:
    """The course's other lessons, as far as they are written."""
    names = [name for name in lessons() if name != lesson.name]
    return [read_lesson(root, name) for name in names if source_path(root, name).is_file()]


def _write(path: Path, content: bytes) -> bool:
    if path.is_file() and path.read_bytes() == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return True
