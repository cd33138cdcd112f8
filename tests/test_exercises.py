"""Every exercise of the course: the right answers pass, the wrong ones fail with their hint."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from ptbasics.authoring.gate import problems_of
from ptbasics.exercise import Case, Exercise, Implementation
from ptbasics.judging.observing import draw_cases, observe_cases
from ptbasics.judging.verdict import Expected, judge, measured
from ptbasics.registry import all_exercises, alternatives, exercises, lessons, reference

MIN_ALTERNATIVES = 3
EXERCISES = list(all_exercises().values())


ALTERNATIVES = [
    pytest.param(exercise, answer, id=f"{exercise.name}-{name}")
    for exercise in EXERCISES
    for name, answer in alternatives(exercise).items()
]


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.name)
def test_the_gate(exercise: Exercise) -> None:
    assert problems_of(exercise) == []


@pytest.mark.parametrize(("exercise", "answer"), ALTERNATIVES)
@pytest.mark.parametrize("seed", ["public", "some other seed"])
def test_another_right_answer_gets_full_marks(
    exercise: Exercise, answer: Implementation, seed: str
) -> None:
    cases, expected = right(exercise.name, seed)
    verdict = judge(exercise, cases, observe_cases(exercise, answer, cases), expected)
    assert verdict.passed, verdict


def todo(*_: object, **__: object) -> None:
    """What a blank answer does."""
    raise NotImplementedError()


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.name)
def test_a_blank_answer_is_not_started(exercise: Exercise) -> None:
    cases, expected = right(exercise.name, "public")
    verdict = judge(exercise, cases, observe_cases(exercise, todo, cases), expected)
    assert verdict.status == "not started", verdict


@cache
def right(name: str, seed: str) -> tuple[tuple[Case, ...], Expected]:
    """The cases of an exercise under a seed, and what its reference gives on them."""
    exercise = all_exercises()[name]
    cases = draw_cases(exercise, seed)
    seen = observe_cases(exercise, reference(exercise), cases)
    return cases, Expected(measured(exercise, cases, seen))


@pytest.mark.parametrize("lesson", lessons())
def test_each_lesson_has_alternatives(lesson: str) -> None:
    found = [name for exercise in exercises(lesson) for name in alternatives(exercise)]
    assert len(found) >= MIN_ALTERNATIVES


def test_symbols_are_unique_in_the_course() -> None:
    symbols = [exercise.symbol for exercise in EXERCISES]
    assert len(set(symbols)) == len(symbols), "check() finds an exercise by its symbol"


@pytest.mark.parametrize("lesson", lessons())
def test_hidden_cases_differ_from_public_ones(lesson: str) -> None:
    """An exercise whose cases ignore the generator could be passed by a table of answers."""
    for exercise in exercises(lesson):
        seeds = [repr([case.inputs for case in draw_cases(exercise, seed)]) for seed in "ab"]
        assert seeds[0] != seeds[1], exercise.name


@pytest.mark.parametrize("room", ["exercises", "reference"])
def test_each_lesson_has_its_packages(room: str) -> None:
    package = Path(__file__).parents[1] / "src" / "ptbasics" / room
    assert tuple(sorted(path.name[1:] for path in package.glob("l*/"))) == lessons()
