"""Answers: A split that tomorrow is the same."""

from __future__ import annotations

import random

import numpy as np
import torch
from torch.utils.data import (
    BatchSampler,
    DataLoader,
    Dataset,
    RandomSampler,
    Subset,
    SubsetRandomSampler,
    random_split,
)

from ptbasics.exercise import alternative, misconception


def split_loaders(
    dataset: Dataset, validation_size: int, batch_size: int, seed: int
) -> tuple[DataLoader, DataLoader]:
    """A loader to train with and one to validate with; both follow from `seed` alone.

    Args:
        dataset: any map-style dataset. It may be sorted by class.
        validation_size: how many items, chosen at random, are kept for validation.
        batch_size: for both loaders.
        seed: decides the split and the order of training, and nothing else does: neither the
            global generators (of PyTorch, NumPy and Python) nor an epoch of validation in between.
            The global generators are left as they were, also when the loaders are iterated.

    Returns:
        (train, validation). Together they hold every item once, in each epoch. The training loader
        shuffles anew in each epoch, the validation loader never.
    """
    generator = torch.Generator().manual_seed(seed)
    order = torch.randperm(len(dataset), generator=generator).tolist()
    validation, train = order[:validation_size], order[validation_size:]
    sampler = SubsetRandomSampler(train, generator=generator)
    return (
        DataLoader(dataset, batch_size=batch_size, sampler=sampler, generator=generator),
        DataLoader(Subset(dataset, validation), batch_size=batch_size, generator=torch.Generator()),
    )


def _two_parts(dataset, validation_size, generator=None):
    sizes = [len(dataset) - validation_size, validation_size]
    return random_split(dataset, sizes, generator=generator)


@misconception(
    "global generator",
    hint="Another state of the global generator gives another split. Make a generator from `seed` "
    "and hand it to the split.",
)
def split_global_generator(dataset, validation_size, batch_size, seed):
    train, validation = _two_parts(dataset, validation_size)
    return DataLoader(train, batch_size, shuffle=True), DataLoader(validation, batch_size)


@misconception(
    "order not seeded",
    hint="The split is reproducible, but the order of the training batches is not: that loader "
    "draws from the global generator.",
)
def split_order_not_seeded(dataset, validation_size, batch_size, seed):
    generator = torch.Generator().manual_seed(seed)
    train, validation = _two_parts(dataset, validation_size, generator)
    return DataLoader(train, batch_size, shuffle=True), DataLoader(validation, batch_size)


@misconception(
    "constant order",
    hint="Whatever the seed, training goes through its items in the same way: the order is drawn "
    "from a generator with a fixed seed. Let `seed` decide on it, too.",
)
def split_constant_order(dataset, validation_size, batch_size, seed):
    generator = torch.Generator().manual_seed(seed)
    train, validation = _two_parts(dataset, validation_size, generator)
    order = torch.Generator().manual_seed(42)
    return (
        DataLoader(train, batch_size, shuffle=True, generator=order),
        DataLoader(validation, batch_size),
    )


@misconception(
    "seeds everything",
    hint="`torch.manual_seed`, `random.seed` and `np.random.seed` reseed the *whole program*, so "
    "that dropout or augmentation elsewhere repeats itself too. Use a generator of your own.",
)
def split_seeds_everything(dataset, validation_size, batch_size, seed):
    torch.manual_seed(seed)
    train, validation = _two_parts(dataset, validation_size)
    generator = torch.Generator().manual_seed(seed)
    return (
        DataLoader(train, batch_size, shuffle=True, generator=generator),
        DataLoader(validation, batch_size),
    )


@misconception(
    "not shuffled before",
    hint="The split just cuts the dataset in two. If it is sorted by class, as Iris is, some "
    "classes are never trained.",
)
def split_not_shuffled(dataset, validation_size, batch_size, seed):
    generator = torch.Generator().manual_seed(seed)
    size = len(dataset) - validation_size
    train, validation = Subset(dataset, range(size)), Subset(dataset, range(size, len(dataset)))
    return (
        DataLoader(train, batch_size, shuffle=True, generator=generator),
        DataLoader(validation, batch_size),
    )


@misconception(
    "validation shuffled",
    hint="Validation needs no shuffling: the result is the same in any order, and a fixed order "
    "makes mistakes easy to find again.",
)
def split_validation_shuffled(dataset, validation_size, batch_size, seed):
    generator = torch.Generator().manual_seed(seed)
    return tuple(
        DataLoader(part, batch_size, shuffle=True, generator=generator)
        for part in _two_parts(dataset, validation_size, generator)
    )


@misconception(
    "training not shuffled",
    hint="The training loader gives the same order in each epoch.",
)
def split_training_not_shuffled(dataset, validation_size, batch_size, seed):
    generator = torch.Generator().manual_seed(seed)
    train, validation = _two_parts(dataset, validation_size, generator)
    return DataLoader(train, batch_size), DataLoader(validation, batch_size)


@misconception(
    "overlap",
    hint="Some items are in both parts: the validation has been trained on.",
)
def split_overlap(dataset, validation_size, batch_size, seed):
    generator = torch.Generator().manual_seed(seed)
    _, validation = _two_parts(dataset, validation_size, generator)
    return (
        DataLoader(dataset, batch_size, shuffle=True, generator=generator),
        DataLoader(validation, batch_size),
    )


@misconception(
    "rest dropped",
    hint="In each epoch some items are in neither part: the last batch is left out because it is "
    "not full.",
)
def split_rest_dropped(dataset, validation_size, batch_size, seed):
    generator = torch.Generator().manual_seed(seed)
    train, validation = _two_parts(dataset, validation_size, generator)
    return (
        DataLoader(train, batch_size, shuffle=True, drop_last=True, generator=generator),
        DataLoader(validation, batch_size),
    )


@misconception(
    "one by one",
    hint="The parts are right, but they do not come in batches of `batch_size`.",
)
def split_one_by_one(dataset, validation_size, batch_size, seed):
    generator = torch.Generator().manual_seed(seed)
    train, validation = _two_parts(dataset, validation_size, generator)
    return DataLoader(train, shuffle=True, generator=generator), DataLoader(validation)


@misconception(
    "validation draws",
    hint="Nearly right. But each epoch of the validation loader draws a number from the global "
    "generator, because this loader has none of its own (section 4).",
)
def split_validation_draws(dataset, validation_size, batch_size, seed):
    generator = torch.Generator().manual_seed(seed)
    train, validation = _two_parts(dataset, validation_size, generator)
    return (
        DataLoader(train, batch_size, shuffle=True, generator=generator),
        DataLoader(validation, batch_size),
    )


@misconception("validation draws")
def split_both_draw(dataset, validation_size, batch_size, seed):
    generator = torch.Generator().manual_seed(seed)
    train, validation = _two_parts(dataset, validation_size, generator)
    sampler = RandomSampler(train, generator=generator)
    return DataLoader(train, batch_size, sampler=sampler), DataLoader(validation, batch_size)


@misconception(
    "one generator for both",
    hint="Validating between two epochs changes the order of training: both loaders draw from one "
    "generator, and every epoch draws from it, shuffled or not (section 4).",
)
def split_one_generator_for_both(dataset, validation_size, batch_size, seed):
    generator = torch.Generator().manual_seed(seed)
    train, validation = _two_parts(dataset, validation_size, generator)
    return (
        DataLoader(train, batch_size, shuffle=True, generator=generator),
        DataLoader(validation, batch_size, generator=generator),
    )


@misconception("seeds everything")
def split_seeds_everything_once(dataset, validation_size, batch_size, seed):
    torch.manual_seed(seed)
    train, validation = _two_parts(dataset, validation_size)
    return DataLoader(train, batch_size, shuffle=True), DataLoader(validation, batch_size)


@alternative
def split_by_random_split(dataset, validation_size, batch_size, seed):
    generator = torch.Generator().manual_seed(seed)
    sizes = [len(dataset) - validation_size, validation_size]
    train, validation = random_split(dataset, sizes, generator)
    order = torch.Generator().manual_seed(seed)
    return (
        DataLoader(train, batch_size, shuffle=True, generator=order),
        DataLoader(validation, batch_size, generator=torch.Generator()),
    )


@alternative
def split_by_python(dataset, validation_size, batch_size, seed):
    order = list(range(len(dataset)))
    random.Random(seed).shuffle(order)
    generator = torch.Generator().manual_seed(seed + 1)
    train = Subset(dataset, order[validation_size:])
    sampler = RandomSampler(train, generator=generator)
    return (
        DataLoader(
            train, batch_sampler=BatchSampler(sampler, batch_size, False), generator=generator
        ),
        DataLoader(
            Subset(dataset, sorted(order[:validation_size])),
            batch_size,
            generator=torch.Generator().manual_seed(seed),
        ),
    )


@alternative
def split_by_numpy(dataset, validation_size, batch_size, seed):
    order = np.random.default_rng(seed).permutation(len(dataset)).tolist()
    chosen = SubsetRandomSampler(order[validation_size:], torch.Generator().manual_seed(seed))
    return (
        DataLoader(dataset, batch_size, sampler=chosen, generator=torch.Generator()),
        DataLoader(
            dataset, batch_size, sampler=order[:validation_size], generator=torch.Generator()
        ),
    )


@alternative
def split_by_sklearn(dataset, validation_size, batch_size, seed):
    from sklearn.model_selection import train_test_split

    rows = range(len(dataset))
    train, validation = train_test_split(rows, test_size=validation_size, random_state=seed)
    order = torch.Generator().manual_seed(seed)
    return (
        DataLoader(Subset(dataset, train), batch_size, shuffle=True, generator=order),
        DataLoader(Subset(dataset, validation), batch_size, generator=torch.Generator()),
    )


@alternative
def split_with_the_state_put_back(dataset, validation_size, batch_size, seed):
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        sizes = [len(dataset) - validation_size, validation_size]
        train, validation = random_split(dataset, sizes)
    generator = torch.Generator().manual_seed(seed)
    return (
        DataLoader(train, batch_size, shuffle=True, generator=generator),
        DataLoader(validation, batch_size, generator=torch.Generator()),
    )
