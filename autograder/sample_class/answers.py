"""The answers that the sample class hands in, as sources, and what the wrong ones of them earn.

This is the only place of the sample class that knows where implementations are kept.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from autograder.sample_class.closure import cell_source
from autograder.sample_class.submissions import SEED
from ptbasics.exercise import Exercise, Implementation
from ptbasics.expected import observe_expected, readable_cases
from ptbasics.judging.observing import draw_cases
from ptbasics.judging.rules import broken_rules
from ptbasics.judging.verdict import judge_measured
from ptbasics.registry import (
    alternatives,
    find_exercise,
    misconceptions,
    reference_module,
)


def other_sources(exercise: Exercise) -> list[str]:
    """Right answers by other routes than the reference, each as the source of a cell."""
    sources = [_source(exercise, other) for other in alternatives(exercise).values()]
    return [source for source in sources if not broken_rules(exercise, [source])]


@cache
def wrong_sources(exercise_name: str) -> dict[str, str]:
    """Key of each misconception → the source of a cell that holds its first implementation."""
    exercise = find_exercise(exercise_name)
    return {
        key: _source(exercise, mistake.implementations[0])
        for key, mistake in misconceptions(exercise).items()
    }


@cache
def wrong_points(exercise_name: str) -> dict[str, float]:
    """Key of each misconception → the points that its first implementation earns.

    Right and wrong implementations are observed here and now, on the cases of the sample class's
    seed, once for each exercise. The runner and the grader have no part in it.
    """
    exercise = find_exercise(exercise_name)
    cases = draw_cases(exercise, SEED)
    expected = observe_expected(exercise, cases)
    readable = readable_cases(exercise, cases, expected.right)
    expected = replace(expected, readable=readable)
    return {
        key: 0.0
        if broken_rules(exercise, [source])
        else judge_measured(exercise, cases, expected.wrong[key][0], expected).points
        for key, source in wrong_sources(exercise_name).items()
    }


def _source(exercise: Exercise, implementation: Implementation) -> str:
    module = reference_module(exercise)
    assert module is not None, "the sample class is made where the answers are installed"
    return cell_source(module, implementation, exercise.symbol)
