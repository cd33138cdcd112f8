"""A score that a person sets in the gradebook is in every export, also after grading again."""

from __future__ import annotations

from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from typer.testing import CliRunner

from ptbasics.cli import app
from ptbasics.grading.batch import grade_lesson
from ptbasics.grading.course import Course
from ptbasics.grading.exports.formats import FORMATS, MAIL
from tests.exports.gradebooks import change, course_at
from tests.grading.handed_in import (
    BEST,
    LESSON,
    ROOT,
    SEED,
    WORTH,
    InProcess,
    answered,
    hand_in,
    mistaken,
)

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")

#: What a person gives bob for his softmax: less than the grader gives anybody by rounding.
BY_HAND = 0.37
TOTAL = f"{BEST - WORTH + BY_HAND:g}"


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Course:
    folder = tmp_path_factory.mktemp("graded")
    hand_in(folder / "submitted", "ada", answered())
    bob = hand_in(folder / "submitted", "bob", answered(softmax=mistaken("overflow")))
    (bob / "timestamp.txt").write_text("2026-06-01 14:32:05 UTC")

    def grade(**options: list[str]) -> None:
        place = folder / "submitted"
        batch = grade_lesson(
            ROOT, LESSON, submitted=place, output=folder, seed=SEED, runner=InProcess(), **options
        )
        assert batch.problems == []

    grade()
    course = course_at(folder)
    with Gradebook(course.db_url, course.directory.course_id) as gradebook:
        change(gradebook, "bob", "softmax-check", manual_score=BY_HAND)
        bob_row = gradebook.find_student("bob")
        bob_row.email, bob_row.lms_user_id = "bob@example.org", "12"
        gradebook.db.commit()
    grade(students=["ada"])
    return course


def page_in_mail(path: Path) -> str:
    message = message_from_bytes(path.read_bytes(), policy=default)
    assert isinstance(message, EmailMessage)
    [page] = message.iter_attachments()
    assert page.get_filename() == f"{LESSON}.html"
    content: str = page.get_content()
    return content


#: Format → where in its files bob's total stands.
FOUND: dict[str, Callable[[Path], bool]] = {
    "canvas": lambda folder: f",{TOTAL}\n" in read(folder / "canvas.csv"),
    "moodle": lambda folder: f",{TOTAL}," in read(folder / "moodle.csv"),
    "csv": lambda folder: (
        f",{BY_HAND}," in read(folder / "exercises.csv")
        and f",{TOTAL}," in read(folder / "scores.csv")
    ),
    "junit": lambda folder: f'name="total" value="{TOTAL}"' in read(folder / "junit.xml"),
    "gradescope": lambda folder: (
        f'"score": {TOTAL},' in read(folder / "bob" / LESSON / "results.json")
    ),
    "classroom50": lambda folder: (
        f'"score": {TOTAL.replace(".", "")},' in read(folder / "bob" / LESSON / "result.json")
    ),
    "mail": lambda folder: f"{TOTAL} of {BEST} points</h2>" in page_in_mail(folder / "bob.eml"),
}


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8").replace("\r\n", "\n")


def test_every_format_is_asked() -> None:
    assert set(FOUND) == {*FORMATS, MAIL}


@pytest.mark.parametrize("format_name", [*FORMATS, MAIL])
def test_it_is_in_every_export(format_name: str, graded: Course, tmp_path: Path) -> None:
    places = ["--course-root", ROOT, "--output", graded.desk, "--to", tmp_path]
    options = ["--sender", "me@example.org"] if format_name == MAIL else []
    done = CliRunner().invoke(
        app, [str(word) for word in ["export", format_name, *places, *options]]
    )
    assert isinstance(done.exception, SystemExit | None), done.exception
    assert FOUND[format_name](tmp_path)
    # ada has no id, no address and no time, which some of the formats need
    assert (done.exit_code, "ada" in done.stderr) in [(0, False), (1, True)]
    assert str(tmp_path) in done.stdout
