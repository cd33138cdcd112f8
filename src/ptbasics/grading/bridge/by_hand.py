"""What a person has graded, and what waits for one: written answers, in nbgrader's gradebook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Grade, Gradebook, MissingEntry

from ptbasics.exercise import grade_id, is_written
from ptbasics.grading.course import Course


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


@contextmanager
def kept_reviewed(course: Course, lesson: str, student: str) -> Iterator[None]:
    """While a submission is graded again, what a person has graded stays so if it says the same.

    nbgrader keeps the score, and asks for another look whether or not the text has changed.
    """
    before = _reviewed(course, lesson, student)
    yield
    if not before:
        return
    now = _texts(course, lesson, student)
    with Gradebook(course.db_url, course.directory.course_id) as gradebook:
        for grade in _grades(gradebook, lesson, student):
            if grade.name in before and before[grade.name] == now.get(grade.name):
                grade.needs_manual_grade = False
        gradebook.db.commit()


def _reviewed(course: Course, lesson: str, student: str) -> dict[str, str]:
    """Id → text of the written answers that a person has graded, as they were then."""
    with Gradebook(course.db_url, course.directory.course_id) as gradebook:
        done = {
            grade.name
            for grade in _grades(gradebook, lesson, student)
            if grade.manual_score is not None and not grade.needs_manual_grade
        }
    texts = _texts(course, lesson, student) if done else {}
    return {name: text for name, text in texts.items() if name in done}


def _texts(course: Course, lesson: str, student: str) -> dict[str, str]:
    """Id → text of the written answers in a student's graded notebook."""
    try:
        path = course.autograded(student, lesson) / f"{lesson}.ipynb"
        notebook = nbformat.read(path, as_version=4)
    except (OSError, ValueError):  # never graded, or damaged since
        return {}
    return {grade_id(cell): cell.source for cell in notebook.cells if is_written(cell)}


def _grades(gradebook: Gradebook, lesson: str, student: str) -> Iterable[Grade]:
    try:
        grades: Iterable[Grade] = gradebook.find_submission_notebook(lesson, lesson, student).grades
    except MissingEntry:
        return ()
    return grades
