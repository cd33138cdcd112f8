"""Exercises of lesson 6: which indices a loader draws, in which batches, in which epoch.

Everything random is graded by what must hold for any right answer: every index once, epochs that
differ, the same generator giving the same order. Only where PyTorch has one order of its own (the
loader, the distributed split) is that order expected. What was drawn is observed as it is; whether
it holds is measured where observations are compared.
"""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, TensorDataset

from ptbasics.exercise import Case, Implementation, exercise

#: Options of the loader, and samplers, that each exercise is about.
TEACHES: dict[str, tuple[str, ...]] = {
    "number_of_batches": ("dataset", "batch_size", "drop_last"),
    "MiniLoader": (
        *("dataset", "batch_size", "shuffle", "drop_last", "generator"),
        *("SequentialSampler", "RandomSampler", "BatchSampler"),
    ),
    "split_loaders": ("dataset", "sampler", "shuffle", "generator", "SubsetRandomSampler"),
    "class_weights": ("sampler", "WeightedRandomSampler"),
    "CurriculumSampler": ("sampler", "Sampler"),
    "InfiniteSampler": ("sampler", "Sampler", "generator"),
    "ResumableSampler": ("sampler", "Sampler"),
    "BucketBatchSampler": ("batch_sampler", "Sampler"),
    "StratifiedBatchSampler": ("batch_sampler", "Sampler"),
    "distributed_indices": ("DistributedSampler",),
}
_EPOCHS = 4
_ROUNDS = 6


def _flat(epoch: Iterable[Iterable[int]]) -> list[int]:
    return [index for batch in epoch for index in batch]


def _integer(generator: torch.Generator, low: int, high: int) -> int:
    return int(torch.randint(low, high, (), generator=generator))


def _seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def _epochs(sampler: Iterable[Any], count: int = _EPOCHS) -> list[list[Any]]:
    return [list(sampler) for _ in range(count)]


def _differ(epochs: Sequence[Any]) -> bool:
    return any(one != epochs[0] for one in epochs)


def _complete(indices: Iterable[int], length: int) -> bool:
    return sorted(indices) == list(range(length))


def _seed_everything(seed: int) -> None:
    """The global generators of PyTorch, NumPy and Python: what surrounds an answer."""
    torch.manual_seed(seed)
    np.random.seed(seed)
    random.seed(seed)


def _three_numbers(of_torch: torch.Generator, of_numpy: Any, of_python: Any) -> list[int]:
    """The next number of a generator of each library."""
    return [
        _integer(of_torch, 0, 1_000_000),
        int(of_numpy.randint(1_000_000)),
        of_python.randrange(1_000_000),
    ]


def number_of_batches_cases(generator: torch.Generator) -> list[Case]:
    size = _integer(generator, 3, 9)

    def divisible() -> list[int]:
        return [size * _integer(generator, 2, 20) for _ in range(3)]

    def with_rest() -> list[int]:
        return [length + _integer(generator, 1, size) for length in divisible()]

    def some_short() -> list[int]:
        lengths = [0, _integer(generator, 1, size), size - 1, *with_rest()]
        return [lengths[i] for i in torch.randperm(len(lengths), generator=generator).tolist()]

    return [
        Case("the last batch is smaller", (with_rest(), size, False)),
        Case("the last batch is dropped", (with_rest(), size, True)),
        Case("nothing is left over", (divisible(), size, False)),
        Case("nothing is left over, nothing dropped", (divisible(), size, True)),
        Case("some have fewer items than a batch, or none", (some_short(), size, False)),
        Case("some have fewer items than a batch, dropped", (some_short(), size, True)),
        Case("no batches at all: batch_size=None", (some_short(), None, False)),
        Case("a batch size of 0", (with_rest(), 0, False)),
        Case("a negative batch size", (with_rest(), -size, False)),
    ]


@exercise(
    title="How many batches has an epoch?",
    points=2,
    difficulty=1,
    minutes=6,
    hint="Two whole numbers matter: how many batches are *full*, and how many items are left over. "
    "`divmod` gives both. When does what is left over count as one more batch?",
    cases=number_of_batches_cases,
    misconceptions={
        "always dropped": "The items left over make a batch too, unless `drop_last` is set.",
        "never dropped": "With `drop_last`, an incomplete batch does not count.",
        "one more": "One is added even where nothing is left over: 12 items in batches of 4 make "
        "3 batches.",
        "upside down": "`drop_last=True` is treated like `drop_last=False`, and the other way "
        "round.",
        "float": "The value is right, but it is a float. `len` must be a whole number.",
        "None is everything": "`batch_size=None` does not mean one batch with everything: it turns "
        "batching off, and each item comes alone.",
        "any size": "A loader refuses a batch size below 1 with a `ValueError`.",
        "only zero": "A batch size of 0 is refused here, but a negative one is not.",
    },
    forbids={
        "torch.utils.data.DataLoader": "Predict it: no loader should be needed.",
        "torch.utils.data.BatchSampler": "Predict it: no sampler should be needed.",
    },
)
def number_of_batches(
    implementation: Implementation, lengths: list[int], batch_size: int | None, drop_last: bool
) -> Any:
    return [implementation(length, batch_size, drop_last) for length in lengths]


class _Shelf(Dataset[tuple[Tensor, Tensor]]):
    """Counts the items that it is asked for."""

    def __init__(self, features: Tensor, labels: Tensor) -> None:
        self.features, self.labels, self.asked = features, labels, 0

    def __len__(self) -> int:
        return len(self.features)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        if not -len(self) <= index < len(self):
            raise IndexError(f"there is no item {index}")
        self.asked += 1
        return self.features[index], self.labels[index]


def mini_loader_cases(generator: torch.Generator) -> list[Case]:
    def data(length: int) -> tuple[Tensor, Tensor]:
        features = torch.randn(length, 3, generator=generator)
        return features, torch.randint(3, (length,), generator=generator)

    def options(batch_size: int, shuffle: bool, drop_last: bool) -> dict[str, Any]:
        return {"batch_size": batch_size, "shuffle": shuffle, "drop_last": drop_last}

    def seed() -> int:
        return _integer(generator, 0, 10_000)

    return [
        Case("in order", (*data(12), options(4, False, False), None)),
        Case("in order, a smaller batch at the end", (*data(10), options(4, False, False), None)),
        Case("in order, the last batch dropped", (*data(10), options(4, False, True), None)),
        Case("shuffled with a generator", (*data(10), options(4, True, False), seed())),
        Case("shuffled, the last batch dropped", (*data(11), options(3, True, True), seed())),
        Case("shuffled without a generator", (*data(14), options(4, True, False), None)),
        Case("fewer items than a batch, dropped", (*data(3), options(5, True, True), seed())),
        Case("in order, with a generator", (*data(8), options(3, False, False), seed())),
        Case("a batch size of 0", (*data(4), options(0, False, False), None)),
        Case("a batch size of -2", (*data(4), options(-2, False, False), None)),
    ]


@exercise(
    title="A loader from nothing",
    points=5,
    difficulty=3,
    minutes=30,
    hint="Write `__iter__` with `yield`, so that every epoch runs it from its first line. In the "
    "order of the pipeline: draw what an epoch begins with; make the order of indices; cut it into "
    "batches; fetch the items of a batch; collate. `zip(*items)` turns pairs into a "
    "tuple of all first and a tuple of all second parts.",
    cases=mini_loader_cases,
    misconceptions={
        "shuffled once": "Every epoch has the same order. It is drawn in `__init__`, which runs "
        "once; `__iter__` runs once for each epoch.",
        "exhausted": "The first epoch is right, the second has no batches. An iterator made in "
        "`__init__` can be used up only once.",
        "generator ignored": "The order does not come from the generator that was given, so nobody "
        "can reproduce it.",
        "generator of its own": "Without a generator, the global one is to be asked. Here "
        "`torch.manual_seed` has no influence: each new loader repeats one and the same order.",
        "no seed drawn": "The order is random and reproducible, but another than the real "
        "loader's. What does an epoch draw from the generator *before* the order?",
        "no seed drawn in order": "The batches are right. But an epoch of the real loader draws a "
        "number even where it does not shuffle (section 4), and whoever draws next gets another.",
        "one loop at a time": "Two loops over one loader take each other's batches. `iter(loader)` "
        "must begin an epoch of its own each time, as it does in section 3.",
        "rest lost": "The items left over at the end make a smaller batch, unless `drop_last`.",
        "rest kept": "With `drop_last`, an incomplete batch must not come.",
        "not collated": "A batch here is a list of items. It should be two tensors: all features "
        "stacked, and all labels stacked.",
        "loaded at once": "Items were fetched before their batch was due. A dataset that does not "
        "fit into memory could not be loaded this way.",
        "any size": "A batch size below 1 must be refused at once, when the loader is made.",
    },
    forbids=dict.fromkeys(
        ("torch.utils.data.DataLoader", "torch.utils.data.dataloader"),
        "Build it from nothing: PyTorch's own `DataLoader` is not allowed here.",
    ),
)
def MiniLoader(
    implementation: Implementation,
    features: Tensor,
    labels: Tensor,
    options: dict[str, Any],
    seed: int | None,
) -> dict[str, Any]:
    shelf = _Shelf(features, labels)
    generator = None if seed is None else torch.Generator()

    def make() -> Any:
        return implementation(shelf, **options, generator=generator)

    if options["batch_size"] < 1:
        make()
        return {"made without an error": True}
    loader = make()
    at_once = shelf.asked
    epochs = []
    for epoch in range(3):
        if generator is not None and seed is not None:
            generator.manual_seed(seed + epoch)
        epochs.append([list(batch) for batch in loader])
    shelf.asked = 0
    came = next(iter(loader), None)
    # a loader may look at items of which no batch comes, or may not
    by_the_first = {} if came is None else {"items asked for by the first batch": shelf.asked}
    seen = {
        "len": len(loader),
        "items asked for when it is made": at_once,
        **by_the_first,
        "batches of two loops side by side": sum(1 for _ in zip(loader, loader, strict=False)),
    }
    if generator is None and options["shuffle"]:
        return {**seen, **_of_any_order(epochs), **_of_the_global_generator(make)}
    if options["shuffle"]:
        return {**seen, "epochs": epochs}
    drawn_from = torch.default_generator if generator is None else generator
    drawn_from.manual_seed(1)
    for _ in loader:
        pass
    after = int(torch.randint(1_000_000, (), generator=drawn_from))
    return {**seen, "epochs": epochs, "what the generator gives after an epoch": after}


def _of_any_order(epochs: list[list[list[Any]]]) -> dict[str, Any]:
    """What holds for epochs of (features, labels) batches whose order nobody can foresee."""
    rows = [
        [[*x.tolist(), y.tolist()] for batch in epoch for x, y in zip(*batch, strict=True)]
        for epoch in epochs
    ]
    return {
        "sizes of the batches": [[len(batch[-1]) for batch in epoch] for epoch in epochs],
        "items of each epoch, sorted": [sorted(epoch) for epoch in rows],
        "epochs differ": _differ(rows),
    }


def _of_the_global_generator(make: Callable[[], Any]) -> dict[str, bool]:
    """How new loaders depend on the global generator."""

    def order(seed: int) -> list[int]:
        torch.manual_seed(seed)
        return [row for features, _ in make() for row in features.tolist()]

    return {
        "same global seed, same order": order(1) == order(1),
        "another global seed, another order": order(1) != order(2),
    }


def split_loaders_cases(generator: torch.Generator) -> list[Case]:
    def seed() -> int:
        return _integer(generator, 0, 10_000)

    half = _integer(generator, 10, 25)
    size = _integer(generator, 5, 9)
    kept = _integer(generator, 8, 15)
    with_rest = size * _integer(generator, 2, 5) + _integer(generator, 1, size) + kept
    few = _integer(generator, 6, 10)
    return [
        Case("a few items for validation", (with_rest, kept, size, seed())),
        Case("equal halves", (2 * half, half, _integer(generator, 4, 8), seed())),
        Case(
            "batches larger than the validation part",
            (_integer(generator, 36, 60), few, 2 * few, seed()),
        ),
        Case("a longer dataset", (_integer(generator, 61, 90), 20, 8, seed())),
    ]


def _of_the_split(
    seen: dict[str, Any], length: int, validation_size: int, _batch_size: int, seed: int
) -> dict[str, Any]:
    """What must be true of the batches of several epochs, and of those of two other runs."""
    batches, batches_of_validation = seen["batches"]
    train, validation, again, validation_again, train_of_another, another = (
        [_flat(epoch) for epoch in part]
        for run in ("batches", "with the same seed", "with another seed")
        for part in seen[run]
    )
    around = _surroundings(seed)
    fresh = _seeded(around), np.random.RandomState(around), random.Random(around)
    cuts = [list(range(validation_size)), list(range(length - validation_size, length))]
    both = list(zip(train, validation, strict=True))
    return {
        "items for validation": [len(epoch) for epoch in validation],
        "items in both parts": [len(set(a) & set(b)) for a, b in both],
        "items in neither part": [len({*range(length)} - {*a, *b}) for a, b in both],
        "items that come twice in a part": [len(a) - len(set(a)) for one in both for a in one],
        "sizes of the training batches": [len(batch) for batch in batches[0]],
        "sizes of the validation batches": [len(batch) for batch in batches_of_validation[0]],
        "validation is just one end of the dataset": sorted(validation[0]) in cuts,
        "validation has the same order in each epoch": not _differ(validation),
        "training has the same order in each epoch": not _differ(train),
        "same seed, same split": sorted(validation[0]) == sorted(validation_again[0]),
        "same seed, same training order": train == again,
        "another seed, another split": sorted(another[0]) != sorted(validation[0]),
        "another seed, another training order": _moves(train) != _moves(train_of_another),
        "the global generators are left alone": seen["global numbers"] == _three_numbers(*fresh),
    }


def _surroundings(seed: int) -> int:
    """The seed of the global generators before the answer runs again with a seed of its own."""
    return seed + 5


def _moves(epochs: list[list[int]]) -> list[int]:
    """Where the items of the second epoch stood in the first: chance alone, whatever the items."""
    places = {index: place for place, index in enumerate(epochs[0])}
    return [places.get(index, -1) for index in epochs[1]]


@exercise(
    title="A split that tomorrow is the same",
    points=3,
    difficulty=2,
    minutes=12,
    hint="`random_split` (lesson 5), samplers and `DataLoader` all take a `generator`. Where it "
    "is missing, the global one is asked, and then the result depends on all that ran before. "
    "Which of the two loaders has a reason to shuffle?",
    cases=split_loaders_cases,
    misconceptions={
        "global generator": "Another state of the global generator gives another split. Make a "
        "generator from `seed` and hand it to the split.",
        "order not seeded": "The split is reproducible, but the order of the training batches is "
        "not: that loader draws from the global generator.",
        "constant order": "Whatever the seed, training goes through its items in the same way: "
        "the order is drawn from a generator with a fixed seed. Let `seed` decide on it, too.",
        "seeds everything": "`torch.manual_seed`, `random.seed` and `np.random.seed` reseed the "
        "*whole program*, so that dropout or augmentation elsewhere repeats itself too. Use a "
        "generator of your own.",
        "not shuffled before": "The split just cuts the dataset in two. If it is sorted by class, "
        "as Iris is, some classes are never trained.",
        "validation shuffled": "Validation needs no shuffling: the result is the same in any "
        "order, and a fixed order makes mistakes easy to find again.",
        "training not shuffled": "The training loader gives the same order in each epoch.",
        "overlap": "Some items are in both parts: the validation has been trained on.",
        "rest dropped": "In each epoch some items are in neither part: the last batch is left out "
        "because it is not full.",
        "one by one": "The parts are right, but they do not come in batches of `batch_size`.",
    },
    measure=_of_the_split,
)
def split_loaders(
    implementation: Implementation, length: int, validation_size: int, batch_size: int, seed: int
) -> dict[str, Any]:
    dataset = TensorDataset(torch.arange(length))

    def run(seed: int, surroundings: int) -> tuple[list[Any], list[int]]:
        _seed_everything(surroundings)
        train, validation = implementation(dataset, validation_size, batch_size, seed)
        numbers = _three_numbers(torch.default_generator, np.random, random)
        _seed_everything(surroundings + 1)
        epochs = [
            [[batch.tolist() for [batch] in loader] for _ in range(_EPOCHS)]
            for loader in (train, validation)
        ]
        return epochs, numbers

    batches, _ = run(seed, 1)
    # of the second run: in the first, the answer may import a library, and that may draw numbers
    again, numbers = run(seed, _surroundings(seed))
    another, _ = run(seed + 1, 1)
    return {
        "batches": batches,
        "with the same seed": again,
        "with another seed": another,
        "global numbers": numbers,
    }


def class_weights_cases(generator: torch.Generator) -> list[Case]:
    def labels(*counts: int) -> Tensor:
        ordered = torch.arange(len(counts)).repeat_interleave(torch.tensor(counts))
        return ordered[torch.randperm(len(ordered), generator=generator)]

    return [
        Case("two classes, 8 and 2", (labels(8, 2),)),
        Case("three classes", (labels(_integer(generator, 9, 20), 5, 3),)),
        Case("classes of one size", (labels(4, 4, 4),)),
        Case("a class that does not occur", (labels(6, 0, 2),)),
        Case("a single sample of a class", (labels(1, 12, 7),)),
    ]


@exercise(
    title="Weights for an unbalanced dataset",
    points=2,
    difficulty=2,
    minutes=8,
    hint="`torch.bincount(labels)` counts each class. How must the weight of a sample shrink as "
    "its class grows, so that the weights of each class add up to the same? And an index of lesson "
    "1 turns one number per class into one number per sample.",
    cases=class_weights_cases,
    misconceptions={
        "per class": "There is one weight per class. The sampler draws *indices of samples*, so "
        "with three weights it would draw only samples 0, 1 and 2.",
        "counts": "The larger a class, the greater its weight here: the imbalance grows.",
        "equal": "All samples weigh the same, so classes are drawn as often as they occur.",
        "complement": "One minus the share balances two classes, but not three. Add up the weights "
        "of each class: are the sums equal?",
        "square root": "Rare classes are drawn more often than before, but still less than others. "
        "Add up the weights of each class: are the sums equal?",
    },
    rtol=1e-5,
    atol=1e-7,
)
def class_weights(implementation: Implementation, labels: Tensor) -> dict[str, Any]:
    weights = torch.as_tensor(implementation(labels), dtype=torch.float64).detach()
    # the sampler does not care about the scale
    return {"chance of each sample": weights / weights.sum()}


def curriculum_cases(generator: torch.Generator) -> list[Case]:
    def difficulty(length: int) -> Tensor:
        return torch.rand(length, generator=generator)

    return [
        Case("the three easiest of seven", (difficulty(7), 3)),
        Case("all of them", (difficulty(6), 6)),
        Case("just the easiest", (difficulty(5), 1)),
        Case("more than there are", (difficulty(4), 9)),
        Case("some are equally difficult", (torch.tensor([2.0, 1.0, 2.0, 1.0, 0.5]), 4)),
    ]


@exercise(
    title="Easy ones first",
    points=2,
    difficulty=1,
    minutes=8,
    hint="`argsort` answers *which index* comes first, second, …; its argument `stable=True` keeps "
    "the order of equals. Let `__len__` count what `__iter__` really yields.",
    cases=curriculum_cases,
    misconceptions={
        "hardest first": "The order is descending: the hardest come first.",
        "values": "A sampler yields *indices*, which are whole numbers; these are difficulties.",
        "length of the dataset": "`len` is that of the whole dataset, though fewer indices are "
        "yielded. `len(loader)` and every progress bar rely on it.",
        "exhausted": "The second epoch is empty: an iterator made in `__init__` runs only once.",
        "tensors": "The indices are tensors. A list can be asked with them, but a dataset that "
        "keeps its items in a dict finds none: it wants Python integers. `tolist()` makes them.",
        "in order of the dataset": "The right samples are chosen, but they come in the order of "
        "the dataset instead of easiest first.",
    },
)
def CurriculumSampler(
    implementation: Implementation, difficulty: Tensor, count: int
) -> dict[str, Any]:
    sampler = implementation(difficulty, count)
    return {"len": len(sampler), "epochs": _epochs(sampler, 2)}


def infinite_cases(generator: torch.Generator) -> list[Case]:
    def seed() -> int:
        return _integer(generator, 0, 10_000)

    return [
        Case("some items", (_integer(generator, 12, 24), seed())),
        Case("more items", (_integer(generator, 24, 40), seed())),
        Case("a few items", (_integer(generator, 5, 12), seed())),
        Case("a single item", (1, seed())),
        Case("no items", (0, seed())),
    ]


def _of_the_rounds(seen: dict[str, Any], length: int, seed: int) -> dict[str, Any]:
    """What must be true of several rounds of indices, however they were shuffled."""
    if not length:
        return seen
    first, others = seen["indices"], seen["with other generators"]
    parts = [first[start : start + length] for start in range(0, _ROUNDS * length, length)]
    ordered = list(range(length))
    batches = seen["batches of a loader"]
    return {
        "indices drawn": len(first),
        "types of the indices": sorted({type(index).__name__ for index in first}),
        "each round has every index once": [sorted(part) == ordered for part in parts],
        "rounds differ": _differ(parts),
        "in order of the dataset": all(part == ordered for part in parts),
        "first round always in order of the dataset": all(
            drawn[:length] == ordered for drawn in (first, *others)
        ),
        "same generator, same order": first == seen["with the same generator"],
        "another generator, another order": first != others[0],
        "batches of a loader": [len(batch) for batch in batches],
        "a loader gives the items of these indices": _flat(batches)
        == [_items(length, seed)[index] for index in first[: 2 * length]],
        "it gives a length": seen["it gives a length"],
    }


@exercise(
    title="A sampler without end",
    points=3,
    difficulty=2,
    minutes=10,
    hint="`while True` is allowed in a function that yields: it waits at each `yield` until the "
    "next index is wanted. What has to happen inside the loop, once per round?",
    cases=infinite_cases,
    misconceptions={
        "with replacement": "Drawing each index on its own repeats some and leaves out others. In "
        "each round, every index comes exactly once.",
        "same round again": "One permutation is repeated for ever. Every round needs its own.",
        "never shuffled": "The indices come in the order of the dataset.",
        "first round in order": "The first round comes in the order of the dataset. Chance decides "
        "on that one, too.",
        "tensors": "The indices are tensors. A list can be asked with them, but a dataset that "
        "keeps its items in a dict finds none: it wants Python integers.",
        "one round": "The sampler ends after one round.",
        "generator ignored": "The order does not depend on the generator that was given.",
        "has a length": "What has no end has no length, not even an infinite one: without "
        "`__len__`, `len(loader)` is a `TypeError`, and nobody computes with a wrong number.",
        "no items": "Nothing to draw from: without an error, the loop searches for ever or gives "
        "nothing at all. Raise a `ValueError` when the sampler is made.",
    },
    measure=_of_the_rounds,
)
def InfiniteSampler(implementation: Implementation, length: int, seed: int) -> dict[str, Any]:
    if not length:
        implementation(length, _seeded(seed))
        return {"made without an error": True}

    def draw(seed: int, surroundings: int) -> list[Any]:
        torch.manual_seed(surroundings)
        return list(islice(implementation(length, _seeded(seed)), _ROUNDS * length))

    first, *others = [draw(seed + more, 1) for more in range(6)]
    sampler = implementation(length, _seeded(seed))
    loader: DataLoader[Any] = DataLoader(_items(length, seed), batch_size=2, sampler=sampler)  # type: ignore[arg-type]
    return {
        "indices": first,
        "with the same generator": draw(seed, 2),
        "with other generators": others,
        "batches of a loader": [batch.tolist() for batch in islice(loader, length)],
        "it gives a length": _gives_a_length(sampler),
    }


def _items(length: int, seed: int) -> range:
    """A dataset whose items are not its indices."""
    return range(seed + 1, seed + 1 + length)


def _gives_a_length(sampler: Any) -> bool:
    try:
        sampler.__len__()  # `len` would refuse, in its place, what is no whole number
    except (AttributeError, TypeError):
        return False
    return True


def resumable_cases(generator: torch.Generator) -> list[Case]:
    def seed() -> int:
        return _integer(generator, 0, 10_000)

    def length() -> int:
        return _integer(generator, 9, 24)

    def taken() -> int:
        return _integer(generator, 2, 8)

    whole = length()
    return [
        Case("stopped in the first epoch", (length(), seed(), 0, taken())),
        Case("stopped in the third epoch", (length(), seed(), 2, taken())),
        Case("stopped before it began", (length(), seed(), 0, 0)),
        Case("stopped before the last index", (whole, seed(), 1, whole - 1)),
        Case("a longer dataset", (_integer(generator, 25, 50), seed(), 1, taken())),
    ]


def _of_the_restart(
    seen: dict[str, Any], length: int, _seed: int, epoch: int, taken: int
) -> dict[str, Any]:
    """What must be true of epochs without a stop, of one with a stop, and of what came after."""
    whole, part, rest = seen["epochs without a stop"], seen["before the stop"], seen["after it"]
    return {
        "len of a new one, of one that stopped, of one that was resumed": seen["lengths"],
        "each epoch has every index once": [_complete(one, length) for one in whole],
        "epochs differ": _differ(whole),
        "another seed, another order": seen["with another seed"] != whole[0],
        "same seed, same order": seen["epochs of the same seed"] == whole[: epoch + 1],
        "indices after the stop": len(rest),
        "indices that came twice": sorted(part.index(one) - taken for one in rest if one in part),
        "the epoch is finished as if nothing had happened": part + rest == whole[epoch],
        "so is the next one": seen["the next epoch"] == whole[epoch + 1],
    }


@exercise(
    title="A sampler that can be resumed",
    points=4,
    difficulty=3,
    minutes=20,
    hint="If the order of an epoch follows from `seed` and the number of the epoch alone, little "
    "has to be saved. While a `yield` waits, the lines after it have not run: where must an index "
    "be counted so that the state is right *while the caller has it*?",
    cases=resumable_cases,
    misconceptions={
        "counted too late": "The last index before the stop comes again. It was counted after the "
        "`yield`, a line that had not yet run when the state was taken.",
        "starts over": "After resuming, the epoch starts from its beginning: the position is not "
        "saved, or not used.",
        "epoch forgotten": "Resuming in a later epoch takes the order of another one: the state "
        "must tell which epoch it was.",
        "global generator": "The order comes from the global generator, so nobody can have it "
        "again after a restart.",
        "same order": "Every epoch has the same order; only the seed decides, and not the epoch.",
        "what is left": "`len` shrinks while the sampler runs. It is the number of indices of a "
        "*whole* epoch, wherever in it the sampler stands.",
        "live state": "The state that was handed out changed while the sampler ran on. Return a "
        "new dict with the values of that moment.",
    },
    measure=_of_the_restart,
)
def ResumableSampler(
    implementation: Implementation, length: int, seed: int, epoch: int, taken: int
) -> dict[str, Any]:
    torch.manual_seed(seed)
    whole = _epochs(implementation(length, seed), epoch + 3)
    torch.manual_seed(seed + 1)
    stopped = implementation(length, seed)
    earlier = _epochs(stopped, epoch)
    running = iter(stopped)
    part = list(islice(running, taken))
    state = stopped.state_dict()
    lengths = [len(implementation(length, seed)), len(stopped)]
    ran_on = part + list(running)
    torch.manual_seed(seed + 2)
    resumed = implementation(length, seed)
    resumed.load_state_dict(json.loads(json.dumps(state)))
    lengths.append(len(resumed))
    rest, following = _epochs(resumed, 2)
    return {
        "lengths": lengths,
        "epochs without a stop": whole,
        "epochs of the same seed": [*earlier, ran_on],
        "with another seed": list(implementation(length, seed + 1)),
        "before the stop": part,
        "after it": rest,
        "the next epoch": following,
    }


def bucket_cases(generator: torch.Generator) -> list[Case]:
    def sentences(count: int) -> list[int]:
        return torch.randint(1, 40, (count,), generator=generator).tolist()

    def seed() -> int:
        return _integer(generator, 0, 10_000)

    return [
        Case("twenty-four sentences in fours", (sentences(24), 4, seed())),
        Case("the last batch is smaller", (sentences(29), 4, seed())),
        Case("batches of three", (sentences(_integer(generator, 25, 40)), 3, seed())),
        Case("many sentences of one length", ([5] * 10 + [2] * 10, 2, seed())),
        Case("one batch holds them all", (sentences(4), 8, seed())),
    ]


@exercise(
    title="Batches of similar length",
    points=4,
    difficulty=2,
    minutes=15,
    hint="Two orders are at work. *Which* indices share a batch follows from their lengths; *when* "
    "a batch comes is left to chance, anew in each epoch. So: sort, cut, and only then shuffle — "
    "but what?",
    cases=bucket_cases,
    misconceptions={
        "always ascending": "The batches come sorted in each epoch: short sentences at the start, "
        "long ones at the end. Shuffle the *batches*.",
        "not sorted": "The batches are random ones, so short sentences are padded to the length of "
        "long ones. Neighbours in length belong together.",
        "sorted inside": "Each batch is sorted, but holds random sentences. Sort *before* cutting.",
        "shuffled once": "The batches have the same order in each epoch: it is drawn only once.",
        "rest last": "The batch that is not full comes last in each epoch. Let chance decide where "
        "*every* batch comes.",
        "turned": "The batches follow each other like the numbers of a clock: only the first one "
        "is left to chance. Any batch may come after any other.",
        "rest lost": "The batch that is not full is missing, and with it some of the sentences.",
        "generator ignored": "The order does not depend on the generator that was given.",
        "longest first": "Sorted the other way round, the incomplete batch holds the *shortest* "
        "sentences. The statement wants the longest in it.",
    },
)
def BucketBatchSampler(
    implementation: Implementation, lengths: list[int], batch_size: int, seed: int
) -> dict[str, Any]:
    def draw(seed: int, surroundings: int) -> list[list[list[int]]]:
        torch.manual_seed(surroundings)
        epochs = _epochs(implementation(lengths, batch_size, _seeded(seed)), 24)
        return [[sorted(int(i) for i in batch) for batch in epoch] for epoch in epochs]

    epochs, other = draw(seed, 1), draw(seed + 1, 1)
    in_lengths = [[sorted(lengths[i] for i in batch) for batch in epoch] for epoch in epochs]
    return {
        "len": len(implementation(lengths, batch_size, _seeded(seed))),
        "every index once": [_complete(_flat(epoch), len(lengths)) for epoch in epochs],
        "lengths in the batches, sorted": sorted(in_lengths[0]),
        "same batches of lengths in each epoch": not _differ([sorted(one) for one in in_lengths]),
        "epochs differ": _differ(epochs),
        "batches always ascend": all(epoch == sorted(epoch) for epoch in in_lengths),
        **_wanderings(in_lengths),
        "same generator, same order": epochs == draw(seed, 2),
        "another generator, another order": epochs != other,
    }


def _wanderings(epochs: list[list[list[int]]]) -> dict[str, bool]:
    """Whether batches change places, and change what they come before, freely."""
    places: defaultdict[str, set[int]] = defaultdict(set)
    followers: defaultdict[str, set[str]] = defaultdict(set)
    for epoch in epochs:
        names = [*map(str, epoch), "the end"]
        for place, name in enumerate(names[:-1]):
            places[name].add(place)
            followers[name].add(names[place + 1])
    return {
        "each batch comes in three places or more": min(map(len, places.values())) >= 3,
        "each batch comes before three others or more": min(map(len, followers.values())) >= 3,
    }


def stratified_cases(generator: torch.Generator) -> list[Case]:
    def labels(*counts: int) -> Tensor:
        ordered = torch.arange(len(counts)).repeat_interleave(torch.tensor(counts))
        return ordered[torch.randperm(len(ordered), generator=generator)]

    def seed() -> int:
        return _integer(generator, 0, 10_000)

    def between(low: int, high: int) -> int:
        return _integer(generator, low, high + 1)

    each, batches = between(2, 4), between(4, 8)
    # 2 to 4 samples of each class are left over where five batches get equally many
    uneven = [5 * between(low, low + 2) + between(2, 4) for low in (3, 2, 1)]
    return [
        Case("three classes of one size", (labels(*[each * batches] * 3), 3 * each, seed())),
        Case("a rare class", (labels(between(24, 36), between(15, 23), between(5, 9)), 10, seed())),
        Case("nothing divides evenly", (labels(*uneven), -(-sum(uneven) // 5), seed())),
        Case(
            "sorted by class",
            (labels(between(14, 24), between(7, 12)).sort().values, between(5, 7), seed()),
        ),
        Case("eight classes", (labels(*[between(7, 12)] * 8), between(14, 18), seed())),
    ]


def _of_the_mixture(
    seen: dict[str, Any], labels: Tensor, batch_size: int, _seed: int
) -> dict[str, Any]:
    """What must be true of the batches of several epochs, whichever samples come together."""
    epochs = seen["batches"]
    classes = int(labels.max()) + 1
    counts = [
        [torch.bincount(labels[batch], minlength=classes).tolist() for batch in epoch]
        for epoch in epochs
    ]
    return {
        "len": seen["len"],
        "number of batches": [len(epoch) for epoch in epochs],
        "every index once": [_complete(_flat(epoch), len(labels)) for epoch in epochs],
        "no batch is too large": all(len(b) <= batch_size for one in epochs for b in one),
        "sizes differ by at most 1": _all_close(epochs, lambda epoch: [[len(b) for b in epoch]]),
        "each class differs by at most 1": _all_close(
            counts, lambda epoch: zip(*epoch, strict=True)
        ),
        "a batch with one class alone": any(sum(map(bool, c)) < 2 for one in counts for c in one),
        "epochs differ": _differ(epochs),
        "other samples come together": _differ([sorted(map(sorted, one)) for one in epochs]),
        "same generator, same batches": epochs == seen["with the same generator"],
        "another generator, other batches": epochs != seen["with another generator"],
    }


def _all_close(epochs: list[Any], rows: Callable[[Any], Iterable[Sequence[int]]]) -> bool:
    return all(max(row) - min(row) <= 1 for epoch in epochs for row in rows(epoch))


@exercise(
    title="Every batch a small copy of the whole",
    points=4,
    difficulty=3,
    minutes=20,
    hint="Deal cards: with the pack sorted by suit (and shuffled within each suit), one card to "
    "each player in turn, everybody gets nearly the same number of each suit. Who gets the first "
    "card of the second suit, so that hands stay equally large?",
    cases=stratified_cases,
    misconceptions={
        "random": "These batches are random: some hold few or none of a rare class.",
        "one class each": "The dataset is sorted by class and then *cut*: a batch holds a single "
        "class, which is the opposite of what is wanted.",
        "never shuffled": "The batches are balanced, but the same in each epoch and with each "
        "generator.",
        "fixed batches": "The batches only change places from epoch to epoch: the same samples "
        "stay together for ever.",
        "from the first": "Each class begins again at the first batch, so the first ones become "
        "too large. Go on dealing where the class before ended.",
        "rest lost": "Some indices never come, although each epoch should have all of them.",
        "generator ignored": "The batches do not depend on the generator that was given.",
    },
    measure=_of_the_mixture,
)
def StratifiedBatchSampler(
    implementation: Implementation, labels: Tensor, batch_size: int, seed: int
) -> dict[str, Any]:
    def draw(seed: int, surroundings: int) -> list[list[list[int]]]:
        torch.manual_seed(surroundings)
        epochs = _epochs(implementation(labels, batch_size, _seeded(seed)))
        return [[[int(i) for i in batch] for batch in epoch] for epoch in epochs]

    return {
        "len": len(implementation(labels, batch_size, _seeded(seed))),
        "batches": draw(seed, 1),
        "with the same generator": draw(seed, 2),
        "with another generator": draw(seed + 1, 1),
    }


def distributed_cases(generator: torch.Generator) -> list[Case]:
    def options(**changed: Any) -> dict[str, Any]:
        usual = {"shuffle": False, "seed": 0, "epoch": 0, "drop_last": False}
        return {**usual, **changed}

    def seed() -> int:
        return _integer(generator, 0, 10_000)

    def ranks() -> int:
        return _integer(generator, 3, 8)

    def divisible(ranks: int) -> int:
        return ranks * _integer(generator, 3, 12)

    even, short, dropped, shared, beyond, below = (ranks() for _ in range(6))
    few = _integer(generator, 2, 7)
    length = divisible(shared) + _integer(generator, 1, shared)
    shuffled = options(shuffle=True, seed=seed(), epoch=_integer(generator, 1, 9))
    return [
        Case("a length that divides", (divisible(even), even, options())),
        Case("two indices are repeated", (divisible(short) - 2, short, options())),
        Case(
            "the rest is dropped",
            (
                divisible(dropped) + _integer(generator, 1, dropped),
                dropped,
                options(drop_last=True),
            ),
        ),
        Case("shuffled", (length, shared, shuffled)),
        Case("shuffled, the rest dropped", (length, shared, {**shuffled, "drop_last": True})),
        Case("the same epoch, another seed", (length, shared, {**shuffled, "seed": seed()})),
        Case("few indices for many", (few, 2 * few + _integer(generator, 1, 5), options())),
        Case("a rank that does not exist", (divisible(beyond), beyond, options(rank=beyond))),
        Case("a negative rank", (divisible(below), below, options(rank=-1))),
    ]


@exercise(
    title="Share the indices among processes",
    points=3,
    difficulty=2,
    minutes=15,
    hint="Each process computes the *whole* list, the same in all of them, and takes its own part: "
    "so nobody has to talk to anybody. Three steps: the order of this epoch; make the length "
    "divisible, by repeating from the start or by cutting; take every `num_replicas`-th.",
    cases=distributed_cases,
    misconceptions={
        "blocks": "Each rank takes a block of neighbours. PyTorch deals the indices out in turn: "
        "rank 1 of 4 takes the places 1, 5, 9, …",
        "not padded": "The ranks get different numbers of indices. One would wait for ever for the "
        "others' last batch; indices from the start of the list are repeated instead.",
        "last repeated": "The list is filled up with its last index. PyTorch repeats from the "
        "start of the list.",
        "epoch ignored": "Each epoch has the same order: `epoch` must take part in the seed.",
        "rank in the seed": "Each rank shuffles differently, so some indices come several times, "
        "others never. All ranks need one common order.",
        "never dropped": "With `drop_last`, the list is cut to a divisible length, not filled up.",
        "any rank": "A rank outside 0 … num_replicas - 1 must be a `ValueError`.",
        "seeds everything": "The indices are right, but `torch.manual_seed` reseeds the *whole "
        "program*, in each process and each epoch. Use a generator of your own.",
        "padded once": "With very few indices, repeating the list one time is not enough.",
    },
    forbids=dict.fromkeys(
        ("torch.utils.data.DistributedSampler", "torch.utils.data.distributed"),
        "Write the split by hand: PyTorch's own `DistributedSampler` is not allowed here.",
    ),
)
def distributed_indices(
    implementation: Implementation, length: int, num_replicas: int, options: dict[str, Any]
) -> Any:
    if "rank" in options:
        return implementation(length, num_replicas, **options)
    before = torch.get_rng_state()
    drawn = [
        list(implementation(length, num_replicas, rank=rank, **options))
        for rank in range(num_replicas)
    ]
    return {
        "indices of each rank": drawn,
        "the global generator is left alone": torch.equal(before, torch.get_rng_state()),
    }
