"""Seconds per submission: `ptbasics grade` and stock `nbgrader autograde`, on the same submissions.

python benchmarks/grading_speed.py [NUMBER]

Both read the same files and end with a gradebook and graded notebooks. nbgrader runs as it comes:
its own Execute step, one submission after another, every cell and every picture. `ptbasics grade`
observes each exercise on hidden cases besides, and leaves out the lesson's pictures and
demonstrations. Feedback pages are made by neither.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from shutil import copytree
from typing import Annotated

import nbformat
import typer
from rich.console import Console

from ptbasics.grading.batch import grade_lesson
from ptbasics.registry import exercises

ROOT = Path(__file__).parents[1]
LESSON = "02_operations"
STOCK = """
c = get_config()
c.CourseDirectory.course_id = "stock"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "course"
c.CourseDirectory.ignore = [".ipynb_checkpoints", "*.md"]
"""


def hand_in(folder: Path, number: int, lesson: str = LESSON) -> None:
    """Right answers but for some TODOs that are left: another choice for every number."""
    answers, notebook = (
        nbformat.read(ROOT / kind / lesson / f"{lesson}.ipynb", as_version=4)
        for kind in ("solutions", "course")
    )
    right = {one.id: one.source for one in answers.cells}
    for index, one in enumerate(exercises(lesson)):
        if number >> index & 1 == 0:
            [cell] = [cell for cell in notebook.cells if cell.id == one.symbol]
            cell.source = f"# student {number}\n{right[one.symbol]}"
    place = folder / f"student_{number:04}" / lesson
    place.mkdir(parents=True)
    nbformat.write(notebook, place / f"{lesson}.ipynb")


def by_ptbasics(course: Path) -> float:
    """Seconds for all submissions, starting the warm process included."""
    started = time.perf_counter()
    batch = grade_lesson(course, LESSON, feedback=False, console=Console(stderr=True))
    seconds = time.perf_counter() - started
    if batch.problems or any(one.cached for one in batch.graded):
        raise SystemExit(f"not a measurement: {batch.problems or 'verdicts were kept'}")
    return seconds


def by_nbgrader(course: Path) -> float:
    """Seconds for all submissions, starting nbgrader included."""
    (course / "nbgrader_config.py").write_text(STOCK)
    for name in ("gradebook.db", "autograded"):
        (course / name).rename(course / f"{name}.ptbasics")
    nbgrader(course, "generate_assignment", LESSON, "--force")
    started = time.perf_counter()
    nbgrader(course, "autograde", LESSON)
    return time.perf_counter() - started


def nbgrader(course: Path, *arguments: str) -> None:
    """Run an nbgrader command; its complaints are shown if it fails."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=course,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise SystemExit(f"nbgrader {arguments[0]} failed:\n{done.stderr[-3000:]}")


def machine() -> str:
    """The processor, its cores, and the versions that matter."""
    names = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    ]
    cores = len(os.sched_getaffinity(0))
    versions = ", ".join(f"{name} {version(name)}" for name in ("torch", "nbgrader"))
    return f"{names[0] if names else platform.machine()}, {cores} cores, {versions}"


def main(number: Annotated[int, typer.Argument(help="How many submissions.", min=1)] = 50) -> None:
    """Measure both on the same submissions, and say how they compare."""
    with tempfile.TemporaryDirectory(prefix="ptbasics-bench-") as folder:
        course = Path(folder)
        for kind in ("solutions", "course"):
            copytree(ROOT / kind / LESSON, course / kind / LESSON)
        config = ROOT / "autograder" / "nbgrader_config.py"
        (course / "nbgrader_config.py").write_text(config.read_text())
        for one in range(number):
            hand_in(course / "submitted", one)
        ours, stock = by_ptbasics(course), by_nbgrader(course)
    print(f"{number} submissions of {LESSON} on {machine()}; load {os.getloadavg()[0]:.1f}")
    print(f"ptbasics grade            {ours / number:6.2f} s per submission")
    print(f"nbgrader autograde, stock {stock / number:6.2f} s per submission")
    print(f"ratio                     {stock / ours:6.1f}")


if __name__ == "__main__":
    typer.run(main)
