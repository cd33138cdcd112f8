"""A gradebook in PostgreSQL, as `db_url` names it: a real server, started for these tests."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from nbgrader.api import Gradebook

from ptbasics.grading.batch import grade_lesson
from tests.grading.handed_in import LESSON, ROOT, SEED, answered, blank, hand_in, mistaken

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
#: Who the server runs as: it refuses to be root.
OWNER = "postgres" if os.getuid() == 0 else None

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not BINARIES, reason="needs a PostgreSQL (apt-get install postgresql)"),
]


def as_owner(program: str, *arguments: str | Path) -> None:
    command = [str(BINARIES[-1] / program), *map(str, arguments)]
    subprocess.run(command, check=True, cwd="/", stdout=subprocess.DEVNULL, user=OWNER)


@pytest.fixture
def address() -> Iterator[str]:
    """Where a new, empty database answers, on a socket that only this machine has."""
    with TemporaryDirectory(prefix="ptbasics-", ignore_cleanup_errors=True) as place:
        home = Path(place)
        if OWNER:
            shutil.chown(home, OWNER)
        as_owner("initdb", "-D", home / "data", "-A", "trust", "-U", "grader", "--no-sync")
        options = f"-c listen_addresses= -c unix_socket_directories={home} -c fsync=off"
        as_owner("pg_ctl", "-D", home / "data", "-w", "-o", options, "-l", home / "log", "start")
        try:
            as_owner("createdb", "-h", home, "-U", "grader", "gradebook")
            yield f"postgresql+psycopg://grader@/gradebook?host={home}"
        finally:
            as_owner("pg_ctl", "-D", home / "data", "-m", "immediate", "stop")


def test_a_class_is_graded_into_it_and_manual_scores_stay(address: str, tmp_path: Path) -> None:
    root = tmp_path / "course"
    root.mkdir()
    for name in ("course", "solutions", "autograder"):
        (root / name).symlink_to(ROOT / name)
    config = (ROOT / "nbgrader_config.py").read_text()
    (root / "nbgrader_config.py").write_text(f"{config}\nc.CourseDirectory.db_url = {address!r}\n")
    class_of = {"ada": answered(), "bob": answered(softmax=mistaken("overflow")), "eve": blank()}
    for student, notebook in class_of.items():
        hand_in(root / "submitted", student, notebook)

    batch = grade_lesson(root, LESSON, seed=SEED)
    assert batch.problems == []
    points = {each.student: each.result.points for each in batch.graded}
    with Gradebook(address) as gradebook:
        scores = {each.student.id: each.score for each in gradebook.assignment_submissions(LESSON)}
        assert scores == points
        grade = gradebook.find_grade("softmax-check", LESSON, LESSON, "eve")
        grade.manual_score = 1.5
        gradebook.db.commit()

    again = grade_lesson(root, LESSON, seed=SEED)
    assert all(each.cached for each in again.graded)
    with Gradebook(address) as gradebook:
        assert gradebook.find_submission(LESSON, "eve").score == 1.5
    assert not list(root.rglob("*.db"))
