"""A page in Markdown on one student's points: GitHub's job summary, and GitLab's log."""

from __future__ import annotations

import re
from html import escape

from ptbasics.grading.exports.graded_notebook import Told, told
from ptbasics.grading.exports.scores import ClassScores, ExerciseScore, LessonScore
from ptbasics.grading.exports.text import single_line
from ptbasics.grading.result import number

_MARKS = {"all": "✓", "some": "✗", "waits": "…"}


def summary(scores: ClassScores) -> str:
    """A table per lesson, and the verdict of every exercise that lost points, folded."""
    return "\n".join(_lesson(score, told(scores.course, score)) for score in scores.all())


def _lesson(score: LessonScore, texts: Told) -> str:
    total, best = number(score.total), number(score.lesson.max_score)
    lines = [f"## {score.lesson.name}: {total} of {best} points", ""]
    lines += ["| | exercise | points |", "|---|---|---:|"]
    for exercise in score.exercises:
        points = f"{number(exercise.score)} of {number(exercise.max_score)}"
        lines.append(f"| {_mark(exercise)} | {_words(exercise.name)} | {points} |")
    if texts.notes:
        lines += ["", texts.notes]
    if score.remarks:
        lines += ["", *(f"- {_words(remark)}" for remark in score.remarks)]
    for exercise in score.exercises:
        verdict = texts.verdicts.get(exercise.cell, "")
        if verdict and exercise.score < exercise.max_score:
            name = escape(single_line(exercise.name))
            lines += ["", f"<details><summary>{name}</summary>", "", _fenced(verdict)]
            lines += ["", "</details>"]
    return "\n".join([*lines, ""])


def _mark(exercise: ExerciseScore) -> str:
    if exercise.waits:
        return _MARKS["waits"]
    return _MARKS["some" if exercise.score < exercise.max_score else "all"]


def _words(text: str) -> str:
    """Text that Markdown shows as it is."""
    return re.sub(r"([\\`*_\[\]|<>])", r"\\\1", single_line(text))


def _fenced(text: str) -> str:
    """Text as a block of code that nothing in it can end."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text}\n{fence}"
