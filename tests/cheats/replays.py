"""Notebooks that answer by the number of the case: with what is right in the public one."""

from __future__ import annotations

from functools import cache

from ptbasics.exercise import Exercise
from ptbasics.judging.codec import encode
from ptbasics.judging.observing import draw_cases, observe_cases
from ptbasics.registry import exercises, reference

_SOURCE = """
from itertools import cycle
from ptbasics.judging.codec import decode
from ptbasics.registry import find_exercise

def {symbol}(*given, **named):
    return None

_{symbol} = cycle({right!r})
object.__setattr__(
    find_exercise({name!r}), "observe", lambda answer, *inputs: decode(next(_{symbol}))
)
"""


@cache
def replayed(lesson: str) -> dict[str, str]:
    """Symbol → the source of a cell that answers it so."""
    return {exercise.symbol: _source(exercise) for exercise in exercises(lesson)}


def _source(exercise: Exercise) -> str:
    """Its observations are the reference's: what a classmate with right answers could pass on."""
    seen = observe_cases(exercise, reference(exercise), draw_cases(exercise))
    right = [encode(observation) for observation in seen]
    return _SOURCE.format(symbol=exercise.symbol, name=exercise.name, right=right)
