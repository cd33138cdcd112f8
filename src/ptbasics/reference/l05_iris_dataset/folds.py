"""Answers: Cross-validation."""

from __future__ import annotations

import torch
from sklearn.model_selection import KFold
from torch.utils.data import ConcatDataset, Dataset, Subset, random_split

from ptbasics.exercise import alternative, misconception


def folds(dataset: Dataset, count: int, seed: int) -> list[tuple[Dataset, Dataset]]:
    """Pairs of data sets for cross-validation: every sample is used for validation once.

    Args:
        dataset: N samples. None of them is read here.
        count: how many folds to make, from 2 to N.
        seed: chooses which sample goes into which fold. The generator that all of PyTorch shares
            is left alone.

    Returns:
        A list of `count` pairs (train, validation). The validation parts are random, have no
        sample in common, contain all samples together, and differ in size by at most one. Each
        train part has all samples that its validation part does not have.
    """
    generator = torch.Generator().manual_seed(seed)
    sizes = [(len(dataset) + number) // count for number in range(count)]
    parts = random_split(dataset, sizes, generator)
    return [
        (ConcatDataset(parts[:number] + parts[number + 1 :]), parts[number])
        for number in range(count)
    ]


def _parts(dataset, count, seed):
    generator = torch.Generator().manual_seed(seed)
    return random_split(dataset, [1 / count] * count, generator)


@misconception(
    "all for training",
    hint="The training part contains the validation part. Then validation only measures what was "
    "learned by heart.",
)
def folds_all(dataset, count, seed):
    return [(dataset, part) for part in _parts(dataset, count, seed)]


def _rotated(parts):
    return [(ConcatDataset([two for two in parts if two is not one]), one) for one in parts]


@misconception(
    "swapped",
    hint="Training and validation are exchanged: a pair is (train, validation).",
)
def folds_swapped(dataset, count, seed):
    return [(validation, train) for train, validation in _rotated(_parts(dataset, count, seed))]


@misconception(
    "remainder dropped",
    hint="Some samples are never used for validation: what was left over after an integer "
    "division got lost.",
)
def folds_remainder(dataset, count, seed):
    size = len(dataset) // count
    sizes = [size] * count + [len(dataset) - count * size]
    return _rotated(random_split(dataset, sizes, torch.Generator().manual_seed(seed))[:count])


@misconception(
    "one fold for training",
    hint="A training part lacks samples: it is to hold all that its validation part does not have.",
)
def folds_one_for_training(dataset, count, seed):
    parts = _parts(dataset, count, seed)
    return [(parts[number - 1], part) for number, part in enumerate(parts)]


@misconception(
    "remainder in one fold",
    hint="One fold is larger than the others by all that an integer division left over. Deal "
    "those samples out, at most one to each fold.",
)
def folds_remainder_in_one(dataset, count, seed):
    size = len(dataset) // count
    sizes = [size] * (count - 1) + [len(dataset) - (count - 1) * size]
    return _rotated(random_split(dataset, sizes, torch.Generator().manual_seed(seed)))


@misconception(
    "in file order",
    hint="The folds are blocks in the order of the data set. With Iris, sorted by species, that "
    "is the worst of all choices.",
)
def folds_in_order(dataset, count, seed):
    rows = torch.arange(len(dataset)).tensor_split(count)
    return _rotated([torch.utils.data.Subset(dataset, part.tolist()) for part in rows])


@misconception(
    "seed ignored",
    hint="Another seed gives the same folds. The argument `seed` decides which sample goes into "
    "which fold: begin your random numbers with it.",
)
def folds_seed_ignored(dataset, count, seed):
    return _rotated(_parts(dataset, count, 42))


@misconception(
    "unseeded",
    hint="The same seed gives other folds each time. `random_split` takes a generator.",
)
def folds_unseeded(dataset, count, seed):
    return _rotated(random_split(dataset, [1 / count] * count))


@misconception(
    "global seed",
    hint="`torch.manual_seed` puts back the generator that everybody shares. Make a "
    "`torch.Generator` of your own.",
)
def folds_global_seed(dataset, count, seed):
    torch.manual_seed(seed)
    return _rotated(random_split(dataset, [1 / count] * count))


@misconception(
    "new split every time",
    hint="Each fold was split anew, so some samples are validated several times and others never. "
    "Split once, then rotate.",
)
def folds_new_split(dataset, count, seed):
    return [_rotated(_parts(dataset, count, seed + number))[0] for number in range(count)]


class _Copied(Dataset):
    def __init__(self, part):
        self.samples = [part[i] for i in range(len(part))]

    def __len__(self):
        return len(self.samples)

    def __getitem__(self, index):
        return self.samples[index]


@misconception(
    "copies",
    hint="All samples were read while the folds were made. `Subset` and `ConcatDataset` only "
    "translate indices; nothing is read until it is needed.",
)
def folds_copies(dataset, count, seed):
    return [tuple(map(_Copied, pair)) for pair in _rotated(_parts(dataset, count, seed))]


@misconception("remainder dropped")
def folds_remainder_in_training(dataset, count, seed):
    order = torch.randperm(len(dataset), generator=torch.Generator().manual_seed(seed)).tolist()
    size = len(dataset) // count
    return [
        (
            torch.utils.data.Subset(dataset, order[:start] + order[start + size :]),
            torch.utils.data.Subset(dataset, order[start : start + size]),
        )
        for start in range(0, count * size, size)
    ]


@alternative
def folds_by_scikit_learn(dataset, count, seed):
    splitter = KFold(count, shuffle=True, random_state=seed)
    pairs = splitter.split(range(len(dataset)))
    return [(Subset(dataset, train), Subset(dataset, part)) for train, part in pairs]


@alternative
def folds_by_steps(dataset, count, seed):
    order = torch.randperm(len(dataset), generator=torch.Generator().manual_seed(seed)).tolist()
    return [
        (
            Subset(dataset, [row for i, row in enumerate(order) if i % count != number]),
            Subset(dataset, order[number::count]),
        )
        for number in range(count)
    ]


@alternative
def folds_from_a_fork(dataset, count, seed):
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        parts = random_split(dataset, [1 / count] * count)
    return [[ConcatDataset([one for one in parts if one is not part]), part] for part in parts]
