"""Exercises of lesson 8: the workers of a DataLoader."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._legality import legality_groups, spelled
from ptbasics.exercises._workers import (
    PATIENCE,
    SENDABLE,
    UNSENDABLE,
    Bright,
    Broken,
    Fetch,
    NoisyPhotos,
    PretendPinned,
    SlowStart,
    Stretch,
    Stuck,
    Values,
    Wait,
    forked_loader,
    forking,
    jittered,
    part_of_a_loader,
    simulated_epoch,
    training_for,
    with_worker,
)

#: Exercise → the options of `DataLoader` that it is about.
TEACHES: dict[str, tuple[str, ...]] = {
    "WorkerTagged": ("num_workers",),
    "best_workers": ("num_workers",),
    "brightened_epochs": ("persistent_workers", "num_workers"),
    "prefetch_that_fits": ("prefetch_factor", "num_workers"),
    "give_own_rng": ("worker_init_fn", "generator"),
    "assign_share": ("worker_init_fn",),
    "in_dataset_order": ("in_order",),
    "read_anyway": ("timeout",),
    "context_for": ("multiprocessing_context", "num_workers"),
    "PhotoBatch": ("pin_memory",),
    "verdict_on": (
        "batch_size",
        "shuffle",
        "sampler",
        "batch_sampler",
        "drop_last",
        "num_workers",
        "timeout",
        "multiprocessing_context",
        "prefetch_factor",
        "persistent_workers",
        "pin_memory",
        "pin_memory_device",
        "in_order",
    ),
}
_SECONDS = 30.0  # workers start slowly on a machine that is busy


def _numbers(count: int, generator: torch.Generator) -> Tensor:
    """Whole numbers, no two of them equal."""
    return torch.randperm(90, generator=generator)[:count].float()


def _between(low: int, high: int, generator: torch.Generator) -> int:
    return int(torch.randint(low, high + 1, (), generator=generator))


def _mixed(generator: torch.Generator, count: int, *kinds: Callable[[], Any]) -> list[Any]:
    """`count` things, at least one of each kind, in an order that is drawn.

    Where an answer is one of a few, a case asks for several: a list of answers is hard to guess.
    """
    more = torch.randint(len(kinds), (count - len(kinds),), generator=generator)
    made = [kinds[number]() for number in (*range(len(kinds)), *more.tolist())]
    return [made[place] for place in torch.randperm(count, generator=generator).tolist()]


def worker_tagged_cases(generator: torch.Generator) -> list[Case]:
    return [
        Case("no workers", (_numbers(5, generator), 0)),
        Case("one worker", (_numbers(4, generator), 1)),
        Case("two workers, an odd number of batches", (_numbers(10, generator), 2)),
        Case("three workers", (_numbers(_between(8, 12, generator), generator), 3)),
    ]


@exercise(
    title="Who fetched it?",
    points=2,
    difficulty=1,
    minutes=8,
    hint="`get_worker_info()` answers for the process that calls it. So which method of the "
    "dataset has to ask, and what does it answer where there is no worker?",
    cases=worker_tagged_cases,
    misconceptions={
        "asked too early": "The question was asked in `__init__`, which runs once, in the main "
        "process. Only items are fetched in workers.",
        "main is 0": "The first worker has number 0. The main process is none of them: -1.",
        "how many": "This is how many workers there are; the statement asks for the number of the "
        "one that is at work.",
        "no check": "Without workers, `get_worker_info()` gives None, which has no number. Handle "
        "that first.",
    },
    seconds=_SECONDS,
)
def WorkerTagged(implementation: Implementation, values: Tensor, workers: int) -> Any:
    dataset = implementation(Values(values))
    with forked_loader(dataset, workers, batch_size=2, collate_fn=list) as loader:
        return {"length": len(dataset), "batches": list(loader)}


def best_workers_cases(generator: torch.Generator) -> list[Case]:
    def measured(*curve: float, disturbed: int = 0, at: int = 0, by: float = 1) -> Any:
        numbers = torch.randperm(16, generator=generator)[: len(curve) - 1].sort().values
        scale = 100 + 100 * torch.rand((), generator=generator)
        noise = 1 + 0.01 * torch.rand(len(curve), 3, generator=generator)
        seconds = scale * torch.tensor(curve)[:, None] * noise
        seconds[disturbed, at] *= by
        return torch.tensor([0, *(1 + numbers)]), seconds.round()

    def two(name: str, *kinds: Callable[[], Any]) -> Case:
        return Case(name, (_mixed(generator, 2, *kinds),))

    def later(*curve: float, disturbed: int, by: float) -> Any:
        return measured(*curve, disturbed=disturbed, at=_between(1, 2, generator), by=by)

    less_than_a_tenth = partial(measured, 4.0, 2.16, 2.0, 2.05)
    more_than_a_tenth = partial(measured, 4.0, 2.24, 2.0, 2.03)
    return [
        two(
            "workers help, or only cost",
            partial(measured, 4.0, 3.6, 1.9, 1.0),
            partial(measured, 0.1, 0.6, 0.7, 0.9),
        ),
        two("less than a tenth from the best", less_than_a_tenth),
        two("less than a tenth, or more", less_than_a_tenth, more_than_a_tenth),
        two(
            "the first measurement was disturbed",
            partial(measured, 4.0, 2.1, 1.2, 1.6, disturbed=2, by=4),
        ),
        two("a later one was disturbed", partial(later, 3.0, 1.5, 1.46, 2.2, disturbed=1, by=4)),
        two("one was far too fast", partial(later, 4.0, 3.9, 2.1, 1.2, disturbed=1, by=0.2)),
    ]


@exercise(
    title="How many workers pay?",
    points=2,
    difficulty=1,
    minutes=8,
    hint="First one number for each row: the middle one of its measurements. Then find all rows "
    "that are fast *enough*. `workers` ascends, so which of them do you want?",
    cases=best_workers_cases,
    misconceptions={
        "the very fastest": "A percent or two faster is not worth twice the processes. Take the "
        "smallest number of workers that comes within a tenth of the best.",
        "mean": "One disturbed measurement moved the mean. The median does not care.",
        "only one": "One measurement of each row was looked at, and just that one had been "
        "disturbed. That is why there are several.",
        "luckiest": "The smallest time of a row is its luckiest, and once it was far too small to "
        "be true. What is *typical* of the row?",
        "most": "Of all that are fast enough, this is the largest number; take the smallest.",
        "place": "This is the place in the table, not the number of workers that stands there.",
    },
)
def best_workers(
    implementation: Implementation, measurements: list[tuple[Tensor, Tensor]]
) -> list[Any]:
    return [implementation(workers, seconds) for workers, seconds in measurements]


def diagnose_cases(generator: torch.Generator) -> list[Case]:
    def began() -> float:
        return 20 + 80 * torch.rand((), generator=generator).item()  # no clock starts at 0

    def epoch(each: float, *pace: float, enormous: int = 0, **more: Any) -> Any:
        batches = jittered(each, 24, generator)
        first = 2 * _between(3, 5, generator)
        for batch in range(first, first + 7 * enormous, 7):  # an even one, then an odd one
            batches[batch] = 1.2
        return simulated_epoch(batches, pace, began=began(), **more)

    def waiting(share: float) -> Any:
        batches = jittered(0.05, 24, generator)
        training = training_for(share, batches, [1])
        return simulated_epoch(batches, [1], began=began(), training=training)

    def several(name: str, *kinds: Callable[[], Any]) -> Case:
        return Case(name, (_mixed(generator, _between(5, 8, generator), *kinds),))

    slow_items = partial(epoch, 0.08, 1, 1, training=0.005)
    slow_start = partial(epoch, 0.002, 1, 1, training=0.01, start_up=0.15)
    very_slow_start = partial(epoch, 0.002, 1, 1, training=0.01, start_up=1.5)
    slow_disk = partial(epoch, 0.04, 4, 2, 1, training=0.004)
    slower_disk = partial(epoch, 0.04, 1, 2.5, training=0.004)
    unnoticed_disk = partial(epoch, 0.004, 1, 6, training=0.05)
    one_enormous = partial(epoch, 0.03, 1, 1, enormous=1, training=0.004)
    two_enormous = partial(epoch, 0.03, 1, 1, enormous=2, training=0.004)
    return [
        several(
            "waiting 8 % of the epoch, or 12 %", partial(waiting, 0.08), partial(waiting, 0.12)
        ),
        several("slow items, or workers that start slowly", slow_items, slow_start),
        several("slow items, or workers that start very slowly", slow_items, very_slow_start),
        several("one worker much slower than another, or not so much", slow_disk, slower_disk),
        several("a slow disk, or one that nobody notices", slow_disk, unnoticed_disk),
        several("one enormous photo, or a slow disk", one_enormous, slow_disk),
        several("two enormous photos, or a slow disk", two_enormous, slow_disk),
    ]


@exercise(
    title="Why is this loader slow?",
    points=4,
    difficulty=3,
    minutes=20,
    hint="Go through the four rules in their order and return as soon as one holds. For the third, "
    "collect the durations of each worker's fetches in a dict; `statistics.median` or "
    "`torch.median` gives the middle one.",
    cases=diagnose_cases,
    misconceptions={
        "ended is a length": "`ended` is what the clock showed at the end. How *long* the epoch "
        "took depends on when it began, too, and no clock starts at 0.",
        "any waiting": "The main process waits a little in every epoch, at the latest for the "
        "first batch. Below a tenth of the time, that is no problem.",
        "start ignored": "Nearly all of the waiting was for the very first batch: the workers "
        "were starting. Faster items would not help.",
        "mean": "One enormous item makes the *mean* of its worker large, while the worker is as "
        "fast as any. The median tells the two apart.",
        "single fetches": "A single fetch may be slow or quick by chance. First one number for "
        "each worker, the middle one of its fetches; then compare workers.",
        "start against epoch": "The first wait is to be compared with *all waiting*, not with the "
        "whole epoch.",
        "who was waited for": "Waiting for a worker does not make it the slow one: with two equal "
        "workers, the second is done as well by the time the first one is. Compare fetches.",
        "straggler first": "One worker is slow here, and yet the main process hardly waits. The "
        "rules have an order: what costs no time needs no cure.",
    },
)
def diagnose(
    implementation: Implementation, epochs: list[tuple[list[Fetch], list[Wait], float]]
) -> list[Any]:
    return [implementation(fetches, waits, ended) for fetches, waits, ended in epochs]


def brightened_epochs_cases(generator: torch.Generator) -> list[Case]:
    low = _between(2, 5, generator)
    high = low + _between(1, 4, generator)
    return [
        Case("always as bright", (_numbers(5, generator), [low, low, low], 2)),
        Case("brighter once", (_numbers(8, generator), [low, high, high], 2)),
        Case("brighter and back again", (_numbers(4, generator), [low, high, low], 1)),
        Case("no workers", (_numbers(3, generator), [high, high, low], 0)),
    ]


@exercise(
    title="Keep workers while they are right",
    points=3,
    difficulty=2,
    minutes=12,
    hint="Workers belong to a loader: they stay as long as it does, and a new loader starts new "
    "ones, who copy the dataset as it is then. So when do you need another loader? And when may "
    "workers not be asked to stay?",
    cases=brightened_epochs_cases,
    misconceptions={
        "old copies": "The brightness was changed, and workers that stay did not notice: they have "
        "a copy of the dataset from when they were started.",
        "always new": "Every epoch started new workers, also where nothing had changed. They could "
        "have stayed.",
        "kept in a drawer": "For a brightness that came back, workers were still there from "
        "before. In the meantime they took memory for nothing.",
        "none to keep": "Without workers there is nobody to keep, and `persistent_workers=True` is "
        "refused.",
    },
    seconds=_SECONDS,
)
def brightened_epochs(
    implementation: Implementation, values: Tensor, brightness: list[int], workers: int
) -> Any:
    with forking():
        epochs = implementation(Bright(values), brightness, workers)
    crews: list[set[int]] = []  # the processes of each epoch, without repetitions
    numbers = []
    for batches in epochs:
        crew = {pid for _, pids in batches for pid in pids.tolist()}
        if crew not in crews:
            crews.append(crew)
        numbers.append(crews.index(crew))
    return {
        "values": [[values for values, _ in batches] for batches in epochs],
        "epoch by epoch, which workers fetched": numbers,
    }


def prefetch_that_fits_cases(generator: torch.Generator) -> list[Case]:
    count = _between(3, 9, generator)
    photos = torch.zeros(8, 3, 10, 10)
    return [
        Case("one tensor, one worker", (photos, 1, count * photos.nbytes + 5)),
        Case("four workers", (photos, 4, 4 * count * photos.nbytes + 3 * photos.nbytes)),
        Case(
            "images and labels",
            ([photos, torch.zeros(8, 300, dtype=torch.int64)], 2, count * 2 * 28_800 + 100),
        ),
        Case(
            "a dict with a mask in it",
            (
                {
                    "ids": torch.zeros(16, 2, dtype=torch.int64),
                    "more": (torch.ones(16, 40 * count, dtype=torch.bool), ["a text"]),
                },
                2,
                2 * (16 * 2 * 8 + 16 * 40 * count) * 4 + 1000,
            ),
        ),
        Case("not even one batch for each worker", (photos, 3, 3 * photos.nbytes - 1)),
    ]


@exercise(
    title="How far ahead does memory allow?",
    points=3,
    difficulty=2,
    minutes=12,
    hint="How many batches wait at most, with `n` workers and a factor `f`? How large is one, all "
    "of its tensors together (`nbytes`)? A function that calls itself for each part of a list or "
    "dict finds all tensors. Dividing with `//` rounds down.",
    cases=prefetch_that_fits_cases,
    misconceptions={
        "one worker": "`prefetch_factor` counts for *each* worker: with four of them, four times "
        "as many batches wait.",
        "elements": "These are numbers of elements. How many bytes has one, of each dtype?",
        "one more": "This rounds up: at its peak, the loader would need more than the budget.",
        "first tensor": "Only one tensor of the batch was weighed. Labels and masks take memory, "
        "too, however deep they lie in lists and dicts.",
        "one level": "Tensors in a list or dict were weighed, but not those in a list *within* it. "
        "How deep they lie must not matter.",
        "at least 1": "A factor of 1 was given where not even that fits: the loader would need "
        "more than the budget. Then, raise a `ValueError`.",
        "no factor": "`prefetch_factor=0` is no way out: a loader with workers refuses it. When "
        "even 1 does not fit, raise a `ValueError`.",
    },
)
def prefetch_that_fits(
    implementation: Implementation, batch: Any, num_workers: int, budget: int
) -> Any:
    return implementation(batch, num_workers, budget)


def give_own_rng_cases(generator: torch.Generator) -> list[Case]:
    def photos(workers: int) -> tuple[Tensor, int, int, int]:
        """As many photos for each worker, and the seeds of two loaders."""
        count = workers * _between(3, 5, generator)
        seed = _between(0, 10_000, generator)
        return NoisyPhotos.loudest * _numbers(count, generator).long(), workers, seed, seed + 100

    return [
        Case("two workers", photos(2)),
        Case("three workers", photos(3)),
        Case("one worker", photos(1)),
    ]


def _of_the_noise(
    seen: dict[str, list[dict[int, list[int]]]], photos: Tensor, workers: int, *_seeds: int
) -> dict[str, bool]:
    """What must be true of the noise on the photos, whichever numbers were drawn."""
    shares = photos.view(workers, -1).tolist()  # one batch for each worker

    def noise(epoch: dict[int, list[int]]) -> list[list[int]]:
        return [
            [item - photo for item, photo in zip(epoch[worker], share, strict=True)]
            for worker, share in enumerate(shares)
        ]

    found = {name: [noise(epoch) for epoch in epochs] for name, epochs in seen.items()}
    first, second = found["two epochs"]
    drawn = [each for epochs in found.values() for epoch in epochs for one in epoch for each in one]
    inherited = NoisyPhotos(photos)
    return {
        "each item is its photo and some noise": all(
            0 <= each < NoisyPhotos.loudest for each in drawn
        ),
        "each worker has numbers of its own": len(set(map(tuple, first))) == workers,
        "the same seed repeats the epoch": found["the same seed"] == [first],
        "a second epoch is another one": first != second,
        "another seed gives other numbers": found["another seed"] != [first],
        "the generator is still the main process's": seen["two epochs"][0][0]
        == [inherited[index] for index in range(len(shares[0]))],
    }


@exercise(
    title="A random generator for each worker",
    points=3,
    difficulty=2,
    minutes=12,
    hint="`get_worker_info()` has two things that you need: the worker's copy of the dataset, and "
    "a seed that torch has derived from the loader's generator, another for each worker and epoch.",
    cases=give_own_rng_cases,
    misconceptions={
        "one seed": "Every worker got the same seed, so all photos come with the same noise twice.",
        "worker number": "Workers differ now, but every epoch repeats the noise of the first, and "
        "the seed of the loader's generator has no say. A worker's number is not enough.",
        "fresh": "Without a seed, NumPy asks the operating system: no run can ever be repeated.",
        "global": "The dataset still draws from the copied `rng`, which is the same in all "
        "workers. Seeding NumPy's global generator, or making a new one that the dataset does not "
        "get, changes nothing about that.",
        "old style": "NumPy has two kinds of random generators. A `RandomState` is the older one "
        "and lacks methods, such as `integers`; the dataset wants a `Generator`.",
    },
    seconds=_SECONDS,
    measure=_of_the_noise,
)
def give_own_rng(
    implementation: Implementation, photos: Tensor, workers: int, seed: int, other_seed: int
) -> dict[str, Any]:
    def epochs(loader_seed: int, count: int) -> list[dict[int, list[int]]]:
        with forked_loader(
            NoisyPhotos(photos),
            workers,
            batch_size=len(photos) // workers,
            collate_fn=with_worker,
            worker_init_fn=implementation,
            generator=torch.Generator().manual_seed(loader_seed),
        ) as loader:
            return [dict(loader) for _ in range(count)]

    return {
        "two epochs": epochs(seed, 2),
        "the same seed": epochs(seed, 1),
        "another seed": epochs(other_seed, 1),
    }


def sharded_stream_cases(generator: torch.Generator) -> list[Case]:
    def values(count: int) -> Tensor:
        return 2 * _numbers(count, generator)  # all even

    return [
        Case("no workers", (values(5), 0)),
        Case("one worker", (values(4), 1)),
        Case("two workers, an odd number of values", (values(7), 2)),
        Case("three workers", (values(_between(10, 11, generator)), 3)),
        Case("more workers than values", (values(1), 2)),
    ]


@exercise(
    title="A stream that workers share",
    points=3,
    difficulty=2,
    minutes=12,
    hint="Every worker has its own copy of the stream and calls its `__iter__`. It knows its "
    "number and how many there are: which of the values are its own? A slice with a step is one "
    "way to say it.",
    cases=sharded_stream_cases,
    misconceptions={
        "whole": "Every worker went through the whole stream, so each value came once per worker.",
        "no main": "Without workers, `get_worker_info()` gives None: all values belong to the one "
        "process that there is.",
        "worker 0 only": "Nothing comes twice, but only because one worker does everything and "
        "the others nothing. Share.",
        "remainder lost": "When the values cannot be divided evenly, the last ones are nobody's. "
        "Try 7 values and 2 workers on paper.",
        "by value": "Whose turn it is was read off the value. With values that are all even, one "
        "of two workers gets everything. Go by the place in the stream.",
        "shrinking": "`__iter__` changed `self.values`. Workers that stay for a second epoch then "
        "share what is left of the first.",
        "one pass": "The second epoch is empty: an iterator made in `__init__` can be used up only "
        "once. Make it in `__iter__`.",
    },
    seconds=_SECONDS,
)
def ShardedStream(implementation: Implementation, values: Tensor, workers: int) -> Any:
    stream = implementation(values)
    with forked_loader(
        stream,
        workers,
        batch_size=1,
        collate_fn=with_worker,
        persistent_workers=workers > 0,  # a stream that is used up would show in their second epoch
    ) as loader:
        epochs = [list(loader) for _ in range(2)]
    seen: list[Any] = []
    for batches in epochs:
        items = [item for _, batch in batches for item in batch]
        shares = len({worker for worker, _ in batches})
        seen.append({"values": sorted(items), "workers with a share": shares} if workers else items)
    return seen


def assign_share_cases(generator: torch.Generator) -> list[Case]:
    start = _between(3, 50, generator)
    return [
        Case("from 0, evenly divided", (0, 2 * _between(3, 5, generator), 2)),
        Case("from somewhere else", (start, start + 8, 2)),
        Case("a remainder of one", (start, start + 7, 3)),
        Case("a remainder of two", (start, start + 8, 3)),
        Case("one worker", (start, start + _between(3, 6, generator), 1)),
    ]


@exercise(
    title="Cut the range before the start",
    points=3,
    difficulty=3,
    minutes=15,
    hint="Let `n` values lie between `start` and `end`. If worker `k` begins at the `k`-th of "
    "`n_workers` equal steps, rounded down, then it ends where the next one begins: no gap, no "
    "overlap. Read both bounds before you overwrite one.",
    cases=assign_share_cases,
    misconceptions={
        "rounded up": "Rounding every share up leaves too little for the last worker. Shares may "
        "differ by one value at most.",
        "rounded down": "Rounding every share down leaves values at the end to nobody.",
        "own variables": "The bounds were worked out and forgotten: the worker's dataset still "
        "has the old ones. Write them into its attributes.",
        "from zero": "The range does not begin at 0; the shares do.",
        "overwritten": "`start` was changed before `end` was worked out with its help, so the "
        "shares drift. Keep the old bounds until you have both new ones.",
    },
    seconds=_SECONDS,
)
def assign_share(implementation: Implementation, start: int, end: int, workers: int) -> Any:
    shares: dict[int, list[int]] = {}
    with forked_loader(
        Stretch(start, end),
        workers,
        batch_size=1,
        collate_fn=with_worker,
        worker_init_fn=implementation,
    ) as loader:
        for worker, items in loader:
            shares.setdefault(worker, []).extend(items)
    return {
        "values": sorted(value for share in shares.values() for value in share),
        "sizes of the shares": sorted(map(len, shares.values())),
        "no gaps within a share": all(
            share == list(range(share[0], share[-1] + 1)) for share in shares.values()
        ),
    }


def in_dataset_order_cases(generator: torch.Generator) -> list[Case]:
    def mixed(rows: Tensor, *sizes: int) -> list[tuple[Tensor, Tensor]]:
        order = torch.randperm(len(rows), generator=generator)
        return [(part, rows[part]) for part in order.split(list(sizes))]

    flat = torch.randn(7, generator=generator)
    scores = torch.randn(6, 3, generator=generator)
    # no permutation of three or more that is its own inverse, so that the two cannot be confused
    turned = torch.arange(5).roll(2)
    return [
        Case("numbers, batches mixed", (mixed(flat, 3, 3, 1), 0)),
        Case("three scores an item", (mixed(scores, 2, 2, 2), 0)),
        Case("indices turned round", ([(turned, 10.0 * turned)], 0)),
        Case(
            "a real loader, whose first batch comes late", (torch.randn(8, generator=generator), 2)
        ),
        Case("real, with rows", (torch.randn(8, 2, generator=generator), 2)),
    ]


@exercise(
    title="Any order in, dataset order out",
    points=3,
    difficulty=2,
    minutes=10,
    hint="Collect all indices in one tensor and all values in another. Now you know where each "
    "value belongs. Either put it there, or ask in which order to take the values (`argsort`).",
    cases=in_dataset_order_cases,
    misconceptions={
        "as they come": "The batches were put together as they came.",
        "taken, not put": "Index `i` says where a value *belongs*; here it was used to say which "
        "value to take. These are opposite directions.",
        "by size": "The values themselves were sorted. It is their indices that have an order.",
        "twice": "The loader was iterated twice, once for the indices and once for the values. The "
        "second epoch may come in another order; then they no longer belong together.",
        "within": "Each batch is in order, but the batches are not.",
    },
    seconds=_SECONDS,
)
def in_dataset_order(implementation: Implementation, given: Any, workers: int) -> Any:
    if not workers:
        return implementation(given)
    with forked_loader(SlowStart(given), workers, batch_size=2, in_order=False) as loader:
        values = implementation(loader)
        return {"values": values, "how often the loader was iterated": len(loader.epochs)}


def salvage_cases(generator: torch.Generator) -> list[Case]:
    def photos(*broken: str, workers: int) -> tuple[Tensor, dict[int, str], int]:
        # every broken one in a batch of its own, the first never in batch 0
        places = 2 * (1 + torch.randperm(5, generator=generator)[: len(broken)].sort().values)
        return _numbers(13, generator), dict(zip(places.tolist(), broken, strict=True)), workers

    return [
        Case("nothing is broken", photos(workers=0)),
        Case("one broken photo, no workers", photos("ValueError", workers=0)),
        Case("one broken photo, two workers", photos("KeyError", workers=2)),
        Case("three of them, two workers", photos("OSError", "ValueError", "KeyError", workers=2)),
        Case("the last batch is broken", (_numbers(5, generator), {4: "OSError"}, 1)),
    ]


@exercise(
    title="Save what can be saved",
    points=3,
    difficulty=2,
    minutes=12,
    hint="A `for` loop is over after an exception. `iter(loader)` gives an iterator that is not: "
    "ask it for one batch at a time with `next`, inside `try`. How do you know that there is none "
    "left?",
    cases=salvage_cases,
    misconceptions={
        "stops": "Everything after the first failure is lost. The iterator could have gone on.",
        "silent": "The good batches are there, but nobody learns what is missing.",
        "same name": "All failures are called the same. A worker's exception comes back with the "
        "type that it had there.",
        "good ones counted": "The number is how many *good* batches came before. Count every "
        "batch that was asked for.",
        "end is a failure": "`StopIteration` is how an iterator says that it is finished. That is "
        "not a failure.",
    },
    seconds=_SECONDS,
)
def salvage(
    implementation: Implementation, values: Tensor, broken: dict[int, str], workers: int
) -> Any:
    with forked_loader(Broken(values, broken), workers, batch_size=2) as loader:
        return implementation(loader)


def read_anyway_cases(generator: torch.Generator) -> list[Case]:
    def photos(count: int, stuck_at: int | None, broken: int | None, patience: float) -> Any:
        return _numbers(count, generator), stuck_at, broken, patience

    return [
        Case("all goes well", photos(_between(5, 8, generator), None, None, PATIENCE)),
        Case("the worker gets stuck", photos(7, _between(4, 5, generator), None, 0.3)),
        Case("a photo cannot be read", photos(6, None, _between(1, 5, generator), PATIENCE)),
    ]


@exercise(
    title="Stuck? Then without workers",
    points=3,
    difficulty=2,
    minutes=12,
    hint="One attempt inside `try`, another after it. What an exception says is `str(error)`; with "
    "it, tell a worker that is late from a photo that is broken, and `raise` what you cannot mend. "
    "Which option may a loader without workers not have?",
    cases=read_anyway_cases,
    misconceptions={
        "endless patience": "A worker that is stuck was waited for. Without a `timeout`, a loader "
        "waits for as long as it takes.",
        "whatever": "Not every `RuntimeError` means that a worker is late: a photo could not be "
        "read, and then it is no use to ask for it again. Look at what the error says.",
        "twice": "What had arrived before the worker was stuck comes twice. The second attempt "
        "goes through the whole epoch.",
        "timeout again": "Without workers there is nobody to wait for, and `timeout` is refused "
        "when the loader is iterated.",
    },
    seconds=_SECONDS,
)
def read_anyway(
    implementation: Implementation,
    values: Tensor,
    stuck_at: int | None,
    broken: int | None,
    patience: float,
) -> Any:
    photos = Stuck(values, stuck_at, broken)
    try:
        with forking():
            batches = implementation(photos, 2, patience)
    except RuntimeError as error:
        if type(error) is not RuntimeError:  # that of an untouched TODO is derived from it
            raise
        batches = "RuntimeError"
    return {"batches": batches, "items fetched in the main process": photos.fetched_at_home}


def context_for_cases(generator: torch.Generator) -> list[Case]:
    def loader(*parts: str | None) -> tuple[int, list[str]]:
        """With workers, and with these parts; None: any that can be sent."""
        return _between(1, 3, generator), [part or _drawn(SENDABLE, generator) for part in parts]

    def alone(*parts: str | None) -> tuple[int, list[str]]:
        return 0, loader(*parts)[1]

    def any_stuck() -> tuple[int, list[str]]:
        return loader(None, _drawn(UNSENDABLE, generator))

    def several(name: str, *kinds: Callable[[], Any]) -> Case:
        return Case(name, (_mixed(generator, _between(4, 6, generator), *kinds),))

    free = partial(loader, None, None)
    lambda_later = partial(loader, None, "a lambda")
    inner_first = partial(loader, "a function in a function", None)
    lock_later = partial(loader, None, "a dataset with a lock in it")
    return [
        several("all can be sent, with and without workers", free, partial(alone, None, None)),
        several("a lambda, later, or none", lambda_later, free),
        several("a function in a function, first, or none", inner_first, free),
        several("a dataset with a lock in it, or none", lock_later, free),
        several("a part that is drawn, or none", any_stuck, free),
        several(
            "a lambda, with and without workers", lambda_later, partial(alone, None, "a lambda")
        ),
    ]


def _drawn(names: tuple[str, ...], generator: torch.Generator) -> str:
    return names[_between(0, len(names) - 1, generator)]


@exercise(
    title="Can they all travel?",
    points=2,
    difficulty=2,
    minutes=10,
    hint="You need not recognise what cannot be sent: try to turn each part into bytes "
    "(`pickle.dumps`), and see whether it works. The errors that may come are of several kinds. "
    "And what does a loader without workers accept here?",
    cases=context_for_cases,
    misconceptions={
        "always spawn": "Not everything can be sent to a fresh process. Those workers would never "
        "start.",
        "first part": "Only the first part was tried. One that cannot travel is enough, wherever "
        "it stands.",
        "lambdas only": "Lambdas are not the only ones: a function inside a function has no name "
        "to be found by either, and what a dataset *holds* has to travel, too.",
        "one kind of error": "Turning something into bytes can fail in more than one way: "
        "`PicklingError`, `AttributeError`, `TypeError`.",
        "workers forgotten": "Without workers, any `multiprocessing_context` is refused: None.",
    },
)
def context_for(implementation: Implementation, loaders: list[tuple[int, list[str]]]) -> list[Any]:
    return [
        implementation(num_workers, [part_of_a_loader(name) for name in parts])
        for num_workers, parts in loaders
    ]


def photo_batch_cases(generator: torch.Generator) -> list[Case]:
    def photos(*sizes: tuple[int, int]) -> tuple[list[Tensor], Tensor, list[str]]:
        images = [torch.randn(3, *size, generator=generator) for size in sizes]
        labels = torch.randint(10, (len(sizes),), generator=generator)
        return images, labels, [f"{number}.jpg" for number in range(len(sizes))]

    return [
        Case("one photo", photos((2, 2))),
        Case("photos of unequal sizes", photos((2, 3), (4, 2), (1, 1))),
        Case("two of one size", photos((2, 2), (2, 2))),
        Case("no photo", ([], torch.zeros(0, dtype=torch.int64), [])),
    ]


@exercise(
    title="A batch that can be pinned",
    points=2,
    difficulty=1,
    minutes=8,
    hint="What does the `pin_memory()` of a tensor do to the tensor itself? Go through everything "
    "that the batch holds, and ask which of it lies in memory that a GPU may want to read.",
    cases=photo_batch_cases,
    misconceptions={
        "thrown away": "The `pin_memory()` of a tensor changes nothing about it: it *gives* a "
        "pinned copy. Keep that.",
        "labels only": "The images are in a list, and a list has no `pin_memory()`; its tensors "
        "have.",
        "images only": "The labels are a tensor, too, and travel to the GPU as well.",
        "nothing back": "The loader passes on what `pin_memory()` returns, and that is None here.",
        "a tuple": "The loader passes on what `pin_memory()` returns. Whoever uses it expects a "
        "batch with the same attributes.",
    },
)
def PhotoBatch(
    implementation: Implementation, images: list[Tensor], labels: Tensor, names: list[str]
) -> Any:
    pretended = [image.as_subclass(PretendPinned) for image in images]
    batch = implementation(pretended, labels.as_subclass(PretendPinned), names)
    pinned = batch.pin_memory()  # as the loader does with what `collate_fn` returned
    if type(pinned) is not type(batch):
        return f"not a batch but {type(pinned).__name__}"
    return {
        "images": [image.as_subclass(Tensor) for image in pinned.images],
        "labels": pinned.labels.as_subclass(Tensor),
        "names": pinned.names,
        "which images are pinned": [image.is_pinned() for image in pinned.images],
        "labels are pinned": pinned.labels.is_pinned(),
    }


_RULES = "Predict with rules of your own; making a loader would be asking for the answer."


def verdict_on_cases(generator: torch.Generator) -> list[Case]:
    return [Case(name, (group,)) for name, group in legality_groups(generator).items()]


@exercise(
    title="Legal or not?",
    points=5,
    difficulty=3,
    minutes=25,
    hint="Write one `if` for each rule of the table: first everything that raises at once, then "
    "what raises on iteration. `options.get(name, default)` gives an option or what the loader "
    'takes without it. `"name" in options` is not the same as the option being in force.',
    cases=verdict_on_cases,
    misconceptions={
        "workers optional": "`prefetch_factor`, `persistent_workers` and `multiprocessing_context` "
        "only make sense with workers. Without any, torch does not ignore them: `ValueError`.",
        "named is set": "An option that is named may still be off: `shuffle=False` goes with a "
        "sampler, `batch_size=1` with a batch sampler.",
        "all at once": "Two mistakes are not seen when the loader is made, but by an assertion "
        "when it is iterated: they are `AssertionError`s.",
        "streams are lists": "An iterable dataset decides itself what comes next. It accepts "
        "neither `shuffle=True` nor a sampler nor a batch sampler.",
        "no last batch": "Where there are no batches, or a batch sampler makes them, there is no "
        "last batch to drop: `drop_last=True` is a `ValueError` there.",
        "type first": "Without workers, any `multiprocessing_context` is a `ValueError`, of "
        "whatever type it is. Only where there are workers is its type looked at.",
        "warnings": "Pinning without a GPU and more workers than processors give a warning, but "
        "the loader works. That is valid.",
    },
    forbids={"torch.utils.data.DataLoader": _RULES, ".DataLoader": _RULES},
)
def verdict_on(implementation: Implementation, group: list[dict[str, Any]]) -> Any:
    return {spelled(options): implementation(dict(options)) for options in group}
