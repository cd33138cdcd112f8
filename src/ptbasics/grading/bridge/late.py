"""Due dates, extensions and what being late costs: from the course file into nbgrader's gradebook.

`nbgrader_config.py` names both classes. nbgrader's own step asks its plugin for each penalty, which
so is a column of the gradebook, and shows in the formgrader and on feedback pages.
"""

from __future__ import annotations

from typing import Any

from nbformat import NotebookNode
from nbgrader.plugins import LateSubmissionPlugin
from nbgrader.preprocessors import AssignLatePenalties, NbGraderPreprocessor

from ptbasics.grading.course import Course
from ptbasics.grading.course_file import CourseFile


class LatePenalties(LateSubmissionPlugin):  # type: ignore[misc]
    """Takes what the course file's late policy says; without one, nbgrader's `penalty_method`."""

    def late_submission_penalty(
        self, student_id: str, score: float, total_seconds_late: float
    ) -> float | None:
        """The points that being late costs; None for no penalty.

        Args:
            student_id: who was late.
            score: the points reached.
            total_seconds_late: after the due date and the student's extension.
        """
        policy = _course_file(self).late
        if policy is None:
            penalty: float | None = super().late_submission_penalty(
                student_id, score, total_seconds_late
            )
            return penalty
        return round(score * policy.fraction(total_seconds_late), 2) or None


class _WritesDates(NbGraderPreprocessor):  # type: ignore[misc]
    """Puts the due date, and a student's extension, where nbgrader reads them.

    Standing behind `AssignLatePenalties` in the order of classes, it runs inside of that, before
    anybody is found late. What the course file leaves open stays as the gradebook has it.
    """

    assignment_id: str
    student_id: str

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Write the dates of one submission; the notebook stays as it is."""
        file = _course_file(self)
        due = file.due(self.assignment_id)
        if due is not None:
            submission = self.gradebook.find_submission(self.assignment_id, self.student_id)
            submission.assignment.duedate = due.replace(tzinfo=None)  # nbgrader's are in UTC
            submission.extension = file.extension(self.assignment_id, self.student_id) or None
        return nb, resources


class AssignPenalties(AssignLatePenalties, _WritesDates):  # type: ignore[misc]
    """nbgrader's step for late submissions, with the dates of the course file."""


def _course_file(part: Any) -> CourseFile:
    """What the course of an nbgrader command says; a part of it knows only what it belongs to."""
    while not hasattr(part, "coursedir"):
        part = part.parent
    return Course.of(part.coursedir).file
