"""A newer release around a student's work: nothing of theirs is lost, all of ours is new."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path

import nbformat
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_output
from nbgrader.utils import compute_checksum

from ptbasics.exercise import grade_id
from ptbasics.matching import checksum, has_checksum, has_content_id
from ptbasics.registry import lessons
from ptbasics.updating.merging import Merged, merge
from tests.updating.releases import (
    ANSWER,
    LESSON,
    SET_UP,
    add,
    code,
    exercise,
    find,
    first,
    index,
    lesson,
    sources,
    text,
    worked_on,
)

ROOT = Path(__file__).parents[2]
DAY = "2026-11-26"


def second() -> NotebookNode:
    """Other prose, other set-up, an exercise before the others, and no more `one_hot`."""
    return lesson(
        text("# Operations"),
        code(SET_UP + "\nimport math", "set-up"),
        text("Better prose on exp."),
        code("print(torch.ones(2).exp())"),
        exercise("center_rows", "2.1", "x"),
        text("Make probabilities of scores."),
        exercise("softmax", "2.2"),
        text("The end."),
    )


def merged(student: NotebookNode, release: NotebookNode) -> Merged:
    """What merging gives: valid, the same when done again, and its arguments as they were."""
    before = deepcopy((student, release))
    result = merge(student, release, DAY)
    assert (student, release) == before
    nbformat.validate(result.notebook)
    assert len({cell.id for cell in result.notebook.cells}) == len(result.notebook.cells)
    assert merge(result.notebook, release, DAY).notebook == result.notebook
    return result


@pytest.mark.parametrize("name", lessons())
def test_released_cells_are_known_as_such(name: str) -> None:
    release = nbformat.read(ROOT / "course" / name / f"{name}.ipynb", as_version=4)
    for cell in release.cells:
        assert has_checksum(cell) if grade_id(cell) else has_content_id(cell, name), cell.id
        if grade_id(cell):
            assert checksum(cell) == compute_checksum(cell)
    assert merged(release, release).notebook == release


def test_the_same_release_changes_nothing() -> None:
    student = worked_on(first())
    add(student, "print(softmax(torch.ones(2), 0))", after="softmax")
    find(student, "print(torch.ones(1)").source += "  # I tried something"
    assert merged(student, first()).notebook == student


def test_answers_stay_and_all_of_ours_is_new() -> None:
    student = worked_on(first())
    find(student, "softmax").outputs = [new_output("stream", text="mine")]
    result = merged(student, second())
    wanted = sources(second())
    wanted[index(second(), "softmax")] = ANSWER
    assert sources(result.notebook) == wanted
    assert find(result.notebook, "softmax").outputs == find(student, "softmax").outputs
    assert (result.answers, result.own, result.changed, result.removed) == (1, 0, (), ())


def test_own_cells_stay_where_they_are() -> None:
    student = worked_on(first())
    add(student, "under = 'set-up'", after="set-up", name="own-a")
    add(student, "under = 'prose that is gone'", after="Prose on exp", name="own-b")
    add(student, "under = 'answer'", after="softmax", name="own-c")
    add(student, "under = 'the answer, too'", after="under = 'answer'", name="own-d")
    student.cells.insert(0, new_code_cell("first = 1", id="own-e"))
    student.cells.append(new_code_cell("last = 1", id="own-f"))
    result = merged(student, second())
    now = sources(result.notebook)
    assert now[0], now[-1] == ("first = 1", "last = 1")
    for above, below in [
        (SET_UP + "\nimport math", "under = 'set-up'"),
        (ANSWER, "under = 'answer'"),
        ("under = 'answer'", "under = 'the answer, too'"),
        ("under = 'the answer, too'", "check(softmax)"),
    ]:
        assert now[now.index(above) + 1] == below
    assert "under = 'prose that is gone'" in now
    assert result.own == 6


def test_an_own_cell_under_text_that_is_new_stands_above_what_follows() -> None:
    student = worked_on(first())
    add(student, "mine = 1", after="More prose")
    newer = first()
    newer.cells[index(newer, "More prose")] = text("Even more prose.")
    now = sources(merged(student, lesson(newer.cells)).notebook)
    assert now.index("mine = 1") == now.index("Even more prose.") + 1


def test_a_changed_statement_is_said_above_the_answer() -> None:
    newer = first()
    find(newer, "Make probabilities").source = "Make probabilities of scores, in float64."
    newer = lesson(newer.cells)
    result = merged(worked_on(first()), newer)
    place = index(result.notebook, "softmax")
    said, answer = result.notebook.cells[place - 1 : place + 1]
    assert answer.source == ANSWER
    assert f"course of {DAY}:** the statement of `softmax`." in said.source
    assert "Make probabilities of scores.\n" in said.source, "what it was is there to compare"
    assert result.changed == ("softmax",)
    assert sum("Changed in" in source for source in sources(result.notebook)) == 1
    said.source = "I have seen it"
    assert merge(result.notebook, newer, DAY).notebook == result.notebook


def test_a_changed_signature_shows_the_new_cell() -> None:
    newer = first()
    newer.cells[index(newer, "softmax") - 1 : index(newer, "softmax") + 2] = exercise(
        "softmax", "2.1", "scores, dim"
    )
    newer = lesson(newer.cells)
    result = merged(worked_on(first()), newer)
    place = index(result.notebook, "softmax")
    said, answer = result.notebook.cells[place - 1 : place + 1]
    assert answer.source == ANSWER
    assert "the cell to fill in of `softmax`" in said.source
    assert find(newer, "softmax").source in said.source
    third = lesson(
        [*newer.cells[: index(newer, "softmax") - 1], *exercise("softmax", "2.1", "scores, axis")]
    )
    again = merged(result.notebook, third)
    [only] = [source for source in sources(again.notebook) if "Changed in" in source]
    assert "scores, axis" in only


def test_an_exercise_that_was_not_begun_is_replaced() -> None:
    newer = first()
    newer.cells[index(newer, "softmax") - 1 : index(newer, "softmax") + 2] = exercise(
        "softmax", "2.1", "scores, dim"
    )
    newer = lesson(newer.cells)
    result = merged(worked_on(first(), one_hot="def one_hot(labels): ..."), newer)
    assert find(result.notebook, "softmax") == find(newer, "softmax")
    assert result.changed == ()


def test_the_answer_to_a_removed_exercise_is_kept_and_marked() -> None:
    result = merged(worked_on(first(), softmax=ANSWER, one_hot="def one_hot(labels): 1"), second())
    now = sources(result.notebook)
    place = now.index("def one_hot(labels): 1")
    assert "`one_hot`, which the lesson does not ask for any more" in now[place - 1]
    kept = result.notebook.cells[place]
    assert kept.metadata == {"ptbasics": {"answer_to": "one_hot"}}
    assert "check(one_hot)" not in now
    assert result.removed == ("one_hot",)


@pytest.mark.parametrize("which", [0, 1])
def test_of_a_duplicated_answer_both_stay(which: int) -> None:
    student = worked_on(first(), softmax="")
    place = index(student, "softmax-check") - 1
    twin = deepcopy(student.cells[place])
    twin.id = "twin"
    student.cells.insert(place + 1, twin)
    student.cells[place + which].source = ANSWER
    student.cells[place + 1 - which].source = "# thoughts" if which == 0 else ""
    result = merged(student, second())
    assert find(result.notebook, "softmax").source == ANSWER
    assert ("# thoughts" in sources(result.notebook)) == (which == 0)


def test_a_deleted_cell_comes_back() -> None:
    student = worked_on(first())
    for start in ("softmax", "set-up", "More prose", "one_hot-check"):
        del student.cells[index(student, start)]
    result = merged(student, first())
    assert result.notebook.cells == first().cells


def test_what_a_student_made_of_the_set_up_is_kept_below_it() -> None:
    student = worked_on(first())
    find(student, "set-up").source += "\nimport random"
    result = merged(student, second())
    place = index(result.notebook, "set-up")
    here, said, kept = result.notebook.cells[place : place + 3]
    assert here == find(second(), "set-up")
    assert "what you had made of the cell above" in said.source
    assert kept.source == SET_UP + "\nimport random"
    assert not grade_id(kept)


def test_a_changed_demonstration_is_kept_beside_the_new_one() -> None:
    student = worked_on(first())
    find(student, "print(torch.ones(1)").source = "print(torch.zeros(1).exp())"
    now = sources(merged(student, second()).notebook)
    assert "print(torch.ones(2).exp())" in now
    assert "print(torch.zeros(1).exp())" in now


def test_without_ids_labels_and_texts_tell() -> None:
    student = worked_on(first())
    for cell in student.cells:
        del cell["id"]
    student.nbformat_minor = 4
    add(student, "mine = 1", after="softmax")
    same = merged(student, first()).notebook
    assert sources(same) == sources(student)
    newer = sources(merged(student, second()).notebook)
    assert {ANSWER, "mine = 1", *sources(second())} - set(newer) == {
        find(second(), "softmax").source
    }


def test_without_ids_and_labels_names_tell() -> None:
    student = worked_on(first())
    for cell in student.cells:
        cell.id = f"fresh-{student.cells.index(cell)}"
        cell.metadata.pop("nbgrader", None)
    same = merged(student, first()).notebook
    assert sources(same) == sources(student)
    assert find(same, "softmax").metadata == find(first(), "softmax").metadata


EDIT = st.tuples(
    st.sampled_from(["add", "edit", "delete", "copy", "move", "strip"]),
    st.integers(0, 40),
    st.integers(0, 40),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(EDIT, max_size=8), st.sampled_from([first, second]))
@example([("edit", 1, 0), ("copy", 1, 0)], first)
def test_whatever_was_done_no_work_is_lost(
    edits: list[tuple[str, int, int]], newer: object
) -> None:
    student = worked_on(first())
    cells = student.cells
    for number, (what, here, there) in enumerate(edits):
        here, there = here % len(cells), there % len(cells)
        match what:
            case "add":
                cells.insert(here, new_code_cell(f"own = {number}", id=f"new-{number}"))
            case "edit":
                cells[here].source += f"\nedited = {number}"
            case "delete" if len(cells) > 1:
                del cells[here]
            case "copy":
                cells.insert(there, deepcopy(cells[here]))
                cells[there].id = f"copy-{number}"
            case "move":
                cells.insert(there, cells.pop(here))
            case "strip":
                cells[here].metadata = NotebookNode()
    released = {cell.source for cell in first().cells}
    result = merged(student, second() if newer is second else first())
    assert set(sources(student)) - released <= set(sources(result.notebook))
    assert {LESSON} == {result.notebook.metadata.ptbasics.lesson}
