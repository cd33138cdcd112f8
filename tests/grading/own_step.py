"""What a course may add to nbgrader's autograde step: a step and a plugin of its own."""

from __future__ import annotations

from typing import Any

from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.plugins import BasePlugin
from nbgrader.preprocessors import NbGraderPreprocessor


class Halves(BasePlugin):  # type: ignore[misc]
    """Half of what is left of the best score is lost; looks into the gradebook for that."""

    def late_submission_penalty(self, student_id: str, score: float, late: float) -> float:
        config = self.parent.parent.parent.coursedir
        with Gradebook(config.db_url, config.course_id) as gradebook:
            submission = gradebook.find_submission(config.assignment_id, student_id)
            return float(submission.score) / 2


class NotesScore(NbGraderPreprocessor):  # type: ignore[misc]
    """Writes into the gradebook for the first answer what the gradebook holds at this moment."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        names = resources["nbgrader"]
        key = names["notebook"], names["assignment"], names["student"]
        with Gradebook(names["db_url"]) as gradebook:
            notebook = gradebook.find_submission_notebook(*key)
            comment = min(notebook.comments, key=lambda comment: comment.name)
            comment.auto_comment = f"{notebook.score} points"
            gradebook.db.commit()
        return nb, resources
