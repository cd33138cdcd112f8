"""Every batch a small copy of the whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer
from ptbasics.exercises.l06_dataloader_batches._epochs import (
    complete,
    epochs_of,
    flat,
    seeded,
    vary,
)


def stratified_cases(generator: torch.Generator) -> list[Case]:
    def labels(*counts: int) -> Tensor:
        ordered = torch.arange(len(counts)).repeat_interleave(torch.tensor(counts))
        return ordered[torch.randperm(len(ordered), generator=generator)]

    def seed() -> int:
        return integer(generator, 0, 9_999)

    def between(low: int, high: int) -> int:
        return integer(generator, low, high)

    each, batches = between(2, 4), between(4, 8)
    # 2 to 4 samples of each class are left over where five batches get equally many
    uneven = [5 * between(low, low + 2) + between(2, 4) for low in (3, 2, 1)]
    return [
        Case("three classes of one size", (labels(*[each * batches] * 3), 3 * each, seed())),
        Case("a rare class", (labels(between(24, 36), between(15, 23), between(5, 9)), 10, seed())),
        Case("nothing divides evenly", (labels(*uneven), -(-sum(uneven) // 5), seed())),
        Case(
            "sorted by class",
            (labels(between(14, 24), between(7, 12)).sort().values, between(5, 7), seed()),
        ),
        Case("eight classes", (labels(*[between(7, 12)] * 8), between(14, 18), seed())),
    ]


def _of_the_mixture(
    seen: dict[str, Any], labels: Tensor, batch_size: int, _seed: int
) -> dict[str, Any]:
    """What must be true of the batches of several epochs, whichever samples come together."""
    epochs = seen["batches"]
    classes = int(labels.max()) + 1
    counts = [
        [torch.bincount(labels[batch], minlength=classes).tolist() for batch in epoch]
        for epoch in epochs
    ]
    return {
        "len": seen["len"],
        "number of batches": [len(epoch) for epoch in epochs],
        "every index once": [complete(flat(epoch), len(labels)) for epoch in epochs],
        "no batch is too large": all(len(b) <= batch_size for one in epochs for b in one),
        "sizes differ by at most 1": _all_close(epochs, lambda epoch: [[len(b) for b in epoch]]),
        "each class differs by at most 1": _all_close(
            counts, lambda epoch: zip(*epoch, strict=True)
        ),
        "a batch with one class alone": any(sum(map(bool, c)) < 2 for one in counts for c in one),
        "epochs differ": vary(epochs),
        "other samples come together": vary([sorted(map(sorted, one)) for one in epochs]),
        "same generator, same batches": epochs == seen["with the same generator"],
        "another generator, other batches": epochs != seen["with another generator"],
    }


def _all_close(epochs: list[Any], rows: Callable[[Any], Iterable[Sequence[int]]]) -> bool:
    return all(max(row) - min(row) <= 1 for epoch in epochs for row in rows(epoch))


@exercise(
    title="Every batch a small copy of the whole",
    points=4,
    difficulty=3,
    minutes=20,
    hint="Deal cards: with the pack sorted by suit (and shuffled within each suit), one card to "
    "each player in turn, everybody gets nearly the same number of each suit. Who gets the first "
    "card of the second suit, so that hands stay equally large?",
    cases=stratified_cases,
    measure=_of_the_mixture,
    teaches=("batch_sampler", "Sampler"),
)
def StratifiedBatchSampler(
    implementation: Implementation, labels: Tensor, batch_size: int, seed: int
) -> dict[str, Any]:
    def draw(seed: int, surroundings: int) -> list[list[list[int]]]:
        torch.manual_seed(surroundings)
        epochs = epochs_of(implementation(labels, batch_size, seeded(seed)))
        return [[[int(i) for i in batch] for batch in epoch] for epoch in epochs]

    return {
        "len": len(implementation(labels, batch_size, seeded(seed))),
        "batches": draw(seed, 1),
        "with the same generator": draw(seed, 2),
        "with another generator": draw(seed + 1, 1),
    }
