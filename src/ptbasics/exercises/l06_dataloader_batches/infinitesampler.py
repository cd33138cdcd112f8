"""A sampler without end."""

from __future__ import annotations

from itertools import islice
from typing import Any

import torch
from torch.utils.data import DataLoader

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer
from ptbasics.exercises.l06_dataloader_batches._epochs import flat, seeded, vary

_ROUNDS = 6


def infinite_cases(generator: torch.Generator) -> list[Case]:
    def seed() -> int:
        return integer(generator, 0, 9_999)

    return [
        Case("some items", (integer(generator, 12, 23), seed())),
        Case("more items", (integer(generator, 24, 39), seed())),
        Case("a few items", (integer(generator, 5, 11), seed())),
        Case("a single item", (1, seed())),
        Case("no items", (0, seed())),
    ]


def _of_the_rounds(seen: dict[str, Any], length: int, seed: int) -> dict[str, Any]:
    """What must be true of several rounds of indices, however they were shuffled."""
    if not length:
        return seen
    first, others = seen["indices"], seen["with other generators"]
    parts = [first[start : start + length] for start in range(0, _ROUNDS * length, length)]
    ordered = list(range(length))
    batches = seen["batches of a loader"]
    return {
        "indices drawn": len(first),
        "types of the indices": sorted({type(index).__name__ for index in first}),
        "each round has every index once": [sorted(part) == ordered for part in parts],
        "rounds differ": vary(parts),
        "in order of the dataset": all(part == ordered for part in parts),
        "first round always in order of the dataset": all(
            drawn[:length] == ordered for drawn in (first, *others)
        ),
        "same generator, same order": first == seen["with the same generator"],
        "another generator, another order": first != others[0],
        "batches of a loader": [len(batch) for batch in batches],
        "a loader gives the items of these indices": flat(batches)
        == [_items(length, seed)[index] for index in first[: 2 * length]],
        "it gives a length": seen["it gives a length"],
    }


@exercise(
    title="A sampler without end",
    points=3,
    difficulty=2,
    minutes=10,
    hint="`while True` is allowed in a function that yields: it waits at each `yield` until the "
    "next index is wanted. What has to happen inside the loop, once per round?",
    cases=infinite_cases,
    measure=_of_the_rounds,
    teaches=("sampler", "Sampler", "generator"),
)
def InfiniteSampler(implementation: Implementation, length: int, seed: int) -> dict[str, Any]:
    if not length:
        implementation(length, seeded(seed))
        return {"made without an error": True}

    def draw(seed: int, surroundings: int) -> list[Any]:
        torch.manual_seed(surroundings)
        return list(islice(implementation(length, seeded(seed)), _ROUNDS * length))

    first, *others = [draw(seed + more, 1) for more in range(6)]
    sampler = implementation(length, seeded(seed))
    loader: DataLoader[Any] = DataLoader(_items(length, seed), batch_size=2, sampler=sampler)  # type: ignore[arg-type]
    return {
        "indices": first,
        "with the same generator": draw(seed, 2),
        "with other generators": others,
        "batches of a loader": [batch.tolist() for batch in islice(loader, length)],
        "it gives a length": _gives_a_length(sampler),
    }


def _items(length: int, seed: int) -> range:
    """A dataset whose items are not its indices."""
    return range(seed + 1, seed + 1 + length)


def _gives_a_length(sampler: Any) -> bool:
    try:
        sampler.__len__()  # `len` would refuse, in its place, what is no whole number
    except (AttributeError, TypeError):
        return False
    return True
