"""What is known of a submission so far, over all attempts to run it."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from ptbasics.runner.job import CellOutcome, Job, Observed, Output
from ptbasics.runner.outputs import within

_NOT_RUN = "it was not run: the notebook as a whole took longer than {:g} s"
_OBSERVED = "its exercise was observed instead"


@dataclass
class Record:
    """What is known of a job so far, over all attempts.

    `lost` cells are not tried again. The attempt is `suspicious` where observers have ended before
    they were asked: after each cell it takes the time to see whether one does. `stages` are the
    seconds that each stage has taken.
    """

    job: Job
    out_of_time: float
    cells: dict[str, CellOutcome]
    observed: dict[str, Observed]
    lost: set[str]
    output_room: int
    stages: defaultdict[str, float]
    suspicious: bool = False

    @classmethod
    def of(cls, job: Job) -> Record:
        """Nothing is known yet; the clock of the submission starts."""
        limits = job.limits
        out_of_time = time.monotonic() + limits.submission_seconds
        return cls(
            job, out_of_time, {}, {}, set(), limits.submission_output_bytes, defaultdict(float)
        )

    def keep(self, outcome: CellOutcome) -> None:
        """Keep how a cell went the first time, and of its outputs what there is room for."""
        if outcome.id not in self.cells:
            outputs, self.output_room = within(outcome.outputs, self.output_room)
            self.cells[outcome.id] = replace(outcome, outputs=outputs)

    def change(self, cell: str, outputs: list[Output]) -> None:
        """Keep other outputs of a cell that has run, if there is room for all of them."""
        if outcome := self.cells.get(cell):
            outputs, room = within(outputs, self.output_room)
            if room:
                self.cells[cell], self.output_room = replace(outcome, outputs=outputs), room

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Add the seconds that something takes to those of a stage."""
        started = time.monotonic()
        try:
            yield
        finally:
            self.stages[stage] += time.monotonic() - started

    @property
    def time_is_up(self) -> bool:
        """Whether no more cells may be run."""
        return time.monotonic() >= self.out_of_time


def finish(record: Record) -> None:
    """Record what no attempt has come to."""
    reason = _NOT_RUN.format(record.job.limits.submission_seconds)
    for cell in record.job.cells:
        if cell.probe is not None:
            exercise = cell.probe.exercise
            missing = Observed(exercise, None, "broken", reason)
            record.observed.setdefault(exercise, missing)
            record.cells[cell.id] = CellOutcome(cell.id, [], "not run", _OBSERVED)
        else:
            not_run = CellOutcome(cell.id, [], "not run", reason)
            record.cells.setdefault(cell.id, not_run)
