"""What the gradebook cannot take is said, and costs nobody else anything."""

from __future__ import annotations

import gc
import sqlite3
from collections.abc import Mapping
from os import mkfifo
from pathlib import Path
from threading import Timer
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde, GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import ComputeChecksums, SaveCells
from traitlets.config import Config

from ptbasics.grading.bridge import preprocessor
from ptbasics.grading.bridge.gradebook import register, write_grades
from ptbasics.grading.bridge.preprocessor import Pair
from ptbasics.grading.course import Course, CourseProblem
from ptbasics.grading.grade import not_graded
from ptbasics.grading.grader import Grader
from ptbasics.grading.intake.files import take_in
from tests.grading.handed_in import (
    BEST,
    LESSON,
    ROOT,
    SEED,
    InProcess,
    answered,
    blank,
    hand_in,
    nested,
    release,
)

NOISE = "import sys\nprint('noise', file=sys.stderr)"


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_what_is_no_gradebook(course: Course, kind: str) -> None:
    if kind == "file":
        course.gradebook.write_bytes(b"no database" * 1000)
    else:
        course.gradebook.mkdir()
    with pytest.raises(CourseProblem, match="cannot be used as a gradebook") as said:
        register(course, LESSON)
    assert str(course.gradebook) in str(said.value)


@pytest.mark.slow
def test_a_gradebook_that_another_process_holds_is_waited_for(course: Course) -> None:
    """Longer than SQLite's own five seconds: readers of it may stand still on a busy machine."""
    register(course, LESSON)
    holder = sqlite3.connect(course.gradebook, isolation_level=None, check_same_thread=False)
    holder.execute("BEGIN EXCLUSIVE")
    letting_go = Timer(6, holder.execute, ["COMMIT"])
    letting_go.start()
    assert grade_ada(course) == ""
    letting_go.join()
    assert score_of_ada(course) == 0
    holder.close()


def test_what_the_gradebook_refused_is_said(course: Course) -> None:
    register(course, LESSON)
    with sqlite3.connect(course.gradebook) as holder:
        holder.execute(
            "CREATE TRIGGER full BEFORE INSERT ON student "
            "BEGIN SELECT RAISE(FAIL, 'disk is full'); END"
        )
    holder.close()
    assert "disk is full" in grade_ada(course)


@pytest.mark.parametrize("name", ["100 %25 of it", "été #1"])
def test_a_gradebook_in_a_folder_with_any_name(tmp_path: Path, name: str) -> None:
    course = Course.at(ROOT, submitted=tmp_path / "submitted", output=tmp_path / name)
    assert grade_ada(course) == ""
    assert course.gradebook == tmp_path / name / "gradebook.db"
    assert course.gradebook.is_file()


def grade_ada(course: Course) -> str:
    """Write the grade of a notebook that nobody has run; what went wrong, "" for nothing."""
    hand_in(course.submitted("ada", LESSON).parent.parent, "ada", blank())
    problems: dict[str, str] = {}

    def ready(student: str) -> Pair:
        submission = take_in(course.submitted(student, LESSON), LESSON, release())
        return submission, not_graded(submission, "nobody ran it")

    write_grades(course, LESSON, ["ada"], ready, problems.__setitem__)
    return problems["ada"]


def score_of_ada(course: Course) -> float:
    with Gradebook(course.db_url, "ptbasics") as gradebook:
        return float(gradebook.find_submission(LESSON, "ada").score)


def test_folders_of_every_kind(course: Course, tmp_path: Path) -> None:
    submitted = tmp_path / "submitted"
    hand_in(submitted, "ada", blank())
    (submitted / "ada" / LESSON / "notes.txt").write_text("hers")
    (submitted / "ada" / LESSON / "loop").symlink_to("loop")
    hand_in(submitted, "no\udcffname", blank())
    (submitted / "thief").symlink_to("ada")
    students = course.students(LESSON)
    assert students == ["ada", "no\udcffname", "thief"]
    problems: dict[str, str] = {}

    def ready(student: str) -> Pair:
        submission = take_in(course.submitted(student, LESSON), LESSON, release())
        return submission, not_graded(submission, submission.reason)

    write_grades(course, LESSON, students, ready, problems.__setitem__)
    assert problems["ada"] == problems["thief"] == ""
    assert "rename the folder" in problems["no\udcffname"]
    with Gradebook(course.db_url, "ptbasics") as gradebook:
        assert {
            submission.student.id for submission in gradebook.assignment_submissions(LESSON)
        } == {
            "ada",
            "thief",
        }
    notebook = f"{LESSON}.ipynb"
    written = {
        student: {path.name for path in course.autograded(student, LESSON).iterdir()}
        for student in ("ada", "thief")
    }
    assert written == {"ada": {notebook, "notes.txt"}, "thief": {notebook}}


def test_no_folder_ends_the_class_or_fills_the_disk(course: Course, tmp_path: Path) -> None:
    submitted = tmp_path / "submitted"
    for student in ("ada", "bob", "deep", "late", "sparse"):
        hand_in(submitted, student, blank())
    mkfifo(submitted / "late" / LESSON / "timestamp.txt")
    (submitted / "bob" / LESSON / "timestamp.txt").write_text("2026-01-01 00:00:00 UTC")
    with (submitted / "sparse" / LESSON / "huge.csv").open("wb") as huge:
        huge.truncate(2**40)
    problems: dict[str, str] = {}

    def ready(student: str) -> Pair:
        submission = take_in(course.submitted(student, LESSON), LESSON, release())
        return submission, not_graded(submission, submission.reason)

    students = course.students(LESSON)
    with nested(submitted / "deep" / LESSON, 2500):
        write_grades(course, LESSON, students, ready, problems.__setitem__)
    assert problems == dict.fromkeys(["ada", "bob", "deep", "late", "sparse"], "")
    notebook = f"{LESSON}.ipynb"
    assert {
        student: {path.name for path in course.autograded(student, LESSON).iterdir()}
        for student in students
    } == {student: {notebook} for student in students} | {"bob": {notebook, "timestamp.txt"}}


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
def test_nbgraders_own_step_has_one_grader_and_ends_it(
    course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[Grader] = []
    ended: list[Grader] = []

    class Noted(Grader):
        def __init__(self, course: Course) -> None:
            super().__init__(course, seed=SEED, runner=InProcess())
            begun.append(self)

        def close(self) -> None:
            super().close()
            ended.append(self)

    monkeypatch.setattr(preprocessor, "Grader", Noted)
    for student, notebook in {"ada": answered(), "bob": blank()}.items():
        hand_in(tmp_path / "submitted", student, notebook)
    register(course, LESSON)
    config = course.config_for(LESSON)
    converter = Autograde(CourseDirectory(config=config), config=config)
    converter.start()
    with Gradebook(course.db_url, "ptbasics") as gradebook:
        submissions = gradebook.assignment_submissions(LESSON)
        assert {submission.student.id: submission.score for submission in submissions} == {
            "ada": BEST,
            "bob": 0,
        }
    assert len(begun) == 1
    assert not ended
    del converter
    gc.collect()
    assert ended == begun


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
@pytest.mark.parametrize(
    ("source", "settings", "score"),
    [
        ("1 / 0", {"Execute": {"enabled": True}}, 0),
        ("1 / 0", {"Execute": {"enabled": False}, "ClearOutput": {"enabled": False}}, 2),
        (NOISE, {"IgnorePattern": {"enabled": False, "pattern": "noise"}}, 0),
        (NOISE, {"IgnorePattern": {"enabled": True, "pattern": "noise"}}, 2),
    ],
)
def test_another_assignment_is_graded_as_nbgrader_does_it(
    course: Course, tmp_path: Path, source: str, settings: Mapping[str, Any], score: float
) -> None:
    labels = {"grade": True, "locked": True, "solution": False, "task": False, "points": 2}
    labels |= {"grade_id": "test", "schema_version": 3, "cell_type": "code"}
    notebook = new_notebook(cells=[new_code_cell(source, metadata={"nbgrader": labels})])
    place = tmp_path / "submitted" / "ada" / "ps1"
    place.mkdir(parents=True)
    ComputeChecksums().preprocess(notebook, {})
    nbformat.write(notebook, place / "p1.ipynb")
    config = course.config_for("ps1")
    config.merge(Config(settings))
    with Gradebook(course.db_url, "ptbasics") as gradebook:
        gradebook.update_or_create_assignment("ps1")
    names = {"assignment": "ps1", "notebook": "p1", "db_url": course.db_url}
    SaveCells().preprocess(notebook, {"nbgrader": names})
    Autograde(CourseDirectory(config=config), config=config).start()
    with Gradebook(course.db_url, "ptbasics") as gradebook:
        assert gradebook.find_submission("ps1", "ada").score == score


def test_the_feedback_step_warns_of_nothing(
    course: Course, caplog: pytest.LogCaptureFixture
) -> None:
    config = course.config_for(LESSON)
    converter = GenerateFeedback(CourseDirectory(config=config), config=config)
    exporter = converter.exporter_class(config=converter.config)
    for part in converter.preprocessors:
        exporter.register_preprocessor(part)
    assert not [record for record in caplog.records if "not recognized" in record.getMessage()]


def test_the_configuration_of_a_lesson_leaves_that_of_the_course_alone(course: Course) -> None:
    config = course.config_for(LESSON)
    assert config.CourseDirectory.assignment_id == LESSON
    assert "assignment_id" not in course.config.CourseDirectory
