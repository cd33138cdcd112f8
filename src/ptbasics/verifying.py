"""`ptbasics verify NOTEBOOK` and `ptbasics watch NOTEBOOK`: what will be handed in, run afresh."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ptbasics.exercise import check_id
from ptbasics.judging.display import points_line
from ptbasics.judging.verdict import Verdict
from ptbasics.plain_run import run_plainly
from ptbasics.selfcheck import CheckedNotebook, Notebook, check_confined, read_notebook

#: How often `watch` looks at the file.
_LOOK_SECONDS = 0.5


@dataclass(frozen=True)
class Verified:
    """What a fresh run gave, and where the file says something else.

    Attributes:
        checked: the verdicts.
        stale: a sentence for each cell whose count or output is not of a run from top to bottom.
        confined: whether it ran in the grader's sandbox.
    """

    checked: CheckedNotebook
    stale: tuple[str, ...]
    confined: bool

    @property
    def is_ready(self) -> bool:
        """Whether every exercise passes and no cell is stale."""
        return self.checked.passed and not self.stale

    def as_json(self) -> dict[str, Any]:
        """The same as plain data."""
        return {
            "confined": self.confined,
            "stale": list(self.stale),
            "exercises": self.checked.as_json(),
        }

    def lines(self) -> Iterator[str]:
        """The same as text."""
        yield from self.checked.lines()
        if not self.confined:
            yield "run in a fresh process without the grader's sandbox, which takes Linux"
        if self.stale:
            yield "The file is not of one run from top to bottom:"
            yield from (f"  {sentence}" for sentence in self.stale)
            yield "Choose Kernel → Restart Kernel and Run All Cells, save, and verify again."


def verify(path: Path) -> Verified:
    """Run a notebook as the grader will, on the public cases, and compare the file with that.

    Where the system cannot confine, it runs in a fresh process of its own.

    Raises:
        NotCheckable: the file cannot be read as a notebook of this course.
        NotRun: without a sandbox, the cells did not come to their end.
        ExpectedMissing: this installation has no expected results.
    """
    notebook = read_notebook(path)
    confined = sys.platform == "linux"
    if confined:
        checked = check_confined(notebook)
    else:
        verdicts = run_plainly(notebook.lesson, notebook.sources, path.absolute().parent)
        checked = CheckedNotebook(notebook.lesson, tuple(verdicts))
    return Verified(checked, tuple(stale_cells(notebook, checked.verdicts)), confined)


def stale_cells(notebook: Notebook, verdicts: tuple[Verdict, ...]) -> Iterator[str]:
    """A sentence for each cell that was not run in its turn, or shows other points."""
    by_check = {check_id(verdict.symbol): verdict for verdict in verdicts}
    highest = 0
    for name, cell in notebook.cells.items():
        if not "".join(cell["source"]).strip():
            continue
        count = cell.get("execution_count")
        if not isinstance(count, int):
            yield f"{_called(name, cell)} has not been run"
            continue
        if count < highest:
            yield f"{_called(name, cell)} ran as number {count}, before a cell above it"
        highest = max(highest, count)
        shown = _shown_points(cell)
        verdict = by_check.get(name)
        if verdict and shown is not None and abs(shown - verdict.points) > 0.005:
            now = points_line(verdict)
            yield f"{_called(name, cell)} shows {shown:g} points; run afresh, it gives {now}"


def _called(name: str, cell: dict[str, Any]) -> str:
    first = "".join(cell["source"]).strip().partition("\n")[0]
    return f"{name}, `{first[:50]}`,"


def _shown_points(cell: dict[str, Any]) -> float | None:
    """What a check gave as its plain text when the notebook was saved."""
    for output in cell.get("outputs", ()):
        with suppress(KeyError, TypeError, ValueError):
            return float("".join(output["data"]["text/plain"]))
    return None


def changes(path: Path, wait: Callable[[float], None] = time.sleep) -> Iterator[None]:
    """Once now, and again each time that the file is saved."""
    seen: tuple[int, int] | None = None
    while True:
        with suppress(OSError):  # it is being replaced
            about = path.stat()
            if seen != (about.st_mtime_ns, about.st_size):
                seen = (about.st_mtime_ns, about.st_size)
                yield
        wait(_LOOK_SECONDS)
