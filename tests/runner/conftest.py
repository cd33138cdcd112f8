from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from hypothesis import strategies as st

from ptbasics.judging.codec import encode
from ptbasics.judging.observing import draw_cases
from ptbasics.registry import find_exercise
from ptbasics.runner import Cell, Job, Limits, Probe, Runner, RunResult

EXERCISE = "operations.softmax"
CASES = draw_cases(find_exercise(EXERCISE), "a secret seed")
QUICK = Limits(cell_seconds=15)
SECRET = "the seed of the hidden cases"

#: Whatever MessagePack can carry.
SCALARS = st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats() | st.text()
VALUES = st.recursive(
    SCALARS | st.binary(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)

Run = Callable[..., RunResult]


def probe(seconds: float = 5, exercise: str = EXERCISE) -> Probe:
    return Probe(exercise, tuple(encode(case.inputs) for case in CASES), seconds)


def job(*cells: str | Probe, limits: Limits = QUICK, files: dict[str, bytes] | None = None) -> Job:
    """Cells get the ids "0", "1", ...; a probe stands for the check cell of its exercise."""
    made = [
        Cell(str(number), cell) if isinstance(cell, str) else Cell(str(number), "", cell)
        for number, cell in enumerate(cells)
    ]
    return Job(tuple(made), files or {}, limits)


@pytest.fixture(scope="session")
def runner() -> Iterator[Runner]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PTBASICS_TEST_SECRET", SECRET)
        with Runner(workers=4) as started:
            yield started


@pytest.fixture
def run(runner: Runner) -> Run:
    def run_job(
        *cells: str | Probe, limits: Limits = QUICK, files: dict[str, bytes] | None = None
    ) -> RunResult:
        return runner.run(job(*cells, limits=limits, files=files))

    return run_job


def text_of(result: RunResult, cell: str = "0") -> str:
    """What a cell printed or gave back, as text."""
    parts = []
    for output in result.cells[cell].outputs:
        parts.append(output.get("text") or output.get("data", {}).get("text/plain", ""))
    return "".join(parts)
