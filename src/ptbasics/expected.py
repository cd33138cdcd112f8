"""Where expected observations come from: the reference, or data made from it.

An instructor's installation runs the reference. A student's has no reference; it reads the
observations on public cases, and the hints, that the build stored in `ptbasics/stored/`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import cycle

from ptbasics.exercise import Case, Data, Exercise, Implementation
from ptbasics.judging.codec import decode, encode
from ptbasics.judging.observing import PUBLIC_SEED, draw_cases, observe_cases
from ptbasics.judging.verdict import Expected, judge, measured
from ptbasics.registry import (
    UnknownName,
    exercises,
    misconceptions,
    reference,
    reference_module,
)

_STORE = files("ptbasics") / "stored"


class ExpectedMissing(RuntimeError):
    """Neither the reference nor stored observations are installed."""


def observe_expected(exercise: Exercise, cases: Sequence[Case]) -> Expected:
    """Observe and measure the reference and every misconception on some cases."""

    def observed(implementation: Implementation) -> Sequence[Data]:
        return measured(exercise, cases, observe_cases(exercise, implementation, cases))

    known = misconceptions(exercise)
    return Expected(
        observed(reference(exercise)),
        {key: [*map(observed, mistake.implementations)] for key, mistake in known.items()},
        {key: mistake.hint for key, mistake in known.items()},
    )


@cache
def public_expected(exercise: Exercise) -> Expected:
    """What is expected on public cases, by whichever way this installation has.

    Raises:
        ExpectedMissing: it has neither.
    """
    if reference_module(exercise) is not None:
        return observe_expected(exercise, draw_cases(exercise))
    return _stored(exercise.lesson)[exercise.symbol]


def public_hints(exercise: Exercise) -> Mapping[str, str]:
    """Key of each misconception → its hint, without observing anything.

    Raises:
        ExpectedMissing: neither the reference nor stored observations are installed.
        UnknownName: the reference cannot be read here, and there are no stored observations.
    """
    try:
        if reference_module(exercise) is not None:
            return {key: mistake.hint for key, mistake in misconceptions(exercise).items()}
    except UnknownName:
        if not (_STORE / store_name(exercise.lesson)).is_file():
            raise
    return _stored(exercise.lesson)[exercise.symbol].hints


def readable_cases(
    exercise: Exercise, cases: Sequence[Case], right: Sequence[Data]
) -> tuple[bool, ...]:
    """In which cases the right answer to a public case is right: to the one of the same number.

    Args:
        exercise: what is asked.
        cases: the cases of one seed after another.
        right: what the reference gives in them, measured.
    """
    public = observe_cases(exercise, reference(exercise), draw_cases(exercise))
    return tuple(
        judge(exercise, [case], [seen], Expected([expected])).passed
        for case, seen, expected in zip(cases, cycle(public), right, strict=False)
    )


def store_name(lesson: str) -> str:
    """The file, in the package folder `stored`, with what a lesson expects on public cases."""
    return f"{lesson}.expected"


def pack_expected(lesson: str, seeds: Sequence[str] = (PUBLIC_SEED,)) -> bytes:
    """What a lesson expects on the cases of some seeds, encoded; by default what is stored."""
    table = {}
    for exercise in exercises(lesson):
        cases = [case for seed in seeds for case in draw_cases(exercise, seed)]
        expected = observe_expected(exercise, cases)
        table[exercise.symbol] = (
            list(expected.right),
            dict(expected.wrong),
            dict(expected.hints),
            list(readable_cases(exercise, cases, expected.right)) if len(seeds) > 1 else [],
        )
    return encode(table)


def unpack_expected(packed: bytes) -> dict[str, Expected]:
    """Symbol → what `pack_expected` was told to observe.

    Raises:
        CodecError: it has packed something else.
    """
    return {symbol: Expected(*parts) for symbol, parts in decode(packed).items()}


@cache
def _stored(lesson: str) -> dict[str, Expected]:
    store = _STORE / store_name(lesson)
    if not store.is_file():
        raise ExpectedMissing(
            f"the expected results of lesson {lesson} are not installed: "
            "reinstall ptbasics, or run `ptbasics build` in a clone of the course"
        )
    return unpack_expected(store.read_bytes())
