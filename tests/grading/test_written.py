"""Written answers: what intake keeps of them, and what the gradebook and our totals say."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbgrader.api import Grade, Gradebook
from nbgrader.converters import Autograde, GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from rich.console import Console

from ptbasics.grading.batch import grade_lesson
from ptbasics.grading.bridge import preprocessor
from ptbasics.grading.bridge.gradebook import register
from ptbasics.grading.course import Course
from ptbasics.grading.grader import Grader
from ptbasics.grading.intake.files import Submission, take_in
from ptbasics.grading.result import BatchResult
from tests.grading.handed_in import BEST, LESSON, SEED, VICTIM, InProcess, blank, cell, hand_in
from tests.grading.handed_in import labels as labels_of
from tests.grading.written import (
    CARD,
    CARD_POINTS,
    UNWRITTEN,
    WRITTEN,
    handed_in,
    released,
    with_card,
    write_course,
)

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")


@pytest.fixture
def taken(tmp_path: Path) -> Callable[[bytes | NotebookNode], Submission]:
    def take(content: bytes | NotebookNode) -> Submission:
        return take_in(hand_in(tmp_path, "ada", content), LESSON, released())

    return take


Taken = Callable[[bytes | NotebookNode], Submission]


def card_of(submission: Submission) -> NotebookNode:
    nbformat.validate(submission.notebook)
    assert labels_of(submission.notebook).count(CARD) == 1
    return cell(submission.notebook, CARD)


def test_a_written_answer_is_taken_as_it_is(taken: Taken) -> None:
    notebook = handed_in()
    picture = {"plot.png": {"image/png": "eA=="}}
    cell(notebook, CARD).attachments = picture
    submission = taken(notebook)
    assert submission.notes == ()
    card = card_of(submission)
    assert (card.cell_type, card.source, card.attachments) == ("markdown", WRITTEN, picture)
    assert card.metadata == cell(released(), CARD).metadata


@pytest.mark.parametrize(("kind", "said"), [("code", "code"), ("raw", "raw text")])
def test_a_retyped_one_is_text_again(taken: Taken, kind: str, said: str) -> None:
    notebook = json.loads(json.dumps(handed_in()))
    notebook["cells"][-1] |= {"cell_type": kind}
    submission = taken(json.dumps(notebook).encode())
    assert card_of(submission).cell_type == "markdown"
    assert card_of(submission).source == WRITTEN
    assert submission.notes == (
        f"The answer cell {CARD} had become {said}; it was read as Markdown.",
    )


def test_one_that_lost_its_label_is_known_by_its_headings(taken: Taken) -> None:
    notebook = handed_in()
    cell(notebook, CARD).update(id="x", metadata={})
    submission = taken(notebook)
    assert card_of(submission).source == WRITTEN
    assert submission.notes == (f"The answer cell {CARD} had lost its label; it was recognised.",)


def test_one_that_is_gone_comes_back_unwritten(taken: Taken) -> None:
    notebook = handed_in()
    notebook.cells.remove(cell(notebook, CARD))
    submission = taken(notebook)
    assert card_of(submission) == cell(released(), CARD)
    assert submission.notes == (f"The cell {CARD} was deleted; it was put back.",)


def test_one_that_was_split_keeps_all_of_its_text(taken: Taken) -> None:
    notebook = handed_in("#### Data\n\nDigits.")
    with_card(notebook, "#### Limits\n\nNo letters.")
    submission = taken(notebook)
    assert card_of(submission).source == "#### Data\n\nDigits."
    assert submission.notebook.cells[-1].source == "#### Limits\n\nNo letters."
    assert "stands twice" in submission.notes[0]


def test_one_may_be_moved(taken: Taken) -> None:
    notebook = handed_in()
    notebook.cells.insert(1, notebook.cells.pop())
    submission = taken(notebook)
    assert submission.notes == ()
    assert card_of(submission).source == WRITTEN
    assert labels_of(submission.notebook)[1] == CARD


def test_an_answer_in_code_does_not_become_text(taken: Taken) -> None:
    notebook = handed_in()
    cell(notebook, VICTIM).cell_type = "markdown"
    submission = taken(notebook)
    assert cell(submission.notebook, VICTIM).cell_type == "code"
    assert submission.notes == (
        f"The answer cell {VICTIM} had become Markdown; it was read as code.",
    )


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_course(tmp_path)


def graded(root: Path, **students: NotebookNode) -> BatchResult:
    for student, notebook in students.items():
        hand_in(root / "submitted", student, notebook)
    return grade_lesson(root, LESSON, seed=SEED, workers=1, runner=InProcess())


def card_grade(
    root: Path, student: str, change: Callable[[Grade], None] | None = None
) -> tuple[float | None, float | None, bool]:
    """A student's card in the gradebook: the scores of machine and person, and whether it waits."""
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "ptbasics") as gradebook:
        grade = gradebook.find_grade(CARD, LESSON, LESSON, student)
        if change:
            change(grade)
            gradebook.db.commit()
        about = grade.to_dict()
        assert about["max_score"] == CARD_POINTS
        return about["auto_score"], about["manual_score"], about["needs_manual_grade"]


def review(grade: Grade) -> None:
    """As the formgrader does it when a person gives a score."""
    grade.manual_score, grade.needs_manual_grade = 4.0, False


def page(root: Path, student: str) -> str:
    return (root / "feedback" / student / LESSON / f"{LESSON}.html").read_text()


def test_it_waits_for_a_person_and_is_in_no_total_of_ours(root: Path) -> None:
    batch = graded(root, ada=handed_in(), bob=with_card(blank()))
    assert batch.problems == []
    assert [student.result.points for student in batch.graded] == [BEST, 0]
    assert [student.result.max_points for student in batch.graded] == [BEST, BEST]
    assert card_grade(root, "ada") == (None, None, True)
    assert card_grade(root, "bob") == (0, None, False)
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "ptbasics") as gradebook:
        submission = gradebook.find_submission(LESSON, "ada")
        assert (submission.score, submission.max_score) == (BEST, BEST + CARD_POINTS)
        assert submission.needs_manual_grade
    written = nbformat.read(root / "autograded" / "ada" / LESSON / f"{LESSON}.ipynb", 4)
    assert cell(written, CARD).source == WRITTEN
    assert f"{BEST} of {BEST + CARD_POINTS} points so far" in page(root, "ada")
    assert f"waits for a person to read it; up to {CARD_POINTS}" in page(root, "ada")
    assert "No letters." in page(root, "ada")
    assert f"0 of {BEST + CARD_POINTS} points</h2>" in page(root, "bob")


def test_totals_say_what_they_leave_out(root: Path) -> None:
    batch = graded(root, ada=handed_in())
    console = Console(width=200, file=StringIO())
    console.print(batch.table())
    said = f"Written answers give up to {CARD_POINTS} more"
    assert said in " ".join(console.file.getvalue().split())
    assert said in batch.files["report"].read_text()
    assert batch.as_json()["points_by_hand"] == CARD_POINTS
    assert f",{BEST},{BEST},perfect," in batch.files["csv"].read_text()


def test_a_score_given_by_a_person_survives(root: Path) -> None:
    graded(root, ada=handed_in())
    card_grade(root, "ada", review)
    batch = graded(root, bob=handed_in())
    assert batch.problems == []
    assert card_grade(root, "ada") == (None, 4, False)
    assert card_grade(root, "bob") == (None, None, True)
    assert f"{BEST + 4} of {BEST + CARD_POINTS} points</h2>" in page(root, "ada")
    assert f"4 of {CARD_POINTS}" in page(root, "ada")
    graded(root, ada=handed_in(WRITTEN.replace("No letters.", "No letters, no noise.")))
    assert card_grade(root, "ada") == (None, 4, True)
    graded(root, ada=handed_in(UNWRITTEN))
    assert card_grade(root, "ada") == (0, 4, True)


def test_nbgraders_own_commands_do_the_same(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def with_runner(course: Course) -> Grader:
        return Grader(course, seed=SEED, runner=InProcess())

    monkeypatch.setattr(preprocessor, "Grader", with_runner)
    hand_in(root / "submitted", "ada", handed_in())
    course = Course.at(root)
    register(course, LESSON)
    for step in (Autograde, GenerateFeedback):
        config = course.config_for(LESSON)
        step(CourseDirectory(config=config), config=config).start()
    assert card_grade(root, "ada") == (None, None, True)
    assert f"waits for a person to read it; up to {CARD_POINTS}" in page(root, "ada")
