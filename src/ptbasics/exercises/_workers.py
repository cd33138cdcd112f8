"""Datasets, loaders and timelines on which the exercises about workers are observed."""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, IterableDataset, get_worker_info

#: Seconds after which a loader gives up on a worker that hangs.
PATIENCE = 20


@contextmanager
def forked_loader(dataset: Dataset[Any], workers: int, **options: Any) -> Iterator[DataLoader[Any]]:
    """A loader whose workers, if any, are forked: they know the classes of a notebook.

    The workers of every epoch are gone at the end, also of one that was left or that failed: an
    iterator may live on in the traceback of its error.
    """
    if workers:
        options |= {"multiprocessing_context": "fork", "timeout": PATIENCE}
    with warnings.catch_warnings():  # three workers are meant, however many processors there are
        warnings.filterwarnings("ignore", "This DataLoader will create")
        loader = _Remembering(dataset, num_workers=workers, **options)
        try:
            yield loader
        finally:
            for epoch in loader.epochs:
                epoch._shutdown_workers()


class _Remembering(DataLoader[Any]):
    """A loader that remembers the iterators that have workers."""

    def __init__(self, dataset: Dataset[Any], **options: Any) -> None:
        super().__init__(dataset, **options)
        self.epochs: list[Any] = []

    def __iter__(self) -> Any:
        epoch = super().__iter__()
        if self.num_workers:
            self.epochs.append(epoch)
        return epoch


def with_worker(items: list[Any]) -> tuple[int, list[Any]]:
    """Collate: the number of the worker that this runs in (-1 in none), and the items."""
    info = get_worker_info()
    return (-1 if info is None else info.id), [_plain(item) for item in items]


def _plain(item: Any) -> Any:
    return item.item() if isinstance(item, Tensor) and item.ndim == 0 else item


class Values(Dataset[float]):
    """The numbers of a flat tensor."""

    def __init__(self, values: Tensor) -> None:
        self.values = values

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, index: int) -> float:
        return float(self.values[index])


class Broken(Values):
    """Numbers, but for some indices the item raises instead."""

    errors: ClassVar[dict[str, type[Exception]]] = {
        "KeyError": KeyError,
        "ValueError": ValueError,
        "OSError": OSError,
    }

    def __init__(self, values: Tensor, broken: dict[int, str]) -> None:
        super().__init__(values)
        self.broken = broken

    def __getitem__(self, index: int) -> float:
        if index in self.broken:
            raise self.errors[self.broken[index]](f"photo {index} cannot be read")
        return super().__getitem__(index)


class SlowStart(Dataset[tuple[int, Tensor]]):
    """Rows with their indices, of which row 0 comes only after the last row has been fetched."""

    def __init__(self, rows: Tensor) -> None:
        self.rows = rows
        self.last_is_fetched = get_context("fork").Event()

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: int) -> tuple[int, Tensor]:
        if index == len(self) - 1:
            self.last_is_fetched.set()
        if index == 0:
            self.last_is_fetched.wait(1)
            time.sleep(0.05)
        return index, self.rows[index]


class NoisyPhotos(Dataset[tuple[int, float]]):
    """Items that are random numbers, from a generator that was made before the workers were."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.rng = np.random.default_rng(0)

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, index: int) -> tuple[int, float]:
        return index, float(self.rng.random())


class Stretch(IterableDataset[int]):
    """The whole numbers from `start` up to, not including, `end`."""

    def __init__(self, start: int, end: int) -> None:
        self.start, self.end = start, end

    def __iter__(self) -> Iterator[int]:
        return iter(range(self.start, self.end))


Fetch = tuple[int, int, float, float]
Wait = tuple[int, float, float]


def simulated_epoch(
    batches: Sequence[float],
    pace: Sequence[float],
    *,
    training: float,
    start_up: float = 0.02,
    prefetch: int = 2,
) -> tuple[list[Fetch], list[Wait], float]:
    """The timeline of an epoch as a DataLoader with `in_order=True` would run it.

    Args:
        batches: seconds that fetching each batch takes at pace 1.
        pace: for each worker, how many times as long it takes.
        training: seconds that the main process works on each batch.
        start_up: seconds until workers are ready.
        prefetch: batches that each worker fetches ahead.

    Returns:
        (worker, batch, start, end) of each fetch, (batch, asked, got) of each batch in the main
        process, and the time at which the last batch was done with. All times from the start.
    """
    workers = len(pace)
    free = [start_up] * workers
    fetches: list[Fetch] = []
    waits: list[Wait] = []
    asked = 0.0
    for batch, seconds in enumerate(batches):
        worker, room = batch % workers, batch - prefetch * workers
        ordered = waits[room][2] if room >= 0 else 0.0
        start = max(ordered, free[worker])
        free[worker] = start + seconds * pace[worker]
        got = max(asked, free[worker])
        fetches.append((worker, batch, start, free[worker]))
        waits.append((batch, asked, got))
        asked = got + training
    return fetches, waits, asked


def jittered(seconds: float, count: int, generator: torch.Generator) -> list[float]:
    """`count` times around `seconds`, each up to a fifth more or less."""
    return [float(time) for time in seconds * (0.8 + 0.4 * torch.rand(count, generator=generator))]
