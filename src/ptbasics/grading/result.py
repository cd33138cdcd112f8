"""What grading one submission gave, and its form in JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from rich.markup import escape
from rich.table import Table

from ptbasics.judging.describe import one_line
from ptbasics.judging.verdict import CaseResult, Verdict
from ptbasics.runner.job import CellOutcome

#: What is left out where a status explains itself.
_PLAIN = {"passed", "failed", "not started"}


@dataclass(frozen=True)
class SubmissionResult:
    """The verdicts of one submission, in the lesson's order, and how its cells went.

    Attributes:
        lesson: its id.
        verdicts: one for each exercise; `points` count hidden cases.
        cells: how each code cell went that was run.
        notes: what was repaired in the notebook, as sentences for the student.
        reason: why nothing could be graded; "" where something could.
        seconds: the time that running and observing took.
        isolation: how well the submission was kept in, in one line; "" where nothing was run.
        stages: the seconds of each stage of it, as far as they were measured.
    """

    lesson: str
    verdicts: tuple[Verdict, ...]
    cells: tuple[CellOutcome, ...] = ()
    notes: tuple[str, ...] = ()
    reason: str = ""
    seconds: float = 0.0
    isolation: str = ""
    stages: dict[str, float] = field(default_factory=dict)

    def with_points(self, points: Mapping[str, int]) -> SubmissionResult:
        """The same, for a course in which the exercises are worth these points."""
        verdicts = (verdict.out_of(points[verdict.symbol]) for verdict in self.verdicts)
        return replace(self, verdicts=tuple(verdicts))

    @property
    def points(self) -> float:
        """The score."""
        return round(float(sum(verdict.points for verdict in self.verdicts)), 2)

    @property
    def max_points(self) -> int:
        """The best possible score."""
        return sum(verdict.max_points for verdict in self.verdicts)

    @property
    def status(self) -> str:
        """One word or two: `perfect`, `partial`, `no points` or `unreadable`."""
        if self.reason:
            return "unreadable"
        if self.points == self.max_points:
            return "perfect"
        return "partial" if self.points else "no points"

    @property
    def explanation(self) -> str:
        """What a student should know beside the score: the reason, broken exercises, notes."""
        if self.reason:
            return self.reason
        lost = [
            f"{verdict.symbol}: {verdict.reason.rstrip('.')}."
            for verdict in self.verdicts
            if verdict.status not in _PLAIN
        ]
        return " ".join([*lost, *self.notes])


@dataclass(frozen=True)
class Graded:
    """One student's result; `problem` says what went wrong on our side, "" for nothing.

    `reading` is the seconds that it took to read and repair the file. `student` is the name of a
    folder, which may hold anything, and `full_name` theirs in the gradebook, "" where it has none;
    people are shown `name` and `title`.
    """

    student: str
    result: SubmissionResult
    cached: bool = False
    problem: str = ""
    reading: float = 0.0
    full_name: str = ""
    is_withdrawn: bool = False

    @property
    def name(self) -> str:
        """The student's folder, as a table or a terminal may show it."""
        return one_line(self.student)

    @property
    def title(self) -> str:
        """The student for those who know people by their names, and whether they have left."""
        known = f"{self.full_name} ({self.student})" if self.full_name else self.student
        return one_line(known) + ", withdrawn" * self.is_withdrawn

    @property
    def remarks(self) -> str:
        """What there is to say beside the score, on one line."""
        return one_line(self.problem or self.result.explanation)


@dataclass(frozen=True)
class BatchResult:
    """What grading a lesson gave, in the order of the students' names.

    Attributes:
        lesson: its id.
        graded: one for each student who handed in anything.
        seconds: how long all of it took.
        files: what was written: `gradebook`, `autograded`, `feedback`, `csv`, `junit`, `report`.
        points_by_hand: what the lesson's written answers are worth. They are in no score here: a
            person grades them, in the gradebook.
        writing: the seconds that writing what comes of it took, by what was written.
    """

    lesson: str
    graded: tuple[Graded, ...]
    seconds: float
    files: dict[str, Path] = field(default_factory=dict)
    points_by_hand: float = 0.0
    writing: dict[str, float] = field(default_factory=dict)

    @property
    def about_totals(self) -> str:
        """What the totals leave out, in a sentence; "" for nothing."""
        if not self.points_by_hand:
            return ""
        return (
            f"Points are those of the exercises. Written answers give up to "
            f"{number(self.points_by_hand)} more: a person grades them in the formgrader, and the "
            "sum is in the gradebook."
        )

    @property
    def problems(self) -> list[str]:
        """What went wrong on our side, one sentence for each student whom it touches."""
        return [f"{graded.name}: {graded.remarks}" for graded in self.graded if graded.problem]

    @property
    def isolation(self) -> str:
        """How well the submissions that ran were kept in, in one line."""
        lines = sorted(
            {graded.result.isolation for graded in self.graded if graded.result.isolation}
        )
        return " / ".join(lines) or "no submission was run"

    def feedback_page(self, student: str) -> Path:
        """Where a student's feedback page is, if pages were written."""
        return self.files["feedback"] / student / self.lesson / f"{self.lesson}.html"

    def as_json(self) -> dict[str, Any]:
        """What a machine may want to know, without what can be read in the files."""
        return {
            "lesson": self.lesson,
            "seconds": round(self.seconds, 3),
            "isolation": self.isolation,
            "points_by_hand": self.points_by_hand,
            "files": {kind: str(path) for kind, path in self.files.items()},
            "submissions": [
                {
                    "student": graded.name,
                    "points": graded.result.points,
                    "max_points": graded.result.max_points,
                    "status": graded.result.status,
                    "cached": graded.cached,
                    "remarks": graded.remarks,
                    "exercises": {
                        verdict.exercise: verdict.points for verdict in graded.result.verdicts
                    },
                }
                for graded in self.graded
            ],
        }

    def table(self) -> Table:
        """Students, scores, and what there is to say about each."""
        head = ("student", "points", "status", "remarks")
        table = Table(*head, title=self.lesson, caption=self.about_totals or None)
        for graded in self.graded:
            score = f"{number(graded.result.points)} of {graded.result.max_points}"
            table.add_row(escape(graded.title), score, graded.result.status, escape(graded.remarks))
        return table


def number(points: float) -> str:
    """Points without needless zeros: `2`, `1.5`, `0.67`."""
    return f"{points:.2f}".rstrip("0").rstrip(".")


def to_json(result: SubmissionResult) -> dict[str, Any]:
    """A result as what `json` can write."""
    return asdict(result)


def from_json(raw: dict[str, Any]) -> SubmissionResult:
    """The result that `to_json` was given.

    Raises:
        KeyError, TypeError: it was written by a version with other fields.
    """
    verdicts = tuple(
        Verdict(**{**verdict, "cases": tuple(_case(case) for case in verdict["cases"])})
        for verdict in raw["verdicts"]
    )
    cells = tuple(CellOutcome(**cell) for cell in raw["cells"])
    return SubmissionResult(
        **{**raw, "verdicts": verdicts, "cells": cells, "notes": tuple(raw["notes"])}
    )


def _case(raw: dict[str, Any]) -> CaseResult:
    return CaseResult(**{**raw, "inputs": tuple((name, text) for name, text in raw["inputs"])})
