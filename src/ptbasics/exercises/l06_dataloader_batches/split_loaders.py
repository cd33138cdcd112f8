"""A split that tomorrow is the same."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import torch
from torch.utils.data import TensorDataset

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer
from ptbasics.exercises.l06_dataloader_batches._epochs import EPOCHS, flat, seeded, vary


def _seed_everything(seed: int) -> None:
    """The global generators of PyTorch, NumPy and Python: what surrounds an answer."""
    torch.manual_seed(seed)
    np.random.seed(seed)
    random.seed(seed)


def _three_numbers(of_torch: torch.Generator, of_numpy: Any, of_python: Any) -> list[int]:
    """The next number of a generator of each library."""
    return [
        integer(of_torch, 0, 999_999),
        int(of_numpy.randint(1_000_000)),
        of_python.randrange(1_000_000),
    ]


def split_loaders_cases(generator: torch.Generator) -> list[Case]:
    def seed() -> int:
        return integer(generator, 0, 9_999)

    half = integer(generator, 10, 24)
    size = integer(generator, 5, 8)
    kept = integer(generator, 8, 14)
    with_rest = size * integer(generator, 2, 4) + integer(generator, 1, size - 1) + kept
    few = integer(generator, 6, 9)
    return [
        Case("a few items for validation", (with_rest, kept, size, seed(), False)),
        Case("equal halves", (2 * half, half, integer(generator, 4, 7), seed(), False)),
        Case(
            "batches larger than the validation part",
            (integer(generator, 36, 59), few, 2 * few, seed(), False),
        ),
        Case("a longer dataset", (integer(generator, 61, 89), 20, 8, seed(), False)),
        Case(
            "validated between two epochs of training",
            (integer(generator, 30, 50), 10, integer(generator, 4, 7), seed(), True),
        ),
    ]


def _of_the_split(
    seen: dict[str, Any],
    length: int,
    validation_size: int,
    _batch_size: int,
    seed: int,
    between: bool,
) -> dict[str, Any]:
    """What must be true of the batches of several epochs, and of those of two other runs."""
    batches, batches_of_validation = seen["batches"]
    train, validation, again, validation_again, train_of_another, another = (
        [flat(epoch) for epoch in part]
        for run in ("batches", "with the same seed", "with another seed")
        for part in seen[run]
    )
    cuts = [list(range(validation_size)), list(range(length - validation_size, length))]
    both = list(zip(train, validation, strict=True))
    only_there: dict[str, Any] = {}
    if between:
        in_turn, numbers = seen["in turn"]
        only_there = {
            "training has the order that it has without validation": in_turn == train,
            "iterating leaves the global generators alone": numbers
            == _three_numbers(*_generators(seed)),
        }
    return {
        **only_there,
        "items for validation": [len(epoch) for epoch in validation],
        "items in both parts": [len(set(a) & set(b)) for a, b in both],
        "items in neither part": [len({*range(length)} - {*a, *b}) for a, b in both],
        "items that come twice in a part": [len(a) - len(set(a)) for one in both for a in one],
        "sizes of the training batches": [len(batch) for batch in batches[0]],
        "sizes of the validation batches": [len(batch) for batch in batches_of_validation[0]],
        "validation is just one end of the dataset": sorted(validation[0]) in cuts,
        "validation has the same order in each epoch": not vary(validation),
        "training has the same order in each epoch": not vary(train),
        "same seed, same split": sorted(validation[0]) == sorted(validation_again[0]),
        "same seed, same training order": train == again,
        "another seed, another split": sorted(another[0]) != sorted(validation[0]),
        "another seed, another training order": _moves(train) != _moves(train_of_another),
        "the global generators are left alone": seen["global numbers"]
        == _three_numbers(*_generators(seed)),
    }


def _surroundings(seed: int) -> int:
    """The seed of the global generators before the answer runs again with a seed of its own."""
    return seed + 5


def _generators(seed: int) -> tuple[torch.Generator, Any, random.Random]:
    """Generators in the state of the global ones at that time."""
    around = _surroundings(seed)
    return seeded(around), np.random.RandomState(around), random.Random(around)


def _moves(epochs: list[list[int]]) -> list[int]:
    """Where the items of the second epoch stood in the first: chance alone, whatever the items."""
    places = {index: place for place, index in enumerate(epochs[0])}
    return [places.get(index, -1) for index in epochs[1]]


@exercise(
    title="A split that tomorrow is the same",
    points=3,
    difficulty=2,
    minutes=12,
    hint="`random_split` (lesson 5), samplers and `DataLoader` all take a `generator`. Where it "
    "is missing, the global one is asked, and then the result depends on all that ran before. "
    "Which of the two loaders has a reason to shuffle?",
    cases=split_loaders_cases,
    measure=_of_the_split,
    teaches=("dataset", "sampler", "shuffle", "generator", "SubsetRandomSampler"),
)
def split_loaders(
    implementation: Implementation,
    length: int,
    validation_size: int,
    batch_size: int,
    seed: int,
    between: bool,
) -> dict[str, Any]:
    dataset = TensorDataset(torch.arange(length))

    def run(seed: int, surroundings: int) -> tuple[list[Any], list[int]]:
        _seed_everything(surroundings)
        train, validation = implementation(dataset, validation_size, batch_size, seed)
        numbers = _three_numbers(torch.default_generator, np.random, random)
        _seed_everything(surroundings + 1)
        epochs = [
            [[batch.tolist() for [batch] in loader] for _ in range(EPOCHS)]
            for loader in (train, validation)
        ]
        return epochs, numbers

    def in_turn() -> tuple[list[list[int]], list[int]]:
        """The epochs of training with one of validation after each, and the next numbers."""
        _seed_everything(_surroundings(seed))
        train, validation = implementation(dataset, validation_size, batch_size, seed)
        epochs = []
        for _ in range(EPOCHS):
            epochs.append([index for [batch] in train for index in batch.tolist()])
            for _ in validation:
                pass
        return epochs, _three_numbers(torch.default_generator, np.random, random)

    batches, _ = run(seed, 1)
    # of the second run: in the first, the answer may import a library, and that may draw numbers
    again, numbers = run(seed, _surroundings(seed))
    another, _ = run(seed + 1, 1)
    return {
        **({"in turn": in_turn()} if between else {}),
        "batches": batches,
        "with the same seed": again,
        "with another seed": another,
        "global numbers": numbers,
    }
