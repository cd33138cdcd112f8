"""The `ptbasics` command: what each subcommand says, what it writes, and how it exits."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from ptbasics.cli import app
from ptbasics.doctor import Health
from ptbasics.exercise import Exercise
from ptbasics.grading.course import Course, CourseProblem
from ptbasics.grading.result import BatchResult
from ptbasics.registry import all_exercises, exercises, lessons, misconceptions
from ptbasics.runner import Isolation, Runner
from ptbasics.runner.confine import Mode
from ptbasics.runner.runner import WarmProcess
from tests.grading.handed_in import (
    BEST,
    LESSON,
    ROOT,
    VICTIM,
    WORTH,
    answered,
    blank,
    dump,
    hand_in,
    mistaken,
)

COMMANDS = sorted(
    f"{group} {command.name or command.callback.__name__}".strip()
    for group, commands in [
        ("", app.registered_commands),
        *(
            (str(group.name), group.typer_instance.registered_commands)
            for group in app.registered_groups
            if group.typer_instance
        ),
    ]
    for command in commands
    if command.callback
)


def ptbasics(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def refused(*arguments: str | Path) -> str:
    """What a command says that cannot do what it was asked to: a sentence, and no traceback."""
    done = ptbasics(*arguments)
    assert done.exit_code == 1
    assert isinstance(done.exception, SystemExit), done.exception
    return done.stderr


def test_the_commands_are_those_that_the_readme_promises() -> None:
    promised = ["build", "check", "doctor", "exercises", "grade", "pages", "release", "report"]
    promised += ["ci", "export", "gradescope", "lab", "update", "verify", "watch", "roster import"]
    assert sorted(promised) == COMMANDS


@pytest.mark.parametrize("command", COMMANDS)
def test_help_shows_an_example(command: str) -> None:
    done = ptbasics(*command.split(), "--help")
    assert done.exit_code == 0
    assert f"Example: ptbasics {command}" in done.stdout


def test_the_version_is_that_of_the_installed_package() -> None:
    assert ptbasics("--version").stdout == f"ptbasics {version('ptbasics')}\n"


def test_help_needs_no_torch() -> None:
    script = (
        "import sys\n"
        "from ptbasics.cli import app\n"
        "app(['--help'], standalone_mode=False)\n"
        "assert 'torch' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "exercises" in done.stdout


def test_a_command_that_is_not_understood() -> None:
    assert ptbasics("grade", "--workers", "0").exit_code == 2


def test_python_runs_the_package_as_the_same_command() -> None:
    command = [sys.executable, "-m", "ptbasics", "exercises", LESSON]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.stdout == ptbasics("exercises", LESSON).stdout
    wrong = subprocess.run([*command[:3], "teach"], capture_output=True, text=True)
    assert wrong.returncode == 2
    assert "Usage: ptbasics" in wrong.stderr


# --- exercises


def test_exercises_as_json_describes_each() -> None:
    table = json.loads(ptbasics("exercises", "--json").stdout)
    assert [row["name"] for row in table] == list(all_exercises())

    def described(exercise: Exercise) -> dict[str, object]:
        return {
            "lesson": exercise.lesson,
            "name": exercise.name,
            "title": exercise.title,
            "points": exercise.points,
            "difficulty": exercise.difficulty,
            "minutes": exercise.minutes,
            "misconceptions": len(misconceptions(exercise)),
        }

    assert table == [described(exercise) for exercise in all_exercises().values()]


def test_exercises_of_one_lesson_for_people() -> None:
    lines = ptbasics("exercises", LESSON).stdout.splitlines()
    assert len(lines) == len(exercises(LESSON))
    assert all(
        exercise.title in line for exercise, line in zip(exercises(LESSON), lines, strict=True)
    )


@pytest.mark.parametrize("command", ["exercises", "build", "grade", "report"])
def test_a_lesson_that_does_not_exist(command: str) -> None:
    said = refused(command, "99_nowhere")
    assert "99_nowhere" in said
    assert lessons()[0] in said, "the way out: the lessons that exist"


# --- grade and report


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("graded")
    hand_in(output / "submitted", "ada", answered())
    hand_in(output / "submitted", "bob", answered(softmax=mistaken("overflow")))
    return output


def on(output: Path, *arguments: str | Path) -> list[str | Path]:
    places: list[str | Path] = ["--course-root", ROOT, "--submitted", output / "submitted"]
    return [*arguments, *places, "--output", output]


@pytest.fixture(scope="module")
def graded(output: Path) -> Iterator[Result]:
    return ptbasics(*on(output, "grade", "--json"))


def test_grade_as_json(graded: Result, output: Path) -> None:
    assert graded.exit_code == 0
    [batch] = json.loads(graded.stdout)
    assert batch["lesson"] == LESSON
    ada, bob = batch["submissions"]
    assert (ada["points"], ada["max_points"], ada["status"]) == (BEST, BEST, "perfect")
    assert BEST - WORTH < bob["points"] < BEST
    for kind, path in batch["files"].items():
        assert Path(path).exists(), kind
    assert {"gradebook", "autograded", "feedback", "csv", "junit", "report"} <= set(batch["files"])


def test_grade_again_takes_what_is_stored_and_shows_a_table(graded: Result, output: Path) -> None:
    done = ptbasics(*on(output, "grade", LESSON))
    assert done.exit_code == 0
    assert f"{BEST} of {BEST}" in done.stdout
    assert str(output / "gradebook.db") in done.stdout.replace("\n", "")
    assert "2 cached" in done.stderr


def test_report_again(graded: Result, output: Path) -> None:
    page = output / "reports" / LESSON / "report.html"
    page.unlink()
    assert ptbasics(*on(output, "report", LESSON)).exit_code == 0
    assert "bob" in page.read_text()


def test_report_says_who_is_waiting(graded: Result, output: Path) -> None:
    place = hand_in(output / "submitted", "late", blank())
    try:
        done = ptbasics(*on(output, "report", LESSON, "--json"))
        assert json.loads(done.stdout)["not graded yet"] == ["late"]
    finally:
        (place / f"{LESSON}.ipynb").unlink()
        place.rmdir()


@pytest.mark.parametrize("arguments", [["grade"], ["grade", LESSON], ["report", LESSON]])
def test_nothing_was_handed_in(arguments: list[str], tmp_path: Path) -> None:
    said = refused(*on(tmp_path, *arguments))
    assert "nothing was handed in" in said
    assert str(tmp_path / "submitted") in said


def test_a_student_who_handed_in_nothing(output: Path) -> None:
    assert "nobody" in refused(*on(output, "grade", LESSON, "--student", "nobody"))


def test_a_folder_that_is_no_course(tmp_path: Path) -> None:
    assert "--course-root" in refused("grade", LESSON, "--course-root", tmp_path)


def test_nothing_is_graded_below_the_isolation_that_is_required(
    output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    leaky = {name: name != "network" for name in Isolation({}).lacking}
    monkeypatch.setattr(Runner, "isolation", Isolation(leaky))
    said = refused(*on(output, "grade", LESSON, "--require-isolation", "full"))
    assert "the network can be reached" in said


def test_the_runner_that_shows_its_isolation_grades_too(
    output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[Mode] = []

    class Counted(WarmProcess):
        def __init__(self, mode: Mode) -> None:
            started.append(mode)
            super().__init__(mode)

    monkeypatch.setattr("ptbasics.runner.runner.WarmProcess", Counted)
    monkeypatch.setattr(Runner, "isolation", Isolation(dict.fromkeys(Isolation({}).lacking, True)))
    asked = [LESSON, "--regrade", "--student", "ada", "--require-isolation", "full"]
    done = ptbasics(*on(output, "grade", *asked))
    assert done.exit_code == 0, done.output
    assert f"isolation  {Runner.isolation.describe()}" in done.stdout
    assert len(started) == len(set(started)), "one start in each mode that was tried"


def test_a_problem_of_ours_is_said_and_exits_with_1(
    output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ptbasics.grading import batch

    def broken(*_: object) -> None:
        raise RuntimeError("the disk is on fire")

    monkeypatch.setattr(batch.Grader, "take_in", broken)
    said = refused(*on(output, "grade", LESSON, "--student", "ada"))
    assert "ada: could not be graded: RuntimeError: the disk is on fire" in said


def test_files_that_are_in_the_way(tmp_path: Path) -> None:
    hand_in(tmp_path / "submitted", "ada", blank())
    (tmp_path / "file").write_text("")
    for arguments in (["grade"], ["report", LESSON], ["release"]):
        places = [] if arguments == ["release"] else ["--submitted", tmp_path / "submitted"]
        said = refused(*arguments, *places, "--course-root", ROOT, "--output", tmp_path / "file")
        assert str(tmp_path / "file") in said
    (tmp_path / ".ptbasics").mkdir()
    (tmp_path / ".ptbasics" / "secret_seed").write_text("")
    assert "secret_seed is empty" in refused(*on(tmp_path, "grade", LESSON))


def test_a_lesson_that_cannot_be_graded_costs_no_other(
    output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ptbasics.grading import handed_in

    def students_of(course: Course, lesson: str, students: object) -> list[str]:
        if lesson == "one":
            raise CourseProblem("it is broken")
        return ["ada"]

    def grade_lessons(root: Path, lessons: list[str], **_: object) -> Iterator[BatchResult]:
        for lesson in lessons:
            if lesson == "two":
                raise PermissionError(13, "Denied", "/it")
            yield BatchResult(lesson, (), 0.0)

    monkeypatch.setattr(handed_in, "students_of", students_of)
    monkeypatch.setattr(handed_in, "grade_lessons", grade_lessons)
    done = ptbasics(*on(output, "grade", "one", "two", LESSON))
    assert done.exit_code == 1
    assert LESSON in done.stdout
    assert "it is broken" in done.stderr
    assert "/it: Denied" in done.stderr


# --- export


def test_export_says_what_is_missing(tmp_path: Path) -> None:
    said = refused("export", "csv", "--course-root", ROOT, "--output", tmp_path)
    assert "run `ptbasics grade` first" in said
    done = ptbasics("export", "canvas", "--title", "4711", "--course-root", ROOT)
    assert done.exit_code == 2
    assert "LESSON=TITLE" in done.stderr
    assert ptbasics("export", "blackboard").exit_code == 2


# --- the class list


def test_a_class_list_goes_into_the_gradebook(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("id,first name,last name\nada,Ada,Lovelace\n")
    places = ["--course-root", ROOT, "--output", tmp_path]
    done = ptbasics("roster", "import", tmp_path / "list.csv", *places)
    assert done.exit_code == 0, done.output
    assert "1 students" in done.stdout
    (tmp_path / "list.csv").write_text("name\nada\n")
    said = refused("roster", "import", tmp_path / "list.csv", *places)
    assert f"{tmp_path / 'list.csv'}:1: this header is not known" in said
    assert "nowhere.csv" in refused("roster", "import", tmp_path / "nowhere.csv", *places)


# --- check


@pytest.mark.slow
def test_check_a_right_notebook(tmp_path: Path) -> None:
    path = tmp_path / f"{LESSON}.ipynb"
    path.write_bytes(dump(answered()))
    done = ptbasics("check", path)
    assert done.exit_code == 0, done.output
    assert f"{len(exercises(LESSON))} of {len(exercises(LESSON))} exercises pass" in done.stdout


@pytest.mark.slow
def test_check_a_notebook_with_a_mistake(tmp_path: Path) -> None:
    path = tmp_path / f"{LESSON}.ipynb"
    path.write_bytes(dump(answered(softmax=mistaken("overflow"))))
    done = ptbasics("check", path, "--json")
    assert done.exit_code == 1
    found = {row["exercise"]: row for row in json.loads(done.stdout)}
    wrong = found.pop(f"operations.{VICTIM}")
    assert (wrong["status"], wrong["misconception"]) == ("failed", "overflow")
    assert {row["status"] for row in found.values()} == {"passed"}


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("missing.ipynb", None, "No such file"),
        (f"{LESSON}.ipynb", b"{", "cannot be read as a notebook"),
        (f"{LESSON}.ipynb", b'{"cells": [3]}', "cannot be read as a notebook"),
        ("shopping.ipynb", b'{"cells": [], "metadata": {}}', f"{LESSON}.ipynb"),
    ],
)
def test_check_what_is_no_notebook_of_the_course(
    name: str, content: bytes | None, said: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    answer = refused("check", path)
    assert str(path) in answer
    assert said in answer


def test_check_on_a_system_that_cannot_confine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    assert "Restart Kernel and Run All Cells" in refused("check", tmp_path / f"{LESSON}.ipynb")


# --- build, release, doctor


def test_build_check_finds_everything_up_to_date() -> None:
    done = ptbasics("build", "--check", LESSON, "--course-root", ROOT)
    assert done.exit_code == 0, done.output
    assert "up to date" in done.stdout


def test_build_without_sources(tmp_path: Path) -> None:
    assert "--course-root" in refused("build", LESSON, "--course-root", tmp_path)


def test_release_refuses_what_has_not_been_built(tmp_path: Path) -> None:
    said = refused("release", "--output", tmp_path / "out", "--course-root", tmp_path)
    assert "--course-root" in said
    assert not (tmp_path / "out").exists()


def test_references_are_not_given_out_before_their_date(tmp_path: Path) -> None:
    (tmp_path / "course.toml").write_text("references_from = 2999-01-01")
    said = refused("release", "--with-references", "--course-root", tmp_path)
    assert "2999-01-01" in said
    assert "course.toml" in said


@pytest.mark.slow
def test_doctor() -> None:
    found = json.loads(ptbasics("doctor", "--json").stdout)
    assert set(found["isolation"]["enforced"]) == set(Isolation({}).lacking)
    lines = list(Health(**found).lines())
    for word in (found["python"], found["packages"]["torch"], found["cuda"]):
        assert any(word in line for line in lines)
    assert lines[-1] == f"Isolation: {found['isolation_line']}"
