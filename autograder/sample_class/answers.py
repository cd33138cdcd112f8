"""The answers that the sample class hands in, as sources, and what the wrong ones of them earn.

This is the only place of the sample class that knows where implementations are kept.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module

from autograder.sample_class.closure import cell_source
from autograder.sample_class.submissions import SEED
from ptbasics.answers import run_answers
from ptbasics.exercise import Exercise
from ptbasics.judging.observing import draw_cases
from ptbasics.judging.rules import broken_rules
from ptbasics.judging.verdict import judge_measured
from ptbasics.registry import find_exercise, misconceptions, misconceptions_module


def other_sources(exercise: Exercise) -> list[str]:
    """Right answers by other routes than the reference, each as the source of a cell."""
    module = import_module(f"tests.alternatives.l{exercise.lesson}")
    written = {id(value) for value in vars(module).values()}
    # some are PyTorch's own, or made by calling something: those have no source to hand in
    sources = [
        cell_source(module, implementation, exercise.symbol)
        for implementation in module.ALTERNATIVES.get(exercise.symbol, [])
        if id(implementation) in written
    ]
    return [source for source in sources if not broken_rules(exercise, [source])]


@cache
def wrong_sources(exercise_name: str) -> dict[str, str]:
    """Key of each misconception → the source of a cell that holds it."""
    exercise = find_exercise(exercise_name)
    module = misconceptions_module(exercise.lesson)
    assert module is not None, "the sample class is made where the answers are installed"
    return {
        key: cell_source(module, implementation, exercise.symbol)
        for key, implementation in misconceptions(exercise).items()
    }


@cache
def wrong_points(exercise_name: str) -> dict[str, float]:
    """Key of each misconception → the points that it earns.

    Right and wrong implementations are observed here and now, on the cases of the sample class's
    seed, once for each exercise. The runner and the grader have no part in it.
    """
    exercise = find_exercise(exercise_name)
    cases = draw_cases(exercise, SEED)
    observed = run_answers(exercise, cases)
    return {
        key: 0.0
        if broken_rules(exercise, [source])
        else judge_measured(exercise, cases, observed.wrong[key], observed).points
        for key, source in wrong_sources(exercise_name).items()
    }
