"""Where the time went: what was measured, and only of what ran."""

from __future__ import annotations

from io import StringIO

from rich.console import Console

from ptbasics.grading.reports.profile import profile, slowest_cells, slowest_submissions
from ptbasics.grading.result import BatchResult, Graded, SubmissionResult
from ptbasics.runner.job import CellOutcome
from tests.grading.handed_in import LESSON

WRITING = {"gradebook": 0.02, "graded notebooks": 0.2}


def graded(name: str, seconds: float, *, cached: bool = False) -> Graded:
    cells = (CellOutcome("quick", [], "ok"), CellOutcome("slow", [], "ok", seconds=seconds / 2))
    stages = {"start": 0.25, "cells": seconds}
    result = SubmissionResult(LESSON, (), cells, seconds=seconds, stages=stages)
    return Graded(name, result, cached, reading=0.5)


def test_stages_have_a_median_and_a_total() -> None:
    students = (graded("ada", 1), graded("bob", 3), graded("eve", 100, cached=True))
    console = Console(width=120, file=StringIO())
    console.print(profile(BatchResult(LESSON, students, 7.0, writing=WRITING)))
    printed = console.file.getvalue()
    rows = {
        cells[0].strip(): [cell.strip() for cell in cells[1:]]
        for line in printed.splitlines()
        if len(cells := line.strip("│┃ ").split("│")) == 3
    }
    assert rows == {
        "reading and repairing": ["500.0", "1.5"],
        "start": ["250.0", "0.5"],
        "cells": ["2000.0", "4.0"],
        "gradebook": ["6.7 (mean)", "0.0"],
        "graded notebooks": ["66.7 (mean)", "0.2"],
    }
    assert "7.0 s by the clock" in printed


def test_the_slowest_come_first() -> None:
    batch = BatchResult(LESSON, tuple(graded(str(n), n) for n in range(9)), 7.0)
    assert slowest_submissions(batch) == [(str(n), n) for n in (8, 7, 6, 5, 4)]
    assert slowest_cells(batch) == [(str(n), "slow", n / 2) for n in (8, 7, 6, 5, 4)]
