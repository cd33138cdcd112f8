"""Start from the same weights."""

from __future__ import annotations

from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor, nn

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer
from ptbasics.exercises.l11_distributed._ranks import RANK_SECONDS, SECONDS, drawn
from ptbasics.ranks import run_ranks

_Values = list[Tensor]


def start_cases(generator: torch.Generator) -> list[Case]:
    def starts(ranks: int, width: int) -> list[_Values]:
        return [
            [
                drawn(generator, width, 2),
                drawn(generator, width),
                drawn(generator, width),
                drawn(generator, width),
                drawn(generator, width),
                drawn(generator, width).abs() + 1,
                torch.tensor(integer(generator, 1, 99) + 100 * rank),
            ]
            for rank in range(ranks)
        ]

    return [
        Case("two ranks", (starts(2, 2),)),
        Case("two ranks, a wider layer", (starts(2, integer(generator, 3, 5)),)),
        Case("three ranks", (starts(3, integer(generator, 2, 4)),)),
    ]


@exercise(
    title="Start from the same weights",
    points=2,
    difficulty=2,
    minutes=12,
    hint="What does a model have besides parameters? `broadcast` overwrites a tensor in place; "
    "what has to be switched off while a parameter is overwritten?",
    cases=start_cases,
    seconds=SECONDS,
)
def same_start(implementation: Implementation, starts: list[_Values]) -> Any:
    def in_rank() -> _Values:
        values = starts[dist.get_rank()]
        model = nn.Sequential(nn.Linear(2, len(values[1])), nn.BatchNorm1d(len(values[1])))
        model[0].bias.requires_grad_(False)
        held = [*model.parameters(), *model.buffers()]  # as an optimizer holds them
        with torch.no_grad():
            for tensor, value in zip(held, values, strict=True):
                tensor.copy_(value)
        implementation(model)
        return [tensor.detach() for tensor in held]

    return run_ranks(in_rank, len(starts), seconds=RANK_SECONDS)
