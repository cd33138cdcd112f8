"""How far ahead does memory allow?"""

from __future__ import annotations

from typing import Any

import torch

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer


def prefetch_that_fits_cases(generator: torch.Generator) -> list[Case]:
    # of each case a factor of its own, or that of another seed would be right too often
    alone, shared, both, masked = (integer(generator, 3, 40) for _ in range(4))
    photos = torch.zeros(8, 3, 10, 10)
    return [
        Case("one tensor, one worker", (photos, 1, alone * photos.nbytes + 5)),
        Case("four workers", (photos, 4, 4 * shared * photos.nbytes + 3 * photos.nbytes)),
        Case(
            "images and labels",
            ([photos, torch.zeros(8, 300, dtype=torch.int64)], 2, both * 2 * 28_800 + 100),
        ),
        Case(
            "a dict with a mask in it",
            (
                {
                    "ids": torch.zeros(16, 2, dtype=torch.int64),
                    "more": (torch.ones(16, 40 * masked, dtype=torch.bool), ["a text"]),
                },
                2,
                2 * (16 * 2 * 8 + 16 * 40 * masked) * alone + 1000,
            ),
        ),
        Case("not even one batch for each worker", (photos, 3, 3 * photos.nbytes - 1)),
    ]


@exercise(
    title="How far ahead does memory allow?",
    points=3,
    difficulty=2,
    minutes=12,
    hint="How many batches wait at most, with `n` workers and a factor `f`? How large is one, all "
    "of its tensors together (`nbytes`)? A function that calls itself for each part of a list or "
    "dict finds all tensors. Dividing with `//` rounds down.",
    cases=prefetch_that_fits_cases,
    teaches=("prefetch_factor", "num_workers"),
)
def prefetch_that_fits(
    implementation: Implementation, batch: Any, num_workers: int, budget: int
) -> Any:
    return implementation(batch, num_workers, budget)
