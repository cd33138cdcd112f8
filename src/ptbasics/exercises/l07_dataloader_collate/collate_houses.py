"""A batch with the dtypes you want."""

from __future__ import annotations

from typing import Any

import torch

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer
from ptbasics.exercises.l07_dataloader_collate._samples import decimal


def collate_houses_cases(generator: torch.Generator) -> list[Case]:
    def houses(count: int, size: int, dtype: torch.dtype = torch.float32) -> list[Any]:
        return [
            (
                (50 * torch.rand(size, generator=generator)).to(dtype),
                integer(generator, 1, 9),
                decimal(generator),
            )
            for _ in range(count)
        ]

    return [
        Case("three houses, four features", (houses(3, 4),)),
        Case("as many houses as features", (houses(3, 3),)),
        Case("a single house", (houses(1, 2),)),
        Case("features in int16", (houses(2, 5, torch.int16),)),
        Case("prices that are whole", ([(torch.zeros(2), 3, 250.0), (torch.ones(2), 4, 90.0)],)),
    ]


@exercise(
    title="A batch with the dtypes you want",
    points=2,
    difficulty=1,
    minutes=7,
    hint="Each of the three fields needs its own treatment. Which function puts tensors along a "
    "*new* dimension? What does `torch.tensor` make of a list of Python floats, and what of ints?",
    cases=collate_houses_cases,
    teaches=("collate_fn",),
)
def collate_houses(implementation: Implementation, samples: list[Any]) -> Any:
    return tuple(implementation(samples))
