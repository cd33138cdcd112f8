"""Where expected observations come from: the reference, or data made from it.

An instructor's installation runs the reference. A student's has no reference; it reads the
observations on public cases that the build stored in `ptbasics/expected/`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from ptbasics.exercise import Case, Data, Exercise, Implementation
from ptbasics.judging.codec import decode, encode
from ptbasics.judging.observing import PUBLIC_SEED, draw_cases, observe_cases
from ptbasics.judging.verdict import Answers, measured
from ptbasics.registry import exercises, misconceptions, reference, reference_module

_STORE = files("ptbasics") / "expected"


class AnswersMissing(RuntimeError):
    """Neither the reference nor stored observations are installed."""


def run_answers(exercise: Exercise, cases: Sequence[Case]) -> Answers:
    """Observe and measure the reference and every misconception on some cases."""

    def answer(implementation: Implementation) -> Sequence[Data]:
        return measured(exercise, cases, observe_cases(exercise, implementation, cases))

    wrong = {key: answer(one) for key, one in misconceptions(exercise).items()}
    return Answers(answer(reference(exercise)), wrong)


@cache
def public_answers(exercise_name: str, lesson: str) -> Answers:
    """The answers on public cases, by whichever way this installation has.

    Raises:
        AnswersMissing: it has neither.
    """
    [exercise] = [one for one in exercises(lesson) if one.name == exercise_name]
    if reference_module(lesson) is not None:
        return run_answers(exercise, draw_cases(exercise))
    return _stored(lesson)[exercise.symbol]


def store_name(lesson: str) -> str:
    """The file, in the package folder `expected`, with a lesson's answers on public cases."""
    return f"{lesson}.answers"


def pack_answers(lesson: str, seeds: Sequence[str] = (PUBLIC_SEED,)) -> bytes:
    """A lesson's answers on the cases of some seeds, encoded; by default what its store holds."""
    table = {}
    for exercise in exercises(lesson):
        cases = [case for seed in seeds for case in draw_cases(exercise, seed)]
        found = run_answers(exercise, cases)
        table[exercise.symbol] = (list(found.expected), dict(found.wrong))
    return encode(table)


def unpack_answers(packed: bytes) -> dict[str, Answers]:
    """Symbol → what `pack_answers` was told to observe.

    Raises:
        CodecError: it has packed something else.
    """
    return {symbol: Answers(*parts) for symbol, parts in decode(packed).items()}


@cache
def _stored(lesson: str) -> dict[str, Answers]:
    store = _STORE / store_name(lesson)
    if not store.is_file():
        raise AnswersMissing(
            f"the expected results of lesson {lesson} are not installed: "
            "reinstall ptbasics, or run `ptbasics build` in a clone of the course"
        )
    return unpack_answers(store.read_bytes())
