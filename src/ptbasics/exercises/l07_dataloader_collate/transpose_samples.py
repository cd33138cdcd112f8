"""From samples to fields."""

from __future__ import annotations

from typing import Any

import torch

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer
from ptbasics.exercises.l07_dataloader_collate._samples import decimal


def transpose_samples_cases(generator: torch.Generator) -> list[Case]:
    pairs = [(decimal(generator), integer(generator, 0, 2)) for _ in range(4)]
    photos = [
        (torch.rand(2, 2, generator=generator), "cat", integer(generator, 0, 9)),
        ("-", "-", 0),
    ]
    five = [integer(generator, 0, 99) for _ in range(5)]
    return [
        Case(
            "two samples of two fields",
            ([(decimal(generator), "cat"), (decimal(generator), "dog")],),
        ),
        Case("four samples of two fields", (pairs,)),
        Case("three fields", (photos,)),
        Case("a single sample", ([("Ada", integer(generator, 0, 99))],)),
        Case("a single field", ([(integer(generator, 0, 99),), (8,), (9,)],)),
        Case("a field is missing in the second sample", ([tuple(five[:3]), tuple(five[3:])],)),
        Case("the second sample has a field more", ([tuple(five[:2]), tuple(five[2:])],)),
    ]


@exercise(
    title="From samples to fields",
    points=2,
    difficulty=1,
    minutes=7,
    hint="`zip(a, b, c)` walks along several sequences side by side. How do you hand over the "
    "elements of *one* list as if they were written as separate arguments? And look up what "
    "`zip` can do about sequences of different lengths: `help(zip)`.",
    cases=transpose_samples_cases,
    teaches=("collate_fn",),
)
def transpose_samples(implementation: Implementation, samples: list[Any]) -> Any:
    return implementation(samples)
