"""What a build makes, that it makes the same every time, and that drift is seen."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from ptbasics.authoring.build import build
from ptbasics.authoring.made import check_generated
from ptbasics.judging.codec import decode
from tests.authoring.course import DEMO, LATER, Course

SOURCE = f"solutions/{DEMO}/{DEMO}.ipynb"
STUDENT = f"course/{DEMO}/{DEMO}.ipynb"


def read(path: Path) -> NotebookNode:
    notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    nbformat.validate(notebook)
    return notebook


def test_writes_both_notebooks_and_the_expected_results(course: Course) -> None:
    written = build(course.root, [DEMO])
    data = [f"stored/{DEMO}.{kind}" for kind in ("expected", "predictions", "outline")]
    assert [str(path.relative_to(course.root)) for path in written] == [SOURCE, STUDENT, *data]
    assert set(decode((course.root / data[0]).read_bytes())) == {"center", "Range"}


def test_an_exercise_becomes_three_cells_with_nbgrader_metadata(course: Course) -> None:
    build(course.root, [DEMO])
    notebook = read(course.root / SOURCE)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    ids = [cell.id for cell in notebook.cells]
    place = ids.index("center")
    header, answer, check = notebook.cells[place - 1 : place + 2]
    assert header.source == (
        "### Exercise 91.1 · Rows around zero\n\n★★☆ · about 5 minutes · 2 points\n\n"
        "- Write it without `normalize`.\n\n<details>\n<summary>Hint</summary>\n\n"
        "Which `dim` goes away, and does the result still fit beside the matrix?\n\n</details>"
    )
    assert "### BEGIN SOLUTION\n    # the mean keeps" in answer.source
    assert answer.metadata["nbgrader"] == {
        "grade": False,
        "grade_id": "center",
        "locked": False,
        "schema_version": 3,
        "solution": True,
        "task": False,
    }
    assert check.source == "check(center)"
    assert check.metadata["nbgrader"] == {
        "grade": True,
        "grade_id": "center-check",
        "locked": True,
        "points": 2,
        "schema_version": 3,
        "solution": False,
        "task": False,
    }
    set_up = next(cell for cell in notebook.cells if cell.cell_type == "code")
    assert set_up.metadata["nbgrader"]["locked"]
    assert all(cell.get("outputs", []) == [] for cell in notebook.cells)


def test_the_student_gets_todos_under_signature_and_docstring(course: Course) -> None:
    build(course.root, [DEMO])
    cells = {cell.id: cell for cell in read(course.root / STUDENT).cells}
    todo = "    # TODO: put your code in place of the next line\n    raise NotImplementedError()"
    assert cells["center"].source.endswith(f'columns).\n    """\n{todo}')
    assert cells["Range"].source.count("raise NotImplementedError()") == 2
    assert "_greatest" not in cells["Range"].source
    assert cells["center-check"].metadata["editable"] is False


def test_the_same_bytes_in_another_place_and_process(course: Course) -> None:
    written = build(course.root, [DEMO])
    contents = [path.read_bytes() for path in written]
    for path in written:
        path.unlink()
    assert build(course.root, [DEMO]) == written
    assert [path.read_bytes() for path in written] == contents
    assert build(course.root, [DEMO]) == []
    script = (
        "import sys; from pathlib import Path; from ptbasics import exercises, reference\n"
        f"root = Path({str(course.root)!r})\n"
        "exercises.__path__.append(str(root / 'exercises'))\n"
        "reference.__path__.append(str(root / 'reference'))\n"
        "from ptbasics.authoring.made import made_of_lesson, make_notebooks\n"
        f"for made in made_of_lesson(make_notebooks(root, {DEMO!r})):\n"
        "    sys.stdout.buffer.write(made.content)"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONDONTWRITEBYTECODE": "1"}
    other = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True, env=environment, cwd="/"
    )
    assert other.stdout == contents[0] + contents[1]


def test_inserting_a_cell_leaves_the_other_ids_alone(course: Course) -> None:
    build(course.root, [DEMO])
    before = [cell.id for cell in read(course.root / SOURCE).cells]
    course.put_before_marker("```python\ntorch.ones(2)\n```")
    build(course.root, [DEMO])
    after = [cell.id for cell in read(course.root / SOURCE).cells]
    assert [cell_id for cell_id in after if cell_id in before] == before
    assert len(after) == len(before) + 1


def test_building_leaves_a_gradebook_alone(course: Course) -> None:
    gradebook = course.root / "gradebook.db"
    gradebook.write_bytes(b"grades")
    build(course.root, [DEMO])
    assert gradebook.read_bytes() == b"grades"


def test_no_drift_after_a_build(course: Course) -> None:
    build(course.root, [DEMO, LATER])
    assert check_generated(course.root, [DEMO, LATER]) == []


@pytest.mark.parametrize("name", [SOURCE, STUDENT])
def test_drift_names_the_file_and_the_way_out(course: Course, name: str) -> None:
    build(course.root, [DEMO])
    path = course.root / name
    path.write_text(path.read_text().replace("Well done", "Well don"))
    [sentence] = check_generated(course.root, [DEMO])
    assert sentence.startswith(name)
    assert f"ptbasics build {DEMO}" in sentence
    path.unlink()
    [sentence] = check_generated(course.root, [DEMO])
    assert f"{name} is missing" in sentence


def test_drift_after_a_change_of_an_exercise(course: Course) -> None:
    build(course.root, [DEMO])
    course.change(course.exercises(DEMO, "center"), "points=2", "points=3")
    drifted = check_generated(course.root, [DEMO])
    assert [sentence.partition(" ")[0] for sentence in drifted] == [SOURCE, STUDENT]


def test_plain_nbgrader_reads_the_same_configuration(course: Course) -> None:
    """`nbgrader generate_assignment` in the course's folder gives the same student's notebook."""
    build(course.root, [DEMO])
    made = (course.root / STUDENT).read_bytes()
    (course.root / STUDENT).unlink()
    (course.root / STUDENT).parent.rmdir()
    nbgrader = Path(sys.executable).parent / "nbgrader"
    subprocess.run(
        [nbgrader, "generate_assignment", DEMO, "--no-db"],
        cwd=course.root,
        check=True,
        capture_output=True,
    )
    assert (course.root / STUDENT).read_bytes().rstrip() == made.rstrip()
    assert [path.name for path in (course.root / "course" / DEMO).iterdir()] == [f"{DEMO}.ipynb"]
