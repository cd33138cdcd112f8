"""Seconds that each lesson takes from top to bottom, with its answers, in a Jupyter kernel.

python benchmarks/lesson_times.py [LESSON ...]
"""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path
from typing import Annotated

import nbformat
import typer
from nbclient import NotebookClient

from ptbasics.registry import lessons

ROOT = Path(__file__).parents[1]


def seconds(lesson: str) -> float:
    """One run of the instructor's notebook, starting the kernel included."""
    notebook = nbformat.read(ROOT / "solutions" / lesson / f"{lesson}.ipynb", as_version=4)
    with tempfile.TemporaryDirectory() as folder:
        where = {"metadata": {"path": folder}}
        client = NotebookClient(notebook, timeout=600, kernel_name="python3", resources=where)
        start = time.perf_counter()
        client.execute()
        return time.perf_counter() - start


def main(
    lesson: Annotated[list[str] | None, typer.Argument(help="All lessons when left out.")] = None,
) -> None:
    """Print a line for each lesson."""
    for name in lesson or lessons():
        print(f"{name:<24} {seconds(name):6.1f} s", flush=True)
    cores = len(os.sched_getaffinity(0))
    print(f"{cores} cores, load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    typer.run(main)
