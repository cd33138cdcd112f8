"""The table of the scores that the sample class must get, `expected.csv`.

    python -m autograder.sample_class.table > autograder/sample_class/expected.csv

prints it; `ptbasics build --check` compares. Scores are not taken from the grader: they follow from
the points of the exercises that a submission gets right, and for known mistakes from observing the
wrong implementation in this process. Those of submissions that are kept as files are written by
hand, in `kept/scores.csv`.
"""

from __future__ import annotations

import csv
import sys
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from autograder.sample_class.answers import wrong_points, wrong_sources
from autograder.sample_class.generate import kept_submissions, whole_class
from autograder.sample_class.submissions import HERE, ROOT, Submission
from ptbasics.registry import exercises, lessons

TABLE = HERE / "expected.csv"
KEPT_SCORES = HERE / "kept" / "scores.csv"
COMMAND = f"python -m autograder.sample_class.table > {TABLE.relative_to(ROOT)}"


@dataclass(frozen=True)
class Row:
    """What one submission must get, of how much, and why."""

    student: str
    lesson: str
    score: float
    max_score: float
    why: str


def read_table(path: Path = TABLE) -> dict[tuple[str, str], Row]:
    """(Lesson, student) → the row of the submission."""
    with path.open(newline="") as stream:
        rows = [
            Row(**{**raw, "score": float(raw["score"]), "max_score": float(raw["max_score"])})
            for raw in csv.DictReader(stream)
        ]
    return {(row.lesson, row.student): row for row in rows}


def score_of(submission: Submission) -> float:
    """The points of the exercises that it gets right, and what its known mistakes earn."""
    points = 0.0
    for exercise in exercises(submission.lesson):
        if key := submission.mistakes.get(exercise.symbol):
            points += wrong_points(exercise.name)[key]
        elif exercise.symbol not in submission.lost:
            points += exercise.points
    return round(points, 2)


def max_score(lesson: str) -> float:
    """The points of all exercises of a lesson."""
    return float(sum(exercise.points for exercise in exercises(lesson)))


def read_kept_rows(path: Path = KEPT_SCORES) -> list[Row]:
    """The rows of the submissions that are kept as files.

    Raises:
        LookupError: a kept submission has no row.
    """
    with path.open(newline="") as stream:
        rows = [
            Row(**{**raw, "score": float(raw["score"]), "max_score": max_score(raw["lesson"])})
            for raw in csv.DictReader(stream)
        ]
    for lesson, student in set(kept_submissions()) - {(row.lesson, row.student) for row in rows}:
        raise LookupError(
            f"kept/{student}/{lesson} has no row in kept/{path.name}: write it by hand, "
            "with the score that it must get, and why"
        )
    return rows


def make_table() -> list[Row]:
    """The rows as they must be.

    Raises:
        LookupError: a kept submission has no row.
    """
    rows = read_kept_rows()
    rows += [
        Row(made.student, made.lesson, score_of(made), max_score(made.lesson), made.why)
        for made in whole_class()
    ]
    return sorted(rows, key=lambda row: (row.lesson, row.student))


def stale(table: dict[tuple[str, str], Row]) -> list[str]:
    """What of the course the table does not know yet, or still knows; nothing is observed.

    Returns:
        One sentence for each exercise, misconception or submission.
    """
    sentences = []
    for lesson in lessons():
        known = [row.why.split("; ") for row in table.values() if row.lesson == lesson]
        pairs = {pair for parts in known for pair in parts}
        for exercise in exercises(lesson):
            keys = list(wrong_sources(exercise.name))
            missing = [key for key in keys if f"{exercise.symbol}: {key}" not in pairs]
            if missing == keys:
                sentences.append(f"{exercise.name} has no rows")
            else:
                sentences += [f"{exercise.name}: {key!r} has no row" for key in missing]
    made = {(submission.lesson, submission.student): submission.why for submission in whole_class()}
    wanted = set(made) | set(kept_submissions())
    sentences += [f"{lesson}/{student} has no row" for lesson, student in wanted - set(table)]
    sentences += [
        f"{lesson}/{student} has a row, and is no submission any more"
        for lesson, student in set(table) - wanted
    ]
    sentences += [
        f"{row.lesson}/{row.student} has changed: its row says {row.why!r} of {row.max_score}"
        for key, row in table.items()
        if made.get(key, row.why) != row.why or row.max_score != max_score(row.lesson)
    ]
    return sentences


def main() -> None:
    """Print the table."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(field.name for field in fields(Row))
    writer.writerows(map(astuple, make_table()))


if __name__ == "__main__":
    main()
