"""A class, graded for real: every output, and nobody in anybody's way."""

from __future__ import annotations

import csv
from pathlib import Path
from xml.etree import ElementTree

import nbformat
import pytest
from bs4 import BeautifulSoup
from markupsafe import escape
from nbgrader.api import Gradebook
from nbgrader.utils import determine_grade

from ptbasics.exercise import grade_id
from ptbasics.grading.batch import grade_lesson
from ptbasics.grading.cases import CaseSource
from ptbasics.grading.course import CourseProblem
from ptbasics.grading.grader import Grader
from ptbasics.grading.intake.files import Submission
from ptbasics.grading.result import BatchResult, SubmissionResult
from ptbasics.judging.describe import shown
from ptbasics.judging.display import inline_html
from ptbasics.registry import exercises, find_exercise, misconceptions
from tests.grading.conftest import SECRET
from tests.grading.handed_in import (
    BEST,
    LESSON,
    ROOT,
    SEED,
    WORTH,
    InProcess,
    answered,
    hand_in,
)

STUDENTS = ["[eve] o'Neil", "ada", "bob", "cut_off", "dan", "fay", "no_notebook", "nothing_done"]
EVE = STUDENTS[0]


def again(output: Path, **options: object) -> BatchResult:
    options = {"feedback": False, "seed": SEED, **options}
    return grade_lesson(
        ROOT,
        LESSON,
        submitted=output / "submitted",
        output=output,
        **options,  # type: ignore[arg-type]
    )


def points(batch: BatchResult) -> dict[str, float]:
    return {graded.student: graded.result.points for graded in batch.graded}


def book(output: Path) -> Gradebook:
    return Gradebook(f"sqlite:///{output / 'gradebook.db'}", "ptbasics")


def test_everybody_ends_with_a_result(batch: BatchResult) -> None:
    assert [graded.student for graded in batch.graded] == STUDENTS
    assert batch.problems == []
    got = points(batch)
    assert got["ada"] == got["dan"] == got["fay"] == BEST
    assert got[EVE] == BEST - WORTH
    assert BEST - WORTH < got["bob"] < BEST
    assert got["cut_off"] == got["no_notebook"] == got["nothing_done"] == 0
    remarks = {graded.student: graded.remarks for graded in batch.graded}
    assert "damaged" in remarks["cut_off"]
    assert "No notebook" in remarks["no_notebook"]
    assert "ended by the code itself" in remarks[EVE]
    assert "isolation" in batch.isolation


def test_the_gradebook_and_the_graded_notebooks_hold_the_same_scores(
    batch: BatchResult, output: Path
) -> None:
    with book(output) as gradebook:
        for graded in batch.graded:
            submission = gradebook.find_submission(LESSON, graded.student)
            assert submission.score == pytest.approx(graded.result.points, abs=1e-9)
            assert submission.max_score == BEST
            assert not submission.needs_manual_grade
    for graded in batch.graded:
        path = output / "autograded" / graded.student / LESSON / f"{LESSON}.ipynb"
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
        grades = {
            grade_id(cell).removesuffix("-check"): determine_grade(cell)
            for cell in notebook.cells
            if grade_id(cell).endswith("-check")
        }
        for verdict in graded.result.verdicts:
            assert grades[verdict.symbol] == (verdict.points, verdict.max_points)


def test_outputs_of_cells_are_in_the_graded_notebook(batch: BatchResult, output: Path) -> None:
    path = output / "autograded" / "dan" / LESSON / f"{LESSON}.ipynb"
    [own] = [cell for cell in nbformat.read(path, as_version=4).cells if cell.id == "own"]
    assert [output.output_type for output in own.outputs] == ["stream", "error"]


def test_feedback_pages_say_what_went_wrong(batch: BatchResult) -> None:
    pages = {student: batch.feedback_page(student).read_text() for student in STUDENTS}
    assert "cases pass" in pages["bob"]
    assert (
        inline_html(misconceptions(find_exercise("operations.softmax"))["overflow"].hint)
        in pages["bob"]
    )
    assert "is damaged" in pages["cut_off"]
    assert "No notebook was handed in" in pages["no_notebook"]
    assert "ended by the code itself" in pages[EVE]
    assert "ZeroDivisionError" in pages["dan"]
    assert f"{BEST} of {BEST} points" in pages["ada"]


def test_feedback_pages_show_rich_answers_and_run_nothing(batch: BatchResult) -> None:
    page = BeautifulSoup(batch.feedback_page("fay").read_text(), "html.parser")
    assert page.find("b", string="a rich answer")
    picture = page.find("img", src="data:image/png;base64,eA==")
    assert picture
    assert {"height"} == {"width", "height", "onerror"} & set(picture.attrs)
    assert "IPython.core.display.Javascript object" in page.text
    assert not [element for element in page.find_all("script") if "alert" in element.text]
    assert any("display: none" in element.text for element in page.find_all("style")), (
        "nbgrader's list"
    )


def test_nothing_hidden_is_in_any_output(batch: BatchResult, output: Path) -> None:
    folders = [output / name for name in ("autograded", "feedback", "reports", ".ptbasics")]
    everywhere = [path for folder in folders for path in folder.rglob("*")]
    written = [path for path in everywhere if path.is_file() and path.name != "secret_seed"]
    everything = "\n".join(path.read_text(errors="replace") for path in written)
    assert len(written) > 3 * len(STUDENTS)
    assert SEED not in everything
    assert SECRET not in everything
    for cases in CaseSource(SEED).of(LESSON).values():
        public = {shown(part) for case in cases.public for part in case.inputs}
        split = len(cases.public)
        values = [part for case in cases.hidden for part in case.inputs]
        values += cases.expected.right[split:]
        for value in values:
            first_line = shown(value).partition("\n")[0]
            drawn = "." in first_line and len(first_line) > 20
            if drawn and not any(first_line in text for text in public):
                assert first_line not in everything


def test_tables_for_other_programs(batch: BatchResult) -> None:
    with batch.files["csv"].open(newline="") as stream:
        rows = {row["student"]: row for row in csv.DictReader(stream)}
    assert list(rows) == STUDENTS
    assert rows["ada"]["total"] == rows["ada"]["max"] == str(BEST)
    assert float(rows[EVE]["softmax"]) == 0
    assert rows["cut_off"]["status"] == "unreadable"
    assert "damaged" in rows["cut_off"]["reason"]
    suites = ElementTree.parse(batch.files["junit"]).getroot()
    by_name = {suite.get("name"): suite for suite in suites}
    assert list(by_name) == STUDENTS
    count = len(exercises(LESSON))
    assert all(suite.get("tests") == str(count) for suite in suites)
    assert by_name["ada"].get("failures") == "0"
    [failure] = by_name["bob"].findall("testcase/failure")
    assert "cases pass" in (failure.text or "")
    assert by_name["cut_off"].get("errors") == str(count)


def test_the_report_counts_and_names(batch: BatchResult) -> None:
    page = batch.files["report"].read_text()
    assert page.count("data:image/png;base64,") == 4
    for graded in batch.graded:
        assert escape(graded.student) in page
    assert "overflow" in page
    assert batch.isolation in page
    assert "http" not in page.replace("http://www.w3.org", "")


def test_a_second_run_takes_everything_from_the_store(batch: BatchResult, output: Path) -> None:
    second = again(output)
    ran = {graded.student for graded in second.graded if not graded.cached}
    assert ran == {"cut_off", "no_notebook"}  # where nothing is run, nothing is kept
    assert [graded.result for graded in second.graded] == [graded.result for graded in batch.graded]


def test_manual_scores_and_comments_survive_a_regrade(batch: BatchResult, output: Path) -> None:
    with book(output) as gradebook:
        grade = gradebook.find_grade("softmax-check", LESSON, LESSON, "bob")
        grade.manual_score, grade.extra_credit = 1.5, 0.25
        gradebook.find_comment("softmax", LESSON, LESSON, "bob").manual_comment = "Come and see me"
        gradebook.db.commit()
    regraded = again(output, students=["bob"], workers=1, regrade=True, feedback=True)
    assert points(regraded)["bob"] == points(batch)["bob"]
    with book(output) as gradebook:
        grade = gradebook.find_grade("softmax-check", LESSON, LESSON, "bob")
        assert (grade.manual_score, grade.extra_credit, grade.score) == (1.5, 0.25, 1.75)
        comment = gradebook.find_comment("softmax", LESSON, LESSON, "bob")
        assert comment.comment == "Come and see me"
        assert gradebook.find_submission(LESSON, "ada").score == BEST
    page = regraded.feedback_page("bob").read_text()
    assert "Come and see me" in page
    assert "1.75 of 3" in page


def test_an_error_of_our_own_is_reported_and_stops_nobody(
    batch: BatchResult, output: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = Grader.result

    def fails(self: Grader, submission: Submission) -> tuple[SubmissionResult, bool]:
        if any(
            "ZeroDivision" in cell.source or "1 / 0" in cell.source
            for cell in submission.notebook.cells
        ):
            raise OSError("the disk is full")
        return right(self, submission)

    monkeypatch.setattr(Grader, "result", fails)
    hurt = again(output, students=["ada", "dan", EVE])
    assert [graded.student for graded in hurt.graded] == [EVE, "ada", "dan"]
    assert hurt.problems == ["dan: could not be graded: OSError: the disk is full"]
    assert points(hurt)["ada"] == BEST
    monkeypatch.undo()
    assert points(again(output, students=["dan"]))["dan"] == BEST


def test_another_runner_says_how_well_it_keeps_submissions_in(tmp_path: Path) -> None:
    hand_in(tmp_path / "submitted", "ada", answered())
    runner = InProcess()
    graded = again(tmp_path, runner=runner, workers=1)
    assert len(runner.jobs) == 1
    assert points(graded) == {"ada": BEST}
    assert graded.isolation == runner.isolation.describe()
    assert graded.isolation in graded.files["report"].read_text()


def test_a_course_that_cannot_be_graded_says_why(output: Path, tmp_path: Path) -> None:
    with pytest.raises(CourseProblem, match="is missing: give the course"):
        grade_lesson(tmp_path, LESSON)
    with pytest.raises(CourseProblem, match="nothing was handed in"):
        grade_lesson(ROOT, LESSON, submitted=tmp_path, output=tmp_path)
    with pytest.raises(CourseProblem, match="handed in by nobody"):
        again(output, students=["nobody"])
