"""How many batches has an epoch?"""

from __future__ import annotations

from typing import Any

import torch

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer


def number_of_batches_cases(generator: torch.Generator) -> list[Case]:
    size = integer(generator, 3, 8)

    def divisible() -> list[int]:
        return [size * integer(generator, 2, 19) for _ in range(3)]

    def with_rest() -> list[int]:
        return [length + integer(generator, 1, size - 1) for length in divisible()]

    def some_short() -> list[int]:
        lengths = [0, integer(generator, 1, size - 1), size - 1, *with_rest()]
        return [lengths[i] for i in torch.randperm(len(lengths), generator=generator).tolist()]

    return [
        Case("the last batch is smaller", (with_rest(), size, False)),
        Case("the last batch is dropped", (with_rest(), size, True)),
        Case("nothing is left over", (divisible(), size, False)),
        Case("nothing is left over, nothing dropped", (divisible(), size, True)),
        Case("some have fewer items than a batch, or none", (some_short(), size, False)),
        Case("some have fewer items than a batch, dropped", (some_short(), size, True)),
        Case("no batches at all: batch_size=None", (some_short(), None, False)),
        Case("a batch size of 0", (with_rest(), 0, False)),
        Case("a negative batch size", (with_rest(), -size, False)),
    ]


@exercise(
    title="How many batches has an epoch?",
    points=2,
    difficulty=1,
    minutes=6,
    hint="Two whole numbers matter: how many batches are *full*, and how many items are left over. "
    "`divmod` gives both. When does what is left over count as one more batch?",
    cases=number_of_batches_cases,
    forbids={
        "torch.utils.data.DataLoader": "Predict it: no loader should be needed.",
        "torch.utils.data.BatchSampler": "Predict it: no sampler should be needed.",
    },
    teaches=("dataset", "batch_size", "drop_last"),
)
def number_of_batches(
    implementation: Implementation, lengths: list[int], batch_size: int | None, drop_last: bool
) -> Any:
    return [implementation(length, batch_size, drop_last) for length in lengths]
