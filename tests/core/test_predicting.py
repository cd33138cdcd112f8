"""predict(): an answer first, then the result, then the reason, wherever it is asked."""

from __future__ import annotations

import builtins
import io
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell
from nbclient import NotebookClient

from ptbasics import predict, predicting, predictions, progress
from ptbasics.predictions import Prediction, fingerprint, pack_predictions, store_name, tally

LESSON = "02_operations"
WIDGET = "application/vnd.jupyter.widget-view+json"
RUN = "print('(4, 4)')"
SHAPE = Prediction(
    name="operations.demo-shape",
    question="**Predict.** Which shape does `a - b` get?",
    right="`(4, 4)`",
    because="The column meets every number.",
    wrong={"`(4,)`": "A column is not flat.", "an error": "1 is stretched."},
    typed=False,
    runs=fingerprint(RUN),
)
TYPED = Prediction(
    name="operations.demo-typed",
    question="**Predict.** Which shape?",
    right="(4, 4)",
    because="The column meets every number.",
    wrong={"(4,)": "A column is not flat."},
    typed=True,
    runs=fingerprint(RUN),
)


@pytest.fixture(autouse=True)
def _installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    (tmp_path / store_name(LESSON)).write_bytes(pack_predictions([SHAPE, TYPED]))
    monkeypatch.setattr(predictions, "_STORE", tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(progress, "_session", progress.Progress())
    monkeypatch.setattr(predicting, "_waiting", {})
    monkeypatch.setattr(predicting, "_ran", set())
    predictions.lesson_predictions.cache_clear()
    yield
    predictions.lesson_predictions.cache_clear()


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch) -> Iterator[InteractiveShell]:
    """An IPython shell that hears of predictions, and is gone after the test."""
    shell = InteractiveShell.instance()
    yield shell
    InteractiveShell.clear_instance()
    monkeypatch.undo()


def at_a_terminal(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr(builtins, "input", lambda prompt: said)


def test_the_choices_say_nothing_by_their_order() -> None:
    other = {one: f"operations.{one}" for one in "abcdefgh"}
    places = {
        Prediction(name, "", "right", "because", {"wrong": "no"}, False, "").choices.index("right")
        for name in other.values()
    }
    assert places == {0, 1}
    assert sorted(SHAPE.choices) == sorted([SHAPE.right, *SHAPE.wrong])


@pytest.mark.parametrize("said", ["(4, 4)", "4,4", " ( 4 ,4 ) ", "4 x 4"])
def test_a_typed_answer_is_read_kindly(said: str) -> None:
    assert TYPED.is_hit(said)
    assert TYPED.reason(said) == TYPED.because


def test_a_typed_answer_that_nobody_foresaw_hears_why_the_right_one_is() -> None:
    assert not TYPED.is_hit("(16,)")
    assert TYPED.reason("(4, )") == TYPED.wrong["(4,)"]
    assert TYPED.reason("(16,)") == TYPED.because


def test_nobody_there_to_answer(capsys: pytest.CaptureFixture[str]) -> None:
    predict(SHAPE.name)
    said = capsys.readouterr().out
    assert SHAPE.question in said
    assert "an error" in said
    assert SHAPE.because not in said
    assert progress.known().predictions == {}


def test_no_process_waits_for_an_answer() -> None:
    """With a standard input that never says anything."""
    script = f"from ptbasics import predict; predict({SHAPE.name!r})"
    process = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE)
    assert process.wait(timeout=60) == 0
    assert process.stdin is not None
    process.stdin.close()


def test_an_answer_in_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    number = SHAPE.choices.index("an error") + 1
    at_a_terminal(monkeypatch, str(number))
    predict(SHAPE.name)
    assert "✗ You predicted an error. 1 is stretched." in capsys.readouterr().out
    assert progress.known().predictions == {SHAPE.name: "an error"}
    predict(SHAPE.name)
    assert "✗ You predicted an error." in capsys.readouterr().out, "it is not asked twice"


def test_going_on_without_an_answer(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    at_a_terminal(monkeypatch, "")
    predict(SHAPE.name)
    assert "You predicted" not in capsys.readouterr().out
    assert progress.known().predictions == {}


def test_the_reason_stands_under_the_result(
    shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    at_a_terminal(monkeypatch, "`(4, 4)`")
    shell.run_cell(f"from ptbasics import predict\npredict({SHAPE.name!r})")
    said = capsys.readouterr().out
    assert "run the next cell" in said
    assert SHAPE.because not in said
    shell.run_cell("1 + 1")
    assert SHAPE.because not in capsys.readouterr().out, "another cell is not the one"
    shell.run_cell(f"\n{RUN}\n")
    assert f"(4, 4)\n✓ You predicted (4, 4), and so it is. {SHAPE.because}" in (
        capsys.readouterr().out
    )
    shell.run_cell(RUN)
    assert SHAPE.because not in capsys.readouterr().out, "it is said once"


def test_who_has_run_the_cell_before_hears_the_reason_at_once(shell: InteractiveShell) -> None:
    predicting._listen()
    predicting._listen()
    assert shell.events.callbacks["post_run_cell"].count(predicting._after_cell) == 1
    shell.run_cell(RUN)
    outcome = predicting.answered(SHAPE, "`(4,)`")
    assert outcome is not None
    assert "A column is not flat." in outcome._repr_html_()


def test_an_unknown_prediction_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    predict("operations.no-such")
    predict("nothing.at-all")
    said = capsys.readouterr().out
    assert "operations.no-such is not installed" in said
    assert "nothing.at-all is not installed" in said


def test_the_tally_counts_what_the_lesson_asks() -> None:
    answers = {SHAPE.name: "`(4, 4)`", TYPED.name: "(4,)", "tensors.other": "3"}
    assert tally(LESSON, {}) == "0 of 2 predictions made, 0 right"
    assert tally(LESSON, answers) == "2 of 2 predictions made, 1 right"
    assert tally("01_tensors", answers) == ""


def in_a_kernel(sources: list[str], folder: Path) -> list[list[Any]]:
    """The outputs of some cells, run without anybody there, with the predictions of the test."""
    prepare = (
        "from pathlib import Path\n"
        "from ptbasics import predict, predicting, predictions\n"
        "predictions._STORE = Path()"
    )
    cells = [nbformat.v4.new_code_cell(source) for source in [prepare, *sources]]
    notebook = nbformat.v4.new_notebook(cells=cells)
    where = {"metadata": {"path": str(folder)}}
    NotebookClient(notebook, timeout=60, kernel_name="python3", resources=where).execute()
    return [cell.outputs for cell in notebook.cells[1:]]


def test_in_a_notebook_buttons_ask_and_choices_unfold_where_there_are_none(tmp_path: Path) -> None:
    click = f"predicting.answered(predictions.find_prediction({SHAPE.name!r}), 'an error')"
    ask = f"predict({SHAPE.name!r})"
    asked, _, ran, again = in_a_kernel([ask, f"{click};", RUN, ask], tmp_path)
    [shown] = asked
    assert {"text/plain", "text/html", "application/vnd.jupyter.widget-view+json"} == set(
        shown.data
    )
    assert shown.data["text/html"].count("<details") == len(SHAPE.choices)
    assert SHAPE.because not in shown.data["text/plain"]
    result, reason = ran
    assert result.text == "(4, 4)\n"
    assert "1 is stretched." in reason.data["text/html"]
    assert "✗ You predicted an error." in reason.data["text/plain"]
    assert len(again) == 1


def test_a_click_commits_and_locks_the_buttons(shell: InteractiveShell) -> None:
    clicked: list[str] = []
    buttons = predicting._choosing(SHAPE.choices, clicked.append)
    assert [button.description for button in buttons] == [
        choice.replace("`", "") for choice in SHAPE.choices
    ]
    buttons[1].click()
    assert clicked == [SHAPE.choices[1]]
    [field, button] = predicting._typing(clicked.append)
    button.click()
    assert len(clicked) == 1, "an empty field is no answer"
    field.value = " (4, 4) "
    button.click()
    assert clicked[1:] == ["(4, 4)"]
