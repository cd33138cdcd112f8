"""The scores of a class, as every format finds them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from math import fsum

from ptbasics.grading.course import Course
from ptbasics.grading.exports.text import single_line


@dataclass(frozen=True)
class Student:
    """A student as the gradebook knows them; what it does not know is "".

    `id` is the name of their folder, and `lms_user_id` is theirs in the institution's system.
    """

    id: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    lms_user_id: str = ""

    @property
    def name(self) -> str:
        """First and last name, or the id of somebody without a name, on one line."""
        return single_line(f"{self.first_name} {self.last_name}") or single_line(self.id)

    @property
    def sortable_name(self) -> str:
        """`Last, First`, or what there is of it, on one line."""
        known = filter(None, map(single_line, (self.last_name, self.first_name)))
        return ", ".join(known) or single_line(self.id)


@dataclass(frozen=True)
class ExerciseScore:
    """The points of a student for one exercise or written answer.

    Attributes:
        name: of the exercise as students know it, or of the graded cell.
        cell: nbgrader's id of the graded cell.
        automatic: the grader's points; None for what only a person can grade.
        manual: a person's points, which count in place of the grader's; None without any.
        extra_credit: added to either.
        score: what counts.
        max_score: the best possible score without extra credit.
        waits: whether a person is still to grade it.
        comment: what a person says about it; "" for nothing.
    """

    name: str
    cell: str
    automatic: float | None
    manual: float | None
    extra_credit: float
    score: float
    max_score: float
    waits: bool
    comment: str


@dataclass(frozen=True)
class Lesson:
    """A lesson in the gradebook; `title` is what an export calls it, `due` is in UTC."""

    name: str
    title: str
    max_score: float
    due: datetime | None


@dataclass(frozen=True)
class LessonScore:
    """The points of a student for one lesson; times are in UTC."""

    student: Student
    lesson: Lesson
    exercises: tuple[ExerciseScore, ...]
    late_penalty: float
    seconds_late: float
    handed_in: datetime | None

    @property
    def raw(self) -> float:
        """The sum of the exercises, before the penalty for being late."""
        return fsum(exercise.score for exercise in self.exercises)

    @property
    def total(self) -> float:
        """What counts: never below zero, as nbgrader exports it, in hundredths of a point."""
        return round(max(0.0, self.raw - self.late_penalty), 2)

    @property
    def waits(self) -> bool:
        """Whether a person is still to grade something."""
        return any(exercise.waits for exercise in self.exercises)

    @property
    def remarks(self) -> list[str]:
        """What there is to say beside the points: lateness, what waits, comments by persons."""
        late = [f"handed in late: {self.late_penalty:g} points less"] * bool(self.late_penalty)
        waits = [
            f"{exercise.name}: not graded yet" for exercise in self.exercises if exercise.waits
        ]
        said = [
            f"{exercise.name}: {single_line(exercise.comment)}"
            for exercise in self.exercises
            if exercise.comment
        ]
        return late + waits + said


@dataclass(frozen=True)
class ClassScores:
    """Everybody in the gradebook, and their scores for some lessons.

    Attributes:
        course: whose gradebook they come from.
        students: in the order of their names; also those who handed in nothing.
        lessons: in order.
        scores: by the ids of student and lesson; nothing for who handed in nothing.
    """

    course: Course
    students: tuple[Student, ...]
    lessons: tuple[Lesson, ...]
    scores: Mapping[tuple[str, str], LessonScore]

    def of(self, student: Student) -> list[LessonScore]:
        """What a student handed in, in the order of the lessons."""
        handed_in = (self.scores.get((student.id, lesson.name)) for lesson in self.lessons)
        return [score for score in handed_in if score is not None]

    def all(self) -> list[LessonScore]:
        """Every score, by student and lesson."""
        return [score for student in self.students for score in self.of(student)]
