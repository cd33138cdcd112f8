"""Answers: Easy ones first."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch.utils.data import Sampler

from ptbasics.exercise import alternative, misconception


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


class _CurriculumBase(Sampler):
    def __init__(self, difficulty, count):
        self.difficulty, self.count = difficulty, count
        self.easiest = self.choose()

    def choose(self):
        return self.difficulty.argsort(stable=True)[: self.count].tolist()

    def __iter__(self):
        return iter(self.easiest)

    def __len__(self):
        return min(self.count, len(self.difficulty))


@misconception(
    "hardest first",
    hint="The order is descending: the hardest come first.",
)
class CurriculumHardestFirst(_CurriculumBase):
    def choose(self):
        return self.difficulty.argsort(descending=True, stable=True)[: self.count].tolist()


@misconception(
    "values",
    hint="A sampler yields *indices*, which are whole numbers; these are difficulties.",
)
class CurriculumValues(_CurriculumBase):
    def choose(self):
        return self.difficulty.sort().values[: self.count].tolist()


@misconception(
    "length of the dataset",
    hint="`len` is that of the whole dataset, though fewer indices are yielded. `len(loader)` and "
    "every progress bar rely on it.",
)
class CurriculumLength(_CurriculumBase):
    def __len__(self):
        return len(self.difficulty)


@misconception(
    "exhausted",
    hint="The second epoch is empty: an iterator made in `__init__` runs only once.",
)
class CurriculumExhausted(_CurriculumBase):
    def choose(self):
        return iter(super().choose())


@misconception(
    "tensors",
    hint="The indices are tensors. A list can be asked with them, but a dataset that keeps its "
    "items in a dict finds none: it wants Python integers. `tolist()` makes them.",
)
class CurriculumTensors(_CurriculumBase):
    def choose(self):
        return self.difficulty.argsort(stable=True)[: self.count]


@misconception(
    "in order of the dataset",
    hint="The right samples are chosen, but they come in the order of the dataset instead of "
    "easiest first.",
)
class CurriculumInOrder(_CurriculumBase):
    def choose(self):
        return sorted(super().choose())


@misconception(
    "length asked for",
    hint="`len` is what was asked for, even where there are fewer samples. It counts what "
    "`__iter__` really yields.",
)
class CurriculumLengthAskedFor(_CurriculumBase):
    def __len__(self):
        return self.count


@alternative
class CurriculumWithYield(Sampler):
    def __init__(self, difficulty, count):
        self.difficulty, self.count = difficulty.tolist(), count

    def __iter__(self):
        ordered = sorted(enumerate(self.difficulty), key=lambda pair: pair[1])
        for index, _ in ordered[: len(self)]:
            yield index

    def __len__(self):
        return min(self.count, len(self.difficulty))
