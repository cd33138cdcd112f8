"""The sample class gets the scores of its table, by each of the three ways of grading."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from autograder.sample_class.generate import submitted_folder
from autograder.sample_class.grade import grade_class
from autograder.sample_class.submissions import ROOT, SEED
from autograder.sample_class.table import read_table
from ptbasics.registry import lessons

pytestmark = [pytest.mark.slow, pytest.mark.timeout(2400)]
Scores = dict[tuple[str, str], float]
EXPECTED = {key: row.score for key, row in read_table().items()}

# one process for many submissions: importing torch takes longer than reading stored verdicts
EXAMINE = """
import sys, pytest
root, *submissions = sys.argv[1:]
for submission in submissions:
    pytest.main(["autograder/test_submission.py", "-q", "--tb=no", "-rN", "-p", "no:cacheprovider",
                 f"--course-root={root}", f"--output={root}", f"--submission={submission}"])
"""


@pytest.fixture(scope="module")
def by_ptbasics(tmp_path_factory: pytest.TempPathFactory) -> Scores:
    scores = {}
    for batch in grade_class(tmp_path_factory.mktemp("by_ptbasics")):
        assert batch.problems == []
        assert not any(one.cached for one in batch.graded)
        scores |= {(batch.lesson, one.student): one.result.points for one in batch.graded}
    return scores


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course of its own, in which nothing has been graded."""
    desk = tmp_path_factory.mktemp("desk")
    shutil.copytree(ROOT / "solutions", desk / "solutions")
    shutil.copytree(submitted_folder(), desk / "submitted")
    shutil.copy(ROOT / "autograder" / "nbgrader_config.py", desk)
    (desk / ".ptbasics").mkdir(mode=0o700)
    (desk / ".ptbasics" / "secret_seed").write_text(SEED)
    return desk


@pytest.fixture(scope="module")
def by_nbgrader(desk: Path) -> Scores:
    """What stock commands write, into a gradebook a lesson, so that lessons run side by side."""

    def autograde(lesson: str) -> str:
        book = f"--db=sqlite:///{desk / lesson}.db"
        return "".join(
            run(desk, "-m", "nbgrader", command, lesson, book)
            for command in ("generate_assignment", "autograde")
        )

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        said = "".join(pool.map(autograde, lessons()))
    scores: Scores = {}
    for lesson in lessons():
        with Gradebook(f"sqlite:///{desk / lesson}.db", "ptbasics") as gradebook:
            for one in gradebook.assignment_submissions(lesson):
                scores[lesson, one.student.id] = round(one.score, 2)
    assert scores, said
    return scores


@pytest.fixture(scope="module")
def by_pytest(by_nbgrader: Scores, desk: Path) -> Scores:
    """What `pytest autograder --submission` prints, on the verdicts that are stored by now."""
    places = {
        (lesson, student): desk / "submitted" / student / lesson for lesson, student in EXPECTED
    }
    said = run(ROOT, "-c", EXAMINE, str(desk), *map(str, places.values()))
    scores = re.findall(r"^score: ([\d.]+) of", said, re.MULTILINE)
    assert len(scores) == len(places), said[-4000:]
    return dict(zip(places, map(float, scores), strict=True))


def run(place: Path, *command: str) -> str:
    done = subprocess.run([sys.executable, *command], cwd=place, capture_output=True, text=True)
    return done.stdout + done.stderr


def test_ptbasics_grade_gives_the_scores_of_the_table(by_ptbasics: Scores) -> None:
    assert by_ptbasics == EXPECTED


def test_nbgrader_autograde_gives_the_same(by_nbgrader: Scores) -> None:
    without_notebook = ("02_operations", "missing_notebook")
    assert without_notebook not in by_nbgrader, "nbgrader passes over a folder without notebooks"
    assert by_nbgrader | {without_notebook: 0.0} == EXPECTED


def test_pytest_autograder_gives_the_same(by_pytest: Scores) -> None:
    assert by_pytest == EXPECTED
