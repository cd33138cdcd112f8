"""What students have where there is no fork, no alarm and no sandbox, as on Windows.

Nothing here is a test on Windows or macOS itself: `start/sitecustomize.py` takes away from Linux
what Windows lacks.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from ptbasics.registry import exercises
from tests.grading.handed_in import answered, mistaken

START = Path(__file__).parent / "start"
NOT_JUDGED = "Your code was not judged"

CHECKS = """
import os, signal
from importlib.util import find_spec
assert not hasattr(os, "fork") and not hasattr(signal, "setitimer")

import torch
from ptbasics import check, failing, hint

def percentages(points, maximum):
    return torch.tensor(points) / maximum * 100

print(check(percentages))
print("----")
def percentages(points, maximum):
    return torch.tensor(points) / maximum

print(check(percentages))
print(hint(percentages))
print(failing(percentages).maximum)
print("----")
def global_mean(numbers):
    return 0.0

print(check(global_mean))
"""

NEED_FORK = """
import sys
from ptbasics.forking import CannotFork
from ptbasics.judging.observing import draw_cases, observe_cases
from ptbasics.registry import exercises, reference

for lesson in sys.argv[1:]:
    for exercise in exercises(lesson):
        try:
            observe_cases(exercise, reference(exercise), draw_cases(exercise))
        except CannotFork:
            print(exercise.symbol)
"""


def run(arguments: list[str | Path], folder: Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(START)}
    return subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, text=True
    )


def test_check_hint_and_failing(tmp_path: Path) -> None:
    file = tmp_path / "own.py"
    file.write_text(CHECKS)
    done = run([file], tmp_path)
    assert done.returncode == 0, done.stderr
    right, wrong, forked = done.stdout.split("----\n")
    assert "✓ percentages: all 5 cases pass" in right
    assert "✗ percentages: 0 of 5 cases pass" in wrong
    assert "Step 1 of 3" in wrong
    assert "starts processes by fork" in forked
    assert NOT_JUDGED in forked
    assert "ValueError" not in forked


def test_an_exercise_that_needs_fork_is_not_called_wrong() -> None:
    done = run(["-c", NEED_FORK, "08_dataloader_workers", "11_distributed"], Path.cwd())
    assert done.returncode == 0, done.stderr
    needing = done.stdout.split()
    assert {exercise.symbol for exercise in exercises("11_distributed")} <= set(needing)
    assert "WorkerTagged" in needing
    assert "verdict_on" not in needing


@pytest.mark.slow
def test_verify_runs_a_notebook(tmp_path: Path) -> None:
    notebook = answered(softmax=mistaken("overflow"))
    path = tmp_path / "02_operations.ipynb"
    nbformat.write(notebook, path)
    done = run(["-m", "ptbasics", "verify", path], tmp_path)
    assert done.returncode == 1, done.stderr
    assert "without the grader's sandbox" in done.stdout
    assert "8 of 9 exercises pass" in done.stdout
    assert "✗ softmax" in done.stdout
