"""Class lists of Canvas, Moodle and by hand: in the gradebook, and where people look."""

from __future__ import annotations

from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from ptbasics.grading.batch import grade_lesson
from ptbasics.grading.class_list import read_class_list
from ptbasics.grading.course import Course, CourseProblem
from ptbasics.grading.roster import WITHDRAWN, Roster, import_people
from tests.grading.handed_in import BEST, LESSON, ROOT, SEED, InProcess, answered, blank, hand_in

CANVAS = '''Student,ID,SIS User ID,SIS Login ID,Section,Tensors (4711)
    Points Possible,,,,,10
"Lovelace, Ada",101,S1,ada,Mondays,9
"O'Neil, Eve ""Ivy""",102,S2,eve,Mondays,
"Student, Test",999,,,Mondays,
'''
MOODLE = """\ufeff"First name";Surname;"ID number";"Email address";Groups;Status
Ada;Lovelace;101;ada@example.org;A;Active
=1+1;עדה 👩‍💻;102;eve@example.org;;Suspended
"""
PLAIN = "id,first_name,last_name,email,lms_user_id\nada,Ada,Lovelace,ada@example.org,101\n"
Row = tuple[str | None, str | None, str | None, str | None]


def imported(course: Course, folder: Path, text: str, *leaving: str, id_column: str = "") -> None:
    (folder / "list.csv").write_text(text, encoding="utf-8")
    import_people(course, read_class_list(folder / "list.csv", id_column), leaving)


def rows(course: Course) -> dict[str, Row]:
    with Gradebook(course.db_url, "ptbasics") as gradebook:
        return {
            student.id: (
                student.first_name,
                student.last_name,
                student.email,
                student.lms_user_id,
            )
            for student in gradebook.students
        }


def test_a_canvas_gradebook(course: Course, tmp_path: Path) -> None:
    imported(course, tmp_path, CANVAS)
    assert rows(course) == {
        "ada": ("Ada", "Lovelace", None, "101"),
        "eve": ('Eve "Ivy"', "O'Neil", None, "102"),
    }


def test_the_participants_of_moodle_with_names_that_survive(course: Course, tmp_path: Path) -> None:
    imported(course, tmp_path, MOODLE)
    assert rows(course) == {
        "101": ("Ada", "Lovelace", "ada@example.org", "101"),
        "102": ("=1+1", "עדה 👩‍💻", "eve@example.org", "102"),
    }
    assert Roster.of(course).withdrawn == {"102"}


def test_another_column_may_name_the_folders(course: Course, tmp_path: Path) -> None:
    imported(course, tmp_path, MOODLE, id_column="email address")
    assert set(rows(course)) == {"ada@example.org", "eve@example.org"}


def test_importing_again_changes_what_changed_and_removes_nobody(
    course: Course, tmp_path: Path
) -> None:
    imported(course, tmp_path, PLAIN)
    before = rows(course)
    imported(course, tmp_path, PLAIN)
    assert rows(course) == before == {"ada": ("Ada", "Lovelace", "ada@example.org", "101")}
    imported(course, tmp_path, "ID,Last Name\nada,Byron\nbob,\n", "ada")
    assert rows(course) == {
        "ada": ("Ada", "Byron", "ada@example.org", "101"),
        "bob": (None, "", None, None),
    }
    assert (course.desk / WITHDRAWN).read_text() == "ada\n"
    imported(course, tmp_path, "id\nbob\n")
    assert Roster.of(course).withdrawn == {"ada"}, "who is not in the list keeps their mark"
    imported(course, tmp_path, "id\nada\n")
    assert Roster.of(course).withdrawn == frozenset(), "who is in it again has come back"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name,mail\na,b\n", ":1: this header is not known: a Canvas gradebook begins with"),
        ("", ":1: this header is not known"),
        ("id\nada\n\nbob\nada\n", ":5: 'ada' is in line 2 already"),
        ("id,first name\nada,Ada\n ,Bob\n", ":3: the student has no id"),
        ("id\na/b\n", ":2: 'a/b' cannot be the name of a folder"),
        ("id,status\nada,gone fishing\n", ":2: the status 'gone fishing' is not known"),
        ('id,first name\nada,"A\nB"\nbob,"x\n', ":4: this is not CSV"),
        ("Student,ID,Section\nAda,1,A\n", ":1: no column names folders in this Canvas list"),
        ("id\n", ": there is nobody in it"),
    ],
)
def test_what_is_wrong_with_a_list_is_told_with_its_line(
    text: str, said: str, course: Course, tmp_path: Path
) -> None:
    with pytest.raises(CourseProblem) as problem:
        imported(course, tmp_path, text)
    assert f"{tmp_path / 'list.csv'}{said}" in str(problem.value)
    assert not course.has_gradebook


def test_a_list_in_another_encoding(course: Course, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_bytes("id,first name\nada,Zoë\n".encode("latin-1"))
    with pytest.raises(CourseProblem, match=r"list\.csv:2: this is not UTF-8"):
        read_class_list(tmp_path / "list.csv")


def test_nobody_can_withdraw_who_is_not_known(course: Course, tmp_path: Path) -> None:
    with pytest.raises(CourseProblem, match="nobody is called zed"):
        imported(course, tmp_path, PLAIN, "zed")
    assert rows(course) == {}


def test_names_are_shown_and_who_has_withdrawn_is_in_no_statistics(
    course: Course, tmp_path: Path
) -> None:
    imported(course, tmp_path, "id,first name,last name\nada,Ada,Lovelace\nbob,<b>,B\n", "bob")
    hand_in(tmp_path / "submitted", "ada", answered())
    hand_in(tmp_path / "submitted", "bob", blank())
    batch = grade_lesson(
        ROOT,
        LESSON,
        submitted=tmp_path / "submitted",
        output=tmp_path,
        seed=SEED,
        runner=InProcess(),
    )
    assert [graded.title for graded in batch.graded] == [
        "Ada Lovelace (ada)",
        "<b> B (bob), withdrawn",
    ]
    page = batch.files["report"].read_text()
    assert "Ada Lovelace (ada)" in page
    assert "&lt;b&gt; B (bob), withdrawn" in page
    assert f"{BEST} of {BEST}" in page.partition("median")[0], "the mean is that of Ada alone"
    assert "Ada Lovelace" in (course.feedback("ada", LESSON) / f"{LESSON}.html").read_text()
