"""From an empty machine to the first green check: what of it the machine takes.

python benchmarks/first_green.py

It makes the students' bundle and does what its README says, in an environment of its own: install,
then run the first lesson up to its first check, with the answer filled in. Reading and thinking are
the learner's, and not in it.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

import nbformat
from nbformat import NotebookNode

from ptbasics.authoring.bundle import NAME, make_bundle
from ptbasics.exercise import check_id
from ptbasics.registry import exercises, lessons

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class FirstGreen:
    """Seconds for each step, megabytes of what came of it, and what the check said."""

    seconds: dict[str, float]
    megabytes: dict[str, float]
    said: str


def install_commands(readme: str) -> list[list[str]]:
    """The commands of the bundle's README that install it, with this Python as `python`."""
    [block] = re.findall(r"## Install\n.*?```console\n(.*?)```", readme, re.DOTALL)
    commands = [line.removeprefix("$ ").split() for line in block.splitlines()]
    return [
        [sys.executable if word == "python" else word for word in command] for command in commands
    ]


def first_green(folder: Path, archive: Path) -> FirstGreen:
    """Unpack a bundle, install it, and run its first lesson to the first check.

    Args:
        folder: an empty folder to work in.
        archive: the zip file of the bundle.

    Raises:
        subprocess.CalledProcessError: a command failed.
    """
    with ZipFile(archive) as file:
        file.extractall(folder)
    place = folder / NAME
    seconds = {}
    for command in install_commands((place / "README.md").read_text(encoding="utf-8")):
        seconds[" ".join(["python" if word == sys.executable else word for word in command])] = (
            _timed(command, place)
        )
    lesson = lessons()[0]
    path = place / "course" / lesson / f"{lesson}.ipynb"
    start, answered = _to_the_first_check(lesson, nbformat.read(path, as_version=4))
    nbformat.write(answered, path)
    run = [".venv/bin/jupyter", "nbconvert", "--to", "notebook", "--execute", "--inplace"]
    seconds[f"{lesson} to its first check"] = _timed([*run, str(path.relative_to(place))], place)
    [output] = nbformat.read(path, as_version=4).cells[start].outputs
    megabytes = {"zip": _megabytes(archive), "environment": _megabytes(place / ".venv")}
    return FirstGreen(seconds, megabytes, output.data["text/plain"] + output.data["text/html"])


def _to_the_first_check(lesson: str, released: NotebookNode) -> tuple[int, NotebookNode]:
    """The number of the first check's cell, and the notebook up to it with the right answer."""
    source = ROOT / "solutions" / lesson / f"{lesson}.ipynb"
    answers = {cell.id: cell.source for cell in nbformat.read(source, as_version=4).cells}
    symbol = exercises(lesson)[0].symbol
    number = [cell.id for cell in released.cells].index(check_id(symbol))
    released.cells = released.cells[: number + 1]
    for cell in released.cells:
        if cell.id == symbol:
            cell.source = answers[symbol]
    return number, released


def _timed(command: Sequence[str], folder: Path) -> float:
    outside = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    start = time.perf_counter()
    subprocess.run(command, cwd=folder, env=outside, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def _megabytes(path: Path) -> float:
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file()) / 1e6


def main() -> None:
    """Print seconds and sizes."""
    with tempfile.TemporaryDirectory() as place:
        bundle = make_bundle(ROOT, Path(place))
        work = Path(place) / "learner"
        work.mkdir()
        green = first_green(work, bundle.archive)
    for step, seconds in green.seconds.items():
        print(f"{seconds:7.1f} s   {step}")
    print(f"{sum(green.seconds.values()):7.1f} s   in all")
    for name, size in green.megabytes.items():
        print(f"{size:7.1f} MB  {name}")


if __name__ == "__main__":
    main()
