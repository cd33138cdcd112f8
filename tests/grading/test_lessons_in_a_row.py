"""Several lessons are graded in one runner, and their feedback pages in one set of processes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ptbasics.exercise import grade_id
from ptbasics.grading import grader
from ptbasics.grading.batch import grade_lessons
from ptbasics.grading.bridge import feedback
from ptbasics.grading.bridge.feedback import FeedbackPages
from ptbasics.grading.course import Course
from ptbasics.grading.result import BatchResult
from ptbasics.registry import UnknownName
from ptbasics.runner import Runner
from tests.grading.handed_in import LESSON, ROOT, SEED, VICTIM, blank, hand_in

LESSONS = ["01_tensors", LESSON]


@pytest.fixture
def submitted(tmp_path: Path) -> Path:
    """Everybody has handed in the notebooks as they were released."""
    for student in ("ada", "bob"):
        for lesson in LESSONS:
            shutil.copytree(ROOT / "course" / lesson, tmp_path / "submitted" / student / lesson)
    return tmp_path / "submitted"


def test_each_lesson_is_complete_when_it_is_told(
    submitted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[Runner] = []

    class Counted(Runner):
        def __enter__(self) -> Runner:
            started.append(self)
            return super().__enter__()

    monkeypatch.setattr(grader, "Runner", Counted)
    told: list[BatchResult] = []
    for batch in grade_lessons(ROOT, LESSONS, submitted=submitted, output=tmp_path, seed=SEED):
        assert batch.files["report"].is_file()
        assert all(batch.feedback_page(student).is_file() for student in ("ada", "bob"))
        told.append(batch)
    assert [batch.lesson for batch in told] == LESSONS
    assert [batch.problems for batch in told] == [[], []]
    assert [graded.result.status for batch in told for graded in batch.graded] == ["no points"] * 4
    assert len(started) == 1


def test_an_unknown_lesson_is_refused_before_anything_is_graded(
    submitted: Path, tmp_path: Path
) -> None:
    with pytest.raises(UnknownName):
        next(grade_lessons(ROOT, [LESSON, "13_nothing"], submitted=submitted, output=tmp_path))
    assert not (tmp_path / "gradebook.db").exists()


@pytest.mark.parametrize("workers", [1, 2])
def test_pages_do_not_depend_on_where_they_are_written(
    submitted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    monkeypatch.setattr(feedback, "WORTH_PROCESSES", 2)
    monkeypatch.setattr(feedback, "_PAGES_AT_A_TIME", 1)
    output = tmp_path / "output"
    [batch] = grade_lessons(ROOT, [LESSON], submitted=submitted, output=output, workers=2)
    pages = {student: batch.feedback_page(student) for student in ("ada", "bob")}
    before = {student: page.read_bytes() for student, page in pages.items()}
    (output / "autograded" / "bob" / LESSON / f"{LESSON}.ipynb").write_text("no notebook")
    ticks: list[str] = []
    with FeedbackPages(Course.at(ROOT, output=output), workers) as writing:
        problems = writing.begin(LESSON, ["ada", "bob"]).wait(ticks.append)
    assert problems["ada"] == ""
    assert problems["bob"].startswith("the feedback page could not be written: ")
    assert pages["ada"].read_bytes() == before["ada"]
    assert ticks == ["", ""]


def test_a_page_of_a_notebook_whose_answer_cell_was_deleted(tmp_path: Path) -> None:
    notebook = blank()
    notebook.cells = [one for one in notebook.cells if grade_id(one) != VICTIM]
    hand_in(tmp_path / "submitted", "ada", notebook)
    [batch] = grade_lessons(
        ROOT, [LESSON], submitted=tmp_path / "submitted", output=tmp_path / "output", seed=SEED
    )
    assert batch.problems == []
    assert VICTIM in batch.feedback_page("ada").read_text()
