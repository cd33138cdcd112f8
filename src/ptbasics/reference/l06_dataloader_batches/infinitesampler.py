"""Answers: A sampler without end."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, count, cycle, repeat

import torch
from torch.utils.data import RandomSampler, Sampler

from ptbasics.exercise import alternative, misconception


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


class _InfiniteBase(Sampler):
    def __init__(self, length, generator):
        if length < 1:
            raise ValueError("nothing to draw from")
        self.length, self.generator = length, generator

    def order(self):
        return torch.randperm(self.length, generator=self.generator).tolist()

    def __iter__(self):
        while True:
            yield from self.order()


@misconception(
    "with replacement",
    hint="Drawing each index on its own repeats some and leaves out others. In each round, every "
    "index comes exactly once.",
)
class InfiniteWithReplacement(_InfiniteBase):
    def order(self):
        shape = (self.length,)
        return torch.randint(self.length, shape, generator=self.generator).tolist()


@misconception(
    "same round again",
    hint="One permutation is repeated for ever. Every round needs its own.",
)
class InfiniteSameRound(_InfiniteBase):
    def __iter__(self):
        return cycle(self.order())


@misconception(
    "never shuffled",
    hint="The indices come in the order of the dataset.",
)
class InfiniteNeverShuffled(_InfiniteBase):
    def order(self):
        return range(self.length)


@misconception(
    "first round in order",
    hint="The first round comes in the order of the dataset. Chance decides on that one, too.",
)
class InfiniteFirstRoundInOrder(_InfiniteBase):
    def __iter__(self):
        yield from range(self.length)
        yield from super().__iter__()


@misconception(
    "tensors",
    hint="The indices are tensors. A list can be asked with them, but a dataset that keeps its "
    "items in a dict finds none: it wants Python integers.",
)
class InfiniteTensors(_InfiniteBase):
    def order(self):
        return torch.randperm(self.length, generator=self.generator)


@misconception(
    "one round",
    hint="The sampler ends after one round.",
)
class InfiniteOneRound(_InfiniteBase):
    def __iter__(self):
        yield from self.order()


@misconception(
    "generator ignored",
    hint="The order does not depend on the generator that was given.",
)
class InfiniteGeneratorIgnored(_InfiniteBase):
    def order(self):
        return torch.randperm(self.length).tolist()


@misconception(
    "has a length",
    hint="What has no end has no length, not even an infinite one: without `__len__`, "
    "`len(loader)` is a `TypeError`, and nobody computes with a wrong number.",
)
class InfiniteHasALength(_InfiniteBase):
    def __len__(self):
        return self.length


@misconception(
    "no items",
    hint="Nothing to draw from: without an error, the loop searches for ever or gives nothing at "
    "all. Raise a `ValueError` when the sampler is made.",
)
class InfiniteNoItems(_InfiniteBase):
    def __init__(self, length, generator):
        self.length, self.generator = length, generator

    def __iter__(self):
        while self.length:
            yield from self.order()


@alternative
class InfiniteOfRandomSamplers(Sampler):
    def __init__(self, length, generator):
        self.sampler = RandomSampler(range(length), generator=generator)

    def __iter__(self):
        return chain.from_iterable(repeat(self.sampler))


@alternative
class InfiniteBySorting(Sampler):
    def __init__(self, length, generator):
        if not length:
            raise ValueError("empty")
        self.length, self.generator = length, generator

    def __iter__(self):
        for place in count():
            if place % self.length == 0:
                order = torch.rand(self.length, generator=self.generator).argsort().tolist()
            yield order[place % self.length]


@alternative
class InfiniteWithoutLen(InfiniteBySorting):
    """Says itself that it has no length."""

    def __len__(self):
        raise TypeError("there is no end")
