"""Where the time of a graded lesson went: stage by stage, and its slowest submissions and cells."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from heapq import nlargest
from statistics import median

from rich.table import Table

from ptbasics.grading.result import BatchResult

#: How many submissions and cells are told.
_SLOWEST = 5


def profile(batch: BatchResult) -> Table:
    """Median and total of each stage; stages of different submissions overlap."""
    stages: defaultdict[str, list[float]] = defaultdict(list)
    for graded in batch.graded:
        stages["reading and repairing"].append(graded.reading)
        if not graded.cached:
            for stage, seconds in graded.result.stages.items():
                stages[stage].append(seconds)
    table = Table(
        "stage",
        "median per submission, ms",
        "all together, s",
        title=f"{batch.lesson}: where the time went",
        caption=f"{batch.seconds:.1f} s by the clock. What ran side by side is counted for each.",
    )
    for stage, each in stages.items():
        table.add_row(stage, f"{1000 * median(each):.1f}", f"{sum(each):.1f}")
    for stage, seconds in batch.writing.items():
        table.add_row(stage, f"{1000 * seconds / len(batch.graded):.1f} (mean)", f"{seconds:.1f}")
    return table


def slowest_submissions(batch: BatchResult) -> list[tuple[str, float]]:
    """Students whose submissions ran longest, with the seconds."""
    ran = ((graded.name, graded.result.seconds) for graded in batch.graded)
    return nlargest(_SLOWEST, (run for run in ran if run[1]), key=lambda run: run[1])


def slowest_cells(batch: BatchResult) -> list[tuple[str, str, float]]:
    """Students and ids of the cells that ran longest, with the seconds."""

    def cells() -> Iterator[tuple[str, str, float]]:
        for graded in batch.graded:
            for cell in graded.result.cells:
                if cell.seconds:
                    yield graded.name, cell.id, cell.seconds

    return nlargest(_SLOWEST, cells(), key=lambda cell: cell[2])
