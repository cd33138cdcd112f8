"""verify and watch: the file as it will be handed in, run afresh."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ptbasics import verifying
from ptbasics.authoring.notebook import dump
from ptbasics.judging.verdict import unobserved
from ptbasics.plain_run import NotRun, run_plainly
from ptbasics.registry import exercises
from ptbasics.selfcheck import Notebook
from ptbasics.verifying import changes, stale_cells, verify
from tests.grading.handed_in import answered

LESSON = "02_operations"
UNSTABLE = "def softmax(x, dim):\n    return x.exp() / x.exp().sum(dim=dim, keepdim=True)"


def write(path: Path, notebook: Any) -> Path:
    path.write_bytes(dump(notebook))
    return path


@pytest.mark.slow
def test_with_and_without_a_sandbox_the_verdicts_are_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / f"{LESSON}.ipynb", answered(softmax=UNSTABLE))
    confined = verify(path)
    monkeypatch.setattr(verifying.sys, "platform", "darwin")
    plain = verify(path)
    assert confined.confined
    assert not plain.confined
    assert confined.checked.as_json() == plain.checked.as_json()
    failed = [each.symbol for each in plain.checked.verdicts if not each.passed]
    assert failed == ["softmax"]
    assert not plain.is_ready
    assert [*tmp_path.iterdir()] == [path], "nothing is left beside the notebook"


@pytest.mark.slow
def test_a_wrong_shape_is_shown_line_by_line_with_and_without_a_sandbox(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = "def center_rows(x):\n    mean = x.mean(dim=1)\n    return x - mean"
    path = write(tmp_path / f"{LESSON}.ipynb", answered(center_rows=wrong, softmax=UNSTABLE))
    confined = verify(path)
    monkeypatch.setattr(verifying.sys, "platform", "darwin")
    plain = verify(path)
    assert confined.checked.as_json() == plain.checked.as_json()
    text = "\n".join(plain.lines())
    assert "→ line 3  return x - mean       sub (3, 4), (3,) → error" in text
    assert "The error comes from line 3, where (3, 4) and (3,) meet." in text
    assert text.count("shapes, line by line") == 1, "softmax returns the right shapes"


def plainly(sources: dict[str, str], folder: Path) -> dict[str, str]:
    verdicts = run_plainly(LESSON, sources, folder)
    return {verdict.symbol: verdict.status for verdict in verdicts}


RIGHT = "def center_rows(x):\n    return x - x.mean(dim=1, keepdim=True)"


def test_a_cell_that_fails_costs_what_it_defines(tmp_path: Path) -> None:
    sources = {"a": "1 / 0\n" + UNSTABLE, "center_rows": RIGHT, "print": "print('noise')"}
    statuses = plainly(sources, tmp_path)
    assert statuses["softmax"] == "missing"
    assert statuses["center_rows"] == "passed"


def test_nobody_answers(tmp_path: Path) -> None:
    statuses = plainly({"a": "name = input()", "center_rows": RIGHT}, tmp_path)
    assert statuses["center_rows"] == "passed"


def test_a_notebook_that_ends_its_process_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotRun, match="died"):
        plainly({"a": "import os\nos._exit(3)"}, tmp_path)


def cell(source: str, count: int | None, shown: str = "") -> dict[str, Any]:
    outputs = [{"data": {"text/html": ["<b>"], "text/plain": [shown]}}] if shown else []
    return {"source": [source], "execution_count": count, "outputs": outputs}


def test_stale_cells_are_named() -> None:
    [softmax] = [each for each in exercises(LESSON) if each.symbol == "softmax"]
    verdict = unobserved(softmax, "failed", "")
    cells = {
        "set-up": cell("import torch", 1),
        "softmax": cell("def softmax(x, dim):\n    ...", 9),
        "code cell 3": cell("print(1)", 4),
        "softmax-check": cell("check(softmax)", 10, "3.0"),
        "code cell 5": cell("plot()", None),
        "code cell 6": cell("  \n", None),
    }
    assert [*stale_cells(Notebook(LESSON, cells), (verdict,))] == [
        "code cell 3, `print(1)`, ran as number 4, before a cell above it",
        "softmax-check, `check(softmax)`, shows 3 points; run afresh, it gives "
        f"0 of {softmax.points} points on the public cases",
        "code cell 5, `plot()`, has not been run",
    ]


def test_one_run_from_top_to_bottom_is_not_stale() -> None:
    [softmax] = [each for each in exercises(LESSON) if each.symbol == "softmax"]
    cells = {"a": cell("1", 1), "softmax-check": cell("check(softmax)", 2, "0.0")}
    assert not [*stale_cells(Notebook(LESSON, cells), (unobserved(softmax, "failed", ""),))]


def test_watch_speaks_at_first_and_after_each_save(tmp_path: Path) -> None:
    path = tmp_path / "notebook.ipynb"
    path.write_text("{}")
    steps: Iterator[Any] = iter(
        [lambda: None, lambda: path.write_text(json.dumps({"cells": []})), path.unlink]
    )
    waits = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        next(steps)()

    watched = changes(path, wait)
    next(watched)
    next(watched)
    assert len(waits) == 2, "an unchanged file is not run again"
    with pytest.raises(RuntimeError):  # the steps are used up; a file that is gone is waited for
        next(watched)
