"""Answers to lesson 6: indices, samplers and batches."""

# Written as a student writes: without what only a type checker needs.
# mypy: disable-error-code="arg-type,assignment"

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import torch
from torch.utils.data import (
    DataLoader,
    Dataset,
    Sampler,
    Subset,
    SubsetRandomSampler,
)


def number_of_batches(length: int, batch_size: int | None, drop_last: bool) -> int:
    """Predicts `len(loader)` without a loader.

    Args:
        length: how many items the dataset has, 0 or more.
        batch_size: items per batch; None turns batching off.
        drop_last: whether an incomplete batch at the end is left out.

    Returns:
        The number of batches of one epoch, an `int`. Without batching, each item counts.

    Raises:
        ValueError: `batch_size` is less than 1.
    """
    if batch_size is None:
        return length
    if batch_size < 1:
        raise ValueError(f"a batch has at least 1 item, not {batch_size}")
    full, rest = divmod(length, batch_size)
    return full if drop_last or rest == 0 else full + 1


class MiniLoader:
    """What `DataLoader` does in one process, for datasets of (features, label) pairs of tensors.

    It does the work of `SequentialSampler` or, shuffled, `RandomSampler`, and of `BatchSampler`.
    Every time it is iterated, one epoch of batches comes out, whether another one is still running
    or not. Items are fetched when their batch is due, and not earlier.
    """

    def __init__(
        self,
        dataset: Dataset,
        batch_size: int = 1,
        shuffle: bool = False,
        drop_last: bool = False,
        generator: torch.Generator | None = None,
    ) -> None:
        """Keep the options; they mean what they mean to `DataLoader`.

        Args:
            dataset: has `len(dataset)`, and `dataset[index]` for an `int` gives (features, label),
                two tensors.
            generator: what the order is drawn from; None is the global generator.

        Raises:
            ValueError: `batch_size` is less than 1.
        """
        if batch_size < 1:
            raise ValueError(f"a batch has at least 1 item, not {batch_size}")
        self.dataset, self.batch_size = dataset, batch_size
        self.shuffle, self.drop_last, self.generator = shuffle, drop_last, generator

    def __len__(self) -> int:
        """The number of batches of one epoch."""
        full, rest = divmod(len(self.dataset), self.batch_size)
        return full if self.drop_last or rest == 0 else full + 1

    def __iter__(self) -> Iterator[list[torch.Tensor]]:
        """One epoch: lists of two tensors, the features (B, ...) and the labels (B, ...).

        With a generator, the batches are those of `DataLoader` with a generator in the same state.
        An epoch in order, too, draws what one of `DataLoader` draws.
        """
        torch.empty((), dtype=torch.int64).random_(generator=self.generator)
        order = range(len(self.dataset))
        if self.shuffle:
            order = torch.randperm(len(self.dataset), generator=self.generator).tolist()
        for number in range(len(self)):
            picked = order[number * self.batch_size : (number + 1) * self.batch_size]
            features, labels = zip(*[self.dataset[index] for index in picked], strict=True)
            yield [torch.stack(features), torch.stack(labels)]


def split_loaders(
    dataset: Dataset, validation_size: int, batch_size: int, seed: int
) -> tuple[DataLoader, DataLoader]:
    """A loader to train with and one to validate with; both follow from `seed` alone.

    Args:
        dataset: any map-style dataset. It may be sorted by class.
        validation_size: how many items, chosen at random, are kept for validation.
        batch_size: for both loaders.
        seed: decides the split and the order of training. The global generators (of PyTorch,
            NumPy and Python) decide nothing, and are left as they were.

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
        DataLoader(Subset(dataset, validation), batch_size=batch_size),
    )


def class_weights(labels: torch.Tensor) -> torch.Tensor:
    """Weights for `WeightedRandomSampler` with which every class is drawn equally often.

    Args:
        labels: int64 tensor of shape (N,), the class of each sample. Some class numbers between
            may not occur.

    Returns:
        A float tensor of shape (N,): one weight for each *sample*. Their scale does not matter.
    """
    return 1 / torch.bincount(labels)[labels]


class CurriculumSampler(Sampler[int]):
    """Begins with what is easy: the indices of the easiest samples, in order of difficulty."""

    def __init__(self, difficulty: torch.Tensor, count: int) -> None:
        """Choose the samples.

        Args:
            difficulty: float tensor of shape (N,), one number for each sample.
            count: how many samples to yield; all of them, if there are fewer.
        """
        self.easiest = difficulty.argsort(stable=True)[:count].tolist()

    def __iter__(self) -> Iterator[int]:
        """Yield indices as Python integers, easiest first; equals in the order of the dataset."""
        return iter(self.easiest)

    def __len__(self) -> int:
        """How many indices an epoch has."""
        return len(self.easiest)


class InfiniteSampler(Sampler[int]):
    """Draws indices for ever, in rounds: each round is a new permutation of all of them.

    It has no length.
    """

    def __init__(self, length: int, generator: torch.Generator) -> None:
        """Keep what is needed to draw.

        Args:
            length: the number of items of the dataset.
            generator: where all randomness comes from.

        Raises:
            ValueError: `length` is less than 1.
        """
        if length < 1:
            raise ValueError("there is nothing to draw from")
        self.length, self.generator = length, generator

    def __iter__(self) -> Iterator[int]:
        """Yield indices as Python integers, without end."""
        while True:
            yield from torch.randperm(self.length, generator=self.generator).tolist()


class ResumableSampler(Sampler[int]):
    """Random indices that go on, after a restart, exactly where they stopped.

    An epoch yields every index once. When it has ended, the next iteration is the next epoch, with
    another order. All of it follows from `seed`.
    """

    def __init__(self, length: int, seed: int) -> None:
        """Begin with epoch 0, for a dataset of `length` items."""
        self.length, self.seed = length, seed
        self.epoch = self.position = 0

    def __iter__(self) -> Iterator[int]:
        """Yield the indices of the current epoch that have not been yielded yet."""
        generator = torch.Generator().manual_seed(self.seed * 1_000 + self.epoch)
        order = torch.randperm(self.length, generator=generator).tolist()
        while self.position < self.length:
            self.position += 1
            yield order[self.position - 1]
        self.epoch, self.position = self.epoch + 1, 0

    def __len__(self) -> int:
        """The number of indices of a whole epoch, also while it runs."""
        return self.length

    def state_dict(self) -> dict[str, Any]:
        """Where the sampler stands now, as plain numbers, strings or lists (so JSON can hold it).

        What was returned does not change when the sampler runs on.
        """
        return {"epoch": self.epoch, "position": self.position}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go where the sampler stood when `state_dict` was called on it."""
        self.epoch, self.position = state["epoch"], state["position"]


class BucketBatchSampler(Sampler[list[int]]):
    """Puts sequences of similar length into one batch, so that little has to be padded.

    Sorted by length, neighbours share a batch: the shortest make the first, and if a batch is not
    full, it is the one with the longest. The batches themselves, that one included, come in a new
    random order in each epoch.
    """

    def __init__(self, lengths: list[int], batch_size: int, generator: torch.Generator) -> None:
        """Keep what is needed to draw.

        Args:
            lengths: the length of each sequence of the dataset.
            batch_size: how many sequences a batch has; one batch may have fewer.
            generator: where all randomness comes from.
        """
        order = sorted(range(len(lengths)), key=lengths.__getitem__)
        starts = range(0, len(order), batch_size)
        self.batches = [order[start : start + batch_size] for start in starts]
        self.generator = generator

    def __iter__(self) -> Iterator[list[int]]:
        """Yield the batches of one epoch, each a list of indices."""
        for number in torch.randperm(len(self.batches), generator=self.generator).tolist():
            yield self.batches[number]

    def __len__(self) -> int:
        """How many batches an epoch has."""
        return len(self.batches)


class StratifiedBatchSampler(Sampler[list[int]]):
    """Batches with the same mixture of classes as the whole dataset, as nearly as can be.

    Each epoch holds every index once, in as few batches as `batch_size` allows. The sizes of two
    batches differ by at most 1; so do their counts of any class. Which samples come together is
    decided anew in each epoch.
    """

    def __init__(self, labels: torch.Tensor, batch_size: int, generator: torch.Generator) -> None:
        """Keep what is needed to draw.

        Args:
            labels: int64 tensor of shape (N,), the class of each sample.
            batch_size: how many indices a batch has at most.
            generator: where all randomness comes from.
        """
        self.labels, self.generator = labels, generator
        self.count = math.ceil(len(labels) / batch_size)

    def __iter__(self) -> Iterator[list[int]]:
        """Yield the batches of one epoch, each a list of indices."""
        order = torch.randperm(len(self.labels), generator=self.generator)
        dealt = order[self.labels[order].argsort(stable=True)].tolist()
        for player in range(self.count):
            yield dealt[player :: self.count]

    def __len__(self) -> int:
        """How many batches an epoch has."""
        return self.count


def distributed_indices(
    length: int,
    num_replicas: int,
    rank: int,
    epoch: int = 0,
    seed: int = 0,
    shuffle: bool = True,
    drop_last: bool = False,
) -> list[int]:
    """The indices that `DistributedSampler` gives to one of several processes, in their order.

    Args:
        length: how many items the dataset has, 1 or more.
        num_replicas: how many processes share them.
        rank: which of these processes asks, from 0 to num_replicas - 1.
        epoch, seed: with `shuffle`, the order of all indices is
            `torch.randperm(length, generator=…)` with a generator seeded by their sum. The global
            generator is left as it was.
        shuffle: whether to shuffle before sharing.
        drop_last: what makes the list divisible: True cuts its end off, False repeats it from its
            start, as often as needed.

    Returns:
        As many indices for each rank.

    Raises:
        ValueError: there is no such rank.
    """
    if not 0 <= rank < num_replicas:
        raise ValueError(f"rank {rank} is not one of the {num_replicas}")
    order = list(range(length))
    if shuffle:
        generator = torch.Generator().manual_seed(seed + epoch)
        order = torch.randperm(length, generator=generator).tolist()
    each = length // num_replicas if drop_last else math.ceil(length / num_replicas)
    total = each * num_replicas
    order = (order * math.ceil(total / length))[:total]
    return order[rank::num_replicas]
