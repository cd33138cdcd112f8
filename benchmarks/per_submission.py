"""Milliseconds per submission: `ptbasics grade` in both of its modes, beside the floor.

python benchmarks/per_submission.py [NUMBER] [--lesson 02_operations]

All three grade the same submissions in turn, one at a time, in one process. Of ours, all that
grading needs is timed: reading, running, observing, comparing, gradebook and graded notebook; of
the floor, running and observing alone. Scores must be equal before any time is told. Writes a JSON
file and a picture beside this script.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from shutil import copytree
from statistics import mean, median, quantiles
from typing import Annotated, TypeVar

import psutil
import typer
from floor import Floor
from grading_speed import ROOT, hand_in, machine

from ptbasics.grading.bridge.gradebook import write_grades
from ptbasics.grading.bridge.preprocessor import Pair
from ptbasics.grading.cases import CaseSource
from ptbasics.grading.course import Course
from ptbasics.grading.grade import grade
from ptbasics.grading.intake.files import take_in
from ptbasics.runner import Job, Runner, RunResult, RunsJobs
from ptbasics.runner.job import DescribesIsolation
from ptbasics.viz.style import BLUE, plot_figure

T = TypeVar("T")


@dataclass
class Costs:
    """Seconds of one way of grading, for each submission: by the clock, and of all processors."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def of(self, work: Callable[[], T], *, count: int = 1) -> T:
        """Do some work, and note what it cost; shared by so many submissions."""
        below, own, began = _cpu_below(), time.process_time(), time.perf_counter()
        result = work()
        wall, own = time.perf_counter() - began, time.process_time() - own
        self.wall += [wall / count] * count
        self.cpu += [(own + _cpu_below() - below) / count] * count
        return result

    def __add__(self, other: Costs) -> Costs:
        return Costs(
            [a + b for a, b in zip(self.wall, other.wall, strict=True)],
            [a + b for a, b in zip(self.cpu, other.cpu, strict=True)],
        )

    def milliseconds(self) -> dict[str, float]:
        """Median and 95th percentile by the clock, and the mean of all processors' time."""
        figures = {
            "median": median(self.wall),
            "p95": quantiles(self.wall, n=20)[-1],
            "cpu": mean(self.cpu),
        }
        return {name: round(1000 * seconds, 1) for name, seconds in figures.items()}


def _cpu_below() -> float:
    """The seconds of all processes below this one, ended ones included."""
    below = psutil.Process().children(recursive=True)
    return sum(sum(process.cpu_times()[:4]) for process in below)


@dataclass(frozen=True)
class Timed:
    """A runner whose runs alone are timed: the floor does not read, compare or write."""

    runner: RunsJobs
    costs: Costs

    @property
    def isolation(self) -> DescribesIsolation:
        """What the runner says."""
        return self.runner.isolation

    def run(self, job: Job) -> RunResult:
        """Run a job, and note what it cost."""
        return self.costs.of(partial(self.runner.run, job))


def measure(course: Course, lesson: str, students: list[str]) -> dict[str, Costs]:
    """What each way of grading costs.

    Raises:
        SystemExit: their scores are not equal.
    """
    release = course.release(lesson)
    running: dict[str, Costs] = defaultdict(Costs)
    pairs: dict[str, dict[str, Pair]] = defaultdict(dict)
    with ExitStack() as stack:
        cases = CaseSource("benchmark").of(lesson)
        ways: dict[str, RunsJobs] = {
            "floor": stack.enter_context(Floor()),
            "ours, view": stack.enter_context(Runner(workers=1, modes=["view"])),
            "ours, plain": stack.enter_context(Runner(workers=1, modes=["plain"])),
        }

        def graded(student: str, runner: RunsJobs) -> Pair:
            submission = take_in(course.submitted(student, lesson), lesson, release)
            return submission, grade(submission, runner, cases)

        for runner in ways.values():  # the first pays for what is loaded late
            graded(students[0], runner)
        for student in students:
            for way, runner in ways.items():
                if way == "floor":
                    pairs[way][student] = graded(student, Timed(runner, running[way]))
                else:
                    pairs[way][student] = running[way].of(partial(graded, student, runner))
    scores = {way: [pair[1].points for pair in made.values()] for way, made in pairs.items()}
    if any(points != scores["floor"] for points in scores.values()):
        raise SystemExit(f"not a measurement: scores differ: {scores}")
    for way in ways:
        if way != "floor":
            output = course.root / way
            place = Course.at(course.root, submitted=course.root / "submitted", output=output)
            running[way] += _writing(place, lesson, pairs[way])
    return running


def _writing(course: Course, lesson: str, pairs: dict[str, Pair]) -> Costs:
    problems: dict[str, str] = {}

    def write() -> None:
        write_grades(course, lesson, list(pairs), pairs.__getitem__, problems.__setitem__)

    write()  # makes the gradebook
    costs = Costs()
    costs.of(write, count=len(pairs))
    if any(problems.values()):
        raise SystemExit(f"not a measurement: {problems}")
    return costs


def _draw(figures: dict[str, dict[str, float]], title: str, path: Path) -> None:
    figure, [ax] = plot_figure(6.5, 2.6)
    ax.barh(list(figures), [row["cpu"] for row in figures.values()], color=BLUE)
    for place, row in enumerate(figures.values()):
        ratio = row["cpu"] / figures["floor"]["cpu"]
        ax.text(row["cpu"], place, f" {row['cpu']:.0f} ms, {ratio:.1f} × the floor", va="center")
    ax.margins(x=0.4)
    ax.invert_yaxis()
    ax.set(xlabel="ms of all processors per submission", title=title)
    figure.savefig(path, bbox_inches="tight")


def main(
    number: Annotated[int, typer.Argument(help="How many submissions.", min=2)] = 10,
    lesson: Annotated[str, typer.Option(help="The lesson's id.")] = "02_operations",
    output: Annotated[Path, typer.Option(help="The folder for what is written.")] = Path(
        __file__
    ).parent,
) -> None:
    """Measure, say it, and write it down."""
    with tempfile.TemporaryDirectory(prefix="ptbasics-bench-") as folder:
        root = Path(folder)
        for kind in ("solutions", "course"):
            copytree(ROOT / kind / lesson, root / kind / lesson)
        config = ROOT / "autograder" / "nbgrader_config.py"
        (root / "nbgrader_config.py").write_text(config.read_text())
        for student in range(number):
            hand_in(root / "submitted", student, lesson)
        course = Course.at(root)
        costs = measure(course, lesson, course.students(lesson))
    figures = {way: cost.milliseconds() for way, cost in costs.items()}
    about = f"{number} submissions of {lesson} on {machine()}; load {os.getloadavg()[0]:.1f}"
    print(about)
    for way, row in figures.items():
        ratio = row["cpu"] / figures["floor"]["cpu"]
        print(
            f"{way:<12} median {row['median']:7.1f} ms, p95 {row['p95']:7.1f} ms, "
            f"CPU {row['cpu']:7.1f} ms, {ratio:.2f} × the floor"
        )
    name = f"per_submission_{lesson}"
    record = {"about": about, "milliseconds": figures}
    (output / f"{name}.json").write_text(json.dumps(record, indent=2) + "\n")
    _draw(figures, about.partition(" on ")[0], output / f"{name}.svg")


if __name__ == "__main__":
    typer.run(main)
