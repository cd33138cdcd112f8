"""The cases of exercises under the secret seed, with what is right for them."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ptbasics.exercise import Case, Data, Exercise
from ptbasics.grading.expecting import Expecting
from ptbasics.judging.codec import encode
from ptbasics.judging.observing import PUBLIC_SEED, draw_cases
from ptbasics.judging.verdict import Expected, Verdict, judge
from ptbasics.registry import exercises
from ptbasics.runner.job import Probe

#: Public and hidden cases are observed together, each within the exercise's own time.
_SETS_OF_CASES = 2
_HIDDEN = "{}, hidden"
_ONLY_HIDDEN = (
    "every public case passes, but a hidden case of the same kind does not: something is right for "
    "those inputs only"
)


@dataclass(frozen=True)
class Cases:
    """An exercise's cases, public ones first, their inputs encoded, and what is right for them."""

    exercise: Exercise
    public: tuple[Case, ...]
    hidden: tuple[Case, ...]
    inputs: tuple[bytes, ...]
    expected: Expected

    @classmethod
    def of(cls, exercise: Exercise, seed: str, expected: Expected) -> Cases:
        """The public cases and those of a seed; `expected` is on both, in that order."""
        public, hidden = draw_cases(exercise), draw_cases(exercise, seed)
        inputs = tuple(encode(case.inputs) for case in (*public, *hidden))
        return cls(exercise, public, hidden, inputs, expected)

    def probe(self) -> Probe:
        """What a runner is asked to observe."""
        seconds = _SETS_OF_CASES * self.exercise.seconds
        return Probe(self.exercise.name, self.inputs, seconds, len(self.hidden))

    def verdict(self, observed: Sequence[Data]) -> Verdict:
        """Points for hidden cases; values and hints come from public ones only.

        So what a student reads does not depend on the seed. Whoever repeats what is right in the
        public cases gets no points: some cases have the same answer under every seed, and count
        beside one that has not.
        """
        split = len(self.public)
        public = judge(
            self.exercise,
            self.public,
            observed[:split],
            replace(_part(self.expected, 0, split), readable=()),
        )
        hidden = judge(
            self.exercise,
            self.hidden,
            observed[split:],
            _part(self.expected, split, None),
            hidden=True,
        )
        if public.status == hidden.status == "not started":
            return public
        for part in (public, hidden):
            if part.status == "forbidden":
                return part
        return replace(
            hidden,
            status="passed" if public.passed and hidden.passed else "failed",
            cases=(
                *public.cases,
                *(replace(case, name=_HIDDEN.format(case.name)) for case in hidden.cases),
            ),
            misconception=public.misconception,
            hint=public.hint,
            reason=public.reason or hidden.reason or _reason(public, hidden),
        )


def _reason(public: Verdict, hidden: Verdict) -> str:
    return _ONLY_HIDDEN if public.passed and not hidden.passed else ""


def _part(expected: Expected, start: int, stop: int | None) -> Expected:
    wrong = {
        key: [spelling[start:stop] for spelling in spellings]
        for key, spellings in expected.wrong.items()
    }
    return Expected(
        expected.right[start:stop], wrong, expected.hints, expected.readable[start:stop]
    )


class CaseSource:
    """Makes the cases of lessons under one seed, those of each lesson once. Safe to share."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._lock = threading.RLock()
        self._observing: dict[str, Expecting] = {}
        self._made: dict[str, dict[str, Cases]] = {}

    def prepare(self, lesson: str) -> None:
        """Begin to make the cases of a lesson, beside whatever comes next."""
        with self._lock:
            if lesson not in self._made and lesson not in self._observing:
                self._observing[lesson] = Expecting(lesson, (PUBLIC_SEED, self._seed))

    def of(self, lesson: str) -> Mapping[str, Cases]:
        """Exercise → its cases, for a lesson, in the lesson's order.

        Raises:
            RuntimeError: the right answers cannot be observed.
        """
        with self._lock:
            self.prepare(lesson)
            if lesson not in self._made:
                expected = self._observing.pop(lesson).result()
                self._made[lesson] = {
                    exercise.name: Cases.of(exercise, self._seed, expected[exercise.symbol])
                    for exercise in exercises(lesson)
                }
            return self._made[lesson]

    def names(self, exercise: Exercise) -> list[str]:
        """What the cases of an exercise are called in a verdict, public ones first.

        Nothing is observed for it.
        """
        hidden = [_HIDDEN.format(case.name) for case in draw_cases(exercise, self._seed)]
        return [case.name for case in draw_cases(exercise)] + hidden

    def close(self) -> None:
        """End what was begun and is not wanted any more."""
        with self._lock:
            while self._observing:
                self._observing.popitem()[1].stop()
