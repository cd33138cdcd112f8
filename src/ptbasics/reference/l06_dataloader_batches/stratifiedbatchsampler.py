"""Answers: Every batch a small copy of the whole."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from itertools import chain

import torch
from torch.utils.data import Sampler

from ptbasics.exercise import alternative, misconception


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


class _StratifiedBase(Sampler):
    def __init__(self, labels, batch_size, generator):
        self.labels, self.size, self.generator = labels, batch_size, generator

    def shuffled(self):
        return torch.randperm(len(self.labels), generator=self.generator)

    def by_class(self):
        order = self.shuffled()
        return order[self.labels[order].argsort(stable=True)].tolist()

    def deal(self, count):
        order = self.by_class()
        return [order[player::count] for player in range(count)]

    def __iter__(self):
        return iter(self.deal(len(self)))

    def __len__(self):
        return math.ceil(len(self.labels) / self.size)


@misconception(
    "random",
    hint="These batches are random: some hold few or none of a rare class.",
)
class StratifiedRandom(_StratifiedBase):
    def by_class(self):
        return self.shuffled().tolist()


@misconception(
    "one class each",
    hint="The dataset is sorted by class and then *cut*: a batch holds a single class, which is "
    "the opposite of what is wanted.",
)
class StratifiedOneClass(_StratifiedBase):
    def deal(self, count):
        order = self.by_class()
        return [order[start : start + self.size] for start in range(0, len(order), self.size)]


@misconception(
    "never shuffled",
    hint="The batches are balanced, but the same in each epoch and with each generator.",
)
class StratifiedNeverShuffled(_StratifiedBase):
    def shuffled(self):
        return torch.arange(len(self.labels))


@misconception(
    "fixed batches",
    hint="The batches only change places from epoch to epoch: the same samples stay together for "
    "ever.",
)
class StratifiedFixedBatches(_StratifiedBase):
    def __init__(self, labels, batch_size, generator):
        super().__init__(labels, batch_size, generator)
        self.fixed = self.deal(len(self))

    def __iter__(self):
        for number in torch.randperm(len(self.fixed), generator=self.generator).tolist():
            yield self.fixed[number]


@misconception(
    "from the first",
    hint="Each class begins again at the first batch, so the first ones become too large. Go on "
    "dealing where the class before ended.",
)
class StratifiedFromTheFirst(_StratifiedBase):
    def deal(self, count):
        order = self.shuffled()
        hands = [[] for _ in range(count)]
        for label in self.labels.unique():
            for place, index in enumerate(order[self.labels[order] == label].tolist()):
                hands[place % count].append(index)
        return hands


@misconception(
    "rest lost",
    hint="Some indices never come, although each epoch should have all of them.",
)
class StratifiedRestLost(_StratifiedBase):
    def deal(self, count):
        order = self.by_class()
        whole = len(order) // count * count
        return [order[player:whole:count] for player in range(count)]


@misconception(
    "generator ignored",
    hint="The batches do not depend on the generator that was given.",
)
class StratifiedGeneratorIgnored(_StratifiedBase):
    def shuffled(self):
        return torch.randperm(len(self.labels))


@alternative
class StratifiedByHands(Sampler):
    def __init__(self, labels, batch_size, generator):
        self.labels, self.generator = labels.tolist(), generator
        self.count = -(-len(self.labels) // batch_size)

    def __iter__(self):
        members = defaultdict(list)
        for index in torch.randperm(len(self.labels), generator=self.generator).tolist():
            members[self.labels[index]].append(index)
        hands = [[] for _ in range(self.count)]
        for place, index in enumerate(chain.from_iterable(members.values())):
            hands[place % self.count].append(index)
        return iter(hands)

    def __len__(self):
        return self.count
