"""Predict prompts and guards: what they become, and what the build refuses."""

from __future__ import annotations

import nbformat
import pytest

from ptbasics.authoring import build as build_module
from ptbasics.authoring.build import build
from ptbasics.authoring.lesson import Refused
from ptbasics.authoring.made import check_generated
from ptbasics.exercise import is_guard, is_left_out
from ptbasics.predictions import fingerprint, store_name, unpack_predictions
from tests.authoring.course import DEMO, Course

ASKED = "**Predict.** Which shape does `a - b` get?"
BLOCK = """id: shape
right: (4, 4)
because: The column meets every number.
wrong:
  (4,): A column is not flat.
  an error: 1 is stretched.
"""
RUN = "a, b = torch.ones(4, 1), torch.ones(4)\nprint((a - b).shape)"
GUARD = "assert (a - b).shape == (4, 4)"


def block(text: str = BLOCK) -> str:
    return f"```predict\n{text}```"


def code(source: str, tags: str = "") -> str:
    return f"```python{tags}\n{source}\n```"


def guard(source: str) -> str:
    return code(source, ' tags=["guard"]')


def ask(course: Course, *pieces: str) -> None:
    """Put pieces of Markdown into the demo, which can then call predict."""
    course.change(course.lesson(DEMO), "import check\n", "import check, predict\n")
    course.put_before_marker("\n\n".join(pieces))


def problem(course: Course) -> str:
    with pytest.raises(Refused) as refused:
        build(course.root, [DEMO])
    assert not list(course.root.rglob("*.predictions"))
    [only] = refused.value.problems
    return only


def test_a_prediction_becomes_a_question_a_call_and_data(course: Course) -> None:
    ask(course, ASKED, block(), code(RUN), guard(GUARD))
    build(course.root, [DEMO])
    assert check_generated(course.root, [DEMO]) == []
    made = nbformat.read(course.root / "course" / DEMO / f"{DEMO}.ipynb", as_version=4)
    start = next(i for i, cell in enumerate(made.cells) if cell.source.endswith(ASKED))
    call, run, guarded = made.cells[start + 1 : start + 4]
    assert call.source == 'predict("demo.shape")'
    assert run.source == RUN
    assert "metadata" not in run or not is_left_out(run)
    assert is_guard(guarded)
    assert is_left_out(guarded)
    text = "\n".join(cell.source for cell in made.cells)
    assert "meets every number" not in text
    packed = (build_module.STORED / store_name(DEMO)).read_bytes()
    stored = unpack_predictions(packed)["demo.shape"]
    assert stored.question == ASKED
    assert stored.right == "(4, 4)"
    assert stored.wrong == {"(4,)": "A column is not flat.", "an error": "1 is stretched."}
    assert stored.runs == fingerprint(run.source)
    assert b"meets" not in (course.root / "course" / DEMO / f"{DEMO}.ipynb").read_bytes()


def test_a_guard_is_folded_away(course: Course) -> None:
    course.put_before_marker(f"{code(RUN)}\n\n{guard(GUARD)}")
    build(course.root, [DEMO])
    made = nbformat.read(course.root / "course" / DEMO / f"{DEMO}.ipynb", as_version=4)
    [guarded] = [cell for cell in made.cells if is_guard(cell)]
    assert guarded.metadata.jupyter.source_hidden is True
    assert guarded.metadata.cellView == "form"
    title, *rest = guarded.source.split("\n")
    assert title.startswith("# @title ")
    assert "\n".join(rest) == GUARD


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("  an error: 1 is stretched.\n", "  an error:\n", "has no sentence for the wrong choice"),
        ("  an error: 1 is stretched.\n", "  an error: ' '\n", "has no sentence for the wrong"),
        ("  (4,): A column is not flat.\n  an error: 1 is stretched.\n", "", "has no wrong"),
        ("because: The column meets every number.\n", "", "has no because"),
        ("right: (4, 4)\n", "", "has no right"),
        ("id: shape", "id: The Shape", "needs an id of small letters"),
        ("id: shape\n", "", "has no id"),
        ("id: shape", "ident: shape\nid: shape", "has ident, which means nothing"),
        ("right: (4, 4)", "right: (4,)", "both right and wrong"),
        ("right: (4, 4)", "right: (4, 4", "both right and wrong"),
        ("  an error:", "  no:", "put it into quotes"),
        ("right: (4, 4)", "right: [4", "is no YAML"),
    ],
)
def test_a_block_that_cannot_be_asked(course: Course, old: str, new: str, reason: str) -> None:
    assert old in BLOCK
    if reason.startswith("both") and new.endswith("4"):
        ask(course, ASKED, block(BLOCK.replace("(4,): A", "4 4: A")), code(RUN))
    else:
        ask(course, ASKED, block(BLOCK.replace(old, new)), code(RUN))
    assert reason in problem(course)


def test_a_block_without_its_question(course: Course) -> None:
    ask(course, "Which shape?", block(), code(RUN))
    assert "needs a paragraph that starts with **Predict.**" in problem(course)


@pytest.mark.parametrize("below", ["", guard("assert True"), "But first a word."])
def test_a_block_without_its_code(course: Course, below: str) -> None:
    ask(course, ASKED, block(), below)
    assert "needs the code cell that shows what happens" in problem(course)


def test_an_id_twice(course: Course) -> None:
    ask(course, ASKED, block(), code(RUN), ASKED, block(), code(RUN))
    assert "the prediction demo.shape is asked 2 times" in problem(course)


def test_predict_by_hand(course: Course) -> None:
    ask(course, code('predict("demo.no-such")'))
    assert "calls predict() by hand" in problem(course)


def test_predict_that_is_not_imported(course: Course) -> None:
    course.put_before_marker(f"{ASKED}\n\n{block()}\n\n{code(RUN)}")
    assert "does not import predict" in problem(course)


IN_A_FUNCTION = f"{RUN}\ndef f():\n    assert (a - b).shape == (4, 4)"
RAISED = (
    "try:\n    torch.ones(2) + torch.ones(3)\nexcept RuntimeError as error:\n    print(error)\n"
    'else:\n    raise AssertionError("this should not have worked")'
)


@pytest.mark.parametrize("source", [f"{RUN}\n{GUARD}", IN_A_FUNCTION, RAISED])
@pytest.mark.parametrize(
    "above",
    [
        (ASKED,),
        (ASKED, block(), code(RUN)),
        (ASKED, guard("assert True")),
        (f"{ASKED}\n\nThink of lesson 1.",),
        ("**Predict**, for each of these, what happens.",),
    ],
)
def test_an_outcome_in_sight_of_its_prompt(
    course: Course, source: str, above: tuple[str, ...]
) -> None:
    ask(course, *above, code(source))
    assert "follows a Predict and states its outcome" in problem(course)


@pytest.mark.parametrize(
    "pieces",
    [
        (code(f"{RUN}\n{GUARD}"),),
        ("Where it says **Predict**, answer.", code(f"{RUN}\n{GUARD}")),
        (ASKED, code(RUN), "So it is.", code(GUARD)),
        (ASKED, code(RUN), guard(GUARD)),
        (ASKED, code("try:\n    print(a)\nexcept NameError as error:\n    print(error)")),
    ],
)
def test_what_states_no_predicted_outcome(course: Course, pieces: tuple[str, ...]) -> None:
    ask(course, *pieces)
    assert build(course.root, [DEMO])


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("x = print(1)\nassert True", "prints"),
        ("if True:\n    print(1)\nassert True", "prints"),
        ("assert True\ntorch.ones(1)", "has a bare expression"),
        ("width = 2", "asserts nothing"),
    ],
)
def test_a_guard_that_is_more_or_less_than_one(course: Course, source: str, reason: str) -> None:
    course.put_before_marker(guard(source))
    assert reason in problem(course)


def test_a_guard_that_defines_what_another_cell_uses(course: Course) -> None:
    course.put_before_marker(guard("width = 2\nassert width") + "\n\n" + code("print(width)"))
    said = problem(course)
    assert "uses width of cell" in said
    assert "a demonstration or a guard" in said


def test_a_reason_that_gives_an_answer_away(course: Course) -> None:
    answer = "x - x.mean(dim=1, keepdim=True)"
    ask(course, ASKED, block(BLOCK.replace("1 is stretched.", f"Try {answer}.")), code(RUN))
    assert "the prediction demo.shape gives away the answer to center" in problem(course)
