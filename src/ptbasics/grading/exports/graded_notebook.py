"""What the graded notebook of a submission says to its student, beside the points."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from ptbasics.exercise import grade_id
from ptbasics.grading.course import Course
from ptbasics.grading.exports.scores import Lesson, LessonScore, Student
from ptbasics.grading.intake.notebook import NOTES_ID


@dataclass(frozen=True)
class Told:
    """Texts for a student.

    Attributes:
        notes: what was repaired in the file, or why there was nothing to grade, in Markdown.
        verdicts: nbgrader's id of a graded cell → the verdict on it, as plain text.
    """

    notes: str = ""
    verdicts: dict[str, str] = field(default_factory=dict)


def graded_notebook(course: Course, student: Student, lesson: Lesson) -> Path:
    """Where grading puts the notebook of a student."""
    return course.autograded(student.id, lesson.name) / f"{lesson.name}.ipynb"


def told(course: Course, score: LessonScore) -> Told:
    """Read them; nothing where there is no graded notebook that can be read."""
    try:
        notebook = nbformat.read(graded_notebook(course, score.student, score.lesson), as_version=4)
    except (OSError, ValueError):  # never graded, removed, or damaged since
        return Told()
    notes = "\n".join(cell.source for cell in notebook.cells if cell.id == NOTES_ID)
    verdicts = {grade_id(cell): _verdict(cell) for cell in notebook.cells if grade_id(cell)}
    return Told(notes, {name: text for name, text in verdicts.items() if text})


def _verdict(cell: NotebookNode) -> str:
    shown = [
        output.data.get("text/plain", "")
        for output in cell.get("outputs", [])
        if output.output_type == "display_data"
    ]
    return "".join(shown[0]) if shown else ""
