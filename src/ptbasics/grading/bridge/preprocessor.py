"""The parts that `nbgrader autograde` is given instead of its own: tolerant reading, and grading.

`nbgrader_config.py` names them. They grade through `Grader`, as everything else does.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any
from weakref import finalize

from nbconvert.exporters import NotebookExporter
from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode
from nbgrader.preprocessors import Execute, NbGraderPreprocessor
from traitlets import Bool

from ptbasics.exercise import check_id, grade_id
from ptbasics.grading.bridge.render import write_into
from ptbasics.grading.bridge.summary import SUMMARY, summarize
from ptbasics.grading.course import Course, CourseProblem
from ptbasics.grading.grader import Grader
from ptbasics.grading.intake.files import Submission
from ptbasics.grading.result import SubmissionResult
from ptbasics.registry import lessons

Resources = dict[str, Any]
#: A submission and its result.
Pair = tuple[Submission, SubmissionResult]
#: The key of the result in nbgrader's resources, where `GradeExercises` finds it.
RESULT = "ptbasics_result"


class TolerantExporter(NotebookExporter):
    """Reads a submitted notebook through `take_in`, so that no file is too broken to be read.

    For nbgrader's own command line, which converts each notebook twice: as it was submitted, and
    what that gave. Results are made here, with one grader for all submissions of a command.
    """

    def from_filename(
        self, filename: str, resources: Resources | None = None, **kwargs: Any
    ) -> tuple[Any, Resources]:
        """Convert a notebook file; a submitted one becomes canonical first."""
        resources = dict(resources or {})
        names = resources.get("nbgrader", {})
        student, lesson = names.get("student"), names.get("assignment")
        if lesson not in lessons():
            return super().from_filename(filename, resources, **kwargs)
        submission, result = self._graded(student, lesson)
        if Path(filename).parent != self._course.submitted(student, lesson):
            return super().from_filename(filename, {**resources, RESULT: result}, **kwargs)
        made: tuple[Any, Resources] = self.from_notebook_node(  # type: ignore[no-untyped-call]
            submission.notebook, resources
        )
        return made

    def _graded(self, student: str, lesson: str) -> Pair:
        submission = self._grader.take_in(student, lesson)
        return submission, self._grader.result(submission)[0]

    @cached_property
    def _course(self) -> Course:
        # nbgrader has no other way to tell an exporter which course it works for
        converter: Any = self.parent
        return Course.of(converter.coursedir)

    @cached_property
    def _grader(self) -> Grader:
        grader = Grader(self._course)
        # nbgrader tells nobody when a command ends; it lets go of its converter, and so of this
        finalize(self, grader.close)
        return grader


class GradeExercises(NbGraderPreprocessor):  # type: ignore[misc]
    """Writes what grading gave, where nbgrader would run the notebook.

    An assignment that is no lesson of this course is run as nbgrader runs it, or not at all with
    `--no-execute`.
    """

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Put outputs, verdicts and scores into a notebook."""
        if resources["nbgrader"]["assignment"] not in lessons():
            ran: tuple[NotebookNode, Resources] = Execute(parent=self)(nb, resources)
            return ran
        result = resources[RESULT]
        _require_same_points(nb, result)
        write_into(nb, result)
        return nb, resources


def _require_same_points(notebook: NotebookNode, result: SubmissionResult) -> None:
    """nbgrader has put the gradebook's points into the notebook, and says little if they differ.

    Raises:
        CourseProblem: the gradebook knows the lesson with other points.
    """
    known = {grade_id(cell): cell.metadata.get("nbgrader") for cell in notebook.cells}
    for verdict in result.verdicts:
        check = known.get(check_id(verdict.symbol))
        if check is not None and check.points != verdict.max_points:
            raise CourseProblem(
                f"the gradebook gives {check.points:g} points for {verdict.symbol}, and the course "
                f"gives {verdict.max_points}: run `ptbasics grade {result.lesson}`, which brings "
                "the gradebook up to date"
            )


class SummarizeGrades(Preprocessor):
    """Tells the template of a feedback page what a lesson's page begins with.

    Runs after nbgrader's `GetGrades`. No `NbGraderPreprocessor`: that warns about
    `display_data_priority`, which the exporter sets.
    """

    enabled = Bool(True).tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Summarize a lesson's notebook; any other stays as it is."""
        names = resources["nbgrader"]
        if names["assignment"] in lessons():
            resources[SUMMARY] = summarize(nb, names, resources["metadata"]["modified_date"])
        return nb, resources


def expect_notebook(*, assignment: str, notebooks: list[str], **_: Any) -> None:
    """nbgrader's `pre_convert_hook`: look for a lesson under its own name.

    nbgrader skips notebooks under other names. `take_in` decides which of them counts.
    """
    if assignment in lessons() and notebooks:
        notebooks[:] = [str(Path(notebooks[0]).with_name(f"{assignment}.ipynb"))]
