"""`make gpu-check`: finds all GPU cells, and without a GPU says so and writes nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
import torch
from benchmarks.gpu_check import NO_GPU, gpu_cells

from ptbasics.exercises.l09_cuda.to_device import placed
from ptbasics.reference.l09_cuda.autocast_step import autocast_step
from ptbasics.reference.l09_cuda.epoch_loss import epoch_loss
from ptbasics.reference.l09_cuda.standardise import Standardise
from ptbasics.reference.l09_cuda.to_device import to_device
from ptbasics.viz.gpu_record import measure_gpu, prefetched

ROOT = Path(__file__).parents[1]
NEEDS_GPU = pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device here")


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


@pytest.mark.gpu
@NEEDS_GPU
def test_the_answers_run_on_a_gpu() -> None:
    device = torch.device("cuda")
    assert placed(to_device((torch.ones(2), "a"), device))[0].endswith("cuda")
    layer = Standardise(torch.zeros(2), torch.ones(2), torch.ones(2)).to(device)
    assert layer(torch.zeros(3, 2, device=device))[2].tolist() == [-2.0, -2.0]
    model = torch.nn.Linear(4, 3).to(device)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    batch = torch.rand(5, 4, device=device), torch.zeros(5, dtype=torch.int64, device=device)
    before = epoch_loss(model, optimizer, [batch] * 20)
    after = autocast_step(model, optimizer, *batch)
    assert after.dtype == torch.float32
    assert after.item() < before


@pytest.mark.gpu
@NEEDS_GPU
def test_a_prefetcher_yields_every_batch_in_order() -> None:
    batches = [torch.full((1000,), float(number)).pin_memory() for number in range(5)]
    arrived = [batch.mean().item() for batch in prefetched(batches, torch.device("cuda"))]
    assert arrived == [0.0, 1.0, 2.0, 3.0, 4.0]


@pytest.mark.gpu
@NEEDS_GPU
def test_a_gpu_is_measured() -> None:
    assert measure_gpu().card == torch.cuda.get_device_name()
