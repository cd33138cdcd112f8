"""The project's own files agree with one another."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from ptbasics.authoring.made import check_generated, drift, made_of_course
from ptbasics.registry import lessons

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
USED_BY_STUDENTS_AND_GRADERS = ("notebook", "vision", "grading")


def normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(text: str) -> dict[str, str]:
    found = re.findall(r"^\s*-?\s*([A-Za-z0-9_.-]+)==(\S+)$", text, flags=re.MULTILINE)
    return {normalised(name): version for name, version in found}


def names(requirements: list[str]) -> set[str]:
    return {normalised(re.split(r"[<>=!~\[ ;]", item)[0]) for item in requirements}


CONSTRAINTS = pins((ROOT / "constraints.txt").read_text())
ENVIRONMENT = pins((ROOT / "environment.yml").read_text())


def test_environment_has_the_packages_of_pyproject_with_the_pins_of_constraints() -> None:
    extras = PROJECT["optional-dependencies"]
    wanted = names(PROJECT["dependencies"])
    for extra in USED_BY_STUDENTS_AND_GRADERS:
        wanted |= names(extras[extra])
    assert set(ENVIRONMENT) == wanted
    assert {name: CONSTRAINTS[name] for name in wanted} == ENVIRONMENT


def test_every_dependency_is_pinned_in_constraints_and_open_in_pyproject() -> None:
    groups = [PROJECT["dependencies"], *PROJECT["optional-dependencies"].values()]
    for requirement in [item for group in groups for item in group]:
        assert "==" not in requirement
        assert names([requirement]) <= set(CONSTRAINTS)


@pytest.mark.parametrize("package", sorted(names(PROJECT["dependencies"])))
def test_architecture_says_why_each_dependency_is_there(package: str) -> None:
    assert package in normalised((ROOT / "docs" / "architecture.md").read_text())


def test_every_make_target_explains_itself() -> None:
    makefile = (ROOT / "Makefile").read_text()
    phony = next(line for line in makefile.splitlines() if line.startswith(".PHONY:"))
    shown = subprocess.run(
        ["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    for target in phony.removeprefix(".PHONY:").split():
        assert f"make {target} " in shown


def test_what_is_made_is_up_to_date() -> None:
    # what modules of the course's own print takes longer: see tests/authoring/test_made.py
    assert check_generated(ROOT, lessons()) == []
    assert drift(ROOT, made_of_course(ROOT)) == []


def test_no_dependency_points_upward() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    linted = subprocess.run([program], cwd=ROOT, capture_output=True, text=True)
    assert linted.returncode == 0, linted.stdout


@pytest.mark.parametrize("lesson", lessons())
def test_each_lesson_imports_what_a_student_calls(lesson: str) -> None:
    text = (ROOT / "solutions" / lesson / f"{lesson}.md").read_text()
    set_up = re.search(r"^```python\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
    assert set_up
    assert "from ptbasics import check, failing, hint, predict\n" in set_up[1]
