"""What a GPU was measured to do, as a record that can be kept in a file; and a model of a copy."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, fields
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

#: The record that ships with the course, where one was measured.
SHIPPED = Path(__file__).with_name("gpu_record.json")
SIZES = tuple(4**power * 1024 for power in range(1, 9))  # bytes, 4 KiB to 64 MiB
_REPEATS = 25


@dataclass(frozen=True)
class GpuRecord:
    """Measurements of one card: rates in GB/s per size in bytes, times in seconds."""

    card: str
    torch: str
    sizes: tuple[int, ...]
    pageable: tuple[float, ...]
    pinned: tuple[float, ...]
    pinned_in_one_go: tuple[float, ...]
    epoch_plain: float
    epoch_prefetched: float
    step_float32: float
    step_bfloat16: float

    def as_json(self) -> str:
        """The record as text of a JSON file."""
        return json.dumps(asdict(self), indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str) -> GpuRecord:
        """A record from the text of a JSON file.

        Raises:
            ValueError: it is no such record; the message names what is wrong.
        """
        found = json.loads(text)
        names = {field.name for field in fields(cls)}
        if not isinstance(found, dict) or set(found) != names:
            raise ValueError(f"a GPU record has exactly these fields: {', '.join(sorted(names))}")
        values: dict[str, Any] = {
            key: tuple(item) if isinstance(item, list) else item for key, item in found.items()
        }
        record = cls(**values)
        rates = record.pageable, record.pinned, record.pinned_in_one_go
        if any(len(row) != len(record.sizes) for row in rates):
            raise ValueError("a GPU record has one rate per size")
        times = record.epoch_plain, record.epoch_prefetched
        steps = record.step_float32, record.step_bfloat16
        if min(*record.sizes, *(rate for row in rates for rate in row), *times, *steps) <= 0:
            raise ValueError("sizes, rates and times of a GPU record are positive")
        return record


@dataclass(frozen=True)
class CopyModel:
    """A cost model of a copy to a GPU. Its numbers are round assumptions, not measurements."""

    latency: float = 1e-5  # seconds until a copy begins
    bus: float = 25e9  # bytes per second from pinned memory to the GPU
    staging: float = 10e9  # bytes per second from pageable into pinned memory

    def pinned(self, size: int) -> float:
        """GB/s from memory that is pinned already."""
        return size / (self.latency + size / self.bus) / 1e9

    def pageable(self, size: int) -> float:
        """GB/s from pageable memory: each byte is staged, then sent."""
        return size / (self.latency + size / self.staging + size / self.bus) / 1e9


def shipped_record() -> GpuRecord | None:
    """The record that ships with the course; None where none was measured."""
    return GpuRecord.from_json(SHIPPED.read_text()) if SHIPPED.exists() else None


def prefetched(batches: Iterable[Tensor], device: torch.device) -> Iterator[Tensor]:
    """Batches on a GPU, the next of which is copied while the last one is computed with.

    Args:
        batches: tensors in pinned memory.
        device: a CUDA device.
    """
    copying, computing = torch.cuda.Stream(device), torch.cuda.current_stream(device)
    ready = None
    for batch in batches:
        with torch.cuda.stream(copying):
            arriving = batch.to(device, non_blocking=True)
        if ready is not None:
            yield ready
        computing.wait_stream(copying)
        arriving.record_stream(computing)
        ready = arriving
    if ready is not None:
        yield ready


def measure_gpu() -> GpuRecord:
    """Measure the current CUDA device; takes seconds.

    Raises:
        RuntimeError: there is no CUDA device.
    """
    if not torch.cuda.is_available():
        raise RuntimeError("there is no CUDA device here, so nothing can be measured")
    device = torch.device("cuda", torch.cuda.current_device())
    pageable, pinned, in_one_go = [], [], []
    for size in SIZES:
        source = torch.zeros(size, dtype=torch.uint8)
        fixed = source.pin_memory()
        pageable.append(_rate(size, partial(source.to, device)))
        pinned.append(_rate(size, partial(fixed.to, device, non_blocking=True)))
        in_one_go.append(_rate(size, partial(_pin_and_copy, source, device)))
    batches = [torch.rand(2048, 2048).pin_memory() for _ in range(16)]
    weight = torch.rand(2048, 2048, device=device)

    def epoch(arrived: Iterable[Tensor]) -> None:
        for batch in arrived:
            torch.mm(torch.mm(batch, weight), weight)

    return GpuRecord(
        card=torch.cuda.get_device_name(device),
        torch=torch.__version__,
        sizes=SIZES,
        pageable=tuple(pageable),
        pinned=tuple(pinned),
        pinned_in_one_go=tuple(in_one_go),
        epoch_plain=_seconds(lambda: epoch(batch.to(device) for batch in batches)),
        epoch_prefetched=_seconds(lambda: epoch(prefetched(batches, device))),
        step_float32=_seconds(_step(device, mixed=False)),
        step_bfloat16=_seconds(_step(device, mixed=True)),
    )


def _pin_and_copy(source: Tensor, device: torch.device) -> Tensor:
    return source.pin_memory().to(device, non_blocking=True)


def _step(device: torch.device, *, mixed: bool) -> Callable[[], object]:
    layers = [nn.Linear(2048, 2048), nn.ReLU(), nn.Linear(2048, 2048)]
    model = nn.Sequential(*layers).to(device)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    features = torch.rand(4096, 2048, device=device)

    def step() -> None:
        with torch.autocast("cuda", dtype=torch.bfloat16, enabled=mixed):
            loss = model(features).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return step


def _rate(size: int, copy: Callable[[], object]) -> float:
    return size / _seconds(copy) / 1e9


def _seconds(work: Callable[[], object]) -> float:
    """The median of many runs, each until the GPU is done; two before them warm up."""
    times = []
    for _ in range(2 + _REPEATS):
        torch.cuda.synchronize()
        start = time.perf_counter()
        work()
        torch.cuda.synchronize()
        times.append(time.perf_counter() - start)
    return statistics.median(times[2:])
