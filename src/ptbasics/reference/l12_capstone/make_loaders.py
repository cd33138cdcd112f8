"""Answers: Loaders for a rare class."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.utils.data import DataLoader, Sampler, Subset, TensorDataset, WeightedRandomSampler

from ptbasics.exercise import alternative, misconception


def make_loaders(
    images: Tensor,
    labels: Tensor,
    train: list[int],
    validation: list[int],
    batch_size: int,
    seed: int,
) -> tuple[DataLoader, DataLoader]:
    """Loaders of batches (images, labels) for training and for validation.

    Args:
        images: (N, 1, 8, 8), float32.
        labels: (N,), int64.
        train, validation: the indices of the two parts.
        batch_size: of both loaders; the last batch may be smaller.
        seed: decides what is drawn. Nothing else does.

    Returns:
        The training loader draws as many items per epoch as its part has, with replacement, so
        that each class that occurs in the part is drawn equally often on average. All chance
        comes from its attribute `generator`: with its state set back, the same epoch comes again.
        The validation loader gives its part once per epoch, in the order of `validation`.
    """
    generator = torch.Generator().manual_seed(seed)
    of_training = labels[train]
    weights = 1 / of_training.bincount()[of_training]
    data = TensorDataset(images, labels)
    sampler = WeightedRandomSampler(weights, len(train), generator=generator)
    return (
        DataLoader(Subset(data, train), batch_size, sampler=sampler, generator=generator),
        DataLoader(Subset(data, validation), batch_size),
    )


def _loaders(images, labels, train, validation, size, sampler, generator, **options):
    data = TensorDataset(images, labels)
    return (
        DataLoader(Subset(data, train), size, sampler=sampler, generator=generator, **options),
        DataLoader(Subset(data, validation), size),
    )


def _weights(labels):
    return 1 / labels.bincount()[labels]


@misconception(
    "per class",
    hint="The weights are one per *class*, but the sampler takes the first for the first item, the "
    "second for the second: only a few items are ever drawn.",
)
def loaders_with_weights_per_class(images, labels, train, validation, batch_size, seed):
    generator = torch.Generator().manual_seed(seed)
    counts = labels[train].bincount()
    weights = 1 / counts[counts > 0]
    sampler = WeightedRandomSampler(weights, len(train), generator=generator)
    return _loaders(images, labels, train, validation, batch_size, sampler, generator)


@misconception(
    "only shuffled",
    hint="The training part is shuffled, and the rare class stays rare.",
)
def loaders_only_shuffled(images, labels, train, validation, batch_size, seed):
    generator = torch.Generator().manual_seed(seed)
    return _loaders(images, labels, train, validation, batch_size, None, generator, shuffle=True)


@misconception(
    "no generator",
    hint="The order depends on whatever drew random numbers before, not on the seed.",
)
def loaders_without_generator(images, labels, train, validation, batch_size, seed):
    sampler = WeightedRandomSampler(_weights(labels[train]), len(train))
    return _loaders(images, labels, train, validation, batch_size, sampler, None)


@misconception(
    "sampler's alone",
    hint="The sampler has a generator of its own, and `loader.generator` is another or none. "
    "Who wants to save the state of the loader's chance must find it there.",
)
def loaders_with_a_generator_of_the_sampler(images, labels, train, validation, batch_size, seed):
    generator = torch.Generator().manual_seed(seed)
    sampler = WeightedRandomSampler(_weights(labels[train]), len(train), generator=generator)
    return _loaders(images, labels, train, validation, batch_size, sampler, None)


@misconception("sampler's alone")
def loaders_with_two_generators(images, labels, train, validation, batch_size, seed):
    sampler = WeightedRandomSampler(
        _weights(labels[train]), len(train), generator=torch.Generator().manual_seed(seed)
    )
    generator = torch.Generator().manual_seed(seed)
    return _loaders(images, labels, train, validation, batch_size, sampler, generator)


@misconception(
    "weighted validation",
    hint="The validation part is drawn by weight, too: some items come twice, others never.",
)
def loaders_with_weighted_validation(images, labels, train, validation, batch_size, seed):
    loader, held = make_loaders(images, labels, train, validation, batch_size, seed)
    generator = torch.Generator().manual_seed(seed)
    weights = _weights(labels[validation])
    sampler = WeightedRandomSampler(weights, len(validation), generator=generator)
    return loader, DataLoader(held.dataset, batch_size, sampler=sampler, generator=generator)


@misconception(
    "rest dropped",
    hint="The last, smaller batch of training is left out: an epoch has fewer items than its part.",
)
def loaders_that_drop(images, labels, train, validation, batch_size, seed):
    generator = torch.Generator().manual_seed(seed)
    sampler = WeightedRandomSampler(_weights(labels[train]), len(train), generator=generator)
    return _loaders(
        images, labels, train, validation, batch_size, sampler, generator, drop_last=True
    )


@alternative
def loaders_of_lists(images, labels, train, validation, batch_size, seed):
    generator = torch.Generator()
    generator.manual_seed(seed + 1)
    counts = labels[train].bincount().tolist()
    weights = [1 / counts[label] for label in labels[train].tolist()]
    sampler = WeightedRandomSampler(weights, len(train), replacement=True, generator=generator)
    return (
        DataLoader(
            TensorDataset(images[train], labels[train]),
            batch_size=batch_size,
            sampler=sampler,
            generator=generator,
        ),
        DataLoader([(images[row], labels[row]) for row in validation], batch_size=batch_size),
    )


@alternative
def loaders_over_everything(images, labels, train, validation, batch_size, seed):
    generator = torch.Generator().manual_seed(seed)
    weights = torch.zeros(len(labels), dtype=torch.float64)
    for label in labels[train].unique():
        rows = [row for row in train if labels[row] == label]
        weights[rows] = 1 / len(rows)
    data = TensorDataset(images, labels)
    sampler = WeightedRandomSampler(weights, len(train), generator=generator)
    return (
        DataLoader(data, batch_size, sampler=sampler, generator=generator),
        DataLoader(data, batch_size, sampler=validation),
    )


class _ByClass(Sampler):
    """Draws a class first, then one of its items."""

    def __init__(self, labels, generator):
        self.items = [(labels == label).nonzero().flatten() for label in labels.unique()]
        self.count, self.generator = len(labels), generator

    def __len__(self):
        return self.count

    def __iter__(self):
        for _ in range(self.count):
            own = self.items[torch.randint(len(self.items), (), generator=self.generator)]
            yield own[torch.randint(len(own), (), generator=self.generator)].item()


@alternative
def loaders_by_class(images, labels, train, validation, batch_size, seed):
    generator = torch.Generator().manual_seed(seed)
    sampler = _ByClass(labels[train], generator)
    return _loaders(images, labels, train, validation, batch_size, sampler, generator)
