"""What a person has graded, and what waits for one: written answers, in nbgrader's gradebook."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Grade, Gradebook, MissingEntry

from ptbasics.exercise import grade_id, is_written


def waiting(gradebook: Gradebook, lesson: str, student: str, notebook: NotebookNode) -> set[str]:
    """The ids of the written answers in a graded notebook that no person has read yet."""
    written = {grade_id(cell) for cell in notebook.cells if is_written(cell)}
    if not written:
        return set()
    return {
        grade.name
        for grade in _grades(gradebook, lesson, student)
        if grade.name in written and grade.needs_manual_grade
    }


def reviewed(grades: Mapping[str, Grade], written: Path) -> dict[str, str]:
    """Id → text of the written answers that a person has graded, as they were then.

    Args:
        grades: a submission's, by the id of their cell.
        written: its graded notebook.
    """
    done = {
        name
        for name, grade in grades.items()
        if grade.manual_score is not None and not grade.needs_manual_grade
    }
    try:
        texts = _texts(nbformat.read(written, as_version=4)) if done else {}
    except (OSError, ValueError):  # never graded, or damaged since
        return {}
    return {name: text for name, text in texts.items() if name in done}


def keep_reviewed(
    grades: Mapping[str, Grade], before: Mapping[str, str], notebook: NotebookNode
) -> None:
    """What a person has graded stays so when it is graded again and says the same.

    nbgrader keeps the score, and asks for another look whether or not the text has changed.

    Args:
        grades: a submission's, after its step over them.
        before: from `reviewed`, before that step.
        notebook: as it is now.
    """
    now = _texts(notebook) if before else {}
    for name, text in before.items():
        if now.get(name) == text:
            grades[name].needs_manual_grade = False


def _texts(notebook: NotebookNode) -> dict[str, str]:
    """Id → text of the written answers in a notebook."""
    return {grade_id(cell): cell.source for cell in notebook.cells if is_written(cell)}


def _grades(gradebook: Gradebook, lesson: str, student: str) -> Iterable[Grade]:
    try:
        grades: Iterable[Grade] = gradebook.find_submission_notebook(lesson, lesson, student).grades
    except MissingEntry:
        return ()
    return grades
