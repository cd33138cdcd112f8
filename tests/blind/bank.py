"""The answers of both sets, and what the course says to each: points, and the hint a student reads.

Hints come from public cases, by the way that `check()` takes; points from cases under another seed,
as the grader has them.
"""

from __future__ import annotations

import ast
import csv
import io
import tomllib
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from ptbasics.authoring.lesson import read_lesson
from ptbasics.checking import examine
from ptbasics.exercise import Case, Exercise
from ptbasics.judging.observing import draw_cases, observe_cases
from ptbasics.judging.verdict import Expected, Verdict, judge, measured
from ptbasics.limits import OutOfTime, time_limit
from ptbasics.registry import find_exercise, reference

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
UNSEEN = HERE / "unseen"
HIDDEN_SEED = "the blind bank"


@dataclass(frozen=True)
class Answer:
    """One answer; `mistake` is what a teacher would say to it, and "" where it is right."""

    file: str
    number: int
    exercise: str
    source: str
    mistake: str = ""
    route: str = ""

    @property
    def name(self) -> str:
        """Such as `02_operations 5`."""
        return f"{self.file} {self.number}"

    @property
    def held_out(self) -> bool:
        """Whether nothing may be changed because of this answer."""
        return self.number % 2 == 0


@dataclass(frozen=True)
class Outcome:
    """What the course says to an answer: the public verdict, and the share of hidden points."""

    public: Verdict
    share: float

    @property
    def said(self) -> str:
        """The hint, or another sentence in its place; "" where there is neither."""
        return self.public.hint or self.public.reason

    @property
    def key(self) -> str:
        """Which misconception it is, and otherwise where the sentence comes from."""
        if self.public.passed:
            return "(passed)"
        if self.public.misconception:
            return self.public.misconception
        return "(any exercise)" if self.said else "(none)"


def answers(name: str = "", folder: Path = HERE) -> list[Answer]:
    """All answers of a set, from the files in its folder whose names begin so, in their order."""
    return [
        Answer(path.stem, number, **row)
        for path in sorted(folder.glob(f"{name}*.toml"))
        for number, row in enumerate(tomllib.loads(path.read_text("utf-8"))["answer"], start=1)
    ]


def outcome(answer: Answer) -> Outcome:
    """Check an answer as its student would, and grade it."""
    exercise = _unhurried(answer.exercise)
    names = _defined(answer, exercise)
    implementation = names[exercise.symbol]
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        public = examine(exercise, implementation, names).verdict
        return Outcome(public, _share(exercise, implementation, public))


def judgements(folder: Path = HERE) -> Iterator[dict[str, str]]:
    """The rows of a set's `judged.csv`: what was said to each answer, and whether it helps."""
    with (folder / "judged.csv").open(newline="") as stream:
        yield from csv.DictReader(stream)


@cache
def _unhurried(symbol: str) -> Exercise:
    """An exercise whose time limit no busy machine reaches: loops without end still do."""
    return replace(find_exercise(symbol), seconds=60)


def _defined(answer: Answer, exercise: Exercise) -> dict[str, Any]:
    """The names of a notebook in which set-up and answer have run, and nothing else."""
    set_up = read_lesson(ROOT, exercise.lesson).set_up
    names: dict[str, Any] = {"__name__": "__main__", "In": ["", set_up, answer.source]}
    with redirect_stdout(io.StringIO()):
        for number, cell in enumerate((set_up, answer.source), start=1):
            exec(compile(ast.parse(cell), f"<cell {number}>", "exec"), names)
    return names


def _share(exercise: Exercise, implementation: Any, public: Verdict) -> float:
    if public.status in ("forbidden", "broken"):
        return 0.0
    cases, expected = _hidden(exercise)
    try:
        with time_limit(exercise.seconds):
            observed = observe_cases(exercise, implementation, cases)
    except OutOfTime:
        return 0.0
    return judge(exercise, cases, observed, expected, hidden=True).points / exercise.points


@cache
def _hidden(exercise: Exercise) -> tuple[tuple[Case, ...], Expected]:
    cases = draw_cases(exercise, HIDDEN_SEED)
    seen = observe_cases(exercise, reference(exercise), cases)
    return cases, Expected(measured(exercise, cases, seen))
