"""The parts that `nbgrader autograde` is given instead of its own: tolerant reading, and grading.

`nbgrader_config.py` names them. They grade through `Grader`, as everything else does.
"""

from __future__ import annotations

import atexit
from collections.abc import Callable
from pathlib import Path
from typing import Any

from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import Execute, NbGraderPreprocessor

from ptbasics.grading.bridge.render import HIDE_LIST, write_into, write_summary
from ptbasics.grading.course import Course
from ptbasics.grading.grader import Grader
from ptbasics.grading.intake.files import Submission
from ptbasics.grading.result import SubmissionResult
from ptbasics.registry import lessons

Resources = dict[str, Any]
#: A submission and its result.
Pair = tuple[Submission, SubmissionResult]

_graders: dict[str, Grader] = {}


class TolerantExporter(NotebookExporter):
    """Reads a submitted notebook through `take_in`, so that no file is too broken to be read."""

    def from_filename(
        self, filename: str, resources: Resources | None = None, **kwargs: Any
    ) -> tuple[Any, Resources]:
        """Convert a notebook file; a submitted one becomes canonical first."""
        converter: Any = self.parent
        names = (resources or {}).get("nbgrader", {})
        lesson = names.get("assignment")
        course = Course.of(converter.coursedir)
        if lesson not in lessons() or not _is_submitted(course, filename, names):
            return super().from_filename(filename, resources, **kwargs)
        submission, _ = _graded(converter, names["student"], lesson)
        made: tuple[Any, Resources] = self.from_notebook_node(  # type: ignore[no-untyped-call]
            submission.notebook, resources
        )
        return made


class GradeExercises(NbGraderPreprocessor):  # type: ignore[misc]
    """Grades the exercises of a lesson, where nbgrader would run the notebook.

    An assignment that is no lesson of this course is run as nbgrader runs it.
    """

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Put outputs, verdicts and scores into a notebook."""
        names = resources["nbgrader"]
        if names["assignment"] not in lessons():
            ran: tuple[NotebookNode, Resources] = Execute(parent=self.parent).preprocess(
                nb, resources
            )
            return ran
        _, result = _graded(self.parent.parent, names["student"], names["assignment"])
        write_into(nb, result)
        return nb, resources


class SummarizeGrades(NbGraderPreprocessor):  # type: ignore[misc]
    """Begins a feedback page with a table of the exercises.

    Runs after nbgrader's `GetGrades` and nbconvert's `CSSHTMLHeaderPreprocessor`.
    """

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Insert the table into a lesson's notebook."""
        names = resources["nbgrader"]
        if names["assignment"] in lessons():
            write_summary(nb, names["assignment"], names["score"])
            resources["inlining"]["css"].append(HIDE_LIST)
        return nb, resources


def expect_notebook(*, assignment: str, notebooks: list[str], **_: Any) -> None:
    """nbgrader's `pre_convert_hook`: look for a lesson under its own name.

    nbgrader skips notebooks under other names. `take_in` decides which of them counts.
    """
    if assignment in lessons() and notebooks:
        notebooks[:] = [str(Path(notebooks[0]).with_name(f"{assignment}.ipynb"))]


def _graded(converter: Any, student: str, lesson: str) -> Pair:
    """A submission and its result: by the way that the converter gives, or here and now."""
    ready: Callable[[str], Pair] | None = getattr(converter, "ready", None)
    if ready is not None:
        return ready(student)
    grader = _grader(converter.coursedir)
    submission = grader.take_in(student, lesson)
    return submission, grader.result(submission)[0]


def _grader(directory: CourseDirectory) -> Grader:
    """One grader for all submissions of an nbgrader command."""
    course = Course.of(directory)
    if course.db_url not in _graders:
        _graders[course.db_url] = Grader(course)
        atexit.register(_graders[course.db_url].close)
    return _graders[course.db_url]


def _is_submitted(course: Course, filename: str, names: dict[str, str]) -> bool:
    return Path(filename).parent == course.submitted(names["student"], names["assignment"])
