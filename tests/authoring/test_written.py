"""Written answers: what a block becomes, and what the build refuses."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from ptbasics.authoring.build import build
from ptbasics.authoring.lesson import Refused
from ptbasics.authoring.made import check_generated
from ptbasics.exercise import is_written
from tests.authoring.course import DEMO, Course

BLOCK = """id: model-card
points: 3
rubric:
  - 1: One use that it is for.
  - 2: The data, `a|b` among them.
answer: |
  #### Intended use

  It reads digits.

  #### Data

  #### Limits
  No letters.
"""
STUB = "*Your answer: double-click here, and write in place of this line.*"


def written(text: str = BLOCK) -> str:
    return f"What is it for?\n\n```written\n{text}```"


def problem(course: Course, *blocks: str) -> str:
    course.put_before_marker("\n\n".join(map(written, blocks)))
    with pytest.raises(Refused) as refused:
        build(course.root, [DEMO])
    assert not list(course.root.rglob("*.ipynb"))
    [only] = refused.value.problems
    assert only.startswith(f"{DEMO}: ")
    return only


def around_the_card(path: Path) -> list[NotebookNode]:
    """The question, the header and the answer."""
    cells = nbformat.read(path, as_version=4).cells
    [place] = [index for index, cell in enumerate(cells) if is_written(cell)]
    made: list[NotebookNode] = cells[place - 2 : place + 1]
    return made


def test_a_block_becomes_a_rubric_and_a_cell_with_points(course: Course) -> None:
    course.put_before_marker(written())
    build(course.root, [DEMO])
    assert check_generated(course.root, [DEMO]) == []
    question, header, answer = around_the_card(course.root / "solutions" / DEMO / f"{DEMO}.ipynb")
    assert question.source.endswith("What is it for?")
    assert header.source == (
        "### Written answer · Model card\n\n3 points, given by a person who reads it:\n\n"
        "| points | for |\n|---|---|\n"
        "| 1 | One use that it is for. |\n| 2 | The data, `a\\|b` among them. |"
    )
    assert (answer.id, answer.cell_type) == ("model-card", "markdown")
    assert answer.metadata["nbgrader"] == {
        "grade": True,
        "grade_id": "model-card",
        "locked": False,
        "points": 3,
        "schema_version": 3,
        "solution": True,
        "task": False,
    }
    assert "It reads digits." in answer.source
    assert "No letters." in answer.source


def test_students_get_the_headings_and_the_rubric(course: Course) -> None:
    course.put_before_marker(written())
    build(course.root, [DEMO])
    _, header, answer = around_the_card(course.root / "course" / DEMO / f"{DEMO}.ipynb")
    assert "One use that it is for." in header.source
    headings = ("Intended use", "Data", "Limits")
    assert answer.source == "\n\n".join(f"#### {heading}\n\n{STUB}" for heading in headings)
    assert answer.metadata.get("editable", True)
    assert "reads digits" not in (course.root / "course" / DEMO / f"{DEMO}.ipynb").read_text()


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("points: 3", "points: 4", "gives 4 points, and the rows of its rubric add up to 3"),
        ("points: 3\n", "", "has no points"),
        ("id: model-card\n", "", "has no id"),
        ("id: model-card", "id: Model card", "needs an id of small letters"),
        ("id: model-card", "id: center", "is that of an exercise's cell"),
        ("id: model-card", "id: center-check", "is that of an exercise's cell"),
        (BLOCK[BLOCK.index("rubric") : BLOCK.index("answer")], "", "has no rubric"),
        ("  - 1: One use", "  - one: One use", "needs a rubric of rows"),
        ("  - 1: One use", "  - 0: One use", "needs a rubric of rows"),
        ("One use that it is for.", "", "needs a rubric of rows"),
        ("  - 1: One use that", "  - One use that", "needs a rubric of rows"),
        (BLOCK[BLOCK.index("answer") :], "", "has no answer"),
        ("  #### Intended use\n\n", "", "needs an answer that begins with a heading"),
        ("No letters.", "END SOLUTION", "has SOLUTION in its answer"),
        ("points: 3", "hint: 3\npoints: 3", "has hint, which means nothing here"),
        ("The data,", "The data: all,", "is no YAML"),
    ],
)
def test_a_block_that_cannot_be_graded(course: Course, old: str, new: str, reason: str) -> None:
    assert BLOCK.count(old) == 1
    assert reason in problem(course, BLOCK.replace(old, new))


def test_an_id_twice(course: Course) -> None:
    assert "2 written blocks have the id model-card" in problem(course, BLOCK, BLOCK)
