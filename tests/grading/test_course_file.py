"""The course file: what it may say, how mistakes in it are told, and what it changes."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path

import nbformat
import pytest

from ptbasics.grading.batch import grade_lesson
from ptbasics.grading.course import Course, CourseProblem
from ptbasics.grading.course_file import (
    CourseFile,
    InvalidCourseFile,
    LatePolicy,
    parse_course_file,
    read_course_file,
)
from ptbasics.grading.handed_in import grade_handed_in
from ptbasics.registry import exercises, lessons
from ptbasics.runner import Isolation, Limits, Runner
from tests.grading.courses import course_root
from tests.grading.handed_in import LESSON, ROOT, SEED, VICTIM, WORTH, InProcess, blank, hand_in

DAY = 86_400


def documented() -> str:
    [example] = re.findall(
        r"```toml\n(.*?)```", (ROOT / "docs" / "course-file.md").read_text(), re.DOTALL
    )
    return example


def mistakes(text: str) -> list[str]:
    with pytest.raises(InvalidCourseFile) as said:
        parse_course_file(text)
    return str(said.value).splitlines()


def test_the_documented_example_says_what_its_comments_say() -> None:
    course = parse_course_file(documented())
    assert course.in_use == ("01_tensors", LESSON)
    assert course.due("01_tensors") == datetime(2027, 4, 12, 21, 59, 59, tzinfo=UTC)
    assert course.due(LESSON) == datetime(2027, 4, 19, 16, tzinfo=UTC)
    assert course.due("03_autograd") is None
    assert course.extension(LESSON, "ada") == timedelta(days=7)
    assert course.extension("01_tensors", "ada") == timedelta(days=2)
    assert course.extension(LESSON, "o'neil") == timedelta(hours=12)
    assert course.extension(LESSON, "bob") == timedelta(0)
    assert course.plan(LESSON).points == {VICTIM: 4}
    assert course.limits.cell_seconds == 60
    assert course.limits.processes == Limits().processes
    assert course.isolation == "full"


def test_the_documentation_names_every_key_and_limit() -> None:
    text = (ROOT / "docs" / "course-file.md").read_text()
    names = [field.name for table in (CourseFile, LatePolicy, Limits) for field in fields(table)]
    assert [name for name in names if name not in text] == []


def test_without_a_file_everything_is_in_use_and_nothing_is_due(tmp_path: Path) -> None:
    course = read_course_file(tmp_path)
    assert course == CourseFile()
    assert course.in_use == lessons()
    assert course.due(LESSON) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("titel = 'x'", "1: titel: there is no such key; did you mean title?"),
        ("\ntitle = 3", "2: title: this must be a valid string, not 3"),
        ("timezone = 'Europe/Berln'", "1: timezone: there is no such timezone"),
        ("# a\n\nisolation = 'fully'", "3: isolation: this must be 'none', 'partial' or 'full'"),
        ("[lessons.02_operation]", f"1: lessons.02_operation: .* did you mean {LESSON}?"),
        ("[lessons.gardening]", "1: lessons.gardening: there is no such lesson; there are 01_"),
        (f"[lessons.{LESSON}]\n\ndue = 'soon'", f"3: lessons.{LESSON}.due: give a date"),
        (f"[lessons.{LESSON}.points]\nsoftmx = 3", "2: .*softmx: .* did you mean softmax?"),
        (f"[lessons.{LESSON}.points]\nsoftmax = 0", "2: .*softmax: this must be greater than or"),
        ("[late]\ncap = 0.5", "1: late.per_day: this is missing"),
        ("[late]\nper_day = 10", "2: late.per_day: this must be less than or equal to 1, not 10"),
        ("late = 0.1", r"1: late: this is a table: write \[late\]"),
        ("[limits]\ncell_second = 9", "2: limits.cell_second: .* did you mean cell_seconds?"),
        ("[limits]\n\nprocesses = 0", "1: limits: processes must be more than 0"),
        ("title = 'a'\ndue = [\n", "3: this is not TOML: "),
        ("title = 'a'\ntitle =\n", "2: this is not TOML: Invalid value"),
        ("[extensions]\nada = 'long'", "2: extensions.ada: this must be a valid number"),
    ],
)
def test_a_mistake_is_told_with_its_line_its_key_and_the_way_out(text: str, said: str) -> None:
    [line] = mistakes(text)
    assert re.match(said.replace("?", r"\?"), line), line


def test_lines_are_right_behind_values_that_take_several() -> None:
    text = (
        f'title = """\n[late]\nper_day = 3\n"""\n[lessons.{LESSON}]\npoints = {{ {VICTIM} = 1 }}\n'
    )
    text += "[extensions]\n'a.b' = 1\n\"[x]\" = 'y'\n\n[limits]\nfoo = [\n1,\n]\nbar = 1\n"
    assert [line.split(": ")[0] for line in mistakes(text)] == ["9", "12", "15"]


def test_all_mistakes_are_told_at_once_with_the_file(tmp_path: Path) -> None:
    (tmp_path / "course.toml").write_text("titel = 1\n[late]\n")
    with pytest.raises(InvalidCourseFile) as said:
        read_course_file(tmp_path)
    first, second = str(said.value).splitlines()
    assert first.startswith(f"{tmp_path / 'course.toml'}:1: titel: ")
    assert second.startswith(f"{tmp_path / 'course.toml'}:2: late.per_day: ")


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "course.toml").write_bytes(b"title = 'a'\n# \xff")
    with pytest.raises(InvalidCourseFile, match=r"course\.toml:2: this is not UTF-8"):
        read_course_file(tmp_path)


def test_a_time_may_name_its_own_timezone() -> None:
    text = f"timezone = 'Asia/Seoul'\n[lessons.{LESSON}]\ndue = 2027-01-01T00:00:00Z"
    assert parse_course_file(text).due(LESSON) == datetime(2027, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "fraction"),
    [(0, 0), (7200, 0), (7201, 0.1), (DAY, 0.1), (DAY + 1, 0.2), (4 * DAY + 1, 0.45)],
)
def test_what_being_late_takes(seconds: float, fraction: float) -> None:
    policy = LatePolicy(per_day=0.1, grace_hours=2, cap=0.45)
    assert policy.fraction(seconds) == pytest.approx(fraction)


def test_references_may_wait_for_a_date() -> None:
    course = parse_course_file("timezone = 'Asia/Seoul'\nreferences_from = 2027-07-20 09:00:00")
    moment = datetime(2027, 7, 20, tzinfo=UTC)
    assert course.references_are_early(moment) == ""
    said = course.references_are_early(moment - timedelta(seconds=1))
    assert "2027-07-20 09:00 (Asia/Seoul)" in said
    assert "references_from" in said
    assert CourseFile().references_are_early(moment) == ""
    from_a_day = parse_course_file("references_from = 2027-07-20")
    assert from_a_day.references_are_early(moment) == ""
    assert from_a_day.references_are_early(moment - timedelta(seconds=1))


def test_a_course_with_a_mistake_in_its_file_is_not_graded(tmp_path: Path) -> None:
    course = Course.at(course_root(tmp_path, "titel = 1"))
    with pytest.raises(CourseProblem, match="did you mean title"):
        course.handed_in()


def test_points_of_the_course_stand_in_the_release(tmp_path: Path) -> None:
    course = Course.at(course_root(tmp_path, f"[lessons.{LESSON}.points]\n{VICTIM} = {WORTH + 2}"))
    cells = course.release(LESSON).cells
    [check] = [cell for cell in cells if cell.id == f"{VICTIM}-check"]
    assert check.metadata.nbgrader.points == WORTH + 2
    own = {exercise.symbol: exercise.points for exercise in exercises(LESSON)}
    assert course.points(LESSON) == own | {VICTIM: WORTH + 2}


def test_a_release_that_was_built_with_other_points_is_refused(tmp_path: Path) -> None:
    root = course_root(tmp_path)
    (root / "course").unlink()
    notebook = Course.at(ROOT).release(LESSON)
    [check] = [cell for cell in notebook.cells if cell.id == f"{VICTIM}-check"]
    check.metadata.nbgrader.points = WORTH + 1
    path = root / "course" / LESSON / f"{LESSON}.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(notebook, path)
    said = f"gives {WORTH + 1} points for {VICTIM}, and the exercise gives {WORTH}: run `ptbasics b"
    with pytest.raises(CourseProblem, match=said):
        Course.at(root).release(LESSON)


def test_only_lessons_in_use_are_graded_when_none_is_named(tmp_path: Path) -> None:
    root = course_root(tmp_path, "[lessons.03_autograd]\n")
    hand_in(root / "submitted", "ada", blank())
    with pytest.raises(CourseProblem, match="nothing was handed in"):
        next(grade_handed_in(root))
    assert Course.at(root).students(LESSON) == ["ada"], "they can still be graded by name"


def test_limits_and_isolation_are_the_defaults_of_grading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = course_root(tmp_path, "isolation = 'full'\n[limits]\ncell_seconds = 7\n")
    hand_in(root / "submitted", "ada", blank())
    runner = InProcess()
    grade_lesson(root, LESSON, seed=SEED, feedback=False, runner=runner)
    assert {job.limits.cell_seconds for job in runner.jobs} == {7}
    leaky = {name: name != "network" for name in Isolation({}).lacking}
    monkeypatch.setattr(Runner, "isolation", Isolation(leaky))
    with pytest.raises(CourseProblem, match="full isolation is required"):
        next(grade_handed_in(root))
    [outcome] = grade_handed_in(root, require_isolation="none")
    assert outcome.batch is not None
