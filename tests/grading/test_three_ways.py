"""`ptbasics grade`, plain `nbgrader autograde` and `pytest autograder` give equal scores."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from ptbasics.grading.batch import grade_lesson
from ptbasics.grading.course import Course
from ptbasics.grading.grader import Grader
from ptbasics.registry import exercises
from tests.grading.conftest import the_class
from tests.grading.handed_in import LESSON, ROOT, SEED, hand_in

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course of its own, in which nothing has been graded."""
    root = tmp_path_factory.mktemp("course")
    shutil.copytree(ROOT / "solutions" / LESSON, root / "solutions" / LESSON)
    shutil.copy(ROOT / "autograder" / "nbgrader_config.py", root)
    (root / ".ptbasics").mkdir(mode=0o700)
    (root / ".ptbasics" / "secret_seed").write_text(SEED)
    for student, content in the_class().items():
        name = f"{LESSON}-Copy1.ipynb" if student == "dan" else ""
        # nbgrader takes brackets in a name for a pattern, and finds nobody
        hand_in(root / "submitted", student.replace("[eve]", "eve"), content, name)
    (root / "submitted" / "thief").symlink_to("bob")
    return root


def run(place: Path, *command: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=place,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
    )
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def by_nbgrader(place: Path) -> dict[str, float]:
    said = run(place, "nbgrader", "generate_assignment", LESSON)
    said += run(place, "nbgrader", "autograde", LESSON)
    with Gradebook(f"sqlite:///{place / 'gradebook.db'}", "ptbasics") as gradebook:
        scores = {
            submission.student.id: submission.score
            for submission in gradebook.assignment_submissions(LESSON)
        }
    assert scores, said
    return scores


@pytest.fixture(scope="module")
def by_ptbasics(by_nbgrader: dict[str, float], place: Path) -> dict[str, float]:
    output = place / "again"
    graded = grade_lesson(
        place, LESSON, submitted=place / "submitted", output=output, seed=SEED, feedback=False
    )
    assert not any(student.cached for student in graded.graded)
    return {student.student: student.result.points for student in graded.graded}


def test_nbgrader_gives_the_same(
    by_nbgrader: dict[str, float], by_ptbasics: dict[str, float]
) -> None:
    assert by_nbgrader == by_ptbasics
    assert len(set(by_ptbasics.values())) > 3


def test_nbgraders_feedback_step_makes_the_same_pages(
    by_nbgrader: dict[str, float], place: Path
) -> None:
    run(place, "nbgrader", "generate_feedback", LESSON, "--student", "bob")
    page = place / "feedback" / "bob" / LESSON / f"{LESSON}.html"
    assert f"{by_nbgrader['bob']:.2f} of" in page.read_text()


@pytest.mark.parametrize("student", ["bob", "cut_off", "thief"])
def test_pytest_gives_the_same(
    place: Path, by_ptbasics: dict[str, float], student: str, tmp_path: Path
) -> None:
    submission = place / "submitted" / student / LESSON
    options = [f"--course-root={place}", f"--output={tmp_path}", f"--submission={submission}"]
    (tmp_path / ".ptbasics").mkdir()
    (tmp_path / ".ptbasics" / "secret_seed").write_text(SEED)
    said = run(ROOT, "pytest", "autograder/test_submission.py", "-q", *options)
    found = re.search(r"^score: ([\d.]+) of", said, re.MULTILINE)
    assert found, said
    assert float(found[1]) == by_ptbasics[student]
    counts = [int(number) for number in re.findall(r"(\d+) (?:passed|failed)", said)]
    with Grader(Course.at(ROOT, output=tmp_path)) as grader:
        assert sum(counts) == sum(
            len(grader.case_names(exercise)) for exercise in exercises(LESSON)
        )
