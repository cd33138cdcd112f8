"""Which misconceptions a class holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ptbasics.exercise import Exercise
from ptbasics.grading.result import BatchResult


@dataclass(frozen=True)
class Held:
    """A misconception that submissions show, with the hint that their authors get."""

    exercise: str
    key: str
    hint: str
    students: tuple[str, ...]


def misconceptions_held(batch: BatchResult, asked: Sequence[Exercise]) -> list[Held]:
    """The misconceptions that submissions show, those of most students first."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for graded in batch.graded:
        for verdict in graded.result.verdicts:
            if verdict.misconception:
                key = (verdict.exercise, verdict.misconception, verdict.hint)
                found.setdefault(key, []).append(graded.title)
    by_name = {exercise.name: exercise for exercise in asked}
    held = [
        Held(by_name[name].symbol, key, hint, tuple(students))
        for (name, key, hint), students in found.items()
    ]
    return sorted(held, key=lambda mistake: (-len(mistake.students), mistake.exercise, mistake.key))
