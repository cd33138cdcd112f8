"""What the runner is asked to do and what it answers: plain data, no processes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from ptbasics.exercise import Data
from ptbasics.judging.shapes import ShapeQuestion, Shapes

CellStatus = Literal["ok", "error", "timeout", "crashed", "not run"]
Output = dict[str, Any]


@dataclass(frozen=True)
class Limits:
    """What one submission may use.

    Attributes:
        cell_seconds: wall-clock time of one cell.
        submission_seconds: wall-clock time of all cells together, repeated runs included, and CPU
            time of any one process. Observing the exercises comes on top, each with its own limit.
        memory_bytes: memory of each process beyond what the warm process holds, and of all
            processes of the submission together.
        processes: processes and threads at one time.
        file_bytes: size of one file, of the scratch folder and of shared memory, each.
        output_bytes: output kept of one cell.
        submission_output_bytes: output kept of all cells together, as JSON.
    """

    cell_seconds: float = 30
    submission_seconds: float = 300
    memory_bytes: int = 4 * 2**30
    processes: int = 64
    file_bytes: int = 512 * 2**20
    output_bytes: int = 2**20
    submission_output_bytes: int = 8 * 2**20


@dataclass(frozen=True)
class Probe:
    """What to observe: an exercise, its inputs, encoded per case, and a time limit for all.

    The last `hidden` cases are; nothing that happens there is told in the submission's words.
    `shapes_of` says, from the observations, of which case the shapes are wanted, line by line. Only
    a student's own check has one: what comes back names inputs, so they have to be public.
    """

    exercise: str
    inputs: tuple[bytes, ...]
    seconds: float
    hidden: int = 0
    shapes_of: Callable[[Sequence[Data]], ShapeQuestion | None] | None = None


@dataclass(frozen=True)
class Cell:
    """A code cell. One with a probe is not executed: its exercise is observed at this point."""

    id: str
    source: str
    probe: Probe | None = None


@dataclass(frozen=True)
class Job:
    """The code cells of one submission in notebook order, and the files that come with it."""

    cells: tuple[Cell, ...]
    files: Mapping[str, bytes] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        if len({cell.id for cell in self.cells}) < len(self.cells):
            raise ValueError("two cells of a job have the same id")


@dataclass(frozen=True)
class CellOutcome:
    """How a cell went; `outputs` are valid nbformat v4, `reason` is a sentence ("" where ok)."""

    id: str
    outputs: list[Output]
    status: CellStatus
    reason: str = ""
    seconds: float = 0.0
    execution_count: int | None = None


@dataclass(frozen=True)
class Observed:
    """What observing an exercise gave: one observation per case, or the reason why there is none.

    `problem` is "missing" where the symbol is not defined, "broken" where observing did not come
    to its end; `reason` is a sentence that a student can read. `shapes` are those that the probe
    asked for.
    """

    exercise: str
    observations: tuple[Data, ...] | None
    problem: Literal["", "missing", "broken"] = ""
    reason: str = ""
    shapes: Shapes | None = None


@dataclass(frozen=True)
class RunResult:
    """The outcome of every cell by id, what was observed of every exercise, and the time taken.

    `stages` are the seconds of each stage, as far as the runner tells them apart.
    """

    cells: dict[str, CellOutcome]
    observed: dict[str, Observed]
    seconds: float
    stages: Mapping[str, float] = field(default_factory=dict)


class DescribesIsolation(Protocol):
    """How well submissions are kept in."""

    def describe(self) -> str:
        """One line for people."""


class RunsJobs(Protocol):
    """Whatever submissions can be run in: `ptbasics.runner.Runner`, or another runner."""

    @property
    def isolation(self) -> DescribesIsolation:
        """How well this runner keeps submissions in."""

    def run(self, job: Job) -> RunResult:
        """Run and observe; never raises because of what a submission does."""
