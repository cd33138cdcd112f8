"""Datasets and loaders on which the exercises about workers are observed."""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from operator import itemgetter
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, IterableDataset, get_worker_info

from ptbasics.forking import fork_context

#: Seconds after which a loader gives up on a worker that hangs.
PATIENCE = 20


@contextmanager
def forked_loader(dataset: Dataset[Any], workers: int, **options: Any) -> Iterator[_Remembering]:
    """A loader whose workers, if any, are forked: they know the classes of a notebook.

    The workers of every epoch are gone at the end, also of one that was left or that failed: an
    iterator may live on in the traceback of its error.
    """
    if workers:
        options |= {"multiprocessing_context": fork_context(), "timeout": PATIENCE}
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


@contextmanager
def forking() -> Iterator[None]:
    """Loaders that a submission makes in here fork their workers, which are gone at the end.

    An iterator that nobody wants any more may live on in a circle with its error. Workers that
    are started later would inherit it, and complain.
    """
    fork = fork_context().get_start_method()
    method, plain = multiprocessing.get_start_method(allow_none=True), DataLoader.__iter__
    epochs: list[Any] = []

    def remembering(loader: DataLoader[Any]) -> Any:
        epochs.append(plain(loader))
        return epochs[-1]

    multiprocessing.set_start_method(fork, force=True)
    DataLoader.__iter__ = remembering  # type: ignore[method-assign]
    try:
        yield
    finally:
        DataLoader.__iter__ = plain  # type: ignore[method-assign]
        multiprocessing.set_start_method(method, force=True)
        for epoch in epochs:
            if hasattr(epoch, "_shutdown_workers"):
                epoch._shutdown_workers()


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
    """Rows with their indices, of which row 0 comes only after the last row has been fetched.

    So it is in every epoch: whoever has waited takes the signal down again.
    """

    def __init__(self, rows: Tensor) -> None:
        self.rows = rows
        self.last_is_fetched = fork_context().Event()

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: int) -> tuple[int, Tensor]:
        if index == len(self) - 1:
            self.last_is_fetched.set()
        if index == 0:
            self.last_is_fetched.wait(PATIENCE / 2)
            self.last_is_fetched.clear()
            time.sleep(0.1)  # the batch of the last row has to be collated and sent, too
        return index, self.rows[index]


class NoisyPhotos(Dataset[int]):
    """Whole numbers with noise, from a generator that was made before the workers were.

    It is drawn with `integers`, which only a `numpy.random.Generator` has.

    Attributes:
        loudest: the noise lies below it.
    """

    loudest = 1000

    def __init__(self, photos: Tensor) -> None:
        self.photos = photos
        self.rng = np.random.default_rng(987_654_321)  # no number that somebody would choose

    def __len__(self) -> int:
        return len(self.photos)

    def __getitem__(self, index: int) -> int:
        return int(self.photos[index]) + int(self.rng.integers(self.loudest))


class Bright(Values):
    """Numbers times a brightness that may be changed, each with the process that fetched it."""

    def __init__(self, values: Tensor) -> None:
        super().__init__(values)
        self.brightness = 1

    def __getitem__(self, index: int) -> tuple[float, int]:  # type: ignore[override]
        return super().__getitem__(index) * self.brightness, os.getpid()


class Stuck(Values):
    """Numbers, of which a worker does not get past one, and another can be had by nobody.

    Attributes:
        fetched_at_home: how many items the main process has asked for.
    """

    seconds = 1.2  # for a timeout of a fraction of a second, this is for ever

    def __init__(self, values: Tensor, stuck_at: int | None, broken: int | None) -> None:
        super().__init__(values)
        self.stuck_at, self.broken = stuck_at, broken
        self.fetched_at_home = 0

    def __getitem__(self, index: int) -> float:
        if get_worker_info() is None:
            self.fetched_at_home += 1
        elif index == self.stuck_at:
            time.sleep(self.seconds)
        if index == self.broken:
            raise RuntimeError(f"photo {index} cannot be read")
        return super().__getitem__(index)


class PretendPinned(Tensor):
    """A tensor that says it is pinned once it has been, on machines that cannot pin, too."""

    pinned = False

    def pin_memory(self, _device: Any = None) -> PretendPinned:
        """A pinned copy; this tensor stays as it is."""
        copy = self.clone().as_subclass(PretendPinned)
        copy.pinned = True
        return copy

    def is_pinned(self, _device: Any = None) -> bool:
        """Whether this is such a copy."""
        return self.pinned


class _Holding:
    """A dataset, a function or whatever else, with something in its attributes."""

    def __init__(self, held: Any) -> None:
        self.held = held


def part_of_a_loader(name: str) -> Any:
    """What could be given to a loader, by a name that can be sent.

    Raises:
        KeyError: there is none of that name.
    """
    within = lambda items: items  # noqa: E731  it is about functions without a name

    def inner(items: list[Any]) -> list[Any]:
        return items

    made = {
        "a dataset": lambda: Values(torch.arange(3.0)),
        "a function of a module": lambda: with_worker,
        "a function with a part filled in": lambda: partial(part_of_a_loader, "a dataset"),
        "an object that can be called": lambda: itemgetter(0),
        "nothing": lambda: None,
        "a lambda": lambda: within,
        "a function in a function": lambda: inner,
        "a dataset with a lambda in it": lambda: _Holding([within]),
        "a dataset with a lock in it": lambda: _Holding({"lock": threading.Lock()}),
        "a dataset with a module in it": lambda: _Holding(np),
        "a generator": lambda: (number for number in range(3)),
    }
    return made[name]()


#: Parts that a spawned worker can be sent, and others that it cannot.
SENDABLE = (
    "a dataset",
    "a function of a module",
    "a function with a part filled in",
    "an object that can be called",
    "nothing",
)
UNSENDABLE = (
    "a lambda",
    "a function in a function",
    "a dataset with a lambda in it",
    "a dataset with a lock in it",
    "a dataset with a module in it",
    "a generator",
)


class Stretch(IterableDataset[int]):
    """The whole numbers from `start` up to, not including, `end`."""

    def __init__(self, start: int, end: int) -> None:
        self.start, self.end = start, end

    def __iter__(self) -> Iterator[int]:
        return iter(range(self.start, self.end))
