"""Cross-validation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import torch
from torch.utils.data import Dataset

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integers
from ptbasics.exercises._results import named
from ptbasics.exercises.l05_iris_dataset._rows import is_block


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
        offset, seed = integers(generator, 100, 900, 2)
        return samples, offset, folds, seed

    # `random_split` takes this many equal shares; 9, 11 or 18 of them add up to more than 1 when
    # they are rounded, and it refuses them
    sizes = integers(generator, 12, 17, 4)
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
        and all(is_block(validation) for _, validation in pairs),
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
