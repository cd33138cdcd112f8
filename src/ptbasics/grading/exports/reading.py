"""Reading the scores of a class from nbgrader's gradebook, where every number comes from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    SubmittedAssignment,
    SubmittedNotebook,
)
from sqlalchemy.exc import DatabaseError

from ptbasics.exercise import check_id
from ptbasics.grading.course import Course, CourseProblem
from ptbasics.grading.exports.scores import (
    ClassScores,
    ExerciseScore,
    Lesson,
    LessonScore,
    Student,
)
from ptbasics.registry import exercises
from ptbasics.registry import lessons as lessons_of_the_course


def read_scores(
    course: Course, lessons: Sequence[str] = (), titles: Mapping[str, str] | None = None
) -> ClassScores:
    """Read the gradebook: the whole class, whatever part of it was graded last.

    Args:
        course: whose gradebook.
        lessons: these only; by default every assignment in the gradebook.
        titles: lesson → what an export calls it; by default its id.

    Raises:
        CourseProblem: there is no gradebook, it cannot be read, or it does not know a lesson.
    """
    titles = titles or {}
    if course.db_url.startswith("sqlite") and not course.gradebook.is_file():
        raise CourseProblem(f"there is no {course.gradebook}: run `ptbasics grade` first")
    try:
        with Gradebook(course.db_url, course.directory.course_id) as gradebook:
            assignments = {assignment.name: assignment for assignment in gradebook.assignments}
            wanted = lessons or sorted(assignments)
            if unknown := sorted({*wanted, *titles} - set(assignments)):
                raise CourseProblem(
                    f"{course.gradebook_name} has no {', '.join(unknown)}, only "
                    f"{', '.join(sorted(assignments)) or 'no lesson at all'}: "
                    "run `ptbasics grade LESSON` first"
                )
            students = {row.id: _student(row) for row in gradebook.students}
            scores: list[LessonScore] = []
            listed: list[Lesson] = []
            for name in wanted:
                assignment = assignments[name]
                best, due = float(assignment.max_score), assignment.duedate
                listed.append(Lesson(name, titles.get(name, name), best, due))
                scores += _scores(gradebook, assignment, listed[-1], students)
    except DatabaseError as error:
        raise CourseProblem(
            f"{course.gradebook_name} cannot be read as a gradebook ({error.orig}): put back a "
            "copy of it, or name another folder with --output"
        ) from None
    in_order = sorted(
        students.values(), key=lambda student: (student.sortable_name.casefold(), student.id)
    )
    by_ids = {(score.student.id, score.lesson.name): score for score in scores}
    return ClassScores(course, tuple(in_order), tuple(listed), by_ids)


def _student(row: Any) -> Student:
    columns = ("id", "first_name", "last_name", "email", "lms_user_id")
    return Student(*(str(getattr(row, column) or "") for column in columns))


def _scores(
    gradebook: Gradebook, assignment: Assignment, lesson: Lesson, students: Mapping[str, Student]
) -> list[LessonScore]:
    submissions = gradebook.assignment_submissions(lesson.name)
    penalties: defaultdict[str, float] = defaultdict(float)
    owners: dict[str, str] = {}
    for notebook in gradebook.db.query(SubmittedNotebook).filter(_of(assignment)).all():
        owners[notebook.id] = notebook.assignment.student_id
        penalties[notebook.assignment.student_id] += notebook.late_submission_penalty or 0.0
    exercises_of: defaultdict[str, list[ExerciseScore]] = defaultdict(list)
    for notebook_id, exercise in _exercise_scores(gradebook, assignment):
        exercises_of[owners[notebook_id]].append(exercise)
    return [
        LessonScore(
            students[submission.student_id],
            lesson,
            tuple(exercises_of[submission.student_id]),
            penalties[submission.student_id],
            float(submission.total_seconds_late),
            submission.timestamp,
        )
        for submission in submissions
    ]


def _exercise_scores(
    gradebook: Gradebook, assignment: Assignment
) -> list[tuple[str, ExerciseScore]]:
    """Each with the id of its submitted notebook, in the lesson's order.

    One query for the whole class: asking for one grade after another takes minutes.
    """
    best = {
        cell.id: float(cell.max_score)
        for notebook in assignment.notebooks
        for cell in (*notebook.grade_cells, *notebook.task_cells)
    }
    names = _exercise_names(assignment.name)
    comments = {
        (notebook_id, cell): comment
        for notebook_id, cell, comment in _rows(gradebook, assignment, Comment, Comment.comment)
    }
    columns = (
        *(Grade.cell_id, Grade.auto_score, Grade.manual_score, Grade.extra_credit),
        *(Grade.score, Grade.needs_manual_grade),
    )
    found = []
    for notebook_id, cell, cell_id, automatic, manual, extra, score, waits in _rows(
        gradebook, assignment, Grade, *columns
    ):
        name = names.get(cell, cell)
        exercise = ExerciseScore(
            name=name,
            cell=cell,
            automatic=automatic,
            manual=manual,
            extra_credit=extra or 0.0,
            score=score,
            max_score=best.get(cell_id, 0.0),
            waits=waits,
            # nbgrader keeps comments with answers, and those are other cells than the graded ones
            comment=comments.get((notebook_id, cell)) or comments.get((notebook_id, name)) or "",
        )
        found.append((notebook_id, exercise))
    places = {cell: place for place, cell in enumerate(names)}
    return sorted(found, key=lambda row: (places.get(row[1].cell, len(places)), row[1].cell))


def _rows(
    gradebook: Gradebook, assignment: Assignment, table: Any, *columns: Any
) -> Iterable[tuple[Any, ...]]:
    """The id of a submitted notebook, the name of a cell, and columns of a table about the two."""
    rows: Iterable[tuple[Any, ...]] = (
        gradebook.db.query(table.notebook_id, BaseCell.name, *columns)
        .join(BaseCell, table.cell_id == BaseCell.id)
        .join(SubmittedNotebook, table.notebook_id == SubmittedNotebook.id)
        .filter(_of(assignment))
        .all()
    )
    return rows


def _of(assignment: Assignment) -> Any:
    """Picks the submitted notebooks of an assignment."""
    return SubmittedNotebook.assignment.has(SubmittedAssignment.assignment_id == assignment.id)


def _exercise_names(lesson: str) -> dict[str, str]:
    """Graded cell → the exercise that it checks, in the lesson's order."""
    if lesson not in lessons_of_the_course():
        return {}
    return {check_id(exercise.symbol): exercise.symbol for exercise in exercises(lesson)}
