"""Plain tables: a line for each submission, and a line for each exercise of each."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from ptbasics.grading.exports.files import Exported
from ptbasics.grading.exports.scores import ClassScores, LessonScore
from ptbasics.grading.exports.text import single_line
from ptbasics.grading.spreadsheet import Value, write_table

_WHO = ("student", "last_name", "first_name", "email", "lms_user_id", "lesson")
_SCORE = ("handed_in", "seconds_late", "points", "late_penalty", "total", "max", "waits", "remarks")
_EXERCISE = ("exercise", "automatic", "manual", "extra_credit", "points", "max", "waits", "comment")


def write_tables(scores: ClassScores, folder: Path) -> Exported:
    """Write `scores.csv` and `exercises.csv`; times are in UTC."""
    submissions = write_table(
        folder / "scores.csv",
        (*_WHO, *_SCORE),
        [(*_who(score), *_score(score)) for score in scores.all()],
    )
    exercises = write_table(
        folder / "exercises.csv",
        (*_WHO, *_EXERCISE),
        [
            (
                *_who(score),
                exercise.name,
                exercise.automatic,
                exercise.manual,
                exercise.extra_credit,
                exercise.score,
                exercise.max_score,
                _yes(exercise.waits),
                single_line(exercise.comment),
            )
            for score in scores.all()
            for exercise in score.exercises
        ],
    )
    return Exported((submissions, exercises))


def _who(score: LessonScore) -> tuple[Value, ...]:
    student = score.student
    names = (student.id, student.last_name, student.first_name, student.email, student.lms_user_id)
    return (*map(single_line, names), score.lesson.title)


def _score(score: LessonScore) -> tuple[Value, ...]:
    return (
        _moment(score.handed_in),
        score.seconds_late,
        score.raw,
        score.late_penalty,
        score.total,
        score.lesson.max_score,
        _yes(score.waits),
        "; ".join(score.remarks),
    )


def _yes(value: bool) -> str:
    return "yes" if value else ""


def _moment(moment: datetime | None) -> str:
    return moment.isoformat(" ", "seconds") if moment else ""
