"""`make gpu-check`: finds all GPU cells, and without a GPU says so and writes nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
import torch
from benchmarks.gpu_check import NO_GPU, gpu_cells

ROOT = Path(__file__).parents[1]


@pytest.mark.skipif(torch.cuda.is_available(), reason="with CUDA it runs for minutes")
def test_without_a_gpu_it_says_so_and_writes_nothing(tmp_path: Path) -> None:
    output = tmp_path / "record.json"
    command = [sys.executable, ROOT / "benchmarks" / "gpu_check.py", "--output", output]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert run.stdout.strip() == NO_GPU
    assert not output.exists()


def test_every_cell_that_uses_cuda_is_found() -> None:
    """A cell that calls CUDA asks first whether it is there, or only defines a function."""
    path = ROOT / "solutions" / "09_cuda" / "09_cuda.ipynb"
    notebook = nbformat.read(path, as_version=4)
    found = {cell.id for cell in gpu_cells(notebook)}
    calls = [
        cell for cell in notebook.cells if cell.cell_type == "code" and "torch.cuda." in cell.source
    ]
    assert len(calls) >= 8
    assert [cell.source for cell in calls if cell.id not in found] == []
