"""What runs on a real CUDA device only: pinning, copies, answers, and measuring the card."""

from __future__ import annotations

import time
from typing import Any

import pytest
import torch
from torch.utils.data import DataLoader

from ptbasics.exercises.l09_cuda.to_device import placed
from ptbasics.reference.l08_dataloader_workers.photobatch import PhotoBatch
from ptbasics.reference.l09_cuda.autocast_step import autocast_step
from ptbasics.reference.l09_cuda.epoch_loss import epoch_loss
from ptbasics.reference.l09_cuda.standardise import Standardise
from ptbasics.reference.l09_cuda.to_device import to_device
from ptbasics.viz.gpu_record import measure_gpu, prefetched

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device"),
]


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


def test_a_prefetcher_yields_every_batch_in_order() -> None:
    batches = [torch.full((1000,), float(number)).pin_memory() for number in range(5)]
    arrived = [batch.unique().tolist() for batch in prefetched(batches, torch.device("cuda"))]
    assert arrived == [[0.0], [1.0], [2.0], [3.0], [4.0]]


def test_a_gpu_is_measured() -> None:
    assert measure_gpu().card == torch.cuda.get_device_name()


@pytest.mark.parametrize("workers", [0, 1])
def test_a_loader_pins_tensors_and_what_has_a_method_for_it(workers: int) -> None:
    def as_batch(items: list[int]) -> PhotoBatch:
        return PhotoBatch([torch.ones(3, 1, item + 1) for item in items], torch.tensor(items), [])

    options: dict[str, Any] = {
        "num_workers": workers,
        "pin_memory": True,
        "multiprocessing_context": "fork" if workers else None,
    }
    assert all(batch.is_pinned() for batch in DataLoader(range(4), **options))
    for batch in DataLoader(range(4), batch_size=2, collate_fn=as_batch, **options):
        assert all(image.is_pinned() for image in batch.images)
        assert batch.labels.is_pinned()


def test_pinning_and_copying_in_one_go_pays_for_the_pinning() -> None:
    """Whether a plain copy is quicker depends on the machine, so that is not asserted."""
    pageable = torch.rand(2**24)
    pinned = pageable.pin_memory()

    def seconds(prepare: bool) -> float:
        torch.cuda.synchronize()
        start = time.perf_counter()
        source = pageable.pin_memory() if prepare else pinned
        arrived = source.to("cuda", non_blocking=True)
        torch.cuda.synchronize()
        assert torch.equal(arrived.cpu(), pageable)
        return time.perf_counter() - start

    [seconds(prepare) for prepare in (True, False)]  # the first of each pays for starting up
    assert min(seconds(True) for _ in range(5)) > min(seconds(False) for _ in range(5))


def test_a_copy_from_the_gpu_may_be_read_only_after_synchronizing() -> None:
    numbers = torch.arange(1, 2**20, device="cuda")
    host = torch.zeros(2**20 - 1, dtype=torch.int64, pin_memory=True)
    torch.cuda.synchronize()
    torch.cuda._sleep(10**9)  # the GPU is busy for about half a second
    host.copy_(numbers, non_blocking=True)
    assert not host.any()  # read too early
    torch.cuda.synchronize()
    assert torch.equal(host, numbers.cpu())
