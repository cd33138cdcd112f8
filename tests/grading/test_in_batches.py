"""Grades written in batches are those that nbgrader's own step writes, row by row."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory

from ptbasics.grading.batch import grade_lesson
from ptbasics.grading.bridge import preprocessor
from ptbasics.grading.bridge.gradebook import _InBatches, register, write_grades
from ptbasics.grading.bridge.preprocessor import Pair
from ptbasics.grading.course import Course
from ptbasics.grading.grader import Grader
from tests.grading.handed_in import (
    LESSON,
    ROOT,
    SEED,
    InProcess,
    answered,
    hand_in,
    mistaken,
)
from tests.grading.written import CARD, UNWRITTEN, WRITTEN, handed_in, with_card, write_course

pytestmark = [pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning"), pytest.mark.slow]
DUE = datetime(2026, 3, 1, 12, tzinfo=UTC)
STUDENTS = ["ada", "bob", "cut_off", "dan", "eve", "fay", "gus", "no_notebook"]
TABLES = {
    *("alembic_version", "assignment", "base_cell", "comment", "course", "grade", "grade_cells"),
    *("notebook", "solution_cells", "source_cell", "student", "submitted_assignment"),
    *("submitted_notebook", "task_cells"),
}
ZERO = 'c.LateSubmissionPlugin.penalty_method = "zero"'
OWN = """
c.AssignLatePenalties.plugin_class = "tests.grading.own_step.Halves"
c.Autograde.autograde_preprocessors.insert(5, "tests.grading.own_step.NotesScore")
"""


class EveryStudent(Autograde):  # type: ignore[misc]
    """nbgrader's step, also for students without a notebook, whom it passes over."""

    def init_notebooks(self) -> None:
        folders = [self._format_source(LESSON, student) for student in sorted(STUDENTS)]
        handed_in = [folder for folder in folders if Path(folder).is_dir()]
        self.assignments = {folder: [f"{folder}/{LESSON}.ipynb"] for folder in handed_in}


@pytest.fixture(params=[ZERO, OWN], ids=["as_configured_here", "with_steps_of_its_own"])
def root(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A course in which a class has handed in."""
    root = write_course(tmp_path)
    (root / "solutions" / LESSON / "data.csv").write_text("the instructor's")
    with (root / "nbgrader_config.py").open("a") as config:
        config.write(request.param)
    submitted = root / "submitted"
    classroom: dict[str, NotebookNode | bytes] = {
        "ada": handed_in(),
        "bob": with_card(answered(softmax=mistaken("overflow")), WRITTEN),
        "cut_off": b'{"cells": [',
        "dan": handed_in(UNWRITTEN),
        "eve": handed_in("#### Data\n\nDigits."),
        "fay": handed_in("#### Data\n\nPhotos."),
        "gus": handed_in(),
    }
    for student, notebook in classroom.items():
        hand_in(submitted, student, notebook)
    (submitted / "no_notebook" / LESSON).mkdir(parents=True)
    (submitted / "ada" / LESSON / "data.csv").write_text("hers")
    (submitted / "ada" / LESSON / "helper.py").write_text("x = 1")
    hand_in_at("bob", submitted, DUE + timedelta(hours=5))
    hand_in_at("eve", submitted, DUE + timedelta(hours=1))
    hand_in_at("fay", submitted, DUE - timedelta(days=1))
    hand_in_at("cut_off", submitted, DUE + timedelta(days=1))
    return root


def hand_in_at(student: str, submitted: Path, moment: datetime) -> None:
    stamp = f"{moment:%Y-%m-%d %H:%M:%S} UTC"
    (submitted / student / LESSON / "timestamp.txt").write_text(stamp)


def by_nbgrader(course: Course) -> None:
    config = course.config_for(LESSON)
    EveryStudent(CourseDirectory(config=config), config=config).start()


def by_us(course: Course, students: list[str] | None = None) -> dict[str, str]:
    problems: dict[str, str] = {}
    with Grader(course, seed=SEED, runner=InProcess()) as grader:
        results: dict[str, Pair] = {}

        def ready(student: str) -> Pair:
            if student not in results:
                submission = grader.take_in(student, LESSON)
                results[student] = submission, grader.result(submission)[0]
            return results[student]

        write_grades(
            course, LESSON, students or course.students(LESSON), ready, problems.__setitem__
        )
    return problems


def tables(course: Course) -> dict[str, list[tuple[tuple[str, Any], ...]]]:
    """Every table, sorted; random ids become what they stand for, or are left out."""
    with sqlite3.connect(course.gradebook) as book:
        book.row_factory = sqlite3.Row
        names = [
            name for (name,) in book.execute("SELECT name FROM sqlite_master WHERE type='table'")
        ]
        rows = {name: list(map(dict, book.execute(f"SELECT * FROM {name}"))) for name in names}
    book.close()
    submissions = {row["id"]: row["student_id"] for row in rows["submitted_assignment"]}
    for row in rows["submitted_notebook"]:
        submissions[row["id"]] = f"{submissions[row['assignment_id']]}, {row['notebook_id']}"
        row["assignment_id"] = submissions[row["assignment_id"]]
    for name in ("grade", "comment"):
        for row in rows[name]:
            row["notebook_id"] = submissions[row["notebook_id"]]
    for name in ("submitted_assignment", "submitted_notebook", "grade", "comment"):
        for row in rows[name]:
            del row["id"]
    return {
        name: sorted((tuple(row.items()) for row in found), key=repr)
        for name, found in rows.items()
    }


def graded_files(course: Course) -> dict[str, tuple[int, bytes]]:
    folder = course.autograded("", "")
    return {
        str(path.relative_to(folder)): (path.stat().st_mode, path.read_bytes())
        for path in folder.rglob("*")
        if path.is_file()
    }


def by_hand(course: Course) -> None:
    """What an instructor does between two gradings."""
    with Gradebook(course.db_url, "ptbasics") as book:
        book.find_assignment(LESSON).duedate = DUE.replace(tzinfo=None)
        book.grant_extension(LESSON, "eve", hours=2)
        for student, score in {"ada": 4.0, "eve": 2.0, "fay": 1.0}.items():
            card = book.find_grade(CARD, LESSON, LESSON, student)
            card.manual_score, card.needs_manual_grade = score, False
        check = book.find_grade("softmax-check", LESSON, LESSON, "bob")
        check.manual_score, check.extra_credit = 1.5, 0.1
        book.find_grade("one_hot-check", LESSON, LESSON, "cut_off").extra_credit = 0.25
        book.find_comment("softmax", LESSON, LESSON, "bob").manual_comment = "Come and see me"
        book.find_submission_notebook(LESSON, LESSON, "dan").flagged = True
        book.update_or_create_student("fay", first_name="Fay", last_name="Ng")
        book.db.commit()
        book.remove_student("gus")


def hand_in_again(submitted: Path) -> None:
    """One text changes, and one is handed in late; one student leaves."""
    hand_in(submitted, "eve", handed_in("#### Data\n\nDigits and noise."))
    hand_in_at("fay", submitted, DUE + timedelta(seconds=1))
    shutil.rmtree(submitted / "dan")


@pytest.fixture
def courses(root: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Course, Course]:
    """The course twice, with gradebooks that know the lesson; only what is written differs."""

    def with_runner(course: Course) -> Grader:
        return Grader(course, seed=SEED, runner=InProcess())

    monkeypatch.setattr(preprocessor, "Grader", with_runner)
    submitted = root / "submitted"
    nbgraders, our = (
        Course.at(root, submitted=submitted, output=root / name) for name in ("theirs", "ours")
    )
    register(nbgraders, LESSON)
    shutil.copy(nbgraders.gradebook, our.gradebook)
    return nbgraders, our


def test_every_row_and_every_file_is_as_nbgrader_writes_it(
    courses: tuple[Course, Course], root: Path
) -> None:
    nbgraders, our = courses
    by_nbgrader(nbgraders)
    assert by_us(our) == dict.fromkeys(STUDENTS, "")
    first = tables(our)
    assert set(first) == TABLES
    assert first == tables(nbgraders)
    assert graded_files(our) == graded_files(nbgraders)
    for course in courses:
        by_hand(course)
    hand_in_again(root / "submitted")
    by_nbgrader(nbgraders)
    keep_what_is_reviewed(nbgraders, "ada", "fay")
    assert by_us(our) == dict.fromkeys(set(STUDENTS) - {"dan"}, "")
    second = tables(our)
    assert second == tables(nbgraders)
    assert graded_files(our) == graded_files(nbgraders)
    for name in ("grade", "submitted_assignment", "submitted_notebook", "student"):
        assert second[name] != first[name]
    with Gradebook(our.db_url, "ptbasics") as book:
        late = {
            submission.student.id: submission.late_submission_penalty
            for submission in book.assignment_submissions(LESSON)
        }
    assert {student for student, penalty in late.items() if penalty} == {"bob", "cut_off", "fay"}


def keep_what_is_reviewed(course: Course, *students: str) -> None:
    """The one thing that we do otherwise: a text that a person has graded stays graded."""
    with Gradebook(course.db_url, "ptbasics") as book:
        for student in students:
            card = book.find_grade(CARD, LESSON, LESSON, student)
            assert card.needs_manual_grade
            card.needs_manual_grade = False
        book.db.commit()


def test_one_that_the_gradebook_refuses_costs_nobody_else_anything(
    courses: tuple[Course, Course],
) -> None:
    _, our = courses
    with sqlite3.connect(our.gradebook) as book:
        book.execute(
            "CREATE TRIGGER full BEFORE INSERT ON student WHEN NEW.id = 'bob' "
            "BEGIN SELECT RAISE(FAIL, 'disk is full'); END"
        )
    book.close()
    problems = by_us(our)
    assert "disk is full" in problems.pop("bob")
    assert problems == dict.fromkeys(set(STUDENTS) - {"bob"}, "")
    assert {row["id"] for row in map(dict, tables(our)["student"])} == set(problems)
    assert {path.partition("/")[0] for path in graded_files(our)} == set(problems)


def test_whoever_is_ended_before_the_notebooks_are_written_asks_for_the_same_reviews(
    courses: tuple[Course, Course], root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The text that a person has read is on the disk until the gradebook knows of the new one."""
    _, our = courses
    by_us(our, ["ada", "eve"])
    with Gradebook(our.db_url, "ptbasics") as book:
        for student in ("ada", "eve"):
            card = book.find_grade(CARD, LESSON, LESSON, student)
            card.manual_score, card.needs_manual_grade = 4.0, False
        book.db.commit()
    hand_in(root / "submitted", "eve", handed_in("#### Data\n\nDigits and noise."))

    def ended(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(_InBatches, "_into_folder", ended)
        by_us(our, ["ada", "eve"])
    assert by_us(our, ["ada", "eve"]) == {"ada": "", "eve": ""}
    with Gradebook(our.db_url, "ptbasics") as book:
        waits = {
            student: book.find_grade(CARD, LESSON, LESSON, student).needs_manual_grade
            for student in ("ada", "eve")
        }
    assert waits == {"ada": False, "eve": True}


KILLED = """
import os, signal, sys
from pathlib import Path
from ptbasics.grading.batch import grade_lesson
from ptbasics.grading.bridge import gradebook
from tests.grading.handed_in import LESSON, SEED, InProcess

class Killing(InProcess):
    def run(self, job):
        if len(self.jobs) == 4:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().run(job)

gradebook.MAX_SUBMISSIONS = 2
root, output = map(Path, sys.argv[1:])
grade_lesson(root, LESSON, output=output, seed=SEED, workers=1, runner=Killing(), feedback=False)
"""


def test_after_a_grader_is_killed_the_next_run_finishes_the_gradebook(
    courses: tuple[Course, Course], root: Path
) -> None:
    straight, killed = courses
    ended = subprocess.run([sys.executable, "-c", KILLED, str(root), str(killed.desk)], cwd=ROOT)
    assert ended.returncode == -signal.SIGKILL
    batches = [
        grade_lesson(
            root, LESSON, output=course.desk, seed=SEED, runner=InProcess(), feedback=False
        )
        for course in (killed, straight)
    ]
    assert [sum(student.cached for student in batch.graded) for batch in batches] == [4, 0]
    assert [batch.problems for batch in batches] == [[], []]
    assert tables(killed) == tables(straight)
    assert graded_files(killed) == graded_files(straight)
