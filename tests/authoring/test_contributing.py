"""Following CONTRIBUTING.md to the letter gives an exercise that the build accepts."""

from __future__ import annotations

import re
from typing import Any

import nbformat
import torch

from ptbasics.answers import run_answers
from ptbasics.authoring.build import build
from ptbasics.judging.observing import draw_cases, observe_cases
from ptbasics.judging.verdict import judge
from ptbasics.registry import find_exercise
from tests.authoring.course import DEMO, PROJECT, Course, forget


def blocks(language: str) -> list[str]:
    text = (PROJECT / "CONTRIBUTING.md").read_text()
    return re.findall(rf"^```{language}\n(.*?)^```$", text, flags=re.DOTALL | re.MULTILINE)


def test_adding_an_exercise_as_it_says(course: Course) -> None:
    asked, answers, mistakes, others = blocks("python")
    [prose] = blocks("markdown")
    for path, block in (
        (course.exercises(DEMO), asked),
        (course.reference(DEMO), answers),
        (course.misconceptions(DEMO), mistakes),
        (course.lesson(DEMO), prose),
    ):
        path.write_text(f"{path.read_text()}\n\n{block}")
    forget()
    build(course.root, [DEMO])
    made = nbformat.read(
        course.root / "course" / DEMO / f"{DEMO}.ipynb", as_version=nbformat.NO_CONVERT
    )
    assert {"spread", "spread-check"} <= {cell.id for cell in made.cells}
    names: dict[str, Any] = {"torch": torch}
    exec(others, names)
    exercise = find_exercise("spread")
    cases = draw_cases(exercise)
    for other in (names["spread_by_range"], names["spread_by_sorting"]):
        observed = observe_cases(exercise, other, cases)
        assert judge(exercise, cases, observed, run_answers(exercise, cases)).passed
