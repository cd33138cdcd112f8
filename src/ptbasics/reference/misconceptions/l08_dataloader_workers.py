"""What goes wrong in lesson 8: the known wrong answers."""

# Wrong on purpose, and written as a student writes.
# mypy: disable-error-code="no-any-return,return-value,union-attr"

from __future__ import annotations

import pickle
import statistics
from collections.abc import Iterable, Iterator
from typing import Any, Self

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset, IterableDataset, get_worker_info

from ptbasics.exercise import misconception
from ptbasics.reference.l08_dataloader_workers import (
    PhotoBatch,
    ShardedStream,
    WorkerTagged,
    best_workers,
    brightened_epochs,
    context_for,
    diagnose,
    in_dataset_order,
    prefetch_that_fits,
    read_anyway,
    salvage,
    verdict_on,
)


@misconception("WorkerTagged", "asked too early")
class WorkerTaggedAskedTooEarly(Dataset):
    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset
        info = get_worker_info()
        self.worker = -1 if info is None else info.id

    def __len__(self) -> int:
        return len(self.dataset)  # type: ignore[arg-type]

    def __getitem__(self, index: int) -> tuple[Any, int]:
        return self.dataset[index], self.worker


@misconception("WorkerTagged", "main is 0")
class WorkerTaggedMainIs0(WorkerTagged):
    def __getitem__(self, index: int) -> tuple[Any, int]:
        info = get_worker_info()
        return self.dataset[index], info.id if info else 0


@misconception("WorkerTagged", "how many")
class WorkerTaggedHowMany(WorkerTagged):
    def __getitem__(self, index: int) -> tuple[Any, int]:
        info = get_worker_info()
        return self.dataset[index], info.num_workers if info else -1


@misconception("WorkerTagged", "no check")
class WorkerTaggedNoCheck(WorkerTagged):
    def __getitem__(self, index: int) -> tuple[Any, int]:
        return self.dataset[index], get_worker_info().id


@misconception("best_workers", "the very fastest")
def best_workers_fastest(workers: torch.Tensor, seconds: torch.Tensor) -> int:
    return workers[seconds.median(dim=1).values.argmin()].item()


@misconception("best_workers", "mean")
def best_workers_mean(workers: torch.Tensor, seconds: torch.Tensor) -> int:
    typical = seconds.mean(dim=1)
    return workers[typical <= 1.1 * typical.min()][0].item()


@misconception("best_workers", "only one")
def best_workers_only_one(workers: torch.Tensor, seconds: torch.Tensor) -> int:
    return best_workers(workers, seconds[:, :1])


@misconception("best_workers", "luckiest")
def best_workers_luckiest(workers: torch.Tensor, seconds: torch.Tensor) -> int:
    return best_workers(workers, seconds.min(dim=1, keepdim=True).values)


@misconception("best_workers", "most")
def best_workers_most(workers: torch.Tensor, seconds: torch.Tensor) -> int:
    typical = seconds.median(dim=1).values
    return workers[typical <= 1.1 * typical.min()][-1].item()


@misconception("best_workers", "place")
def best_workers_place(workers: torch.Tensor, seconds: torch.Tensor) -> int:
    typical = seconds.median(dim=1).values
    return (typical <= 1.1 * typical.min()).nonzero()[0].item()


@misconception("diagnose", "ended is a length")
def diagnose_ended_is_a_length(fetches: list, waits: list, ended: float) -> str:
    waited = sum(got - asked for _, asked, got in waits)
    return "fine" if waited < 0.1 * ended else diagnose(fetches, waits, ended)


@misconception("diagnose", "any waiting")
def diagnose_any_waiting(fetches: list, waits: list, ended: float) -> str:
    return diagnose(fetches, waits, waits[0][1])


@misconception("diagnose", "start ignored")
def diagnose_start_ignored(fetches: list, waits: list, ended: float) -> str:
    verdict = diagnose(fetches, waits, ended)
    return "loading" if verdict == "start-up" else verdict


@misconception("diagnose", "mean")
def diagnose_mean(fetches: list, waits: list, ended: float) -> str:
    verdict = diagnose(fetches, waits, ended)
    if verdict in ("fine", "start-up"):
        return verdict
    durations: dict[int, list[float]] = {}
    for worker, _, start, end in fetches:
        durations.setdefault(worker, []).append(end - start)
    typical = [sum(times) / len(times) for times in durations.values()]
    return "straggler" if max(typical) > 3 * min(typical) else "loading"


@misconception("diagnose", "single fetches")
def diagnose_single_fetches(fetches: list, waits: list, ended: float) -> str:
    verdict = diagnose(fetches, waits, ended)
    if verdict in ("fine", "start-up"):
        return verdict
    times = [end - start for _, _, start, end in fetches]
    return "straggler" if max(times) > 3 * min(times) else "loading"


@misconception("diagnose", "start against epoch")
def diagnose_start_against_epoch(fetches: list, waits: list, ended: float) -> str:
    verdict = diagnose(fetches, waits, ended)
    [_, asked, got] = waits[0]
    if verdict == "start-up" and got - asked <= (ended - asked) / 2:
        return _slowest(fetches)
    return verdict


def _slowest(fetches: list) -> str:
    """Rules 3 and 4 alone."""
    durations: dict[int, list[float]] = {}
    for worker, _, start, end in fetches:
        durations.setdefault(worker, []).append(end - start)
    typical = [statistics.median(times) for times in durations.values()]
    return "straggler" if max(typical) > 3 * min(typical) else "loading"


@misconception("diagnose", "who was waited for")
def diagnose_who_was_waited_for(fetches: list, waits: list, ended: float) -> str:
    verdict = diagnose(fetches, waits, ended)
    if verdict in ("fine", "start-up"):
        return verdict
    worker_of = {batch: worker for worker, batch, _, _ in fetches}
    waited = dict.fromkeys(worker_of.values(), 0.0)
    for batch, asked, got in waits:
        waited[worker_of[batch]] += got - asked
    return "straggler" if max(waited.values()) > 3 * min(waited.values()) else "loading"


@misconception("diagnose", "straggler first")
def diagnose_straggler_first(fetches: list, waits: list, ended: float) -> str:
    if _slowest(fetches) == "straggler":
        return "straggler"
    return diagnose(fetches, waits, ended)


def _sized(batch: Any, size: Any) -> int:
    if isinstance(batch, torch.Tensor):
        return size(batch)
    if isinstance(batch, dict):
        batch = list(batch.values())
    return sum(_sized(part, size) for part in batch) if isinstance(batch, list | tuple) else 0


@misconception("brightened_epochs", "old copies")
def brightened_epochs_old_copies(photos: Any, brightness: list[int], workers: int) -> list:
    loader: DataLoader = DataLoader(
        photos, batch_size=2, num_workers=workers, persistent_workers=workers > 0
    )
    epochs = []
    for level in brightness:
        photos.brightness = level
        epochs.append(list(loader))
    return epochs


@misconception("brightened_epochs", "always new")
def brightened_epochs_always_new(photos: Any, brightness: list[int], workers: int) -> list:
    loader: DataLoader = DataLoader(photos, batch_size=2, num_workers=workers)
    epochs = []
    for level in brightness:
        photos.brightness = level
        epochs.append(list(loader))
    return epochs


@misconception("brightened_epochs", "kept in a drawer")
def brightened_epochs_kept_in_a_drawer(photos: Any, brightness: list[int], workers: int) -> list:
    loaders: dict[int, DataLoader] = {}
    epochs = []
    for level in brightness:
        photos.brightness = level
        if level not in loaders:
            loaders[level] = DataLoader(
                photos, batch_size=2, num_workers=workers, persistent_workers=workers > 0
            )
        epochs.append(list(loaders[level]))
    return epochs


@misconception("brightened_epochs", "none to keep")
def brightened_epochs_none_to_keep(photos: Any, brightness: list[int], workers: int) -> list:
    DataLoader(photos, batch_size=2, num_workers=workers, persistent_workers=True)
    return brightened_epochs(photos, brightness, workers)


@misconception("prefetch_that_fits", "one worker")
def prefetch_that_fits_one_worker(batch: Any, num_workers: int, budget: int) -> int:
    return prefetch_that_fits(batch, 1, budget)


@misconception("prefetch_that_fits", "elements")
def prefetch_that_fits_elements(batch: Any, num_workers: int, budget: int) -> int:
    factor = budget // (_sized(batch, torch.numel) * num_workers)
    if factor < 1:
        raise ValueError
    return factor


@misconception("prefetch_that_fits", "one more")
def prefetch_that_fits_one_more(batch: Any, num_workers: int, budget: int) -> int:
    return -(-budget // (_sized(batch, lambda one: one.nbytes) * num_workers))


@misconception("prefetch_that_fits", "first tensor")
def prefetch_that_fits_first_tensor(batch: Any, num_workers: int, budget: int) -> int:
    if isinstance(batch, dict):
        batch = list(batch.values())
    if isinstance(batch, list):
        batch = batch[0]
    return prefetch_that_fits(batch, num_workers, budget)


@misconception("prefetch_that_fits", "one level")
def prefetch_that_fits_one_level(batch: Any, num_workers: int, budget: int) -> int:
    if isinstance(batch, dict):
        batch = list(batch.values())
    parts = batch if isinstance(batch, list | tuple) else [batch]
    tensors = [part for part in parts if isinstance(part, torch.Tensor)]
    return prefetch_that_fits(tensors, num_workers, budget)


@misconception("prefetch_that_fits", "at least 1")
def prefetch_that_fits_at_least_1(batch: Any, num_workers: int, budget: int) -> int:
    return max(1, prefetch_that_fits_no_factor(batch, num_workers, budget))


@misconception("prefetch_that_fits", "no factor")
def prefetch_that_fits_no_factor(batch: Any, num_workers: int, budget: int) -> int:
    return budget // (_sized(batch, lambda one: one.nbytes) * num_workers)


@misconception("give_own_rng", "one seed")
def give_own_rng_one_seed(worker_id: int) -> None:
    get_worker_info().dataset.rng = np.random.default_rng(42)


@misconception("give_own_rng", "worker number")
def give_own_rng_worker_number(worker_id: int) -> None:
    get_worker_info().dataset.rng = np.random.default_rng(1000 + worker_id)


@misconception("give_own_rng", "fresh")
def give_own_rng_fresh(worker_id: int) -> None:
    get_worker_info().dataset.rng = np.random.default_rng()


@misconception("give_own_rng", "global")
def give_own_rng_global(worker_id: int) -> None:
    np.random.seed(get_worker_info().seed % 2**32)


@misconception("give_own_rng", "old style")
def give_own_rng_old_style(worker_id: int) -> None:
    info = get_worker_info()
    info.dataset.rng = np.random.RandomState(info.seed % 2**32)


@misconception("ShardedStream", "whole")
class ShardedStreamWhole(ShardedStream):
    def __iter__(self) -> Iterator[torch.Tensor]:
        return iter(self.values)


@misconception("ShardedStream", "no main")
class ShardedStreamNoMain(ShardedStream):
    def __iter__(self) -> Iterator[torch.Tensor]:
        info = get_worker_info()
        return iter(self.values[info.id :: info.num_workers])


@misconception("ShardedStream", "worker 0 only")
class ShardedStreamWorker0(ShardedStream):
    def __iter__(self) -> Iterator[torch.Tensor]:
        info = get_worker_info()
        return iter(self.values if info is None or info.id == 0 else [])


@misconception("ShardedStream", "remainder lost")
class ShardedStreamRemainderLost(ShardedStream):
    def __iter__(self) -> Iterator[torch.Tensor]:
        info = get_worker_info()
        if info is None:
            return iter(self.values)
        size = len(self.values) // info.num_workers
        return iter(self.values[info.id * size : (info.id + 1) * size])


@misconception("ShardedStream", "by value")
class ShardedStreamByValue(ShardedStream):
    def __iter__(self) -> Iterator[torch.Tensor]:
        info = get_worker_info()
        for value in self.values:
            if info is None or int(value) % info.num_workers == info.id:
                yield value


@misconception("ShardedStream", "shrinking")
class ShardedStreamShrinking(ShardedStream):
    def __iter__(self) -> Iterator[torch.Tensor]:
        info = get_worker_info()
        if info is not None:
            self.values = self.values[info.id :: info.num_workers]
        return iter(self.values)


@misconception("ShardedStream", "one pass")
class ShardedStreamOnePass(IterableDataset):
    def __init__(self, values: torch.Tensor) -> None:
        self.values = iter(values)

    def __iter__(self) -> Iterator[torch.Tensor]:
        info = get_worker_info()
        for place, value in enumerate(self.values):
            if info is None or place % info.num_workers == info.id:
                yield value


@misconception("assign_share", "rounded up")
def assign_share_rounded_up(worker_id: int) -> None:
    info = get_worker_info()
    dataset = info.dataset
    size = -(-(dataset.end - dataset.start) // info.num_workers)
    dataset.start += worker_id * size
    dataset.end = min(dataset.start + size, dataset.end)


@misconception("assign_share", "rounded down")
def assign_share_rounded_down(worker_id: int) -> None:
    info = get_worker_info()
    dataset = info.dataset
    size = (dataset.end - dataset.start) // info.num_workers
    dataset.start += worker_id * size
    dataset.end = dataset.start + size


@misconception("assign_share", "own variables")
def assign_share_own_variables(worker_id: int) -> None:
    info = get_worker_info()
    count = info.dataset.end - info.dataset.start
    start = info.dataset.start + count * worker_id // info.num_workers
    end = info.dataset.start + count * (worker_id + 1) // info.num_workers
    assert start <= end


@misconception("assign_share", "from zero")
def assign_share_from_zero(worker_id: int) -> None:
    info = get_worker_info()
    dataset = info.dataset
    count = dataset.end - dataset.start
    dataset.start = count * worker_id // info.num_workers
    dataset.end = count * (worker_id + 1) // info.num_workers


@misconception("assign_share", "overwritten")
def assign_share_overwritten(worker_id: int) -> None:
    info = get_worker_info()
    dataset = info.dataset
    count = dataset.end - dataset.start
    dataset.start += count * worker_id // info.num_workers
    dataset.end = dataset.start + count * (worker_id + 1) // info.num_workers


@misconception("in_dataset_order", "as they come")
def in_dataset_order_as_they_come(batches: Iterable) -> torch.Tensor:
    return torch.cat([values for _, values in batches])


@misconception("in_dataset_order", "taken, not put")
def in_dataset_order_taken(batches: Iterable) -> torch.Tensor:
    indices, values = zip(*batches, strict=True)
    return torch.cat(values)[torch.cat(indices)]


@misconception("in_dataset_order", "by size")
def in_dataset_order_by_size(batches: Iterable) -> torch.Tensor:
    return torch.cat([values for _, values in batches]).sort(dim=0).values


@misconception("in_dataset_order", "twice")
def in_dataset_order_twice(batches: Iterable) -> torch.Tensor:
    list(batches)
    return in_dataset_order(batches)


@misconception("in_dataset_order", "within")
def in_dataset_order_within(batches: Iterable) -> torch.Tensor:
    return torch.cat([values[indices.argsort()] for indices, values in batches])


@misconception("salvage", "stops")
def salvage_stops(loader: DataLoader) -> tuple[list, list]:
    batches: list[Any] = []
    try:
        for batch in loader:
            batches.append(batch)
    except Exception as error:
        return batches, [(len(batches), type(error).__name__)]
    return batches, []


@misconception("salvage", "silent")
def salvage_silent(loader: DataLoader) -> tuple[list, list]:
    return salvage(loader)[0], []


@misconception("salvage", "same name")
def salvage_same_name(loader: DataLoader) -> tuple[list, list]:
    batches, failures = salvage(loader)
    return batches, [(number, "RuntimeError") for number, _ in failures]


@misconception("salvage", "good ones counted")
def salvage_good_ones_counted(loader: DataLoader) -> tuple[list, list]:
    batches, failures = salvage(loader)
    return batches, [(number - before, name) for before, (number, name) in enumerate(failures)]


@misconception("salvage", "end is a failure")
def salvage_end_is_a_failure(loader: DataLoader) -> tuple[list, list]:
    batches, failures = salvage(loader)
    return batches, [*failures, (len(batches) + len(failures), "StopIteration")]


@misconception("read_anyway", "endless patience")
def read_anyway_endless_patience(dataset: Dataset, batch_size: int, patience: float) -> list:
    return list(DataLoader(dataset, batch_size=batch_size, num_workers=1))


@misconception("read_anyway", "whatever")
def read_anyway_whatever(dataset: Dataset, batch_size: int, patience: float) -> list:
    try:
        return list(DataLoader(dataset, batch_size=batch_size, num_workers=1, timeout=patience))
    except RuntimeError:
        return list(DataLoader(dataset, batch_size=batch_size))


@misconception("read_anyway", "twice")
def read_anyway_twice(dataset: Dataset, batch_size: int, patience: float) -> list:
    whole = read_anyway(dataset, batch_size, patience)
    if not dataset.fetched_at_home:  # type: ignore[attr-defined]
        return whole
    return [*whole[: dataset.stuck_at // batch_size], *whole]  # type: ignore[attr-defined]


@misconception("read_anyway", "timeout again")
def read_anyway_timeout_again(dataset: Dataset, batch_size: int, patience: float) -> list:
    options: dict[str, Any] = {"batch_size": batch_size, "timeout": patience}
    try:
        return list(DataLoader(dataset, num_workers=1, **options))
    except RuntimeError as error:
        if "timed out" not in str(error):
            raise
    return list(DataLoader(dataset, **options))


@misconception("context_for", "always spawn")
def context_for_always_spawn(num_workers: int, parts: list[Any]) -> str | None:
    return "spawn" if num_workers else None


@misconception("context_for", "first part")
def context_for_first_part(num_workers: int, parts: list[Any]) -> str | None:
    return context_for(num_workers, parts[:1])


@misconception("context_for", "lambdas only")
def context_for_lambdas_only(num_workers: int, parts: list[Any]) -> str | None:
    if num_workers == 0:
        return None
    names = [getattr(part, "__name__", "") for part in parts]
    return "fork" if "<lambda>" in names else "spawn"


@misconception("context_for", "one kind of error")
def context_for_one_kind_of_error(num_workers: int, parts: list[Any]) -> str | None:
    if num_workers == 0:
        return None
    try:
        pickle.dumps(parts)
    except pickle.PicklingError:
        return "fork"
    return "spawn"


@misconception("context_for", "workers forgotten")
def context_for_workers_forgotten(num_workers: int, parts: list[Any]) -> str | None:
    return context_for(1, parts)


@misconception("PhotoBatch", "thrown away")
class PhotoBatchThrownAway(PhotoBatch):
    def pin_memory(self) -> Self:
        for image in self.images:
            image.pin_memory()
        self.labels.pin_memory()
        return self


@misconception("PhotoBatch", "labels only")
class PhotoBatchLabelsOnly(PhotoBatch):
    def pin_memory(self) -> Self:
        self.labels = self.labels.pin_memory()
        return self


@misconception("PhotoBatch", "images only")
class PhotoBatchImagesOnly(PhotoBatch):
    def pin_memory(self) -> Self:
        self.images = [image.pin_memory() for image in self.images]
        return self


@misconception("PhotoBatch", "nothing back")
class PhotoBatchNothingBack(PhotoBatch):
    def pin_memory(self) -> None:  # type: ignore[override]
        super().pin_memory()


@misconception("PhotoBatch", "a tuple")
class PhotoBatchTuple(PhotoBatch):
    def pin_memory(self) -> tuple:  # type: ignore[override]
        super().pin_memory()
        return self.images, self.labels, self.names


@misconception("verdict_on", "workers optional")
def verdict_on_workers_optional(options: dict[str, Any]) -> str:
    names = ("prefetch_factor", "persistent_workers", "multiprocessing_context")
    if options.get("num_workers", 0) == 0:
        options = {name: value for name, value in options.items() if name not in names}
    return verdict_on(options)


@misconception("verdict_on", "named is set")
def verdict_on_named_is_set(options: dict[str, Any]) -> str:
    if "sampler" in options and "shuffle" in options:
        return "ValueError"
    if "batch_sampler" in options and {"batch_size", "shuffle", "drop_last"} & set(options):
        return "ValueError"
    return verdict_on(options)


@misconception("verdict_on", "all at once")
def verdict_on_all_at_once(options: dict[str, Any]) -> str:
    return verdict_on(options).replace("AssertionError", "ValueError")


@misconception("verdict_on", "streams are lists")
def verdict_on_streams_are_lists(options: dict[str, Any]) -> str:
    return verdict_on(options | {"dataset": "map"})


@misconception("verdict_on", "no last batch")
def verdict_on_no_last_batch(options: dict[str, Any]) -> str:
    return verdict_on(options | {"drop_last": False})


@misconception("verdict_on", "type first")
def verdict_on_type_first(options: dict[str, Any]) -> str:
    if isinstance(options.get("multiprocessing_context"), int):
        return "TypeError"
    return verdict_on(options)


@misconception("verdict_on", "warnings")
def verdict_on_warnings(options: dict[str, Any]) -> str:
    if options.get("pin_memory") or options.get("num_workers", 0) > 8:
        return "ValueError"
    return verdict_on(options)
