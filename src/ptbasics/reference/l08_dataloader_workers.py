"""Answers to lesson 8: the workers of a DataLoader."""

# Written as a student writes: without what only a type checker needs.
# mypy: disable-error-code="return-value,union-attr,attr-defined"

from __future__ import annotations

import pickle
import statistics
from collections.abc import Iterable, Iterator
from typing import Any, Self

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset, IterableDataset, get_worker_info


class WorkerTagged(Dataset):
    """Another map-style dataset, whose items come with the number of the worker at work.

    An item is the tuple `(item of the other dataset, worker)`. `worker` is an int: the number of
    the worker process that fetches the item, or -1 where it is fetched in the main process.
    """

    def __init__(self, dataset: Dataset) -> None:
        """Keep the other dataset."""
        self.dataset = dataset

    def __len__(self) -> int:
        """As many items as the other dataset has."""
        return len(self.dataset)  # type: ignore[arg-type]

    def __getitem__(self, index: int) -> tuple[Any, int]:
        """The tuple (item, worker)."""
        info = get_worker_info()
        worker = -1 if info is None else info.id
        return self.dataset[index], worker


def best_workers(workers: torch.Tensor, seconds: torch.Tensor) -> int:
    """The smallest number of workers that is about as fast as the best.

    Args:
        workers: int64 tensor of shape (W,): numbers of workers, ascending.
        seconds: float tensor of shape (W, R): how long an epoch took with each of them, measured
            R times, R odd. Some measurements may have been disturbed.

    Returns:
        The first of `workers` whose median time is at most 1.1 times the smallest median, as an
        int.
    """
    typical = seconds.median(dim=1).values
    enough = typical <= 1.1 * typical.min()
    return workers[enough].min().item()


def diagnose(
    fetches: list[tuple[int, int, float, float]],
    waits: list[tuple[int, float, float]],
    ended: float,
) -> str:
    """What slows an epoch down, from its timestamps. The first of these rules that holds:

    1. "fine": the main process waited for less than a tenth of the epoch.
    2. "start-up": more than half of all waiting was for the first batch.
    3. "straggler": there are several workers, and the median duration of one worker's fetches is
       more than 3 times that of another's.
    4. "loading": otherwise; workers, all alike, are too slow.

    Args:
        fetches: one `(worker, batch, start, end)` for each batch: who fetched it, and when.
        waits: one `(batch, asked, got)` for each batch, in order: when the main process asked for
            it and when it had it.
        ended: when the last batch was done with. The epoch began when batch 0 was asked for.

    Returns:
        "fine", "start-up", "straggler" or "loading". All times are what a clock showed, in
        seconds; when the epoch began, it did not show 0.
    """
    waited = [got - asked for _, asked, got in waits]
    if sum(waited) < 0.1 * (ended - waits[0][1]):
        return "fine"
    if waited[0] > sum(waited) / 2:
        return "start-up"
    durations: dict[int, list[float]] = {}
    for worker, _, start, end in fetches:
        durations.setdefault(worker, []).append(end - start)
    typical = [statistics.median(times) for times in durations.values()]
    return "straggler" if max(typical) > 3 * min(typical) else "loading"


def brightened_epochs(photos: Dataset, brightness: list[int], workers: int) -> list[list[Any]]:
    """An epoch for each brightness, by workers that stay for as long as it stays the same.

    Before an epoch begins, `photos.brightness` is set, and every item of the epoch is fetched with
    it. An epoch that is as bright as the one before is fetched by the same workers, which takes
    `persistent_workers`; where the brightness changes, new workers start and the old ones go.

    Args:
        photos: a map-style dataset. Its items depend on its attribute `brightness`, an int.
        brightness: that of each epoch in turn.
        workers: the `num_workers` of a loader; may be 0.

    Returns:
        For each epoch, the list of its batches, of two items each and in the dataset's order.
    """
    epochs = []
    loader = None
    for level in brightness:
        if loader is None or level != photos.brightness:
            photos.brightness = level
            loader = DataLoader(
                photos, batch_size=2, num_workers=workers, persistent_workers=workers > 0
            )
        epochs.append(list(loader))
    return epochs


def prefetch_that_fits(batch: Any, num_workers: int, budget: int) -> int:
    """The largest `prefetch_factor` with which all batches that wait fit into memory.

    Args:
        batch: what the loader yields: a tensor, or tensors in lists, tuples and dicts, in each
            other as deep as you like. Whatever else lies in there weighs nothing.
        num_workers: how many workers there are, at least 1.
        budget: how many bytes all waiting batches may take together, each as large as `batch`.

    Returns:
        The largest int that does not exceed the budget.

    Raises:
        ValueError: not even a factor of 1 fits.
    """
    parts, size = [batch], 0
    while parts:
        part = parts.pop()
        if isinstance(part, torch.Tensor):
            size += part.nbytes
        elif isinstance(part, dict):
            parts += part.values()
        elif isinstance(part, list | tuple):
            parts += part
    factor = budget // (size * num_workers)
    if factor < 1:
        raise ValueError(f"a batch of {size} bytes for each worker does not fit into {budget}")
    return factor


def give_own_rng(worker_id: int) -> None:
    """A `worker_init_fn`: give this worker's dataset a NumPy generator of its own, as `rng`.

    The dataset has an attribute `rng`, a `numpy.random.Generator` that was made in the main
    process; here it is replaced. The numbers that come out of it must be others in each worker and
    in each epoch, and the same again whenever the loader gets a `generator` with the same seed.

    Args:
        worker_id: the number of this worker; torch hands it over.
    """
    info = get_worker_info()
    info.dataset.rng = np.random.default_rng(info.seed)


class ShardedStream(IterableDataset):
    """The numbers of a tensor as a stream that workers share.

    Whatever the number of workers, each number comes exactly once an epoch, in any order, and the
    numbers are spread over the workers. Without workers, all of them come, in their order.
    """

    def __init__(self, values: torch.Tensor) -> None:
        """Keep the numbers, a tensor of shape (N,)."""
        self.values = values

    def __iter__(self) -> Iterator[torch.Tensor]:
        """The share of the process that asks, as tensors without dimensions."""
        info = get_worker_info()
        first, step = (0, 1) if info is None else (info.id, info.num_workers)
        return iter(self.values[first::step])


def assign_share(worker_id: int) -> None:
    """A `worker_init_fn`: leave this worker's dataset nothing but its share of a range.

    The dataset is a stream of the whole numbers from `dataset.start` up to, not including,
    `dataset.end`. Change both, in this worker's copy, so that all workers together go through the
    range once. Each share has no gaps, and the sizes of any two shares differ by 1 at most.

    Args:
        worker_id: the number of this worker; torch hands it over.
    """
    info = get_worker_info()
    dataset = info.dataset
    start, count = dataset.start, dataset.end - dataset.start
    dataset.start = start + count * worker_id // info.num_workers
    dataset.end = start + count * (worker_id + 1) // info.num_workers


def in_dataset_order(batches: Iterable[tuple[torch.Tensor, torch.Tensor]]) -> torch.Tensor:
    """All values of an epoch in the order of the dataset, in whichever order batches come.

    Args:
        batches: a loader, or a list, of pairs `(indices, values)`: an int64 tensor of shape (B,)
            with the places of these items in the dataset, and a tensor of shape (B, ...) with
            what belongs to them. Each index from 0 to N - 1 comes once.

    Returns:
        Tensor of shape (N, ...), the dtype of the values: row i belongs to index i.

    `batches` is iterated once: a second epoch may come in another order.
    """
    indices, values = zip(*batches, strict=True)
    order = torch.cat(indices).argsort()
    return torch.cat(values)[order]


def salvage(loader: DataLoader) -> tuple[list[Any], list[tuple[int, str]]]:
    """All batches of an epoch that can be had, and what is the matter with the others.

    Args:
        loader: a DataLoader over a map-style dataset, with or without workers. Some of its items
            raise an exception, and with it the batch that they belong to. Iterate it once.

    Returns:
        The good batches in order, and a list of failures, each `(number, name)`: the number of
        the failed batch, where the first batch that is asked for has number 0, and the name of
        the exception's class, such as "OSError".
    """
    batches: list[Any] = []
    failures: list[tuple[int, str]] = []
    waiting = iter(loader)
    while True:
        try:
            batches.append(next(waiting))
        except StopIteration:
            return batches, failures
        except Exception as error:
            failures.append((len(batches) + len(failures), type(error).__name__))


def read_anyway(dataset: Dataset, batch_size: int, patience: float) -> list[Any]:
    """All batches of an epoch, also if the worker gets stuck.

    The first attempt is made with one worker, which may take `patience` seconds for a batch at
    most. If it takes longer, the whole epoch is read anew without workers, for as long as it takes.

    Args:
        dataset: a map-style dataset; a worker may get stuck in it.
        batch_size: how many items a batch has.
        patience: the `timeout` of the first attempt, in seconds.

    Returns:
        The batches of one epoch in order, each once.

    Raises:
        Exception: whatever an item raises, of either attempt. A worker that is late is no error.
    """
    try:
        return list(DataLoader(dataset, batch_size=batch_size, num_workers=1, timeout=patience))
    except RuntimeError as error:
        if "timed out" not in str(error):
            raise
    return list(DataLoader(dataset, batch_size=batch_size))


def context_for(num_workers: int, parts: list[Any]) -> str | None:
    """The `multiprocessing_context` for a loader with these parts: "spawn" wherever it can work.

    Args:
        num_workers: of the loader.
        parts: all that its workers need: the dataset, `collate_fn`, `worker_init_fn`.

    Returns:
        None where there are no workers. Otherwise "spawn", if all parts can be turned into bytes
        with pickle, and "fork", if one of them cannot.
    """
    if num_workers == 0:
        return None
    try:
        pickle.dumps(parts)
    except Exception:  # PicklingError, AttributeError, TypeError, or what a part raises by itself
        return "fork"
    return "spawn"


class PhotoBatch:
    """A batch of photos of unequal sizes, which a loader can pin.

    Attributes:
        images: list of B tensors, each of shape (3, H, W) with an H and W of its own.
        labels: int64 tensor of shape (B,).
        names: list of B strings.
    """

    def __init__(self, images: list[torch.Tensor], labels: torch.Tensor, names: list[str]) -> None:
        """Keep all three."""
        self.images, self.labels, self.names = images, labels, names

    def pin_memory(self) -> Self:
        """A batch with the same contents, all of whose tensors are pinned.

        A loader with `pin_memory=True` calls this, and yields what it returns. That may be another
        batch or this one.
        """
        self.images = [image.pin_memory() for image in self.images]
        self.labels = self.labels.pin_memory()
        return self


def verdict_on(options: dict[str, Any]) -> str:
    """What becomes of a DataLoader with these options, when it is made and then iterated.

    Args:
        options: names and values as they would be given to `DataLoader`; what is missing has its
            default. Instead of a dataset, `options["dataset"]` is "map" for a map-style dataset
            with three items, or "iterable" for an iterable one. Samplers are lists of indices,
            batch samplers lists of lists. Numbers are ints; True and False are given only where a
            bool belongs.

    Returns:
        "valid", or the name of the exception: "ValueError", "TypeError" or "AssertionError".
        What is raised as soon as the loader is made comes before what iterating it would raise.
        Where there are no workers, that is noticed before the type of a context is.
    """
    workers = options.get("num_workers", 0)
    timeout = options.get("timeout", 0)
    ahead = options.get("prefetch_factor")
    context = options.get("multiprocessing_context")
    size = options.get("batch_size", 1)
    shuffle, drop_last = options.get("shuffle"), options.get("drop_last", False)
    sampler, batch_sampler = options.get("sampler"), options.get("batch_sampler")
    if workers < 0 or timeout < 0 or (ahead is not None and ahead < 0):
        return "ValueError"
    needs_workers = ahead is not None or options.get("persistent_workers") or context is not None
    if workers == 0 and needs_workers:
        return "ValueError"
    if isinstance(context, str) and context not in ("fork", "spawn", "forkserver"):
        return "ValueError"
    if shuffle and sampler is not None:
        return "ValueError"
    if batch_sampler is not None and (size != 1 or shuffle or sampler is not None or drop_last):
        return "ValueError"
    if size == 0 or (size is None and drop_last):
        return "ValueError"
    if options["dataset"] == "iterable" and (shuffle or sampler or batch_sampler):
        return "ValueError"
    if context is not None and not isinstance(context, str):
        return "TypeError"
    if (workers == 0 and timeout > 0) or ahead == 0:
        return "AssertionError"
    return "valid"
