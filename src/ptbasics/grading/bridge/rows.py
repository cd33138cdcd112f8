"""A lesson in nbgrader's gradebook: rows of many submissions, read at once and written together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nbgrader.api import (
    Assignment,
    Comment,
    Grade,
    GradeCell,
    MissingEntry,
    Notebook,
    SolutionCell,
    SourceCell,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
    TaskCell,
)
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload


@dataclass(frozen=True)
class NotebookCells:
    """What the gradebook knows about a released notebook; cells by their name."""

    id: str
    name: str
    kernelspec: str | None
    sources: Mapping[str, SourceCell]
    graded: Mapping[str, GradeCell | TaskCell]
    commented: Mapping[str, SolutionCell | TaskCell]

    @classmethod
    def of(cls, session: Session, notebook: Notebook) -> NotebookCells:
        """Those of a notebook, loaded to the last column: they outlive the session."""

        def by_name(kind: Any) -> dict[str, Any]:
            cells = session.scalars(select(kind).filter_by(notebook_id=notebook.id))
            return {cell.name: cell for cell in cells}

        tasks = by_name(TaskCell)
        return cls(
            notebook.id,
            notebook.name,
            notebook.kernelspec,
            by_name(SourceCell),
            by_name(GradeCell) | tasks,
            by_name(SolutionCell) | tasks,
        )


@dataclass(frozen=True)
class SubmissionRows:
    """One submission's rows; answers what nbgrader's steps ask a gradebook about it.

    Attributes:
        cells: those of the notebook that was released.
        names: what notebooks of the assignment are called, by their id.
        submission, notebook: the submission, and its one notebook of the lesson.
        grades, comments: by the name of their cell.
        flush: sends what has changed to the database, inside of the transaction.
        commit: called by nbgrader's steps after each change.
    """

    cells: NotebookCells
    names: Mapping[str, str]
    submission: SubmittedAssignment
    notebook: SubmittedNotebook
    grades: Mapping[str, Grade]
    comments: Mapping[str, Comment]
    flush: Callable[[], None]
    commit: Callable[[], None]

    @property
    def db(self) -> SubmissionRows:
        """What nbgrader's steps commit."""
        return self

    def find_source_cell(self, name: str, *_: str) -> SourceCell:
        """A cell as it was released."""
        return _entry(self.cells.sources, name)

    def find_graded_cell(self, name: str, *_: str) -> GradeCell | TaskCell:
        """A cell that gives points, as it was released."""
        return _entry(self.cells.graded, name)

    def find_grade(self, name: str, *_: str) -> Grade:
        """The grade of a cell."""
        return _entry(self.grades, name)

    def find_comment(self, name: str, *_: str) -> Comment:
        """The comment on a cell."""
        return _entry(self.comments, name)


def _entry(rows: Mapping[str, Any], name: str) -> Any:
    """The row of a name.

    Raises:
        MissingEntry: there is none, which nbgrader's steps expect to hear in this way.
    """
    if name not in rows:
        raise MissingEntry(f"No such cell: {name}")
    return rows[name]


class LessonRows:
    """The submissions for a lesson, in one session after another.

    Args:
        open_session: begins a session with the gradebook; its objects last beyond a commit.
        lesson: its id.
        at_once: commit each change by itself, as nbgrader does, for steps of a course's own that
            look into the gradebook.

    Raises:
        NoResultFound: the gradebook does not know the lesson.
    """

    def __init__(
        self, open_session: Callable[[], Session], lesson: str, *, at_once: bool = False
    ) -> None:
        self._open, self._lesson, self._at_once = open_session, lesson, at_once
        with open_session() as session:
            assignment = session.scalars(select(Assignment).filter_by(name=lesson)).one()
            self._id: str = assignment.id
            self._notebooks = [
                NotebookCells.of(session, notebook) for notebook in assignment.notebooks
            ]

    def session(self) -> Session:
        """A session for the rows of some submissions; leaving it without a commit changes nothing.

        Nothing is sent before a commit or a flush: until then, others may write.
        """
        return self._open()

    def read_or_add(
        self, session: Session, handed_in: Mapping[str, datetime | None], *, add_students: bool
    ) -> dict[str, SubmissionRows]:
        """The rows of some students, as nbgrader makes them where there are none.

        Args:
            session: from `session`.
            handed_in: the students, and when they handed in, if that is known.
            add_students: whether students may be new.

        Raises:
            MissingEntry: they may not, and one is.
        """
        found = {submission.student_id: submission for submission in self._read(session, handed_in)}
        rows = {}
        for student, moment in handed_in.items():
            submission = found.get(student) or self._added(session, student, add_students)
            if moment:
                submission.timestamp = moment
            rows[student] = self._rows_of(session, submission)
        if self._at_once:
            session.commit()
        return rows

    def _read(self, session: Session, students: Iterable[str]) -> Iterable[SubmittedAssignment]:
        notebooks = selectinload(SubmittedAssignment.notebooks)
        # without what nbgrader computes from other tables for each of them
        grades = notebooks.selectinload(SubmittedNotebook.grades).load_only(
            Grade.cell_id, Grade.auto_score, Grade.manual_score, Grade.needs_manual_grade
        )
        comments = notebooks.selectinload(SubmittedNotebook.comments).load_only(
            Comment.cell_id, Comment.auto_comment
        )
        query = select(SubmittedAssignment).options(grades, comments)
        return session.scalars(
            query.where(
                SubmittedAssignment.assignment_id == self._id,
                SubmittedAssignment.student_id.in_(students),
            )
        )

    def _added(self, session: Session, student: str, add_students: bool) -> SubmittedAssignment:
        """A new submission, with a row for everything that a person or a machine may fill in."""
        known = session.get(Student, student)
        if known is None and not add_students:
            raise MissingEntry(f"No student with ID '{student}' exists in the database")
        submission = SubmittedAssignment(
            assignment=session.get_one(Assignment, self._id), student=known or Student(id=student)
        )
        for cells in self._notebooks:
            notebook = SubmittedNotebook(notebook_id=cells.id, assignment=submission)
            notebook.grades = [Grade(cell_id=cell.id) for cell in cells.graded.values()]
            notebook.comments = [Comment(cell_id=cell.id) for cell in cells.commented.values()]
        session.add(submission)
        return submission

    def _rows_of(self, session: Session, submission: SubmittedAssignment) -> SubmissionRows:
        [cells] = [cells for cells in self._notebooks if cells.name == self._lesson]
        [notebook] = [part for part in submission.notebooks if part.notebook_id == cells.id]
        grades = {grade.cell_id: grade for grade in notebook.grades}
        comments = {comment.cell_id: comment for comment in notebook.comments}
        return SubmissionRows(
            cells,
            {released.id: released.name for released in self._notebooks},
            submission,
            notebook,
            {name: grades[cell.id] for name, cell in cells.graded.items() if cell.id in grades},
            {n: comments[cell.id] for n, cell in cells.commented.items() if cell.id in comments},
            session.flush,
            session.commit if self._at_once else _nothing,
        )


def _nothing() -> None:
    """The batch is committed as a whole."""
