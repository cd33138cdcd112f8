"""Small submissions for lesson 2: the exercises without the prose and pictures between them."""

from __future__ import annotations

import inspect
import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from ptbasics.exercise import grade_id
from ptbasics.judging.codec import decode
from ptbasics.judging.observing import observe_encoded
from ptbasics.registry import exercises, find_exercise, misconceptions
from ptbasics.runner.job import CellOutcome, Job, Observed, RunResult

ROOT = Path(__file__).parents[2]
LESSON = "02_operations"
SEED = "only for these tests"
BEST = sum(exercise.points for exercise in exercises(LESSON))
#: The exercise that the submissions of these tests get wrong, and its points.
VICTIM = "softmax"
WORTH = find_exercise("operations.softmax").points


def release() -> NotebookNode:
    return nbformat.read(ROOT / "course" / LESSON / f"{LESSON}.ipynb", as_version=4)


def cell(notebook: NotebookNode, name: str) -> NotebookNode:
    return next(labelled for labelled in notebook.cells if grade_id(labelled) == name)


def labels(notebook: NotebookNode) -> list[str]:
    return [name for labelled in notebook.cells if (name := grade_id(labelled))]


def blank() -> NotebookNode:
    notebook = release()
    notebook.cells = [code for code in notebook.cells if "nbgrader" in code.metadata]
    return notebook


def right_answers() -> dict[str, str]:
    path = ROOT / "solutions" / LESSON / f"{LESSON}.ipynb"
    source = nbformat.read(path, as_version=4)
    return {exercise.symbol: cell(source, exercise.symbol).source for exercise in exercises(LESSON)}


def answered(**answers: str) -> NotebookNode:
    """Every answer right, but those that are given."""
    notebook = blank()
    for symbol, source in (right_answers() | answers).items():
        cell(notebook, symbol).source = source
    return notebook


def mistaken(key: str) -> str:
    """The source of a known wrong softmax, under its own name."""
    wrong = misconceptions(find_exercise("operations.softmax"))[key].implementations[0]
    source = inspect.getsource(wrong)
    return source[source.index("def ") :].replace(wrong.__name__, VICTIM)


def with_cell(notebook: NotebookNode, source: str, before: str) -> NotebookNode:
    notebook.cells.insert(labels(notebook).index(before), new_code_cell(source, id="own"))
    return notebook


def dump(notebook: NotebookNode) -> bytes:
    return json.dumps(notebook).encode()


def hand_in(folder: Path, student: str, content: bytes | NotebookNode, name: str = "") -> Path:
    place = folder / student / LESSON
    place.mkdir(parents=True, exist_ok=True)
    data = content if isinstance(content, bytes) else dump(content)
    (place / (name or f"{LESSON}.ipynb")).write_bytes(data)
    return place


@contextmanager
def nested(place: Path, depth: int) -> Iterator[None]:
    """Folders in one another, made one by one where the path of the last is too long to be told.

    They are removed by a program that can, which pytest and `shutil.rmtree` cannot.
    """
    here = os.open(place, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir("a", dir_fd=here)
        below = os.open("a", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(os.open("end.csv", os.O_CREAT | os.O_WRONLY, dir_fd=here))
    os.close(here)
    try:
        yield
    finally:
        subprocess.run(["rm", "-rf", place / "a"], check=True)


class NoIsolation:
    def describe(self) -> str:
        return "no isolation: these tests trust what they wrote"


class InProcess:
    """A runner for answers that these tests wrote themselves: no process, no limits."""

    isolation = NoIsolation()

    def __init__(self) -> None:
        self.jobs: list[Job] = []

    def run(self, job: Job) -> RunResult:
        self.jobs.append(job)
        names: dict[str, object] = {}
        cells, observed = {}, {}
        for code in job.cells:
            if code.probe is None:
                with suppress(SyntaxError):
                    exec(code.source, names)
                cells[code.id] = CellOutcome(code.id, [], "ok")
                continue
            exercise = find_exercise(code.probe.exercise)
            if exercise.symbol not in names:
                observed[exercise.name] = Observed(exercise.name, None, "missing", "It is gone.")
                continue
            answer = names[exercise.symbol]
            seen = [
                observe_encoded(exercise, answer, inputs, number)  # type: ignore[arg-type]
                for number, inputs in enumerate(code.probe.inputs)
            ]
            observed[exercise.name] = Observed(exercise.name, tuple(map(decode, seen)))
        return RunResult(cells, observed, 0.5)
