"""What running a submission in each mode of confinement adds to running the same cells in process.

python -m benchmarks.confinement_cost [TIMES]
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.grading_speed import LESSON, machine

from ptbasics.grading.cases import CaseSource
from ptbasics.grading.grade import grade
from ptbasics.grading.intake.files import take_in
from ptbasics.runner import Runner, RunsJobs
from ptbasics.runner.runner import RunnerError
from tests.cheats.corpus import Cheat, trimmed
from tests.grading.handed_in import InProcess


def quickest(runner: RunsJobs, times: int) -> float:
    """Seconds of the quickest of some runs: others may be using the machine."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "handed_in"
        Cheat("none", "right answers", "nothing", LESSON).write(place)
        submission = take_in(place, LESSON, trimmed(LESSON))
    cases = CaseSource("a seed").of(LESSON)
    seconds = []
    for _ in range(times):
        started = time.perf_counter()
        result = grade(submission, runner, cases)
        seconds.append(time.perf_counter() - started)
        if result.points != result.max_points:
            raise SystemExit(f"not a measurement: {result.points} points")
    return min(seconds)


def main(times: int = 20) -> None:
    """Print a line for each mode."""
    print(
        f"all answers to {LESSON}, quickest of {times}; {machine()}; load {os.getloadavg()[0]:.1f}"
    )
    none = quickest(InProcess(), times)
    print(f"no process at all {none * 1000:6.0f} ms")
    for mode in ("view", "plain"):
        try:
            with Runner(workers=1, modes=[mode]) as runner:
                seconds = quickest(runner, times)
        except RunnerError:
            print(f"mode {mode}: this machine does not allow it")
            continue
        more = (seconds - none) * 1000
        print(f"mode {mode:<12} {seconds * 1000:6.0f} ms, {more:+.0f} ms, ×{seconds / none:.2f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
