"""The right answers are observed apart from the grader's threads, and never out of its sight."""

from __future__ import annotations

import pytest

from ptbasics.expected import observe_expected
from ptbasics.grading.expecting import Expecting
from ptbasics.judging.compare import compare
from ptbasics.judging.observing import draw_cases
from ptbasics.registry import exercises, misconceptions
from tests.grading.handed_in import LESSON

SEEDS = ("one", "another")


def test_the_observations_are_those_of_this_process() -> None:
    found = Expecting(LESSON, SEEDS).result()
    assert list(found) == [exercise.symbol for exercise in exercises(LESSON)]
    for exercise in exercises(LESSON):
        cases = [case for seed in SEEDS for case in draw_cases(exercise, seed)]
        here = observe_expected(exercise, cases)
        there = found[exercise.symbol]
        assert compare(list(there.right), list(here.right)) is None
        assert list(there.wrong) == list(misconceptions(exercise))
        assert there.hints == here.hints


def test_no_seed_stands_on_the_command_line() -> None:
    process = Expecting(LESSON, SEEDS)
    assert not {*SEEDS} & set(process._process.args)  # type: ignore[arg-type]
    process.result()


def test_a_process_that_fails_says_why() -> None:
    with pytest.raises(RuntimeError, match=r"99_nowhere[^\n]*\n(.*\n)*.*the course has"):
        Expecting("99_nowhere", SEEDS).result()
