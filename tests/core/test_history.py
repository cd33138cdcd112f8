"""A check speaks of the code that stands in the notebook, not of what the kernel remembers."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from ptbasics import history, progress
from ptbasics.checking import Checked, NotChecked

RIGHT = "def softmax(x, dim):\n    return (x - x.logsumexp(dim, keepdim=True)).exp()"
BROKEN = "def softmax(x, dim:\n    return torch.softmax(x, dim)"
RENAMED = RIGHT.replace("def softmax", "def my_softmax")


class Notebook:
    """Cells with ids, as JupyterLab runs them."""

    def __init__(self, shell: InteractiveShell) -> None:
        self.shell = shell
        self.parent: dict[str, Any] = {}

    def run(self, source: str, cell: str | None = None, **metadata: Any) -> Any:
        self.parent = {"metadata": {"cellId": cell, **metadata}}
        return self.shell.run_cell(source, store_history=True, cell_id=cell).result

    def check(self, **metadata: Any) -> Any:
        return self.run("check(softmax)", "the check", **metadata)


@pytest.fixture
def notebook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Notebook:
    config = Config()
    config.HistoryManager.enabled = False
    shell = InteractiveShell(config=config)
    book = Notebook(shell)
    shell.get_parent = lambda: book.parent
    monkeypatch.setattr(history, "_shell", lambda: shell)
    monkeypatch.setattr(history, "_ended", {})
    monkeypatch.setattr(history, "_deleted", set())
    monkeypatch.setattr(progress, "_session", progress.Progress())
    monkeypatch.chdir(tmp_path)
    history.listen()
    book.run("import torch\nfrom ptbasics import check", "imports")
    return book


def test_the_newest_source_of_the_cell_is_what_is_checked(notebook: Notebook) -> None:
    notebook.run(RIGHT, "answer")
    assert notebook.check().verdict.passed
    notebook.run(RIGHT + " * 2", "answer")
    assert not notebook.check().verdict.passed
    notebook.run(RIGHT, "answer")
    assert notebook.check().verdict.passed


@pytest.mark.parametrize("cell", ["answer", None])
@pytest.mark.parametrize(
    ("source", "said"),
    [
        (BROKEN, "has a syntax error (line 1: "),
        ("raise ValueError\n" + RIGHT, "ended with a ValueError in line 1, before"),
        ("\n\n1 / 0\n" + RIGHT, "ended with a ZeroDivisionError"),
    ],
)
def test_no_green_for_a_cell_that_failed(
    notebook: Notebook, source: str, said: str, cell: str | None
) -> None:
    notebook.run(RIGHT, cell)
    assert notebook.check().verdict.passed
    notebook.run(source, cell)
    reply = notebook.check()
    assert isinstance(reply, NotChecked)
    assert said in repr(reply)
    assert reply.points == 0
    assert "✓" not in reply._repr_html_()
    notebook.run(RIGHT, cell)
    assert notebook.check().verdict.passed


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (RENAMED, "it defines my_softmax now"),
        ("# nothing", "it has changed"),
        (BROKEN.replace("def", "df"), "has a syntax error"),
    ],
)
def test_no_green_for_a_name_that_its_cell_does_not_define_any_more(
    notebook: Notebook, source: str, said: str
) -> None:
    notebook.run(RIGHT, "answer")
    assert notebook.check().verdict.passed
    notebook.run(source, "answer")
    assert said in repr(notebook.check())
    assert not progress.known().results, "a stale pass is none in the lesson's progress"


def test_a_cell_that_was_deleted(notebook: Notebook) -> None:
    notebook.run(RIGHT, "answer")
    assert "was deleted" in repr(notebook.check(deletedCells=["answer"]))
    assert "was deleted" in repr(notebook.check()), "it is said once by the front end"
    notebook.run(RIGHT, "answer")
    assert notebook.check().verdict.passed, "it was put back"


@pytest.mark.parametrize(
    "source",
    [
        RIGHT + "\nsoftmax(1, 2)",  # fails behind the definition
        "%%time\n" + RIGHT,
        "softmax = lambda x, dim: (x - x.logsumexp(dim, keepdim=True)).exp()",
        "if True:\n    from torch import softmax",
        "await_me = 1\nimport asyncio\nawait asyncio.sleep(0)\n" + RIGHT,
    ],
)
def test_a_definition_that_was_reached_counts(notebook: Notebook, source: str) -> None:
    notebook.run(RIGHT, "answer")
    notebook.run(source, "answer")
    assert isinstance(notebook.check(), Checked)


@pytest.mark.parametrize(
    "source", ["softmax(1, 2)", "print softmax(1)", "check(softmax", "def other(x:", "softmax == 3"]
)
def test_an_experiment_elsewhere_costs_nothing(notebook: Notebook, source: str) -> None:
    notebook.run(RIGHT, "answer")
    notebook.run(source, "experiment")
    assert notebook.check().verdict.passed


def test_an_answer_and_its_check_in_one_cell(notebook: Notebook) -> None:
    notebook.run(BROKEN, "answer")
    assert notebook.run(RIGHT + "\ncheck(softmax)", "answer").verdict.passed


def test_an_answer_that_moved_to_another_cell(notebook: Notebook) -> None:
    notebook.run(RIGHT, "answer")
    notebook.run("# moved", "answer")
    notebook.run(RIGHT, "new")
    assert notebook.check().verdict.passed


def test_where_the_shell_says_nothing_the_sources_decide() -> None:
    assert (
        history.why_stale("softmax", history.runs_in({"In": ["", RIGHT, "check(softmax)"]})) == ""
    )
    assert "syntax error" in history.why_stale("softmax", history.runs_in({"In": [RIGHT, BROKEN]}))
    assert history.runs_in({"In": 3}) == []


def test_an_interrupted_check_shows_no_frame_of_ours(
    notebook: Notebook, capsys: pytest.CaptureFixture[str]
) -> None:
    notebook.run("import signal\ndef softmax(x, dim):\n    signal.raise_signal(signal.SIGINT)")
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # as in a kernel
    notebook.check()
    signal.signal(signal.SIGINT, before)
    shown = capsys.readouterr()
    assert "the check of softmax was interrupted" in shown.out + shown.err
    assert "checking.py" not in shown.out + shown.err


def test_a_broken_source_that_was_replaced_decides_nothing(notebook: Notebook) -> None:
    notebook.run(RIGHT, "answer")
    notebook.run(BROKEN, "answer")
    notebook.run(RENAMED, "answer")
    assert "it defines my_softmax now" in repr(notebook.check())
    notebook.run(RIGHT, "answer")
    notebook.run(BROKEN, "experiment")
    assert "syntax error" in repr(notebook.check())
    notebook.run("# given up", "experiment")
    assert notebook.check().verdict.passed
    notebook.run(BROKEN, "experiment")
    assert notebook.check(deletedCells=["experiment"]).verdict.passed


ANOTHER = "\n\ndef center_rows(x):\n    return x - x.mean(dim=1, keepdim=True)"


def restarted() -> None:
    progress._session = progress.Progress()
    history._ended.clear()


def test_progress_outlives_a_restart(notebook: Notebook) -> None:
    notebook.run(RIGHT, "answer")
    said = repr(notebook.check())
    assert "■□" in said
    assert "1 of 9 exercises pass" in said
    restarted()
    notebook.shell.reset()
    notebook.run("from ptbasics import check" + ANOTHER, "another")
    said = repr(notebook.run("check(center_rows)", "its check"))
    assert "2 of 9 exercises pass" in said
    assert "checked before this session: 1" in said


@pytest.mark.parametrize("source", [RIGHT + " * 2", RIGHT + "  # faster", BROKEN])
def test_progress_counts_no_answer_that_changed_since_its_check(
    notebook: Notebook, source: str
) -> None:
    notebook.run(RIGHT, "answer")
    assert "1 of 9 exercises pass" in repr(notebook.check())
    restarted()
    notebook.run(source, "answer")
    notebook.run(ANOTHER, "another")
    said = repr(notebook.run("check(center_rows)", "its check"))
    assert "1 of 9 exercises pass" in said
    assert "before this session" not in said


def test_the_file_holds_no_answer_and_turns_nothing_green(notebook: Notebook) -> None:
    notebook.run(RIGHT, "answer")
    notebook.check()
    kept = progress.FILE.read_text()
    assert "return" not in kept
    restarted()
    notebook.run(RIGHT + " * 2", "answer")
    progress.FILE.write_text(kept)
    reply = notebook.check()
    assert not reply.verdict.passed
    assert "0 of 9 exercises pass" in repr(reply)
