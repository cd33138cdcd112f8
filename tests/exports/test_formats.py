"""Each format is read back by a parser that is not ours, or holds to its published schema."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, get_args, get_type_hints

import jsonschema
import pytest
from junitparser.xunit2 import JUnitXml
from nbgrader.api import Gradebook

from ptbasics.cli import exporting
from ptbasics.grading.course import Course, CourseProblem
from ptbasics.grading.exports.classroom50 import result
from ptbasics.grading.exports.files import Exported, file_name
from ptbasics.grading.exports.formats import FORMATS, MAIL, export_scores
from ptbasics.grading.exports.reading import read_scores
from tests.exports.gradebooks import (
    HANDED_IN,
    HOMEWORK,
    NOTES,
    STUDENTS,
    VERDICT,
    change,
    in_gradebook,
    write_graded_notebook,
)
from tests.grading.handed_in import LESSON

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")

SCHEMAS = Path(__file__).parent / "schemas"
TITLE = "Operations (99)"
#: Two of three and one and a half of two points, as everybody has them.
TOTAL = 3.5


@pytest.fixture
def exported(course: Course) -> Callable[[str], Exported]:
    def export(format_name: str) -> Exported:
        return export_scores(course, format_name, titles={LESSON: TITLE}, sender="me@example.org")

    return export


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as stream:
        lines = list(csv.reader(stream))
    assert {len(line) for line in lines} == {len(lines[0])}
    assert not any(cell.startswith(tuple("=+-@\t\r\n")) for line in lines for cell in line)
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


def validated(path: Path, schema: str) -> Any:
    content = json.loads(path.read_bytes())
    jsonschema.validate(content, json.loads((SCHEMAS / schema).read_bytes()))
    return content


def test_the_command_offers_every_format() -> None:
    offered = get_type_hints(exporting.export)["format_name"]
    assert set(get_args(offered)) == {*FORMATS, MAIL}


# --- Canvas


def test_canvas(exported: Callable[[str], Exported]) -> None:
    done = exported("canvas")
    table, apart = done.files
    best, *students = rows(table)
    head = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", TITLE, HOMEWORK]
    assert list(best) == head
    assert best["Student"] == "Points Possible"
    assert (best["ID"], best[TITLE], best[HOMEWORK]) == ("", "9", "1")
    by_id = {row["ID"]: row for row in students}
    assert sorted(by_id) == ["4711", "4712", "4713", "4714", "4715"]
    assert by_id["4711"]["Student"] == "Lovelace, Ada"
    assert by_id["4712"]["Student"] == 'O\'Neil, Jr., Jo "the rock"'
    assert by_id["4713"]["Student"] == "'@SUM(A1), =HYPERLINK(1)"
    assert by_id["4714"]["Student"] == "می‌خواهم, فاطمة"
    assert by_id["4715"]["Student"] == "'+1, 👩‍💻"
    assert {by_id[number][TITLE] for number in by_id} == {"3.5"}
    assert (by_id["4711"][HOMEWORK], by_id["4712"][HOMEWORK]) == ("1", "")
    points_of = {row["Student"]: row[TITLE] for row in rows(apart)[1:]}
    assert points_of == {"../up": "3.5", "Idless, Nora": "3.5", "Absent, Ann": ""}
    [said] = done.problems
    assert "3 students (../up, absent, no id)" in said


def test_nobody_apart_leaves_no_old_file(course: Course) -> None:
    *_, apart = export_scores(course, "canvas").files
    for number, (student, *_) in enumerate(STUDENTS):
        in_gradebook(
            course,
            lambda book, student=student, number=number: book.update_or_create_student(
                student, lms_user_id=str(number)
            ),
        )
    done = export_scores(course, "canvas")
    assert len(done.files) == 1
    assert done.problems == ()
    assert not apart.exists()


# --- Moodle


def test_moodle(exported: Callable[[str], Exported]) -> None:
    done = exported("moodle")
    table, apart = done.files
    students = {row["Email address"]: row for row in rows(table)}
    grade, feedback = f"Assignment: {TITLE}", f"Feedback: {TITLE}"
    expected = ["First name", "Surname", "ID number", "Email address", grade, feedback]
    ada = students["ada@example.org"]
    assert list(ada)[:6] == expected
    assert (ada["First name"], ada["Surname"], ada["ID number"]) == ("Ada", "Lovelace", "4711")
    assert (ada[grade], ada[feedback]) == ("3.5", "card: not graded yet")
    assert (students["ann@example.org"][grade], students["ann@example.org"][feedback]) == ("", "")
    assert students["eve@example.org"]["First name"] == "'=HYPERLINK(1)"
    assert len(students) == 6
    assert "" not in students, "Moodle gives such a line to the student above"
    assert [row["Surname"] for row in rows(apart)] == ["", "Idless"]
    [said] = done.problems
    assert "(Email address): 2 students (../up, no id)" in said


def test_moodle_by_id_where_there_are_no_addresses(course: Course) -> None:
    def forget_addresses(gradebook: Gradebook) -> None:
        for student in gradebook.students:
            student.email = None

    in_gradebook(course, forget_addresses)
    done = export_scores(course, "moodle")
    assert "u-17" in {row["ID number"] for row in rows(done.files[0])}
    [said] = done.problems
    assert "(ID number): 2 students (../up, absent)" in said


# --- plain tables


def test_tables(exported: Callable[[str], Exported]) -> None:
    submissions, exercises = map(rows, exported("csv").files)
    assert len(submissions) == len(STUDENTS)  # one handed in nothing, and one two assignments
    ada = next(row for row in submissions if row["student"] == "ada" and row["lesson"] == TITLE)
    assert (ada["points"], ada["total"], ada["max"], ada["waits"]) == ("3.5", "3.5", "9", "yes")
    assert ada["handed_in"] == str(HANDED_IN)
    assert "'=cmd" in {row["student"] for row in submissions}
    [softmax] = [
        row for row in exercises if (row["student"], row["exercise"]) == ("rtl", "softmax")
    ]
    assert (softmax["automatic"], softmax["manual"], softmax["points"]) == ("2", "", "2")


def test_points_taken_off_are_a_number(course: Course) -> None:
    in_gradebook(course, lambda book: change(book, "ada", "softmax-check", extra_credit=-2.5))
    _, exercises = export_scores(course, "csv", [LESSON]).files
    with exercises.open(newline="", encoding="utf-8") as stream:
        assert -2.5 in {float(row["extra_credit"]) for row in csv.DictReader(stream)}


# --- JUnit


def test_junit(course: Course) -> None:
    in_gradebook(
        course,
        lambda book: change(book, "ada", "warmest-check", manual_score=2.0),
        lambda book: setattr(
            book.find_comment("softmax", LESSON, LESSON, "ada"), "manual_comment", "Oh\x00 no"
        ),
    )
    write_graded_notebook(course, "ada")
    [path] = export_scores(course, "junit").files
    suites = list(JUnitXml.fromfile(str(path)))
    assert len(suites) == len(STUDENTS)
    ada = next(suite for suite in suites if suite.name == f"{LESSON}: ada")
    assert {(of.name, of.value) for of in ada.properties()} >= {("total", "4"), ("max", "9")}
    assert (ada.tests, ada.failures, ada.skipped, ada.errors) == (3, 1, 1, 0)
    warmest, softmax, card = ada
    assert warmest.is_passed
    [failure] = softmax.result
    assert (failure.message, failure.text) == ("2 of 3 points", VERDICT)
    comments = [of.value for of in softmax.properties() if of.name == "comment"]
    assert comments == ["Oh\N{REPLACEMENT CHARACTER} no"]
    assert card.is_skipped


# --- Gradescope


def test_gradescope(course: Course) -> None:
    in_gradebook(course, lambda book: change(book, "ada", "softmax-check", manual_score=2.5))
    write_graded_notebook(course, "ada")
    files = export_scores(course, "gradescope", [LESSON]).files
    assert len(files) == len(STUDENTS) - 1
    folder = course.desk / "exports" / "gradescope"
    assert {path.parent.parent.parent for path in files} == {folder}, "no name leads out of it"
    for path in files:
        validated(path, "gradescope.json")
    ada = validated(folder / "ada" / LESSON / "results.json", "gradescope.json")
    assert ada["score"] == 4.0
    assert ada["output"].startswith(NOTES)
    by_name = {test["name"]: test for test in ada["tests"]}
    assert (by_name["softmax"]["score"], by_name["softmax"]["max_score"]) == (2.5, 3)
    assert by_name["softmax"]["output"] == VERDICT
    assert "still to grade" in by_name["card"]["output"]


# --- Classroom 50


def test_classroom50(course: Course) -> None:
    in_gradebook(
        course,
        lambda book: change(book, "ada", "warmest-check", extra_credit=20),
        lambda book: change(book, "rtl", "warmest-check", auto_score=0.14),
        lambda book: change(book, "emoji", "warmest-check", extra_credit=-20),
    )
    done = export_scores(course, "classroom50")
    found = {validated(path, "classroom50.json")["owner"]: path for path in done.files}
    for path in done.files:
        content = validated(path, "classroom50.json")
        assert content["score"] <= content["max-score"] == 900
        assert all(test["score"] <= test["max-score"] for test in content["tests"])
    scores = {owner: validated(path, "classroom50.json")["score"] for owner, path in found.items()}
    assert (scores["comma, quote"], scores["rtl"]) == (350, 214)
    assert (scores["ada"], scores["emoji"]) == (900, 0)
    [said] = done.problems
    assert "1 student (ada)" in said, "the homework of hers has no time"


def test_classroom50_takes_what_its_runner_says(course: Course) -> None:
    environment = {
        "CLASSROOM": "cs",
        "ASSIGNMENT": "ops",
        "ASSIGNMENT_TYPE": "group",
        "OWNER": "group-1",
        "SUBMISSION_TAG": "submit/2026-06-01T14-32-05Z-a1b2c3d",
        "COMMIT_URL": "https://example.org/commit/1",
        "RELEASE_URL": "https://example.org/releases/1",
    }
    score = read_scores(course).scores["ada", LESSON]
    content = result(score, HANDED_IN, course, environment)
    assert content["review"] == content["commit"] == environment["COMMIT_URL"]
    assert (content["classroom"], content["owner"]) == ("cs", "group-1")
    assert content["datetime"] == "2026-06-01T14:32:05Z"
    jsonschema.validate(content, json.loads((SCHEMAS / "classroom50.json").read_bytes()))


# --- mail


def mails(exported: Exported) -> dict[str, EmailMessage]:
    read: dict[str, EmailMessage] = {}
    for path in exported.files:
        message = message_from_bytes(path.read_bytes(), policy=default)
        assert isinstance(message, EmailMessage)
        assert not message.defects
        [to] = message["To"].addresses
        read[to.addr_spec] = message
    return read


def test_mail(exported: Callable[[str], Exported]) -> None:
    done = exported(MAIL)
    read = mails(done)
    assert len(read) == len(STUDENTS) - 2, "not who handed in nothing, nor who has no address"
    ada = read["ada@example.org"]
    [sender] = ada["From"].addresses
    assert (sender.addr_spec, ada["X-Unsent"]) == ("me@example.org", "1")
    body = ada.get_body()
    assert body is not None
    assert f"{TITLE}: 3.5 of 9 points so far" in body.get_content()
    assert f"{HOMEWORK}: 1 of 1 points" in body.get_content()
    assert {to.addresses[0].display_name for to in (m["To"] for m in read.values())} >= {
        'Jo "the rock" O\'Neil, Jr.',
        "فاطمة می‌خواهم",
        "👩‍💻 +1",
    }
    without_address, without_page = done.problems
    assert "1 student (../up)" in without_address
    assert "6 students" in without_page


@pytest.mark.parametrize(
    "address", ["", "nobody", "a@example.org, b@example.org", "a@b\r\nBcc: c@d"]
)
def test_no_mail_to_what_is_not_one_address(course: Course, address: str) -> None:
    def be_misled(gradebook: Gradebook) -> None:
        gradebook.find_student("ada").email = address

    in_gradebook(course, be_misled)
    done = export_scores(course, MAIL, sender="me@example.org")
    assert "ada.eml" not in {path.name for path in done.files}
    assert "2 students (../up, ada)" in done.problems[0]
    with pytest.raises(CourseProblem, match="--sender"):
        export_scores(course, MAIL, sender=address)


# --- files


def test_no_two_students_share_a_file() -> None:
    names = ["a/b", "a%2Fb", "a\\b", "..", ".", "", "a b", "a ", "a.", "Ω", "a:b"]
    made = [file_name(name) for name in names]
    assert len(set(made)) == len(names)
    assert file_name("Ω 李") == "Ω 李"
    for name in made:
        assert Path(name).name == name
