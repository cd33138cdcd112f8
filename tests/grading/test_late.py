"""Due dates, extensions and penalties of the course file, in nbgrader's gradebook."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory

from ptbasics.grading.batch import grade_lesson
from ptbasics.grading.bridge import preprocessor
from ptbasics.grading.bridge.gradebook import register
from ptbasics.grading.course import Course
from ptbasics.grading.grader import Grader
from tests.grading.courses import course_root
from tests.grading.handed_in import (
    BEST,
    LESSON,
    SEED,
    VICTIM,
    WORTH,
    InProcess,
    answered,
    hand_in,
    mistaken,
)

# 18:00 in Berlin is 16:00 in UTC
COURSE = f"""
timezone = "Europe/Berlin"
[lessons.{LESSON}]
due = 2027-04-19 18:00:00
[extensions]
bob = 2
[late]
per_day = 0.1
grace_hours = 1
cap = 0.25
"""
HANDED_IN = {
    "ada": "2027-04-19 16:59:00 UTC",
    "bob": "2027-04-21 15:00:00 UTC",
    "cem": "2027-04-20 15:00:00 UTC",
    "dan": "2027-05-20 15:00:00 UTC",
    "eve": "",
}
TAKEN = {"ada": 0, "bob": 0, "cem": 0.1, "dan": 0.25, "eve": 0}


def hand_in_all(root: Path) -> None:
    for student, moment in HANDED_IN.items():
        place = hand_in(root / "submitted", student, answered())
        if moment:
            (place / "timestamp.txt").write_text(moment)


def penalties(course: Course) -> dict[str, float]:
    with Gradebook(course.db_url, "ptbasics") as gradebook:
        return {
            submission.student.id: submission.late_submission_penalty
            for submission in gradebook.assignment_submissions(LESSON)
        }


def test_late_work_costs_what_the_course_file_says(tmp_path: Path) -> None:
    root = course_root(tmp_path, COURSE)
    hand_in_all(root)
    grade_lesson(root, LESSON, seed=SEED, feedback=False, runner=InProcess())
    course = Course.at(root)
    assert penalties(course) == {student: BEST * taken for student, taken in TAKEN.items()}
    with Gradebook(course.db_url, "ptbasics") as gradebook:
        assert gradebook.find_assignment(LESSON).duedate == datetime(2027, 4, 19, 16)
        bob = gradebook.find_submission(LESSON, "bob")
        assert bob.extension == timedelta(days=2)
        assert bob.total_seconds_late == 0
        assert gradebook.find_submission(LESSON, "dan").score == BEST, "the penalty stands beside"

    milder = COURSE.replace("per_day = 0.1", "per_day = 0.05").replace("bob = 2", "cem = 1")
    (root / "course.toml").write_text(milder)
    grade_lesson(root, LESSON, seed=SEED, feedback=False, runner=InProcess())
    taken = {"ada": 0, "bob": 0.1, "cem": 0, "dan": 0.25, "eve": 0}
    assert penalties(course) == {student: BEST * part for student, part in taken.items()}


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
def test_nbgraders_own_command_takes_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = course_root(tmp_path, COURSE)
    hand_in_all(root)
    course = Course.at(root)
    monkeypatch.setattr(
        preprocessor, "Grader", lambda course: Grader(course, seed=SEED, runner=InProcess())
    )
    register(course, LESSON)
    config = course.config_for(LESSON)
    Autograde(CourseDirectory(config=config), config=config).start()
    assert penalties(course) == {student: BEST * taken for student, taken in TAKEN.items()}


def test_without_a_course_file_a_due_date_of_the_gradebook_stays_and_costs_nothing(
    tmp_path: Path,
) -> None:
    root = course_root(tmp_path)
    hand_in_all(root)
    course = Course.at(root)
    due = datetime(2027, 1, 1)
    with Gradebook(course.db_url, "ptbasics") as gradebook:
        gradebook.add_assignment(LESSON, duedate=due)
    grade_lesson(root, LESSON, seed=SEED, feedback=False, runner=InProcess())
    assert set(penalties(course).values()) == {0}
    with Gradebook(course.db_url, "ptbasics") as gradebook:
        assert gradebook.find_assignment(LESSON).duedate == due
        assert gradebook.find_submission(LESSON, "dan").total_seconds_late > 0


def test_points_of_the_course_file_are_those_of_grade_and_gradebook(tmp_path: Path) -> None:
    root = course_root(tmp_path, f"[lessons.{LESSON}.points]\n{VICTIM} = {WORTH + 2}\n")
    hand_in(root / "submitted", "ada", answered())
    hand_in(root / "submitted", "bob", answered(softmax=mistaken("overflow")))
    hand_in(root / "submitted", "cut_off", b"{")
    runner = InProcess()
    batch = grade_lesson(root, LESSON, seed=SEED, feedback=False, runner=runner)
    assert batch.problems == []
    ada, bob, cut_off = (graded.result for graded in batch.graded)
    assert (ada.points, ada.max_points) == (BEST + 2, BEST + 2)
    assert (cut_off.points, cut_off.max_points) == (0, BEST + 2)
    worth_more = next(verdict for verdict in bob.verdicts if verdict.symbol == VICTIM)
    assert 0 < worth_more.points < worth_more.max_points == WORTH + 2
    with Gradebook(Course.at(root).db_url, "ptbasics") as gradebook:
        assert gradebook.find_submission(LESSON, "ada").max_score == BEST + 2
        assert gradebook.find_submission(LESSON, "ada").score == BEST + 2
        assert gradebook.find_submission(LESSON, "bob").score == bob.points

    (root / "course.toml").unlink()
    again = grade_lesson(root, LESSON, seed=SEED, feedback=False, runner=runner)
    assert all(graded.cached for graded in again.graded[:2]), "other points need no other run"
    less = next(verdict for verdict in again.graded[1].result.verdicts if verdict.symbol == VICTIM)
    assert worth_more.points == pytest.approx(less.points * (WORTH + 2) / WORTH, abs=0.01)


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
def test_nbgraders_own_command_names_the_way_to_other_points(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    root = course_root(tmp_path)
    hand_in(root / "submitted", "ada", answered())
    register(Course.at(root), LESSON)
    (root / "course.toml").write_text(f"[lessons.{LESSON}.points]\n{VICTIM} = {WORTH + 2}\n")
    course = Course.at(root)
    monkeypatch.setattr(
        preprocessor, "Grader", lambda course: Grader(course, seed=SEED, runner=InProcess())
    )
    config = course.config_for(LESSON)
    with pytest.raises(NbGraderException):
        Autograde(CourseDirectory(config=config), config=config).start()
    assert f"run `ptbasics grade {LESSON}`" in caplog.text
