"""Share the indices among processes."""

from __future__ import annotations

from typing import Any

import torch

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer


def distributed_cases(generator: torch.Generator) -> list[Case]:
    def options(**changed: Any) -> dict[str, Any]:
        usual = {"shuffle": False, "seed": 0, "epoch": 0, "drop_last": False}
        return {**usual, **changed}

    def seed() -> int:
        return integer(generator, 0, 9_999)

    def ranks() -> int:
        return integer(generator, 3, 7)

    def divisible(ranks: int) -> int:
        return ranks * integer(generator, 3, 11)

    even, short, dropped, shared, beyond, below = (ranks() for _ in range(6))
    few = integer(generator, 2, 6)
    length = divisible(shared) + integer(generator, 1, shared - 1)
    shuffled = options(shuffle=True, seed=seed(), epoch=integer(generator, 1, 8))
    return [
        Case("a length that divides", (divisible(even), even, options())),
        Case("two indices are repeated", (divisible(short) - 2, short, options())),
        Case(
            "the rest is dropped",
            (
                divisible(dropped) + integer(generator, 1, dropped - 1),
                dropped,
                options(drop_last=True),
            ),
        ),
        Case("shuffled", (length, shared, shuffled)),
        Case("shuffled, the rest dropped", (length, shared, {**shuffled, "drop_last": True})),
        Case("the same epoch, another seed", (length, shared, {**shuffled, "seed": seed()})),
        Case("few indices for many", (few, 2 * few + integer(generator, 1, 4), options())),
        Case("a rank that does not exist", (divisible(beyond), beyond, options(rank=beyond))),
        Case("a negative rank", (divisible(below), below, options(rank=-1))),
    ]


@exercise(
    title="Share the indices among processes",
    points=3,
    difficulty=2,
    minutes=15,
    hint="Each process computes the *whole* list, the same in all of them, and takes its own part: "
    "so nobody has to talk to anybody. Three steps: the order of this epoch; make the length "
    "divisible, by repeating from the start or by cutting; take every `num_replicas`-th.",
    cases=distributed_cases,
    forbids=dict.fromkeys(
        ("torch.utils.data.DistributedSampler", "torch.utils.data.distributed"),
        "Write the split by hand: PyTorch's own `DistributedSampler` is not allowed here.",
    ),
    teaches=("DistributedSampler",),
)
def distributed_indices(
    implementation: Implementation, length: int, num_replicas: int, options: dict[str, Any]
) -> Any:
    if "rank" in options:
        return implementation(length, num_replicas, **options)
    before = torch.get_rng_state()
    drawn = [
        list(implementation(length, num_replicas, rank=rank, **options))
        for rank in range(num_replicas)
    ]
    return {
        "indices of each rank": drawn,
        "the global generator is left alone": torch.equal(before, torch.get_rng_state()),
    }
