"""Right answers to lesson 8 by other routes than the reference."""

from __future__ import annotations

import io
import random
import statistics
from itertools import groupby
from multiprocessing.reduction import ForkingPickler

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset, IterableDataset, get_worker_info


class TaggedByGetattr(Dataset):
    def __init__(self, dataset):
        self.inner = dataset

    def __getitem__(self, index):
        return (self.inner[index], getattr(get_worker_info(), "id", -1))

    def __len__(self):
        return len(self.inner)


def best_workers_in_a_loop(workers, seconds):
    middle = [sorted(row)[len(row) // 2] for row in seconds.tolist()]
    for number, time in zip(workers.tolist(), middle, strict=True):
        if time <= 1.1 * min(middle):
            return number
    raise AssertionError


def diagnose_with_arrays(fetches, waits, ended):
    table, asked = np.array(fetches), np.array(waits)
    waited = asked[:, 2] - asked[:, 1]
    if waited.sum() / (ended - asked[0, 1]) < 0.1:
        return "fine"
    if waited[0] / waited.sum() > 0.5:
        return "start-up"
    lasted = table[:, 3] - table[:, 2]
    middles = [np.median(lasted[table[:, 0] == who]) for who in set(table[:, 0])]
    if any(one > 3 * other for one in middles for other in middles):
        return "straggler"
    return "loading"


def diagnose_the_rest_against_the_first(fetches, waits, ended):
    begin = min(asked for _, asked, _ in waits)
    first, *rest = (got - asked for _, asked, got in waits)
    if 10 * (first + sum(rest)) < ended - begin:
        return "fine"
    if first > sum(rest):
        return "start-up"
    crew = {worker for worker, *_ in fetches}
    typical = sorted(statistics.median(e - s for w, _, s, e in fetches if w == who) for who in crew)
    return "straggler" if len(crew) > 1 and typical[-1] / typical[0] > 3 else "loading"


def epochs_by_stretches(photos, brightness, workers):
    epochs = []
    for level, same in groupby(brightness):
        photos.brightness = level
        stay = {"persistent_workers": True} if workers else {}
        loader = DataLoader(photos, 2, num_workers=workers, **stay)
        epochs += [list(loader) for _ in same]
    return epochs


def epochs_with_a_look_back(photos, brightness, workers):
    def new_loader():
        return DataLoader(
            photos, batch_size=2, num_workers=workers, persistent_workers=bool(workers)
        )

    result = []
    for number, level in enumerate(brightness):
        if number == 0 or brightness[number - 1] != level:
            setattr(photos, "brightness", level)  # noqa: B010
            loader = new_loader()
        result.append([batch for batch in loader])  # noqa: C416
    return result


def prefetch_by_recursion(batch, num_workers, budget):
    def weight(part):
        if isinstance(part, torch.Tensor):
            return part.numel() * part.element_size()
        if isinstance(part, dict):
            return sum(weight(inner) for inner in part.values())
        if isinstance(part, (list, tuple)):
            return sum(weight(inner) for inner in part)
        return 0

    factor = 0
    while (factor + 1) * num_workers * weight(batch) <= budget:
        factor += 1
    if not factor:
        raise ValueError("too little memory")
    return factor


def own_rng_from_torch_seed(worker_id):
    get_worker_info().dataset.rng = np.random.default_rng([worker_id, torch.initial_seed()])


def own_rng_from_python_random(worker_id):
    get_worker_info().dataset.rng = np.random.default_rng(random.getrandbits(64))


class StreamInStretches(IterableDataset):
    def __init__(self, values):
        super().__init__()
        self.values = values

    def __iter__(self):
        info = get_worker_info()
        if info is None:
            yield from self.values
            return
        size = -(-len(self.values) // info.num_workers)
        yield from self.values[info.id * size : (info.id + 1) * size]


class StreamByRemainder(IterableDataset):
    def __init__(self, values):
        self.values = values.tolist()

    def __iter__(self):
        info = get_worker_info()
        for place, value in enumerate(self.values):
            if info is None or place % info.num_workers == info.id:
                yield torch.tensor(value)


def share_by_divmod(worker_id):
    info = get_worker_info()
    start, end = info.dataset.start, info.dataset.end
    size, rest = divmod(end - start, info.num_workers)
    info.dataset.start = start + worker_id * size + min(worker_id, rest)
    info.dataset.end = info.dataset.start + size + (worker_id < rest)


def share_by_array_split(worker_id):
    info = get_worker_info()
    numbers = np.arange(info.dataset.start, info.dataset.end)
    mine = np.array_split(numbers, info.num_workers)[worker_id]
    info.dataset.start, info.dataset.end = int(mine[0]), int(mine[-1]) + 1


def put_where_they_belong(batches):
    batches = list(batches)
    count = sum(len(indices) for indices, _ in batches)
    first = batches[0][1]
    placed = torch.empty(count, *first.shape[1:], dtype=first.dtype)
    for indices, values in batches:
        placed[indices] = values
    return placed


def sorted_in_python(batches):
    rows = {
        int(index): row
        for indices, values in batches
        for index, row in zip(indices, values, strict=True)
    }
    return torch.stack([rows[index] for index in sorted(rows)])


def salvage_by_counting(loader):
    good, bad, iterator = [], [], iter(loader)
    for number in range(len(loader)):
        try:
            batch = next(iterator)
        except Exception as error:
            bad.append((number, error.__class__.__name__))
        else:
            good.append(batch)
    return good, bad


def read_batch_by_batch(dataset, batch_size, patience):
    def epoch(**options):
        batches = []
        for batch in DataLoader(dataset, batch_size=batch_size, **options):
            batches.append(batch)
        return batches

    late = False
    try:
        batches = epoch(num_workers=1, timeout=patience)
    except Exception as error:
        late = isinstance(error, RuntimeError) and "timed out after" in error.args[0]
        if not late:
            raise error
    return epoch(num_workers=0) if late else batches


def context_by_trying_each(num_workers, parts):
    def travels(part):
        try:
            ForkingPickler(io.BytesIO()).dump(part)
        except BaseException:
            return False
        return True

    if num_workers:
        return "spawn" if all(map(travels, parts)) else "fork"
    return None


class NewPhotoBatch:
    def __init__(self, images, labels, names):
        self.images = images
        self.labels = labels
        self.names = names

    def pin_memory(self):
        images = [one if one.is_pinned() else one.pin_memory() for one in self.images]
        return type(self)(images, torch.Tensor.contiguous(self.labels).pin_memory(), self.names)


class PhotoBatchInPlace:
    def __init__(self, images, labels, names):
        vars(self).update(images=list(images), labels=labels, names=names)

    def pin_memory(self):
        for place, image in enumerate(self.images):
            self.images[place] = image.pin_memory()
        self.labels = self.labels.pin_memory()
        return self


def verdict_by_table(options):
    given = {
        "batch_size": 1,
        "shuffle": False,
        "drop_last": False,
        "sampler": None,
        "batch_sampler": None,
        "num_workers": 0,
        "prefetch_factor": None,
        "persistent_workers": False,
        "timeout": 0,
        "multiprocessing_context": None,
    } | options
    workers, context = given["num_workers"], given["multiprocessing_context"]
    chooses = [bool(given["shuffle"]), given["sampler"] is not None]
    batched = given["batch_sampler"] is not None
    at_once = [
        workers < 0,
        given["timeout"] < 0,
        (given["prefetch_factor"] or 0) < 0,
        not workers and given["prefetch_factor"] is not None,
        not workers and given["persistent_workers"],
        not workers and context is not None,
        type(context) is str and context not in torch.multiprocessing.get_all_start_methods(),
        all(chooses),
        batched and any([*chooses, given["drop_last"], given["batch_size"] != 1]),
        given["batch_size"] == 0,
        given["batch_size"] is None and given["drop_last"],
        given["dataset"] == "iterable" and any([*chooses, batched]),
    ]
    if any(at_once):
        return "ValueError"
    if type(context) not in (type(None), str):
        return "TypeError"
    late = given["prefetch_factor"] == 0 or (workers == 0 < given["timeout"])
    return "AssertionError" if late else "valid"


ALTERNATIVES = {
    "WorkerTagged": [TaggedByGetattr],
    "best_workers": [best_workers_in_a_loop],
    "diagnose": [diagnose_with_arrays, diagnose_the_rest_against_the_first],
    "brightened_epochs": [epochs_by_stretches, epochs_with_a_look_back],
    "prefetch_that_fits": [prefetch_by_recursion],
    "give_own_rng": [own_rng_from_torch_seed, own_rng_from_python_random],
    "ShardedStream": [StreamInStretches, StreamByRemainder],
    "assign_share": [share_by_divmod, share_by_array_split],
    "in_dataset_order": [put_where_they_belong, sorted_in_python],
    "salvage": [salvage_by_counting],
    "read_anyway": [read_batch_by_batch],
    "context_for": [context_by_trying_each],
    "PhotoBatch": [NewPhotoBatch, PhotoBatchInPlace],
    "verdict_on": [verdict_by_table],
}
