"""Batches of similar length."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import torch

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer
from ptbasics.exercises.l06_dataloader_batches._epochs import (
    complete,
    epochs_of,
    flat,
    seeded,
    vary,
)


def bucket_cases(generator: torch.Generator) -> list[Case]:
    def sentences(count: int) -> list[int]:
        return torch.randint(1, 40, (count,), generator=generator).tolist()

    def seed() -> int:
        return integer(generator, 0, 9_999)

    return [
        Case("twenty-four sentences in fours", (sentences(24), 4, seed())),
        Case("the last batch is smaller", (sentences(29), 4, seed())),
        Case("batches of three", (sentences(integer(generator, 25, 39)), 3, seed())),
        Case("many sentences of one length", ([5] * 10 + [2] * 10, 2, seed())),
        Case("one batch holds them all", (sentences(4), 8, seed())),
    ]


def _of_the_batches(
    seen: dict[str, Any], lengths: list[int], _batch_size: int, _seed: int
) -> dict[str, Any]:
    """What must be true of the batches of several epochs, however ties were broken."""
    epochs = seen["batches"]
    in_lengths = [[sorted(lengths[i] for i in batch) for batch in epoch] for epoch in epochs]
    return {
        "len": seen["len"],
        "every index once": [complete(flat(epoch), len(lengths)) for epoch in epochs],
        "lengths in the batches, sorted": sorted(in_lengths[0]),
        "same batches of lengths in each epoch": not vary([sorted(one) for one in in_lengths]),
        "epochs differ": vary(epochs),
        "batches always ascend": all(epoch == sorted(epoch) for epoch in in_lengths),
        **_wanderings(in_lengths),
        "same generator, same order": epochs == seen["with the same generator"],
        "another generator, another order": epochs != seen["with another generator"],
    }


@exercise(
    title="Batches of similar length",
    points=4,
    difficulty=2,
    minutes=15,
    hint="Two orders are at work. *Which* indices share a batch follows from their lengths; *when* "
    "a batch comes is left to chance, anew in each epoch. So: sort, cut, and only then shuffle — "
    "but what?",
    cases=bucket_cases,
    measure=_of_the_batches,
    teaches=("batch_sampler", "Sampler"),
)
def BucketBatchSampler(
    implementation: Implementation, lengths: list[int], batch_size: int, seed: int
) -> dict[str, Any]:
    def draw(seed: int, surroundings: int) -> list[list[list[int]]]:
        torch.manual_seed(surroundings)
        epochs = epochs_of(implementation(lengths, batch_size, seeded(seed)), 24)
        return [[sorted(int(i) for i in batch) for batch in epoch] for epoch in epochs]

    batches, other = draw(seed, 1), draw(seed + 1, 1)
    return {
        "len": len(implementation(lengths, batch_size, seeded(seed))),
        "batches": batches,
        "with the same generator": draw(seed, 2),
        "with another generator": other,
    }


def _wanderings(epochs: list[list[list[int]]]) -> dict[str, bool]:
    """Whether batches change places, and change what they come before, freely."""
    places: defaultdict[str, set[int]] = defaultdict(set)
    followers: defaultdict[str, set[str]] = defaultdict(set)
    for epoch in epochs:
        names = [*map(str, epoch), "the end"]
        for place, name in enumerate(names[:-1]):
            places[name].add(place)
            followers[name].add(names[place + 1])
    return {
        "each batch comes in three places or more": min(map(len, places.values())) >= 3,
        "each batch comes before three others or more": min(map(len, followers.values())) >= 3,
    }
