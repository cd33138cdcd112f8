"""When workers fetch and when the main process waits: recorded from a real loader.

A loader of the watched dataset gives batches that carry timestamps with them, from whatever process
they come.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from torch.utils.data import (
    DataLoader,
    Dataset,
    IterableDataset,
    default_collate,
    default_convert,
    get_worker_info,
)


@dataclass(frozen=True)
class Recording:
    """What happened in one epoch. Times are in seconds from when the first epoch began.

    Attributes:
        fetches: `(worker, batch, start, end)` for each batch in the order in which the main process
            got them; worker -1 is the main process.
        waits: `(batch, asked, got)`: when the main process asked for a batch, and when it had it.
        ended: when the main process was done with the last batch.
        contents: for each batch, the indices of its items; places in a worker's stream where the
            dataset is iterable.
        inits: `(worker, start, end)` of each call of `worker_init_fn` in this epoch.
    """

    fetches: list[tuple[int, int, float, float]]
    waits: list[tuple[int, float, float]]
    ended: float
    contents: list[list[Any]]
    inits: list[tuple[int, float, float]] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """How long the epoch took."""
        return self.ended - (self.waits[0][1] if self.waits else self.ended)

    @property
    def waited(self) -> float:
        """For how much of it the main process waited."""
        return sum(got - asked for _, asked, got in self.waits)


def record(dataset: Dataset[Any], *, training: float = 0.0, **options: Any) -> Recording:
    """Iterate a `DataLoader(dataset, **options)` once, and write down when things happened.

    Args:
        dataset: a map-style or an iterable dataset.
        training: for how many seconds the main process is busy with each batch.
        options: of `DataLoader`. A `worker_init_fn` finds the dataset in
            `get_worker_info().dataset.dataset`.

    Raises:
        Exception: whatever the loader raises.
    """
    [recording] = record_epochs(1, dataset, training=training, **options)
    return recording


def record_epochs(
    count: int, dataset: Dataset[Any], *, training: float = 0.0, **options: Any
) -> list[Recording]:
    """The same for several epochs of one loader, one recording each."""
    watched = (_Stream if isinstance(dataset, IterableDataset) else _Items)(dataset)
    unbatched = "batch_size" in options and options["batch_size"] is None
    collate = options.pop("collate_fn", None) or (default_convert if unbatched else default_collate)
    if options.get("worker_init_fn") is not None:
        options["worker_init_fn"] = _Init(options["worker_init_fn"])
    loader = DataLoader(watched, collate_fn=_Collate(collate), **options)
    origin = time.monotonic()
    return [_epoch(loader, training, origin) for _ in range(count)]


def _epoch(loader: DataLoader[Any], training: float, origin: float) -> Recording:
    recording = Recording([], [], 0.0, [])
    asked = time.monotonic()  # starting workers is a part of waiting for the first batch
    batches = iter(loader)
    try:
        for number, fetched in enumerate(batches):
            got = time.monotonic()
            start, end = fetched.start - origin, fetched.end - origin
            recording.fetches.append((fetched.worker, number, start, end))
            recording.waits.append((number, asked - origin, got - origin))
            recording.contents.append(fetched.indices)
            if fetched.began is not None:
                began, ready = (moment - origin for moment in fetched.began)
                recording.inits.append((fetched.worker, began, ready))
            time.sleep(training)
            asked = time.monotonic()
    except Exception:
        # left to the collector, workers go only after five seconds: the error refers to them
        if loader.num_workers:
            batches._shutdown_workers()  # type: ignore[attr-defined]
        raise
    return replace(recording, ended=asked - origin)


class _Item(NamedTuple):
    """An item on its way to `collate_fn`, with where it comes from and when it was fetched."""

    index: Any
    value: Any
    start: float
    end: float


class _Fetched(NamedTuple):
    """A batch, with who fetched it and when."""

    batch: Any
    worker: int
    start: float
    end: float
    indices: list[Any]
    began: tuple[float, float] | None


class _Init:
    """A `worker_init_fn` that leaves its timestamps for the worker's first batch to take along."""

    times: tuple[float, float] | None = None

    def __init__(self, function: Callable[[int], None]) -> None:
        self.function = function

    def __call__(self, worker_id: int) -> None:
        start = time.monotonic()
        self.function(worker_id)
        _Init.times = start, time.monotonic()

    @classmethod
    def taken(cls) -> tuple[float, float] | None:
        """When this process ran its `worker_init_fn`, the first time that somebody asks."""
        times, cls.times = cls.times, None
        return times


class _Items(Dataset[_Item]):
    """A map-style dataset under observation."""

    def __init__(self, dataset: Any) -> None:
        self.dataset = dataset

    def __len__(self) -> int:
        return len(self.dataset)

    def __getitem__(self, index: Any) -> _Item:
        start = time.monotonic()
        return _Item(index, self.dataset[index], start, time.monotonic())

    def __getitems__(self, indices: list[Any]) -> list[_Item]:
        if not hasattr(self.dataset, "__getitems__"):
            return [self[index] for index in indices]
        start = time.monotonic()
        values = self.dataset.__getitems__(indices)
        end = time.monotonic()
        return [_Item(*pair, start, end) for pair in zip(indices, values, strict=True)]


class _Stream(IterableDataset[_Item]):
    """An iterable dataset under observation."""

    def __init__(self, dataset: Any) -> None:
        self.dataset = dataset

    def __iter__(self) -> Iterator[_Item]:
        start = time.monotonic()
        for place, value in enumerate(self.dataset):
            yield _Item(place, value, start, time.monotonic())
            start = time.monotonic()


class _Collate:
    """A `collate_fn` that keeps the timestamps of what it puts together."""

    def __init__(self, collate: Callable[[Any], Any]) -> None:
        self.collate = collate

    def __call__(self, fetched: _Item | list[_Item]) -> _Fetched:
        items = [fetched] if isinstance(fetched, _Item) else fetched
        values = [item.value for item in items]
        batch = self.collate(values[0] if isinstance(fetched, _Item) else values)
        info = get_worker_info()
        return _Fetched(
            batch,
            -1 if info is None else info.id,
            items[0].start,
            time.monotonic(),
            [item.index for item in items],
            _Init.taken(),
        )
