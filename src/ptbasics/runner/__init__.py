"""Running submissions: confined, within limits, and giving back nothing but data."""

from ptbasics.runner.isolation import Isolation
from ptbasics.runner.job import (
    Cell,
    CellOutcome,
    Job,
    Limits,
    Observed,
    Output,
    Probe,
    RunResult,
    RunsJobs,
)
from ptbasics.runner.runner import Runner, RunnerError, default_workers

__all__ = [
    "Cell",
    "CellOutcome",
    "Isolation",
    "Job",
    "Limits",
    "Observed",
    "Output",
    "Probe",
    "RunResult",
    "Runner",
    "RunnerError",
    "RunsJobs",
    "default_workers",
]
