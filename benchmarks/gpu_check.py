"""Run all GPU cells and GPU tests of the course on this machine's GPU, and measure the card.

python benchmarks/gpu_check.py --output out/gpu_record.json

It needs torch with CUDA and this project. Every lesson runs from top to bottom, because a GPU cell
uses what the cells before it define. To ship the record with lesson 9, copy the file to
src/ptbasics/viz/gpu_record.json.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Annotated, Any

import nbformat
import torch
import typer
from nbclient import NotebookClient

from ptbasics.registry import lessons
from ptbasics.viz.gpu_record import measure_gpu

ROOT = Path(__file__).parents[1]
NO_GPU = (
    "There is no CUDA device that this torch can use, so nothing was run, measured or written. "
    "Install torch with CUDA on a machine with an NVIDIA card, then: make gpu-check"
)
_ON_A_GPU = re.compile(r"\b(cuda|accelerator)\.is_available\(\)")


def gpu_cells(notebook: Any) -> list[Any]:
    """The code cells that do more where there is a GPU: they ask whether there is one."""
    return [
        cell
        for cell in notebook.cells
        if cell.cell_type == "code" and _ON_A_GPU.search(cell.source)
    ]


def run_lesson(lesson: str) -> int:
    """Run a lesson with its answers; the number of its GPU cells, all of which ran.

    Raises:
        nbclient.exceptions.CellExecutionError: a cell failed.
    """
    path = ROOT / "solutions" / lesson / f"{lesson}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    with tempfile.TemporaryDirectory() as folder:
        where = {"metadata": {"path": folder}}
        NotebookClient(notebook, timeout=600, kernel_name="python3", resources=where).execute()
    cells = gpu_cells(notebook)
    assert all(cell.execution_count for cell in cells)
    return len(cells)


def main(output: Annotated[Path, typer.Option()] = Path("out/gpu_record.json")) -> None:
    """Run, measure, and write the record."""
    if not torch.cuda.is_available():
        print(NO_GPU)
        raise typer.Exit(1)
    for lesson in lessons():
        print(f"{lesson:<24} {run_lesson(lesson)} GPU cells ran", flush=True)
    tests = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "tests/test_on_a_gpu.py"], cwd=ROOT
    )
    if tests.returncode:
        raise typer.Exit(tests.returncode)
    record = measure_gpu()
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(record.as_json())
    print(f"{record.card}, torch {record.torch} → {output}")
    print(f"largest copy: pinned {record.pinned[-1]:.1f}, pageable {record.pageable[-1]:.1f} GB/s")
    print(f"prefetching: {record.epoch_plain / record.epoch_prefetched:.2f} times as fast")
    print(f"autocast: {record.step_float32 / record.step_bfloat16:.2f} times as fast")


if __name__ == "__main__":
    typer.run(main)
