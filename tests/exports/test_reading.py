"""What is read from a gradebook is what nbgrader says it holds."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from ptbasics.grading.course import Course, CourseProblem
from ptbasics.grading.exports.reading import read_scores
from tests.exports.gradebooks import (
    HANDED_IN,
    HOMEWORK,
    STUDENTS,
    change,
    course_at,
    in_gradebook,
)
from tests.grading.handed_in import LESSON

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")


def be_late(gradebook: Gradebook) -> None:
    submission = gradebook.find_submission(LESSON, "ada")
    submission.timestamp = HANDED_IN + timedelta(hours=2)
    submission.notebooks[0].late_submission_penalty = 0.75


def comment(gradebook: Gradebook) -> None:
    gradebook.find_comment("softmax", LESSON, LESSON, "ada").manual_comment = "Neat.\nReally."
    gradebook.find_comment("card", LESSON, LESSON, "ada").auto_comment = "No response."


def test_all_that_the_gradebook_knows_of_a_submission(course: Course) -> None:
    in_gradebook(
        course,
        be_late,
        comment,
        lambda book: change(book, "ada", "softmax-check", manual_score=2.5, extra_credit=0.25),
    )
    scores = read_scores(course)
    score = scores.scores["ada", LESSON]
    softmax, card, warmest = sorted(
        score.exercises, key=lambda exercise: ["softmax", "card", "warmest"].index(exercise.name)
    )
    assert (softmax.automatic, softmax.manual, softmax.extra_credit) == (2.0, 2.5, 0.25)
    assert (softmax.score, softmax.max_score, softmax.comment) == (2.75, 3.0, "Neat.\nReally.")
    assert (card.score, card.max_score, card.waits) == (0.0, 4.0, True)
    assert (warmest.score, warmest.manual, warmest.waits) == (1.5, None, False)
    assert (score.raw, score.late_penalty, score.total) == (4.25, 0.75, 3.5)
    assert score.seconds_late == 7200
    assert score.waits
    assert score.remarks == [
        "handed in late: 0.75 points less",
        "card: not graded yet",
        "softmax: Neat. Really.",
        "card: No response.",
    ]


def test_totals_are_those_of_nbgrader(course: Course) -> None:
    in_gradebook(course, be_late, lambda book: change(book, "rtl", "card", manual_score=3.3))
    scores = read_scores(course)
    with Gradebook(course.db_url, course.directory.course_id) as gradebook:
        for lesson in scores.lessons:
            assert lesson.max_score == gradebook.find_assignment(lesson.name).max_score
            submissions = gradebook.assignment_submissions(lesson.name)
            assert len(submissions) == sum(1 for _, name in scores.scores if name == lesson.name)
            for submission in submissions:
                score = scores.scores[submission.student_id, lesson.name]
                assert score.raw == pytest.approx(submission.score)
                assert score.late_penalty == submission.late_submission_penalty
                assert score.waits == submission.needs_manual_grade


def test_exercises_stand_in_the_lessons_order(course: Course) -> None:
    scores = read_scores(course)
    names = [exercise.name for exercise in scores.scores["ada", LESSON].exercises]
    assert names == ["warmest", "softmax", "card"]


def test_everybody_is_there_and_any_assignment(course: Course) -> None:
    scores = read_scores(course, titles={LESSON: "Operations"})
    assert len(scores.students) == len(STUDENTS)
    assert [lesson.title for lesson in scores.lessons] == ["Operations", HOMEWORK]
    assert scores.scores["ada", HOMEWORK].total == 1
    assert ("absent", LESSON) not in scores.scores
    [lesson] = read_scores(course, [LESSON]).lessons
    assert lesson.name == LESSON


def test_a_penalty_takes_no_more_than_there_is(course: Course) -> None:

    def be_very_late(gradebook: Gradebook) -> None:
        notebook = gradebook.find_submission(LESSON, "ada").notebooks[0]
        notebook.late_submission_penalty = 100

    in_gradebook(course, be_very_late)
    assert read_scores(course).scores["ada", LESSON].total == 0


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    course = course_at(tmp_path)
    with pytest.raises(CourseProblem, match="run `ptbasics grade` first"):
        read_scores(course)
    assert not course.gradebook.exists()
    course.gradebook.write_bytes(b"no database" * 1000)
    with pytest.raises(CourseProblem, match="cannot be read as a gradebook"):
        read_scores(course)


@pytest.mark.parametrize("titles", [{}, {"03_autograd": "Autograd"}])
def test_a_lesson_that_it_does_not_know(course: Course, titles: dict[str, str]) -> None:
    with pytest.raises(CourseProblem, match="has no 03_autograd, only 02_operations, homework"):
        read_scores(course, [] if titles else ["03_autograd"], titles)
