"""Labels need padding of another kind."""

from __future__ import annotations

from typing import Any

import torch

from ptbasics.exercise import Case, Implementation, exercise


def collate_tagged_cases(generator: torch.Generator) -> list[Case]:
    def sentences(*lengths: int) -> list[Any]:
        return [
            (
                torch.randint(1, 500, (length,), generator=generator),
                torch.randint(0, 4, (length,), generator=generator),
            )
            for length in lengths
        ]

    return [
        Case("two sentences", (sentences(2, 4),)),
        Case("five sentences, unordered", (sentences(3, 1, 6, 2, 5),)),
        Case("all of one length", (sentences(3, 3, 3),)),
        Case("one word each", (sentences(1, 1),)),
        Case("a single sentence", (sentences(4),)),
    ]


@exercise(
    title="Labels need padding of another kind",
    points=2,
    difficulty=2,
    minutes=8,
    hint="`pad_sequence` takes one list of tensors, so it is called twice. Two of its arguments "
    "matter here: which dimension comes first, and what is filled in.",
    cases=collate_tagged_cases,
    teaches=("collate_fn",),
)
def collate_tagged(implementation: Implementation, samples: list[Any]) -> Any:
    return tuple(implementation(samples))
