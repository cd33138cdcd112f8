"""Run a notebook's cells in a fresh process without a sandbox, and check its exercises.

For systems that cannot confine. It is started as `python -m ptbasics.plain_run`, with the cells as
JSON on its standard input and the file for the verdicts as its argument. The cells are the
student's own, on their own machine.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from contextlib import redirect_stdout, suppress
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ptbasics.checking import examine
from ptbasics.exercise import Exercise, check_id
from ptbasics.judging.shapes import ShapeLine, Shapes
from ptbasics.judging.verdict import CaseResult, Verdict, unobserved
from ptbasics.limits import OutOfTime, time_limit
from ptbasics.registry import exercises

#: As long as the grader gives one cell, and all of a notebook's.
CELL_SECONDS, NOTEBOOK_SECONDS = 30, 300


class NotRun(RuntimeError):
    """The cells did not come to their end; the message says why."""


def run_plainly(lesson: str, sources: Mapping[str, str], folder: Path) -> list[Verdict]:
    """The verdicts on a lesson's exercises after its cells ran in a process of their own.

    Args:
        lesson: its name.
        sources: the code cells by their ids, in order.
        folder: where the cells run.

    Raises:
        NotRun: it took too long, or its process died.
    """
    with TemporaryDirectory() as place:
        answer = Path(place) / "verdicts.json"
        try:
            done = subprocess.run(
                [sys.executable, "-m", "ptbasics.plain_run", lesson, str(answer)],
                input=json.dumps(dict(sources)),
                cwd=folder,
                capture_output=True,
                text=True,
                encoding="utf-8",
                errors="replace",
                timeout=NOTEBOOK_SECONDS,
            )
        except subprocess.TimeoutExpired:
            raise NotRun(
                f"the notebook did not end within {NOTEBOOK_SECONDS} s: look for a cell that "
                "does not, or waits for input"
            ) from None
        if not answer.is_file():
            last = done.stderr.strip().rpartition("\n")[2]
            raise NotRun(f"the process that ran the notebook died: {last}")
        return [_verdict(fields) for fields in json.loads(answer.read_text(encoding="utf-8"))]


def _verdict(fields: dict[str, Any]) -> Verdict:
    cases = tuple(map(_case, fields["cases"]))
    return Verdict(**{**fields, "cases": cases})


def _case(fields: dict[str, Any]) -> CaseResult:
    shapes = fields["shapes"] and Shapes(
        tuple(ShapeLine(**line) for line in fields["shapes"]["lines"]), fields["shapes"]["note"]
    )
    inputs = tuple(tuple(pair) for pair in fields["inputs"])
    return CaseResult(**{**fields, "inputs": inputs, "shapes": shapes})


def main(lesson: str, answer: str) -> None:
    """Run the cells that stand on standard input, and write the verdicts."""
    cells: dict[str, str] = json.load(sys.stdin)  # to its end, so that a cell finds nothing there
    by_check = {check_id(exercise.symbol): exercise for exercise in exercises(lesson)}
    verdicts = {}
    with redirect_stdout(sys.stderr):
        shell = _shell()
        for name, source in cells.items():
            if name in by_check:
                verdicts[name] = _checked(by_check[name], shell)
            else:
                _run(shell, source)
        for name, exercise in by_check.items():
            if name not in verdicts:
                verdicts[name] = _checked(exercise, shell)
    rows = [asdict(verdicts[name]) for name in by_check]
    Path(answer).write_text(json.dumps(rows), encoding="utf-8")


def _shell() -> Any:
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    config = Config()
    config.HistoryManager.enabled = False
    return InteractiveShell.instance(config=config)


def _run(shell: Any, source: str) -> None:
    """A cell that fails or takes too long costs what it should have defined."""
    with suppress(OutOfTime), time_limit(CELL_SECONDS):
        shell.run_cell(source, store_history=True)


def _checked(exercise: Exercise, shell: Any) -> Verdict:
    names: Mapping[str, Any] = shell.user_ns
    if exercise.symbol not in names:
        reason = f"`{exercise.symbol}` is not defined anywhere above its check"
        return unobserved(exercise, "missing", reason)
    return examine(exercise, names[exercise.symbol], names).verdict


if __name__ == "__main__":
    main(*sys.argv[1:])
