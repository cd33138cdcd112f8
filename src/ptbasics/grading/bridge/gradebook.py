"""nbgrader's gradebook and graded notebooks, written in batches of submissions.

Every row and file equals what nbgrader's autograde step would write. That step takes a fifth of a
second for each submission: it converts a notebook twice, and commits thirty times.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from copy import deepcopy
from datetime import datetime
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import writes
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import SaveCells
from nbgrader.utils import find_all_files
from nbgrader.utils import rmtree as remove_folder
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from ptbasics.grading.bridge.by_hand import keep_reviewed, reviewed
from ptbasics.grading.bridge.preprocessor import RESULT, Pair
from ptbasics.grading.bridge.rows import LessonRows, SubmissionRows
from ptbasics.grading.bridge.steps import ROWS, Step, look_into_the_gradebook, on_rows
from ptbasics.grading.course import Course, CourseProblem
from ptbasics.grading.intake.files import TIMESTAMP, handed_in_at
from ptbasics.nbgrader_tools import Messages

#: Called with the student's id after each submission, and with what went wrong ("" for nothing).
Report = Callable[[str, str], None]
#: A batch is written when it has so many submissions, or its first one has waited so long.
MAX_SUBMISSIONS = 100
MAX_SECONDS = 2.0


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
) -> dict[str, float]:
    """Autograde: results into the gradebook, and graded notebooks into their folders.

    Manual scores, extra credit and comments in the gradebook stay as they are. A written answer
    that a person has graded waits for one again only where its text has changed.

    Whoever is killed in the middle leaves whole batches in the gradebook. Notebooks of the last one
    that were not written yet are there when these grades have been written again.

    Args:
        course: where everything is.
        lesson: its id.
        students: whose results to write, in this order.
        ready: gives a student's submission and result, when there is one.
        report: told about each submission when it is done.

    Returns:
        The seconds that it took, for the gradebook and for graded notebooks.

    Raises:
        CourseProblem: see `register`.
    """
    register(course, lesson)
    config, said = course.config_for(lesson), Messages()
    directory = _TolerantDirectory(config=config, log=said.log)
    writer = _InBatches(directory, course, students, ready, report, config=config, log=said.log)
    writer.start()
    return dict(writer.seconds)


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


class _InBatches(Autograde):  # type: ignore[misc]
    """nbgrader's autograde step for results that are there already, many in one transaction.

    Also for students who handed in no notebook, whom nbgrader passes over. Folders, steps, hooks
    and permissions are those of the course's configuration.
    """

    def __init__(
        self,
        directory: CourseDirectory,
        course: Course,
        students: Sequence[str],
        ready: Callable[[str], Pair],
        report: Report,
        **kwargs: Any,
    ) -> None:
        super().__init__(directory, **kwargs)
        self._course, self._lesson = course, directory.assignment_id
        self._students, self._ready, self._report = students, ready, report
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self._has_written = course.points_by_hand(self._lesson) > 0

    def init_notebooks(self) -> None:
        """Nothing to look for: the students are known."""

    def convert_notebooks(self) -> None:
        """One batch after another; a failure is reported and stops nobody else."""
        steps = self._configured_steps()
        self._steps = on_rows(steps)
        excluded = set(self.coursedir.student_id_exclude.split(","))
        with Gradebook(self._course.db_url, self.coursedir.course_id) as gradebook:
            open_session = partial(
                Session, gradebook.engine, autoflush=False, expire_on_commit=False
            )
            at_once = look_into_the_gradebook(steps)
            self._rows = LessonRows(open_session, self._lesson, at_once=at_once)
            for batch in self._batches():
                self._write([student for student in batch if student not in excluded])
                for student in excluded & set(batch):
                    self._report(student, "")

    def _configured_steps(self) -> list[Step]:
        """The course's steps over a notebook, first those that sanitize, then those that grade."""
        steps: list[Step] = []
        for self._sanitizing in (True, False):
            self._init_preprocessors()
            steps += self.exporter._preprocessors
        self._sanitizing = True  # the side on which submissions are read
        return steps

    def _batches(self) -> Iterator[list[str]]:
        batch: list[str] = []
        begun = 0.0
        for student in self._students:
            self._ready(student)
            begun = begun if batch else time.monotonic()
            batch.append(student)
            if len(batch) >= MAX_SUBMISSIONS or time.monotonic() - begun > MAX_SECONDS:
                yield batch
                batch = []
        if batch:
            yield batch

    @contextmanager
    def _timed(self, what: str) -> Iterator[None]:
        started = time.monotonic()
        try:
            yield
        finally:
            self.seconds[what] += time.monotonic() - started

    def _write(self, students: Sequence[str]) -> None:
        """Write a batch; one that fails is written again one by one, to hold up nobody else."""
        try:
            notebooks = self._into_gradebook(students)
        except Exception as error:  # of the database, of nbgrader's steps, of the course's own
            if len(students) > 1:
                for student in students:
                    self._write([student])
            else:
                self._failed(students[0], error)
            return
        for student, notebook in notebooks.items():
            try:
                with self._timed("graded notebooks"):
                    self._into_folder(student, notebook)
            except Exception as error:  # of the disk, of the course's own hooks
                self._failed(student, error)
            else:
                self._report(student, "")

    def _failed(self, student: str, error: Exception) -> None:
        if isinstance(error, UnicodeEncodeError):
            problem = "a gradebook cannot hold this name, which is not UTF-8: rename the folder"
        else:
            # the first line says it; SQLAlchemy's others give the statement, and where to read on
            said = str(error).strip().partition("\n")[0]
            problem = f"the grade could not be written: {type(error).__name__}: {said}"
        with suppress(OSError):
            remove_folder(self._file(student).parent)
        self._report(student, problem)

    def _into_gradebook(self, students: Sequence[str]) -> dict[str, str]:
        """Grades and comments, in one transaction; the graded notebooks, not yet written."""
        sources = {student: self._format_source(self._lesson, student) for student in students}
        handed_in = {
            student: self.coursedir.get_existing_timestamp(source)
            for student, source in sources.items()
        }
        with self._rows.session() as session:
            with self._timed("gradebook"):
                rows = self._rows.read_or_add(session, handed_in, add_students=self.create_student)
            with self._timed("graded notebooks"):
                notebooks = {
                    student: self._graded(student, sources[student], rows[student])
                    for student in students
                }
            with self._timed("gradebook"):
                session.commit()
        return notebooks

    def _graded(self, student: str, source: str, rows: SubmissionRows) -> str:
        """A graded notebook as the text of a file; points and comments are put into its rows."""
        self.notebooks = [f"{source}/{self._lesson}.ipynb"]
        self.run_pre_convert_hook()
        _give_nothing_for_missing(rows, source)
        submission, result = self._ready(student)
        written = self._file(student)
        before = reviewed(rows.grades, written) if self._has_written else {}
        resources = self.init_single_notebook_resources(self.notebooks[0])
        resources |= {RESULT: result, ROWS: rows}
        notebook = deepcopy(submission.notebook)
        for step in self._steps:
            notebook, resources = step(notebook, resources)
        keep_reviewed(rows.grades, before, notebook)
        nbformat.validate(notebook, relax_add_props=True)
        return f"{writes(notebook)}\n"

    def _into_folder(self, student: str, notebook: str) -> None:
        """The graded notebook, and what was handed in beside it, in place of what was there."""
        source, written = self._format_source(self._lesson, student), self._file(student)
        self.notebooks = [f"{source}/{self._lesson}.ipynb"]
        self.init_destination(self._lesson, student)
        submission, _ = self._ready(student)
        files = dict(submission.files)
        if timestamp := handed_in_at(Path(source)):
            files[TIMESTAMP] = timestamp
        files |= self._masters | {written.name: notebook.encode()}
        for name, content in files.items():
            path = written.parent / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        self.set_permissions(self._lesson, student)
        self.run_post_convert_hook()

    def _file(self, student: str) -> Path:
        """Where a graded notebook is."""
        return Path(self._format_dest(self._lesson, student)) / f"{self._lesson}.ipynb"

    @cached_property
    def _masters(self) -> dict[str, bytes]:
        """The instructor's files, which take the place of a student's copies."""
        folder = Path(
            self.coursedir.format_path(self.coursedir.source_directory, ".", self._lesson)
        )
        kept = {folder / name for name in self.exclude_overwriting.get(self._lesson, [])}
        paths = map(Path, find_all_files(str(folder), [*self.coursedir.ignore, "*.ipynb"]))
        return {
            str(path.relative_to(folder)): path.read_bytes() for path in paths if path not in kept
        }


def _give_nothing_for_missing(rows: SubmissionRows, source: str) -> None:
    """No points for notebooks of the assignment that were not handed in."""
    for notebook in rows.submission.notebooks:
        if not Path(source, f"{rows.names[notebook.notebook_id]}.ipynb").exists():
            for grade in notebook.grades:
                grade.auto_score, grade.needs_manual_grade = 0, False
