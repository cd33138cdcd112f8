"""nbgrader's gradebook and autograded notebooks, written by nbgrader's own autograde step."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook
from nbgrader.converters import Autograde
from nbgrader.converters.base import BaseConverter, NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import SaveCells
from sqlalchemy.exc import DatabaseError, SAWarning

from ptbasics.grading.bridge.by_hand import kept_reviewed
from ptbasics.grading.bridge.preprocessor import GRADED, Pair, Resources
from ptbasics.grading.course import Course, CourseProblem
from ptbasics.grading.intake.files import TIMESTAMP, handed_in_at
from ptbasics.nbgrader_tools import Messages

#: Called with the student's id after each submission, and with what went wrong ("" for nothing).
Report = Callable[[str, str], None]


def register(course: Course, lesson: str) -> None:
    """Make the gradebook know a lesson as it was released, as `nbgrader generate_assignment` does.

    Raises:
        CourseProblem: it knows submissions for the lesson with other cells, or is no gradebook.
    """
    names = {"assignment": lesson, "notebook": lesson, "db_url": course.db_url}
    try:
        with Gradebook(course.db_url, course.directory.course_id) as gradebook:
            gradebook.update_or_create_assignment(lesson)
        SaveCells().preprocess(course.release(lesson), {"nbgrader": names})
    except RuntimeError as error:
        raise CourseProblem(
            f"{course.gradebook_name} has submissions for an earlier version of {lesson} with "
            f"other exercises ({error}): grade into a new gradebook, or remove the old ones with "
            f"`nbgrader db assignment remove {lesson} --force`"
        ) from None
    except DatabaseError as error:
        raise CourseProblem(
            f"{course.gradebook_name} cannot be used as a gradebook ({error.orig}): put back a "
            "copy of it, or move it away and grade again, which makes a new one"
        ) from None


def write_grades(
    course: Course,
    lesson: str,
    students: Sequence[str],
    ready: Callable[[str], Pair],
    report: Report,
) -> None:
    """Autograde: results into the gradebook, and graded notebooks into their folders.

    Manual scores, extra credit and comments in the gradebook stay as they are. A written answer
    that a person has graded waits for one again only where its text has changed.

    Args:
        course: where everything is.
        lesson: its id.
        students: whose results to write, one after another.
        ready: gives a student's submission and result, when there is one.
        report: told about each submission when it is done.

    Raises:
        CourseProblem: see `register`.
    """
    register(course, lesson)
    config, said = course.config_for(lesson), Messages()
    converter = _ReadyAutograde(
        _TolerantDirectory(config=config, log=said.log),
        course,
        students,
        ready,
        report,
        said,
        config=config,
        log=said.log,
    )
    with warnings.catch_warnings():
        # nbgrader's own way of adding a submission, about which SQLAlchemy warns
        warnings.simplefilter("ignore", SAWarning)
        converter.start()


class _TolerantDirectory(CourseDirectory):  # type: ignore[misc]
    """A `timestamp.txt` that is no file or holds no time counts as none; nbgrader gives up."""

    def get_existing_timestamp(self, dest_path: str) -> datetime | None:
        """When a submission was handed in, if that is known."""
        if not handed_in_at(Path(dest_path)):
            return None
        try:
            found: datetime | None = super().get_existing_timestamp(dest_path)
        except Exception:  # nbgrader calls a method that does not exist, dateutil overflows, …
            return None
        return found


class _CopiesTaken(BaseConverter):  # type: ignore[misc]
    """Copies what intake took, where nbgrader walks through all that a student handed in.

    Standing behind `Autograde` in the order of classes, it replaces nbgrader's base class only.
    """

    _ready: Callable[[str], Pair]

    def init_assignment(self, assignment_id: str, student_id: str) -> None:
        """Copy a student's files to where the graded notebook will be."""
        submission, _ = self._ready(student_id)
        source = Path(self._format_source(assignment_id, student_id))
        files = dict(submission.files)
        if timestamp := handed_in_at(source):
            files[TIMESTAMP] = timestamp
        for name, content in files.items():
            path = Path(self._format_dest(assignment_id, student_id)) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)


class _ReadyAutograde(Autograde, _CopiesTaken):  # type: ignore[misc]
    """nbgrader's autograde step for results that are there already.

    Also for students who handed in no notebook, whom nbgrader passes over.
    """

    def __init__(
        self,
        directory: CourseDirectory,
        course: Course,
        students: Sequence[str],
        ready: Callable[[str], Pair],
        report: Report,
        said: Messages,
        **kwargs: Any,
    ) -> None:
        super().__init__(directory, **kwargs)
        self._course = course
        self._ready = ready
        self._students = students
        self._report = report
        self._said = said

    def init_notebooks(self) -> None:
        """Every student's notebook, where it should be."""
        lesson = self.coursedir.assignment_id
        folders = (self._format_source(lesson, student) for student in self._students)
        self.assignments = {folder: [f"{folder}/{lesson}.ipynb"] for folder in folders}

    def init_single_notebook_resources(self, notebook_filename: str) -> Resources:
        """What nbgrader tells exporter and preprocessors about a notebook, and its result."""
        resources: Resources = super().init_single_notebook_resources(notebook_filename)
        resources[GRADED] = self._ready(resources["nbgrader"]["student"])
        return resources

    def convert_notebooks(self) -> None:
        """One student after another; a failure is reported and stops nobody else."""
        everything, lesson = self.assignments, self.coursedir.assignment_id
        has_written = self._course.points_by_hand(lesson) > 0
        for student, folder in zip(self._students, list(everything), strict=True):
            self.assignments = {folder: everything[folder]}
            problem = ""
            try:
                student.encode()
                with kept_reviewed(self._course, lesson, student) if has_written else nullcontext():
                    super().convert_notebooks()
            except UnicodeEncodeError:
                problem = "a gradebook cannot hold this name, which is not UTF-8: rename the folder"
            except NbGraderException:
                problem = f"nbgrader could not write the grade: {self._said.taken()}"
            self._report(student, problem)
