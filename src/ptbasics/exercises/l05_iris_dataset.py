"""Exercises of lesson 5: data sets, honest splits, and a classifier for real flowers.

Classes are looked at from outside only: what they hand out, not how they keep it.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.data import Dataset, IterableDataset

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._results import named


def _item(dataset: Any, index: Any) -> Any:
    """What a data set hands out for an index, or that it raised an IndexError."""
    try:
        item = dataset[index]
    except IndexError:
        return "IndexError"
    return tuple(item) if isinstance(item, tuple) else item


def _integers(generator: torch.Generator, low: int, high: int, count: int) -> list[int]:
    """Numbers from `low` to `high`, both included."""
    return torch.randint(low, high + 1, (count,), generator=generator).tolist()


_TRANSFORMS: dict[str, Callable[[Tensor], Tensor]] = {
    "cm to mm": lambda features: features * 10,
    "cm to mm, in place": lambda features: features.mul_(10),
    "shares of the sum": lambda features: features / features.sum(),
}


def iris_cases(generator: torch.Generator) -> list[Case]:
    def rows(count: int) -> list[int]:
        return _integers(generator, 1, 148, count)

    return [
        Case("rows of each species", ([0, *rows(4), 149], "none")),
        Case("negative indices", ([-1, -150, *(-row for row in rows(3))], "none")),
        Case("indices out of range", ([*rows(2), 150, -151, 1000], "none")),
        Case("a transform that makes a new tensor", (rows(3) * 2, "cm to mm")),
        Case("a transform of one sample at a time", (rows(3) * 2, "shares of the sum")),
        Case("a transform in place", (rows(3) * 2, "cm to mm, in place")),
    ]


@exercise(
    title="IrisDataset",
    points=5,
    difficulty=2,
    minutes=20,
    hint="Build the table in `__init__`, and decide there what is a feature and what is the label. "
    "In `__getitem__`, look at the dtype and shape of each part: NumPy counts in float64. "
    "`frame.iloc[i]` selects a row by its *position*.",
    cases=iris_cases,
    misconceptions={
        "float64": "The features are float64, as NumPy and pandas keep them. Layers have float32 "
        "weights and refuse them: ask for the dtype when you make the tensor.",
        "float labels": "The labels are floats. A label is the *number of a class*: cross-entropy "
        "wants int64.",
        "float64 labels": "The labels are float64, because a row of a table has one dtype for all "
        "its columns. A label is the *number of a class*: ask for int64.",
        "labels with a dimension": "A label has the shape (1,) instead of no dimension at all. A "
        "batch of them would have the shape (N, 1), and cross-entropy refuses that.",
        "length of columns": "`len(dataset)` is the number of columns. It must be the number of "
        "samples, that is, of rows.",
        "label among features": "Each sample has five features: the target is still among them. A "
        "model that is shown the answer learns nothing else.",
        "wraps around": "An index beyond the end comes round to the front again. Without an "
        "`IndexError` a `for` loop over the data set never ends.",
        "no negative index": "Negative indices are refused. They count from the end: −1 is the "
        "last flower.",
        "by label": "Rows are looked up by their label, so −1 raises a `KeyError`. Select rows by "
        "*position*, which knows negative numbers too.",
        "changes the data": "The second time, a row is not what it was: the transform got the "
        "tensor that the data set keeps, and worked in place. Hand out memory of its own.",
        "transform of the table": "The transform was given the whole table. It is made for one "
        "sample: call it when a sample is asked for.",
        "transform once": "The transform was called once for each sample, and what it returned "
        "was kept. It may return something else every time, such as noise: call it whenever the "
        "sample is asked for.",
        "no transform": "The transform is never called: samples come out as they are in the table.",
    },
)
def IrisDataset(implementation: Implementation, indices: list[int], transform: str) -> Any:
    calls = 0

    def noted(features: Tensor) -> Tensor:
        nonlocal calls
        calls += 1
        return _TRANSFORMS[transform](features)

    dataset = implementation(**({} if transform == "none" else {"transform": noted}))
    seen: dict[str, Any] = {
        "the class is derived from Dataset": isinstance(dataset, Dataset),
        "len(dataset)": len(dataset),
        "feature_names": [str(name) for name in dataset.feature_names],
        "target_names": [str(name) for name in dataset.target_names],
    }
    calls = 0
    for turn, index in enumerate(indices, 1):
        seen[f"dataset[{index}] at request {turn}"] = _item(dataset, index)
    if transform != "none":
        seen["each request calls the transform"] = calls == len(indices)
    seen["samples in a for loop"] = sum(1 for _ in islice(dataset, 200))
    return seen


def table_cases(generator: torch.Generator) -> list[Case]:
    def table(rows: int, columns: int, *indices: Any) -> tuple[Any, ...]:
        X = torch.randn(rows, columns, generator=generator)
        y = torch.randint(3, (rows,), generator=generator)
        return X, y, list(indices)

    return [
        Case("single rows", table(5, 3, 0, 4, -1, 5, -6)),
        Case("a slice", table(6, 2, [1, 4, None], [None, 2, None], [-3, None, None])),
        Case("slices with a step", table(7, 3, [0, 7, 3], [None, None, 2])),
        Case("backwards", table(5, 2, [None, None, -1], [3, 0, -2])),
        Case("slices of one row, and of none", table(4, 2, [2, 3, None], [3, 3, None])),
        Case("a slice that reaches too far", table(4, 3, [2, 100, None])),
        Case("more columns than rows", table(2, 5, 1, [0, 1, None])),
        Case("lengths that differ", (torch.zeros(4, 2), torch.zeros(3, dtype=torch.int64), [])),
    ]


@exercise(
    title="Rows, slices and whole batches",
    points=3,
    difficulty=2,
    minutes=15,
    hint="`isinstance(index, slice)` tells a slice from a number. A `range` can be sliced: "
    "`range(5)[::-1]` lists the rows that a slice stands for, in order. A tensor can be indexed "
    "with a list of rows.",
    cases=table_cases,
    misconceptions={
        "no backwards": "Tensors refuse slices with a negative step. Which rows does such a slice "
        "stand for? Work that out first, then index with them.",
        "list for a slice": "A slice gives a list of samples here. It should give a batch: all "
        "features in one tensor, all labels in another.",
        "stack": "`torch.stack` fails where a slice selects no row. Index the tensors with all "
        "rows at once: that works for none, too.",
        "one row squeezed": "A slice of one row lost its first dimension. A batch of one sample "
        "is still a batch, of shape (1, D).",
        "batch for getitems": "`__getitems__` gives one pair of large tensors. Its contract is a "
        "*list of samples*; putting them together is somebody else's work.",
        "length of columns": "`len` is the number of features; it must be the number of samples.",
        "no check": "Features and labels of different lengths are accepted. The mistake would show "
        "much later, or never: refuse them at once.",
    },
)
def TableDataset(implementation: Implementation, X: Tensor, y: Tensor, indices: list[Any]) -> Any:
    dataset = implementation(X.clone(), y.clone())
    keys = [slice(*index) if isinstance(index, list) else index for index in indices]
    rows = [*range(len(X) - 1, -1, -2), 0, 0]
    several = dataset.__getitems__(rows)
    return {
        "len(dataset)": len(dataset),
        **{f"dataset[{_written(key)}]": _item(dataset, key) for key in keys},
        f"__getitems__({rows})": [tuple(one) if isinstance(one, tuple) else one for one in several]
        if isinstance(several, list)
        else several,
    }


def _written(key: int | slice) -> str:
    """An index as it stands between the brackets, such as `1:4:` or `::-1`."""
    if isinstance(key, int):
        return str(key)
    return ":".join("" if part is None else str(part) for part in (key.start, key.stop, key.step))


_STEPS: dict[str, Callable[[Any], Any]] = {
    "add one": lambda x: x + 1,
    "double": lambda x: x * 2,
    "square": lambda x: x**2,
    "root": torch.sqrt,
    "largest": lambda x: int(x.argmax()),
    "as text": str,
}


def compose_cases(generator: torch.Generator) -> list[Case]:
    def features() -> Tensor:
        return 1 + torch.rand(4, generator=generator)

    return [
        Case("two steps", (["add one", "double"], features())),
        Case("three steps", (["square", "add one", "root"], features())),
        Case("one step", (["double"], features())),
        Case("no step at all", ([], features())),
        Case("the same step twice", (["add one", "add one"], features())),
        Case("steps that hand on something else", (["double", "largest", "as text"], features())),
    ]


@exercise(
    title="Transforms in a row",
    points=2,
    difficulty=1,
    minutes=8,
    hint="An object with a `__call__` method can be called like a function. Each step gets what "
    "the one before it returned. What remains if there is no step?",
    cases=compose_cases,
    misconceptions={
        "backwards": "The steps are applied from the last to the first. `Compose([a, b])(x)` "
        "is b(a(x)): the list is read from left to right.",
        "each from the start": "Every step gets the original input, so only the last one counts. "
        "Hand on what the previous step returned.",
        "first only": "Only the first step is applied: a `return` inside a loop ends it.",
        "used up": "It works once. The second time no step is left: an iterator can be gone "
        "through a single time, a list any number of times.",
        "needs a step": "Without any step it fails. An empty chain changes nothing: it returns "
        "what it got.",
    },
)
def Compose(implementation: Implementation, names: list[str], features: Tensor) -> Any:
    pipeline = implementation([_STEPS[name] for name in names])
    return {"first call": pipeline(features.clone()), "second call": pipeline(features.clone())}


class _Numbered(Dataset[int]):
    """Item i is the number i + `offset`; counts how often it was asked for one."""

    def __init__(self, count: int, offset: int) -> None:
        self.count, self.offset, self.reads = count, offset, 0

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, index: int) -> int:
        if not -self.count <= index < self.count:
            raise IndexError(f"no sample {index}")
        self.reads += 1
        return self.offset + index % self.count


def folds_cases(generator: torch.Generator) -> list[Case]:
    def of(samples: int, folds: int) -> tuple[int, ...]:
        offset, seed = _integers(generator, 100, 900, 2)
        return samples, offset, folds, seed

    # `random_split` takes this many equal shares; 9, 11 or 18 of them add up to more than 1 when
    # they are rounded, and it refuses them
    sizes = _integers(generator, 12, 17, 4)
    return [
        Case("three folds of one size", of(3 * sizes[0], 3)),
        Case("two folds", of(2 * sizes[1], 2)),
        Case("a number that cannot be divided", of(5 * sizes[2] + 2, 5)),
        Case("every sample a fold of its own", of(sizes[3], sizes[3])),
    ]


def _folds_found(seen: Any, samples: int, offset: int, count: int, _seed: int) -> Any:
    """What must be true of the pairs, whichever samples are in which."""
    pairs, again, other = seen["pairs"], seen["pairs again"], seen["pairs of another seed"]
    everything = list(range(offset, offset + samples))
    return {
        "the shared generator is left alone": seen["a shared random number"] == _drawn(offset),
        "sizes of the validation parts": sorted(len(validation) for _, validation in pairs),
        "each sample is validated once": sorted(n for _, part in pairs for n in part) == everything,
        "no sample is in both parts of a pair": all(
            not set(train) & set(validation) for train, validation in pairs
        ),
        "train has all other samples": all(
            sorted(train) == sorted(set(everything) - set(validation))
            for train, validation in pairs
        ),
        "the validation parts are blocks in the order of the data set": count < samples
        and all(_is_block(validation) for _, validation in pairs),
        "the same seed gives the same folds": _sets(again) == _sets(pairs),
        "another seed gives other folds": count == samples or _sets(other) != _sets(pairs),
        "samples read while the pairs were made": seen["reads"],
        "all parts are data sets": seen["all parts are data sets"],
    }


def _drawn(seed: int) -> int:
    """The first number that a generator with this seed gives."""
    return int(torch.randint(1_000_000, (), generator=torch.Generator().manual_seed(seed)))


@exercise(
    title="Cross-validation",
    points=3,
    difficulty=2,
    minutes=15,
    hint="First cut the data set into random parts, once; `random_split` also takes shares that "
    "add up to 1, and a generator. Each part is the validation part of one fold, and the others "
    "together are its training part.",
    cases=folds_cases,
    misconceptions={
        "all for training": "The training part contains the validation part. Then validation only "
        "measures what was learned by heart.",
        "swapped": "Training and validation are exchanged: a pair is (train, validation).",
        "remainder dropped": "Some samples are never used for validation: what was left over after "
        "an integer division got lost.",
        "one fold for training": "A training part lacks samples: it is to hold all that its "
        "validation part does not have.",
        "remainder in one fold": "One fold is larger than the others by all that an integer "
        "division left over. Deal those samples out, at most one to each fold.",
        "in file order": "The folds are blocks in the order of the data set. With Iris, sorted by "
        "species, that is the worst of all choices.",
        "seed ignored": "Another seed gives the same folds. The argument `seed` decides which "
        "sample goes into which fold: begin your random numbers with it.",
        "unseeded": "The same seed gives other folds each time. `random_split` takes a generator.",
        "global seed": "`torch.manual_seed` puts back the generator that everybody shares. Make a "
        "`torch.Generator` of your own.",
        "new split every time": "Each fold was split anew, so some samples are validated several "
        "times and others never. Split once, then rotate.",
        "copies": "All samples were read while the folds were made. `Subset` and `ConcatDataset` "
        "only translate indices; nothing is read until it is needed.",
    },
    measure=_folds_found,
)
def folds(implementation: Implementation, samples: int, offset: int, count: int, seed: int) -> Any:
    dataset = _Numbered(samples, offset)
    reads, are_datasets = 0, True

    def made(with_seed: int) -> list[list[list[int]]]:
        nonlocal reads, are_datasets
        found = implementation(dataset, count, with_seed)
        pairs = [named(pair, "train", "validation").values() for pair in found]
        reads = max(reads, dataset.reads)
        are_datasets &= all(isinstance(part, Dataset) for pair in pairs for part in pair)
        numbers = [[[part[i] for i in range(len(part))] for part in pair] for pair in pairs]
        dataset.reads = 0
        return numbers

    torch.manual_seed(offset)
    pairs = made(seed)
    return {
        "a shared random number": int(torch.randint(1_000_000, ())),
        "pairs": pairs,
        "pairs again": made(seed),
        "pairs of another seed": made(seed + 1),
        "reads": reads,
        "all parts are data sets": are_datasets,
    }


def _sets(pairs: Iterable[Sequence[Sequence[int]]]) -> list[list[list[int]]]:
    return [[sorted(part) for part in pair] for pair in pairs]


def _is_block(numbers: Sequence[int]) -> bool:
    """Whether these numbers are neighbours, without a gap between them."""
    return not numbers or max(numbers) - min(numbers) == len(set(numbers)) - 1


def split_cases(generator: torch.Generator) -> list[Case]:
    def split(
        shares: tuple[int, ...], whole: int, validation: int, test: int, *, mixed: bool = True
    ) -> tuple[Any, ...]:
        """The last three are numbers of portions, each of which has the classes in these shares."""
        y = torch.repeat_interleave(torch.arange(len(shares)), whole * torch.tensor(shares))
        y = y[torch.randperm(len(y), generator=generator)] if mixed else y
        [seed] = _integers(generator, 0, 10_000, 1)
        return y, validation * sum(shares), test * sum(shares), seed

    def drawn(*ranges: tuple[int, int]) -> list[int]:
        return [number for one in ranges for number in _integers(generator, *one, 1)]

    return [
        Case(
            "three equal classes in file order",
            split((1, 1, 1), *drawn((40, 60), (8, 12), (8, 12)), mixed=False),
        ),
        Case("classes of different sizes", split((6, 3, 1), *drawn((9, 14), (2, 3), (1, 1)))),
        Case("two classes, one of them rare", split((9, 1), *drawn((16, 24), (3, 4), (5, 6)))),
        Case("a small validation part", split((2, 1, 1), *drawn((16, 24), (2, 3), (5, 7)))),
    ]


def _split_found(seen: Any, labels: Tensor, _validation: int, _test: int, _seed: int) -> Any:
    """What must be true of a split, whichever rows are in which part."""
    splits = seen["splits of six seeds"]
    parts, other = splits[:2]
    rows = [row for part in parts for row in part]
    # several, because one split may keep the shares by chance
    kept = [all(_keeps_shares(labels, part) for part in one) for one in zip(*splits, strict=True)]
    return {
        "sizes of train, validation, test": [len(part) for part in parts],
        "no row is in two parts": len(set(rows)) == len(rows),
        "every row is in a part": set(rows) == set(range(len(labels))),
        "how many parts keep the shares of the classes": sum(kept),
        "each class is cut in the order of the file": _cut_in_order(labels, parts),
        "the same seed gives the same split": seen["the first split again"] == parts,
        "another seed gives another split": all(
            part != different for part, different in zip(parts, other, strict=True)
        ),
    }


@exercise(
    title="A stratified split in three",
    points=3,
    difficulty=2,
    minutes=12,
    hint="`train_test_split` splits in two: call it twice. It can split a list of row numbers, and "
    "`test_size` may be a number of rows. For the second call, which labels belong to the rows "
    "that are left?",
    cases=split_cases,
    misconceptions={
        "not stratified": "The parts hold the classes in other shares than the whole. Shuffling "
        "alone leaves the shares to chance: tell both splits which labels to keep balanced.",
        "stratified once": "Only one of the three parts has its fair share of every class. Both "
        "splits must be stratified, each with the labels of just the rows that it splits.",
        "in file order": "Each class is cut in the order of the file. Whatever that order depends "
        "on (who measured, when) then differs between the parts.",
        "seed ignored": "Another seed gives the same split. The argument `seed` chooses the rows: "
        "pass it on.",
        "no seed": "The same seed gives another split each time. Results could not be compared; "
        "pass the seed on.",
        "overlap": "Some rows are in two parts: the second split was taken from all rows again. "
        "Test rows that were trained on test nothing.",
        "positions of the rest": "Some rows are in two parts, and others in none: the second "
        "split counted the rows that were left anew, from 0. Split their row numbers.",
        "swapped": "Validation and test are exchanged: the order is train, validation, test.",
    },
    measure=_split_found,
)
def stratified_split(
    implementation: Implementation, labels: Tensor, validation: int, test: int, seed: int
) -> Any:
    def split(with_seed: int) -> list[list[int]]:
        parts = implementation(labels.clone(), validation, test, with_seed)
        found = named(parts, "train", "validation", "test")
        return [sorted(int(row) for row in part) for part in found.values()]

    return {
        "splits of six seeds": [split(seed + number) for number in range(6)],
        "the first split again": split(seed),
    }


def _keeps_shares(labels: Tensor, rows: Sequence[int]) -> bool:
    """Whether each class has the same share of some rows as of all of them."""
    counts = torch.bincount(labels)
    found = torch.bincount(labels[rows], minlength=len(counts))
    return torch.equal(found * len(labels), counts * len(rows))


def _cut_in_order(labels: Tensor, parts: Sequence[Sequence[int]]) -> bool:
    """Whether each part has neighbours only, when the rows of each class are counted."""
    place: dict[int, int] = {}
    for label in labels.unique():
        rows = (labels == label).nonzero().flatten().tolist()
        place.update((row, number) for number, row in enumerate(rows))
    return all(
        _is_block([place[row] for row in part if labels[row] == label])
        for part in parts
        for label in labels.unique()
    )


def standardize_cases(generator: torch.Generator) -> list[Case]:
    def parts(*sizes: int, features: int = 3) -> tuple[Any, ...]:
        total = sum(sizes)
        scale = 1 + 10 * torch.rand(features, generator=generator)
        X = 20 + scale * torch.randn(total, features, generator=generator)
        rows = torch.randperm(total, generator=generator)
        return X, *(part.tolist() for part in rows.split(list(sizes)))

    X, train, validation, test = parts(8, 4, 4)
    X[test] += 100
    drifted = X, train, validation, test
    X, train, validation, test = parts(6, 3, 3)
    X[train, 1] = 2.0
    constant = X, train, validation, test
    return [
        Case("three features", parts(12, 5, 4)),
        Case("a single feature", parts(6, 2, 3, features=1)),
        Case("a test part from a warmer year", drifted),
        Case("a feature that never varies in the training part", constant),
        Case("validation and test of one row", parts(9, 1, 1)),
    ]


@exercise(
    title="Standardising without a leak",
    points=3,
    difficulty=2,
    minutes=12,
    hint="Mean and spread are *learned* from data, as weights are. From which rows may they be "
    "learned? One mean for each feature, so think of `dim=`. `std` has a keyword `correction`.",
    cases=standardize_cases,
    rtol=1e-4,
    atol=1e-5,
    misconceptions={
        "leak": "Mean and spread were taken from all rows. So the training part knows something "
        "about the test rows, and the test score is too good to be true: use training rows only.",
        "leak of the spread": "The means come from the training rows, but the spreads from all "
        "rows. That is a leak, too: both are learned.",
        "each by itself": "Every part was standardised by its own statistics. Then the same flower "
        "means something else in each part, and a single flower cannot be standardised at all.",
        "train and validation": "The validation rows took part in the statistics. They are there "
        "to judge, so they too must stay unknown.",
        "one mean": "One mean and spread for all features together. Each feature has a scale of "
        "its own: reduce over the rows only.",
        "sample spread": "The spread divides by n − 1 here. `StandardScaler` and this exercise "
        "divide by n.",
        "division by zero": "A feature that never varies has the spread 0, and dividing by it "
        "gives nan or infinity. Leave such a feature undivided.",
        "tiny number": "A tiny number was added to the spread. That avoids nan, but divides a "
        "feature with the spread 0 by almost nothing: values in the other parts grow beyond all "
        "bounds. Leave such a feature undivided.",
        "nan replaced": "nan was replaced after the division. That mends the training part only: "
        "other values of that feature were divided by 0, too, and became infinite. See to the "
        "spread before you divide.",
        "in place": "The table that was passed in has been changed. Others may still need it.",
    },
)
def standardize_parts(
    implementation: Implementation,
    X: Tensor,
    train: list[int],
    validation: list[int],
    test: list[int],
) -> Any:
    parts = implementation(X, train, validation, test)
    return {**named(parts, "train", "validation", "test"), "the table afterwards": X}


def _row(features: Iterable[float], label: int) -> str:
    """A line such as `5.1,3.5,0`."""
    return ",".join([*(f"{value:.1f}" for value in features), str(label)])


def stream_cases(generator: torch.Generator) -> list[Case]:
    def lines(count: int, features: int = 4) -> list[str]:
        values = (70 * torch.rand(count, features, generator=generator)).round() / 10
        labels = _integers(generator, 0, 2, count)
        return [_row(row, label) for row, label in zip(values.tolist(), labels, strict=True)]

    noted = lines(4)
    noted[1:1] = ["# the second day", ""]
    return [
        Case("five samples", (lines(5), [], 10)),
        Case("two features", (lines(3, 2), [], 10)),
        Case("comments and empty lines", ([*noted, "", "#end"], ["", *lines(1)], 10)),
        Case("lines that are added later", (lines(2), lines(2), 10)),
        Case("a broken line that is not reached", ([*lines(3), "5.1,?,1.4,0.2,0"], [], 3)),
        Case("a broken line that is reached", ([*lines(3), "5.1,?,1.4,0.2,0"], [], 10)),
        Case("an empty file", ([], [], 10)),
    ]


@exercise(
    title="A stream of samples",
    points=3,
    difficulty=2,
    minutes=15,
    hint="A method with `yield` in it is a generator function: each call starts a new run, which "
    "goes on only as far as somebody asks for the next value. `with open(path) as file:` inside "
    "it, and `for line in file:` reads line by line.",
    cases=stream_cases,
    misconceptions={
        "read at the start": "The file was read when the object was made. A stream may be larger "
        "than memory, and may still grow: open it in `__iter__`.",
        "used up": "The stream can be gone through once; then it is empty. Each `iter(stream)` "
        "must begin anew.",
        "opened once": "All loops over the stream read from one open file: a new loop moves the "
        "place of those that still run. Each `iter(stream)` needs a file of its own.",
        "shared place": "Two loops over one stream take samples away from each other: they share "
        "one place in the file. Each `iter(stream)` needs a place of its own.",
        "all at once": "Before the first sample comes out, all lines have been turned into "
        "samples. Hand out each sample as soon as its line has been read.",
        "all lines at once": "The whole file was read into memory before the first sample came "
        "out: a line that was added on the way is missing. Read a line, hand out its sample, and "
        "only then read the next.",
        "map style": "A stream is no map-style `Dataset`: derive it from `IterableDataset`, which "
        "is how a loader tells them apart.",
        "float64": "The features are float64; a network wants float32.",
        "float64 row": "Features and label are float64, as NumPy keeps all numbers of a row. A "
        "network wants float32 features, and a class number is int64.",
        "float labels": "The label is a float like the numbers before it; a class number is int64.",
        "comments": "Lines that start with `#`, and empty ones, hold no sample: skip them.",
    },
)
def SampleStream(
    implementation: Implementation, lines: list[str], later: list[str], count: int
) -> Any:
    with TemporaryDirectory() as folder, ExitStack() as files:
        path = Path(folder) / "flowers.txt"
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        stream = implementation(str(path))
        files.callback(_close_files, stream)

        def begun() -> Iterator[Any]:
            iterator: Iterator[Any] = iter(stream)
            files.callback(getattr(iterator, "close", lambda: None))
            return iterator

        seen = {
            "the class is derived from IterableDataset": isinstance(stream, IterableDataset),
            "first pass": _taken(begun(), count),
        }
        half_way = begun()
        seen["before lines are added"] = _taken(half_way, 1)
        with path.open("a", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in later)
        seen["the same pass, after lines were added"] = _taken(half_way, count - 1)
        seen["a pass from the start"] = _taken(begun(), count)
        one, other = begun(), begun()
        turns = _taken(one, 1), _taken(other, 2), _taken(one, 1)
        seen["two passes at the same time"] = list(turns)
    return seen


def _taken(iterator: Iterator[Any], count: int) -> list[Any]:
    """Up to so many items; an error that ends the iteration is the last of them."""
    taken: list[Any] = []
    try:
        taken.extend(islice(iterator, count))
    except ValueError:
        taken.append("ValueError")
    return taken


def csv_cases(generator: torch.Generator) -> list[Case]:
    def text(count: int, header: str = "length,width,species") -> str:
        columns = header.count(",")
        values = (700 * torch.rand(count, columns, generator=generator)).round() / 10
        labels = _integers(generator, 0, 2, count)
        rows = [_row(row, label) for row, label in zip(values.tolist(), labels, strict=True)]
        return "\n".join([header, *rows]) + "\n"

    def order(count: int) -> list[int]:
        return torch.randperm(count, generator=generator).tolist()

    return [
        Case("six rows in any order", (text(6), order(6))),
        Case("negative, and out of range", (text(4), [-1, -4, 4, -5])),
        Case("no line break at the end", (text(3).rstrip(), [2, *order(3)])),
        Case("a header beyond ASCII", (text(5, "länge,größe,breite,species"), order(5))),
        Case("a header and no rows", (text(0), [0, -1])),
    ]


@exercise(
    title="A table that stays on disk",
    points=5,
    difficulty=3,
    minutes=25,
    hint="Go through the file once, in *binary* mode, and note at which byte each line begins: "
    "the lengths of the lines, added up. Later, `file.seek(position)` and `file.readline()` read "
    "one row. `__getstate__` decides what pickle keeps of an object; it returns a dictionary.",
    cases=csv_cases,
    misconceptions={
        "opened in __init__": "The file is already open when the object has been made. Workers "
        "would share this one file, and its place. Open it when the first row is asked for.",
        "handle in the pickle": "An open file cannot be pickled, so the data set cannot be sent "
        "to a worker any more once a row was read. Leave the file out of the state.",
        "all in memory": "All rows were read in advance: the file has changed, and the data set "
        "does not notice. Keep positions, not contents.",
        "kept in memory": "A row that was read once is kept: the file has changed since then, and "
        "the data set does not notice. A table that is larger than memory would fill it, row by "
        "row. Keep positions, not contents.",
        "where it stands": "The next row is read from wherever the file happens to stand. Others "
        "may have moved it: go to the position of the row before every read.",
        "header counted": "The header was taken for a row.",
        "characters for bytes": "Positions in a file count bytes, and letters such as ä take two. "
        "Open the file in binary mode to measure its lines.",
        "no negative index": "Negative indices count from the end, and those beyond it are an "
        "`IndexError`, as in a list.",
        "text": "The numbers are still text when they come out: features are a float32 tensor, "
        "the label an int64 one.",
        "float labels": "The label is a float like the numbers before it; a class number is int64.",
    },
)
def LazyCsvDataset(implementation: Implementation, text: str, indices: list[int]) -> Any:
    with TemporaryDirectory() as folder, ExitStack() as files:
        path = Path(folder) / "flowers.csv"
        path.write_text(text, encoding="utf-8", newline="")
        dataset = implementation(str(path))
        files.callback(_close_files, dataset)
        seen: dict[str, Any] = {
            "len(dataset)": len(dataset),
            "a file is open before any row was asked for": bool(_open_files(dataset)),
        }
        if _open_files(dataset):
            return seen  # whatever else it does, this is the mistake
        changed = _first_digit_changed(text)
        path.write_text(changed, encoding="utf-8", newline="")
        seen["after the file has changed"] = [_item(dataset, index) for index in indices]
        for file in _open_files(dataset):
            file.seek(0)  # as a forked worker would, which shares the place in the file
        seen["after somebody moved the open file"] = [_item(dataset, index) for index in indices]
        try:
            copy = _as_worker_gets_it(dataset)
        except (TypeError, AttributeError, pickle.PicklingError):
            seen["in another process"] = "it cannot be pickled"
            return seen
        files.callback(_close_files, copy)
        path.write_text(text, encoding="utf-8", newline="")
        seen["in another process, after the file has changed again"] = [
            _item(copy, index) for index in indices
        ]
        # as it was when the first one read it: an open file keeps some of what it has read, which
        # is no mistake
        path.write_text(changed, encoding="utf-8", newline="")
        seen["and still in this one"] = [_item(dataset, index) for index in indices]
    return seen


def _open_files(dataset: Any) -> list[io.IOBase]:
    """The open files among the attributes of a data set, and in lists or dictionaries there."""
    held: list[Any] = []
    for value in vars(dataset).values():
        inside = value.values() if isinstance(value, dict) else value
        held.extend(inside if isinstance(value, dict | list | tuple) else [value])
    return [one for one in held if isinstance(one, io.IOBase) and not one.closed]


def _close_files(dataset: Any) -> None:
    for file in _open_files(dataset):
        file.close()


def _first_digit_changed(text: str) -> str:
    """The same text with another first digit in every row, so that all lines keep their length."""
    header, *rows = text.split("\n")
    return "\n".join([header, *(str(9 - int(row[0])) + row[1:] if row else row for row in rows)])


def _as_worker_gets_it(dataset: Any) -> Any:
    """A copy by way of pickle. The class is not looked up by its name, which a notebook's class
    need not be found under."""
    cls, stream = type(dataset), io.BytesIO()

    class Pickler(pickle.Pickler):
        def persistent_id(self, thing: Any) -> str | None:
            return "its class" if thing is cls else None

    class Unpickler(pickle.Unpickler):
        def persistent_load(self, _: str) -> type:
            return cls

    Pickler(stream).dump(dataset)
    stream.seek(0)
    return Unpickler(stream).load()


#: The split that everybody is measured on: 90 rows to train, 30 to validate, 30 to test.
_SPLIT_SEED = 1
_GOAL = 0.93


def classifier_cases(generator: torch.Generator) -> list[Case]:
    def train(order: str) -> tuple[Any, ...]:
        seed, shuffle = _integers(generator, 0, 10_000, 2)
        return seed, order, shuffle

    return [
        Case("rows in random order", train("random")),
        Case("rows in random order, another seed", train("random")),
        Case("rows sorted by species", train("sorted")),
    ]


def _quality(seen: Any, _seed: int, order: str, shuffle: int) -> Any:
    """What must be true of a model's outputs for the 30 test flowers, whatever the model."""
    if seen is None:
        return {"the result is a module": False}
    X, y, _, test_y = _fixed_split(order, shuffle)
    logits, repeated = seen["logits"], seen["logits of a second run"]
    inputs, labels = seen["training data"]
    right = int((logits.argmax(1) == test_y).sum()) if logits.ndim == 2 else 0
    return {
        "the result is a module": True,
        "shape of the outputs for 30 flowers": list(logits.shape),
        "dtype of the outputs": logits.dtype,
        "outputs are probabilities": bool(
            (logits >= 0).all() and torch.allclose(logits.sum(-1), torch.ones(()))
        ),
        f"accuracy on the test part is at least {_GOAL}": right >= _GOAL * len(test_y),
        "the same seed gives the same outputs": torch.equal(logits, repeated),
        "the training data are unchanged": torch.equal(inputs, X) and torch.equal(labels, y),
    }


@exercise(
    title="A classifier for Iris",
    points=5,
    difficulty=2,
    minutes=20,
    hint="All pieces are in lesson 4: seed, model, optimizer, and the four steps in their order, "
    "for some dozens of epochs. Shuffle the rows in every epoch. If the accuracy is too low, look "
    "at the loss: does it fall?",
    cases=classifier_cases,
    misconceptions={
        "no step": "The model predicts no better than before training. Is every one of the four "
        "steps there, for every batch?",
        "one output": "The model has one output, as for predicting a number. A classifier has one "
        "output for each class.",
        "probabilities": "The model returns probabilities. It should return logits: the loss takes "
        "the softmax itself, and with two of them it learns badly.",
        "no seed": "Two runs with the same seed give different models. The first weights and the "
        "shuffling both depend on the seed: set it before the model is made.",
        "predictions": "What came back is no model. Return the module itself, so that it can be "
        "asked about flowers that it has never seen.",
        "changes the data": "The training data are not what they were before. Leave them alone: "
        "others use the same tensors.",
    },
    seconds=20,
    measure=_quality,
)
def train_classifier(implementation: Implementation, seed: int, order: str, shuffle: int) -> Any:
    X, y, test_X, _ = _fixed_split(order, shuffle)
    inputs, labels = X.clone(), y.clone()
    with _one_thread():
        model = implementation(inputs, labels, seed)
        if not isinstance(model, nn.Module):
            return None
        again = implementation(X.clone(), y.clone(), seed)
    with torch.no_grad():
        return {
            "logits": model.eval()(test_X),
            "logits of a second run": again.eval()(test_X),
            "training data": (inputs, labels),
        }


@contextmanager
def _one_thread() -> Iterator[None]:
    """Tensors as small as these are no work to share: threads would only wait for each other."""
    threads = torch.get_num_threads()
    if threads == 1:
        yield
        return
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def _fixed_split(order: str, shuffle: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Training and test features, standardised by the training part, and their labels.

    Always the same flowers. The seed `shuffle` decides which of them comes first, and so on; if
    the `order` is "sorted", that is so in the test part only.
    """
    # here, because it takes a second, and the first check of any lesson imports this module
    from sklearn.datasets import load_iris
    from sklearn.model_selection import train_test_split

    iris = load_iris()
    rest, test = train_test_split(
        np.arange(len(iris.target)),
        test_size=30,
        stratify=iris.target,
        random_state=_SPLIT_SEED,
    )
    train, _ = train_test_split(
        rest, test_size=30, stratify=iris.target[rest], random_state=_SPLIT_SEED
    )
    random = np.random.default_rng(shuffle)
    test, train = random.permutation(test), random.permutation(train)
    if order == "sorted":
        train = np.sort(train)
    mean, std = iris.data[train].mean(0), iris.data[train].std(0)
    X = torch.from_numpy(((iris.data - mean) / std).astype(np.float32))
    y = torch.from_numpy(iris.target.astype(np.int64))
    return X[train], y[train], X[test], y[test]


_BY_HAND = "Count by hand, without scikit-learn's metrics."


def confusion_cases(generator: torch.Generator) -> list[Case]:
    def answers(count: int, classes: int, share: float = 0.6) -> tuple[Any, ...]:
        actual = torch.randint(classes, (count,), generator=generator)
        guess = torch.randint(classes, (count,), generator=generator)
        known = torch.rand(count, generator=generator) < share
        return actual, torch.where(known, actual, guess), classes

    always, (one,) = torch.randint(3, (12,), generator=generator), _integers(generator, 0, 2, 1)
    few = answers(6, 3)[:2]
    right = torch.randint(4, (9,), generator=generator)
    none = torch.zeros(0, dtype=torch.int64)
    return [
        Case("three classes", answers(30, 3)),
        Case("two classes", answers(20, 2)),
        Case("always the same answer", (always, torch.full((12,), one), 3)),
        Case("a class that never occurs", (*few, *_integers(generator, 4, 6, 1))),
        Case("everything right", (right, right, 4)),
        Case("no sample", (none, none, *_integers(generator, 2, 9, 1))),
    ]


@exercise(
    title="The confusion matrix",
    points=2,
    difficulty=2,
    minutes=10,
    hint="Give every pair (actual, predicted) one number, so that the cells of the matrix are "
    "numbered row by row; then count how often each number occurs. `torch.bincount` counts, and "
    "knows a `minlength`. A plain loop is fine as well.",
    cases=confusion_cases,
    misconceptions={
        "transposed": "Rows and columns are exchanged: a row belongs to the *actual* class, a "
        "column to the predicted one.",
        "at most one": "No count is greater than 1: writing to several equal indices at once "
        "writes once. Counts have to be added up.",
        "shares": "These are shares, not counts. The matrix holds how *many* samples fell into "
        "each cell, as int64.",
        "only those that occur": "Classes that do not occur are missing. The matrix always has "
        "`classes` rows and columns.",
        "only errors": "The diagonal is empty. It belongs to the matrix: what was predicted "
        "rightly.",
        "float": "Counts are whole numbers: the matrix should be int64.",
    },
    forbids={"sklearn.metrics": _BY_HAND},
)
def confusion_matrix(
    implementation: Implementation, actual: Tensor, predicted: Tensor, classes: int
) -> Any:
    return implementation(actual, predicted, classes)
