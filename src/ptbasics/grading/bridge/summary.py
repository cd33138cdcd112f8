"""What a feedback page begins with: who, when, how many points, and each exercise by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

from nbformat import NotebookNode
from nbgrader.api import Gradebook, MissingEntry
from pygments.formatters import HtmlFormatter

from ptbasics.exercise import check_id, grade_id, is_written, written_title
from ptbasics.grading.bridge.by_hand import waiting
from ptbasics.grading.intake.notebook import NOTES_ID
from ptbasics.grading.result import number
from ptbasics.judging.describe import one_line
from ptbasics.registry import exercises
from ptbasics.webpage import STYLE

#: nbconvert's resources: the key under which its template finds the summary.
SUMMARY = "ptbasics_summary"


@dataclass(frozen=True)
class Part:
    """An exercise or a written answer, with what there is to say about it.

    Attributes:
        anchor: its id on the page.
        title: what it is called.
        points: such as `1.5 of 3`.
        verdict: how the public cases went, as HTML; "" for a written answer.
        code, text: the answer, in Python or in Markdown.
        comment: what a person says about it, in Markdown.
        is_open: whether there is something to repair.
        waits: whether a person is still to read it.
    """

    anchor: str
    title: str
    points: str
    verdict: str = ""
    code: str = ""
    text: str = ""
    comment: str = ""
    is_open: bool = False
    waits: bool = False


@dataclass(frozen=True)
class Summary:
    """The first part of a feedback page.

    Attributes:
        lesson: its id.
        title: the lesson as its notebook calls it.
        student: their name, or their id where the gradebook has none.
        about: student, lesson and dates, in one line.
        total: such as `21.5 of 25 points`, after the penalty for being late.
        late_penalty: the points that it takes; "" for none.
        notes: what was repaired in the file, or why it has no points, in Markdown.
        parts: exercises in the lesson's order, then written answers.
        has_math: whether any Markdown of the notebook may hold formulas.
        style: the style sheet.
    """

    lesson: str
    title: str
    student: str
    about: str
    total: str
    late_penalty: str
    notes: str
    parts: tuple[Part, ...]
    has_math: bool
    style: str


def summarize(notebook: NotebookNode, names: dict[str, Any], graded: str) -> Summary:
    """Take the summary out of a graded notebook, which keeps the rest.

    Args:
        notebook: graded, with the points and comments that `GetGrades` puts in. What grading said
            about the file as a whole is taken out.
        names: what nbgrader tells preprocessors about it.
        graded: the day of its grading.
    """
    lesson = names["assignment"]
    notes = "\n".join(cell.source for cell in notebook.cells if cell.id == NOTES_ID)
    notebook.cells = [cell for cell in notebook.cells if cell.id != NOTES_ID]
    with Gradebook(names["db_url"]) as gradebook:
        student, handed_in = _who_and_when(gradebook, lesson, names["student"])
        unread = waiting(gradebook, lesson, names["student"], notebook)
    cells = {grade_id(cell): cell for cell in notebook.cells if grade_id(cell)}
    parts = [
        _exercise(cells.get(exercise.symbol), cells[check_id(exercise.symbol)], exercise.title)
        for exercise in exercises(lesson)
        if check_id(exercise.symbol) in cells
    ]
    parts += [_written(cell, unread) for cell in notebook.cells if is_written(cell)]
    dates = [f"handed in {handed_in:%Y-%m-%d %H:%M} UTC"] if handed_in else []
    so_far = " so far" * bool(unread)
    texts = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    return Summary(
        lesson=lesson,
        title=_title(texts) or lesson,
        student=student,
        about=" · ".join([student, lesson, *dates, f"graded {graded}"]),
        total=f"{number(names['score'])} of {number(names['max_score'])} points{so_far}",
        late_penalty=number(names["late_penalty"]) if names["late_penalty"] else "",
        notes=notes,
        parts=tuple(parts),
        has_math=any("$" in text for text in texts),
        style=_style(),
    )


def _who_and_when(gradebook: Gradebook, lesson: str, student: str) -> tuple[str, datetime | None]:
    """The name of a student, and when their work was handed in, if that is known."""
    try:
        submission = gradebook.find_submission(lesson, student)
    except MissingEntry:
        return one_line(student), None
    parts = (submission.student.first_name, submission.student.last_name)
    name = " ".join(filter(None, parts))
    return one_line(f"{name} ({student})" if name else student), submission.timestamp


def _exercise(answer: NotebookNode | None, check: NotebookNode, title: str) -> Part:
    """Of an exercise, also where its answer cell was deleted."""
    about = check.metadata.nbgrader
    said = [output.data for output in check.outputs if output.output_type == "display_data"]
    return Part(
        anchor=grade_id(check),
        title=title,
        points=f"{number(about.score)} of {number(about.points)}",
        verdict=said[0].get("text/html", "") if said else "",
        code=answer.source if answer else "",
        comment=(answer and answer.metadata.nbgrader.get("comment")) or "",
        is_open=about.score < about.points,
    )


def _written(answer: NotebookNode, unread: set[str]) -> Part:
    about, points = answer.metadata.nbgrader, number(answer.metadata.nbgrader.points)
    waits = about.grade_id in unread
    until_then = f"waits for a person to read it; up to {points}"
    return Part(
        anchor=about.grade_id,
        title=written_title(about.grade_id),
        points=until_then if waits else f"{number(about.score)} of {points}",
        text=answer.source,
        comment=about.get("comment") or "",
        waits=waits,
    )


def _title(texts: list[str]) -> str:
    """The first heading of a lesson."""
    lines = (line for text in texts for line in text.splitlines())
    return next((line.removeprefix("# ") for line in lines if line.startswith("# ")), "")


@cache
def _style() -> str:
    """The style sheet of a page: what all our pages share, its own, and code on light and dark."""
    own = (files(__package__) / "templates" / "feedback.css").read_text(encoding="utf-8")
    light, dark = (
        HtmlFormatter(style=style, nobackground=True).get_style_defs(".highlight")
        for style in ("default", "github-dark")
    )
    return f"{STYLE}{own}{light}\n@media (prefers-color-scheme: dark) {{\n{dark}\n}}"
