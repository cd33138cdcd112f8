"""Padding with lengths and a mask."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer
from ptbasics.exercises.l07_dataloader_collate._samples import sequences


def pad_collate_cases(generator: torch.Generator) -> list[Case]:
    whole = [torch.randint(1, 9, (length,), generator=generator) for length in (2, 5, 3, 1)]
    silent = [torch.tensor([0.0, 2.0, 0.0]), torch.tensor([3.0]), *sequences(generator, 4)]
    return [
        Case("three lengths", (sequences(generator, 3, 5, 2),)),
        Case("real zeros", (silent,)),
        Case("all of one length", (sequences(generator, 4, 4),)),
        Case("a single sequence", (sequences(generator, integer(generator, 2, 6)),)),
        Case("whole numbers", (whole,)),
        Case("an empty sequence among others", (sequences(generator, 0, 3),)),
    ]


_BY_HAND = "Pad by hand this time; `pad_sequence` has its turn in the next section."


@exercise(
    title="Padding with lengths and a mask",
    points=3,
    difficulty=2,
    minutes=15,
    hint="Make a canvas of zeros with `new_zeros`, then write each sequence into the beginning of "
    "its row. For the mask, compare every *position* 0, 1, 2, … with every *length*: which two "
    "shapes broadcast to (B, T)?",
    cases=pad_collate_cases,
    forbids={".pad_sequence": _BY_HAND},
    teaches=("collate_fn",),
)
def pad_collate(implementation: Implementation, samples: list[Tensor]) -> Any:
    return tuple(implementation(samples))
