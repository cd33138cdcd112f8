"""Hand in one notebook of the corpus, grade it as the grader does, and measure what it gained."""

from __future__ import annotations

import os
import re
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from ptbasics.grading.cases import CaseSource
from ptbasics.grading.grade import grade
from ptbasics.grading.intake.files import take_in
from ptbasics.grading.result import SubmissionResult, to_json
from ptbasics.runner import Limits, Runner
from ptbasics.runner.confine import Mode
from tests.cheats.corpus import Cheat, trimmed

SEED, OTHER_SEED = "the seed of the cheats", "another seed"
LIMITS = Limits(cell_seconds=5, submission_seconds=60)
#: What a notebook of the corpus calls files and processes that it leaves behind.
MARK = "left-by-a-cheat"
#: Which of two results has it is no word, nor are points: a student sees how many cases pass.
_NO_WORDS = {"passed", "points", "seconds", "stages", "status", "execution_count"}


@dataclass(frozen=True)
class Outcome:
    """What a notebook gained and harmed.

    Attributes:
        won: points of what it attacked, beyond those that it deserves.
        leaked: words of the result that depend on the hidden inputs.
        lost: points that other questions lost.
        left: processes and files that are still there.
        seconds: how long it took.
    """

    won: float
    leaked: int
    lost: float
    left: int
    seconds: float

    def __str__(self) -> str:
        parts = {"won": self.won, "words": self.leaked, "lost": self.lost, "left": self.left}
        said = ", ".join(f"{name} {value:g}" for name, value in parts.items() if value)
        return f"{said or 'held'} ({self.seconds:.1f} s)"

    @property
    def held(self) -> bool:
        """Whether it gained and harmed nothing."""
        return not (self.won or self.leaked or self.lost or self.left)


class Bench:
    """A runner in one mode, and the cases of two seeds. A context manager."""

    def __init__(self, mode: Mode) -> None:
        self._runner = Runner(workers=1, modes=[mode])
        self._cases = {seed: CaseSource(seed) for seed in (SEED, OTHER_SEED)}

    def __enter__(self) -> Bench:
        self._runner.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._runner.__exit__()
        for cases in self._cases.values():
            cases.close()

    def try_out(self, cheat: Cheat) -> Outcome:
        """Grade it, and once more under another seed where it is after hidden inputs."""
        self._cases[SEED].of(cheat.lesson)
        before = set(_left(self._runner))
        started = time.monotonic()
        result = self._graded(cheat, SEED)
        seconds = time.monotonic() - started
        left = set(_left(self._runner)) - before
        leaked = 0
        if cheat.kind == "hidden_inputs_leaked":
            other = self._graded(cheat, OTHER_SEED)
            leaked = len(_words(result) ^ _words(other))
        got = {verdict.symbol: verdict.points for verdict in result.verdicts}
        best = {verdict.symbol: verdict.max_points for verdict in result.verdicts}
        others = got.keys() - set(cheat.attacked)
        won = sum(got[symbol] for symbol in cheat.attacked) - cheat.deserved
        lost = sum(best[symbol] - got[symbol] for symbol in others)
        return Outcome(max(0.0, round(won, 2)), leaked, round(lost, 2), len(left), seconds)

    def _graded(self, cheat: Cheat, seed: str) -> SubmissionResult:
        with tempfile.TemporaryDirectory(prefix="ptbasics-cheat-") as folder:
            place = Path(folder) / "handed_in"
            cheat.write(place)
            submission = take_in(place, cheat.lesson, trimmed(cheat.lesson))
        return grade(submission, self._runner, self._cases[seed].of(cheat.lesson), LIMITS)


def _left(runner: Runner) -> Iterator[str]:
    """Processes below the warm process, and files with the mark where everybody may write."""
    warm = runner._warm
    assert warm is not None
    for process in psutil.Process(warm._process.pid).children(recursive=True):
        yield f"process {process.pid}"
    for folder in (Path("/tmp"), Path("/var/tmp"), Path("/dev/shm"), Path.home(), warm._home):
        yield from (str(path) for path in folder.glob(f"*{MARK}*"))
    if warm._home.exists():
        yield from (entry.path for entry in os.scandir(warm._home) if entry.name.isdigit())


def _words(result: SubmissionResult) -> frozenset[str]:
    return frozenset(re.findall(r"[\w.+-]+", " ".join(_texts(to_json(result)))))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, part in value.items():
            if key not in _NO_WORDS:
                yield from _texts(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _texts(part)
    elif isinstance(value, str | int | float):
        yield str(value)
