"""Answers: Batches of similar length."""

from __future__ import annotations

import math
from collections.abc import Iterator

import torch
from torch.utils.data import BatchSampler, RandomSampler, Sampler

from ptbasics.exercise import alternative, misconception


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


class _BucketBase(Sampler):
    def __init__(self, lengths, batch_size, generator):
        self.lengths, self.batch_size, self.generator = lengths, batch_size, generator

    def order(self):
        return sorted(range(len(self.lengths)), key=lambda index: self.lengths[index])

    def batches(self):
        order, size = self.order(), self.batch_size
        return [order[start : start + size] for start in range(0, len(order), size)]

    def shuffled(self, values):
        return [values[i] for i in torch.randperm(len(values), generator=self.generator).tolist()]

    def __iter__(self):
        return iter(self.shuffled(self.batches()))

    def __len__(self):
        return len(self.batches())


@misconception(
    "always ascending",
    hint="The batches come sorted in each epoch: short sentences at the start, long ones at the "
    "end. Shuffle the *batches*.",
)
class BucketAlwaysAscending(_BucketBase):
    def shuffled(self, values):
        return values


@misconception(
    "not sorted",
    hint="The batches are random ones, so short sentences are padded to the length of long ones. "
    "Neighbours in length belong together.",
)
class BucketNotSorted(_BucketBase):
    def order(self):
        return self.shuffled(range(len(self.lengths)))


@misconception(
    "sorted inside",
    hint="Each batch is sorted, but holds random sentences. Sort *before* cutting.",
)
class BucketSortedInside(_BucketBase):
    def order(self):
        return list(range(len(self.lengths)))

    def batches(self):
        return [sorted(one, key=lambda index: self.lengths[index]) for one in super().batches()]


@misconception(
    "shuffled once",
    hint="The batches have the same order in each epoch: it is drawn only once.",
)
class BucketShuffledOnce(_BucketBase):
    def __init__(self, lengths, batch_size, generator):
        super().__init__(lengths, batch_size, generator)
        self.fixed = self.shuffled(self.batches())

    def __iter__(self):
        return iter(self.fixed)


@misconception(
    "rest last",
    hint="The batch that is not full comes last in each epoch. Let chance decide where *every* "
    "batch comes.",
)
class BucketRestLast(_BucketBase):
    def shuffled(self, values):
        return super().shuffled(values[:-1]) + values[-1:]


@misconception(
    "turned",
    hint="The batches follow each other like the numbers of a clock: only the first one is left "
    "to chance. Any batch may come after any other.",
)
class BucketTurned(_BucketBase):
    def shuffled(self, values):
        start = int(torch.randint(len(values), (), generator=self.generator))
        return values[start:] + values[:start]


@misconception(
    "rest lost",
    hint="The batch that is not full is missing, and with it some of the sentences.",
)
class BucketRestLost(_BucketBase):
    def batches(self):
        return [one for one in super().batches() if len(one) == self.batch_size]


@misconception(
    "generator ignored",
    hint="The order does not depend on the generator that was given.",
)
class BucketGeneratorIgnored(_BucketBase):
    def shuffled(self, values):
        return [values[i] for i in torch.randperm(len(values)).tolist()]


@misconception(
    "longest first",
    hint="Sorted the other way round, the incomplete batch holds the *shortest* sentences. The "
    "statement wants the longest in it.",
)
class BucketLongestFirst(_BucketBase):
    def order(self):
        return super().order()[::-1]


@alternative
class BucketWithShuffledTies(Sampler):
    def __init__(self, lengths, batch_size, generator):
        self.lengths, self.size, self.generator = torch.tensor(lengths), batch_size, generator

    def __iter__(self):
        order = torch.randperm(len(self.lengths), generator=self.generator)
        order = order[self.lengths[order].argsort()]
        batches = [batch.tolist() for batch in order.split(self.size)]
        keys = torch.rand(len(batches), generator=self.generator).tolist()
        return iter([batch for _, batch in sorted(zip(keys, batches, strict=True))])

    def __len__(self):
        return math.ceil(len(self.lengths) / self.size)


@alternative
class BucketOfBatchSampler:
    """Not even a Sampler: anything that can be iterated will do."""

    def __init__(self, lengths, batch_size, generator):
        order = sorted(range(len(lengths)), key=lambda index: lengths[index])
        self.batches = list(BatchSampler(order, batch_size, drop_last=False))
        self.order = RandomSampler(self.batches, generator=generator)

    def __iter__(self):
        return (self.batches[number] for number in self.order)

    def __len__(self):
        return len(self.order)
