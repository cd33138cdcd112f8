"""Small gradebooks with odd names in them, made with nbgrader's own interface."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from nbgrader.api import Grade, Gradebook

from ptbasics.grading.course import Course
from ptbasics.grading.intake.notebook import NOTES_ID
from tests.grading.handed_in import LESSON, ROOT

HOMEWORK = "homework"
HANDED_IN = datetime(2026, 6, 1, 14, 32, 5)
VERDICT = "✗ softmax: 3 of 4 cases pass\n  Hint: subtract the largest."
NOTES = "- The cell `softmax-check` was deleted; it was put back."

#: id, first name, last name, e-mail, id in the institution's system
STUDENTS = [
    ("ada", "Ada", "Lovelace", "ada@example.org", "4711"),
    ("comma, quote", 'Jo "the\nrock"', "O'Neil, Jr.", "jo@example.org", "4712"),
    ("=cmd", "=HYPERLINK(1)", "@SUM(A1)", "eve@example.org", "4713"),
    ("rtl", "فاطمة", "می‌خواهم", "fatima@example.org", "4714"),
    ("emoji", "👩‍💻", "\t+1", "emoji@example.org", "4715"),
    ("../up", "", "", "", ""),
    ("no id", "Nora", "Idless", "-nora@example.org", "u-17"),
    ("absent", "Ann", "Absent", "ann@example.org", ""),
]


def course_at(folder: Path) -> Course:
    return Course.at(ROOT, submitted=folder / "submitted", output=folder)


def make_gradebook(folder: Path) -> Course:
    """Lesson 2 with two exercises and a card, and an assignment that is no lesson of ours.

    Everybody but `absent` handed in the lesson, with 2 of 3 and 1.5 of 2 points; only ada, late,
    the homework.
    """
    course = course_at(folder)
    with Gradebook(course.db_url, course.directory.course_id) as gradebook:
        gradebook.add_assignment(LESSON, duedate=HANDED_IN)
        gradebook.add_notebook(LESSON, LESSON)
        for cell, points in (("warmest-check", 2), ("softmax-check", 3)):
            gradebook.add_grade_cell(cell, LESSON, LESSON, max_score=points, cell_type="code")
            gradebook.add_solution_cell(cell.removesuffix("-check"), LESSON, LESSON)
        gradebook.add_grade_cell("card", LESSON, LESSON, max_score=4, cell_type="markdown")
        gradebook.add_solution_cell("card", LESSON, LESSON)
        gradebook.add_assignment(HOMEWORK)
        gradebook.add_notebook("problem", HOMEWORK)
        gradebook.add_grade_cell("q1", "problem", HOMEWORK, max_score=1, cell_type="code")
        for student, first, last, email, lms in STUDENTS:
            gradebook.add_student(
                student, first_name=first, last_name=last, email=email, lms_user_id=lms
            )
            if student != "absent":
                gradebook.add_submission(LESSON, student, timestamp=HANDED_IN)
                change(gradebook, student, "softmax-check", auto_score=2.0)
                change(gradebook, student, "warmest-check", auto_score=1.5)
        gradebook.add_submission(HOMEWORK, "ada")
        change(gradebook, "ada", "q1", "problem", HOMEWORK, auto_score=1.0)
        gradebook.db.commit()
    return course


def change(
    gradebook: Gradebook,
    student: str,
    cell: str,
    notebook: str = LESSON,
    lesson: str = LESSON,
    **columns: object,
) -> None:
    """Set columns of a grade, as the formgrader does."""
    grade: Grade = gradebook.find_grade(cell, notebook, lesson, student)
    grade.needs_manual_grade = False
    for column, value in columns.items():
        setattr(grade, column, value)


def in_gradebook(course: Course, *changes: Callable[[Gradebook], object]) -> None:
    with Gradebook(course.db_url, course.directory.course_id) as gradebook:
        for make in changes:
            make(gradebook)
        gradebook.db.commit()


def write_graded_notebook(course: Course, student: str) -> None:
    """What grading leaves, as far as exports read it: notes on top, and a verdict."""
    about = {"grade": True, "grade_id": "softmax-check", "solution": False}
    check = new_code_cell(
        outputs=[
            new_output("display_data", data={"text/plain": VERDICT}),
            new_output("execute_result", data={"text/plain": "2.0"}),
        ],
        metadata={"nbgrader": about},
    )
    cells = [new_markdown_cell(NOTES, id=NOTES_ID), check]
    path = course.autograded(student, LESSON) / f"{LESSON}.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(new_notebook(cells=cells), path)
