"""Where a learner stands in a lesson: what passes, how many points, and what is next.

A result of an earlier check counts as long as the answer's cell still says what was checked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ptbasics.exercise import Exercise
from ptbasics.progress import Result, seen_in_this_session
from ptbasics.registry import exercises, lessons

#: Whether a result is still true of what the notebook says.
Holds = Callable[[Exercise, Result], bool]


@dataclass(frozen=True)
class Standing:
    """A learner's points in a lesson, on public cases.

    Attributes:
        lesson: its name.
        points: of each exercise that has some, by symbol.
        earlier: the symbols whose points are of a check before this session.
    """

    lesson: str
    points: Mapping[str, float]
    earlier: frozenset[str] = frozenset()

    @property
    def passing(self) -> list[Exercise]:
        """The exercises with all of their points, in the lesson's order."""
        return [
            exercise
            for exercise in exercises(self.lesson)
            if self.points.get(exercise.symbol, 0.0) >= exercise.points
        ]

    @property
    def open(self) -> list[Exercise]:
        """The others."""
        passing = self.passing
        return [exercise for exercise in exercises(self.lesson) if exercise not in passing]

    @property
    def minutes_left(self) -> int:
        """How long a beginner should expect to take for what does not pass yet."""
        return sum(exercise.minutes for exercise in self.open)

    def line(self) -> str:
        """`02_operations  ■▣□□  2 of 4 exercises pass · 5.5 of 9 points · next: one_hot`."""
        passing, asked = self.passing, exercises(self.lesson)
        earlier = [exercise for exercise in passing if exercise.symbol in self.earlier]
        bar = "■" * (len(passing) - len(earlier)) + "▣" * len(earlier) + "□" * len(self.open)
        total = sum(exercise.points for exercise in asked)
        parts = [f"{self.lesson}  {bar}  {len(passing)} of {len(asked)} exercises pass"]
        if earlier:
            parts.append(f"▣ checked before this session: {len(earlier)}")
        parts += [f"{sum(self.points.values()):g} of {total} points", f"next: {self.next}"]
        return " · ".join(parts)

    @property
    def next(self) -> str:
        """The symbol of the first exercise that does not pass; after the last, what follows."""
        if self.open:
            return self.open[0].symbol
        later = [name for name in lessons() if name > self.lesson]
        return f"hand in, then lesson {later[0]}" if later else "hand in"


def standing(lesson: str, results: Mapping[str, Result], holds: Holds) -> Standing:
    """What the checks of a lesson gave, as far as they still hold."""
    counted = [
        exercise
        for exercise in exercises(lesson)
        if exercise.name in results and holds(exercise, results[exercise.name])
    ]
    return Standing(
        lesson,
        {
            exercise.symbol: min(results[exercise.name].points, exercise.points)
            for exercise in counted
        },
        frozenset(each.symbol for each in counted if not seen_in_this_session(each.name)),
    )
