"""Average the gradients."""

from __future__ import annotations

from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor, nn

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer
from ptbasics.exercises.l11_distributed._ranks import RANK_SECONDS, SECONDS, drawn
from ptbasics.ranks import run_ranks

#: per rank, per parameter: its value, its gradient or None, whether it is trained
_Parameter = tuple[Tensor, Tensor | None, bool]


def gradient_cases(generator: torch.Generator) -> list[Case]:
    def parameters(*lacking: int | None, frozen: bool = False) -> list[list[_Parameter]]:
        width = integer(generator, 2, 4)
        ranks = []
        for missing in lacking:
            shapes = [(width, 3), (width,), (2, width)]
            rank: list[_Parameter] = [
                (
                    drawn(generator, *shape),
                    None if number == missing else drawn(generator, *shape),
                    True,
                )
                for number, shape in enumerate(shapes)
            ]
            if frozen:
                rank.insert(1, (drawn(generator, width), None, False))
            ranks.append(rank)
        return ranks

    return [
        Case("two ranks", (parameters(None, None),)),
        Case("three ranks", (parameters(None, None, None),)),
        Case("a frozen parameter", (parameters(None, None, frozen=True),)),
        Case("one rank did not use a parameter", (parameters(None, 1),)),
    ]


@exercise(
    title="Average the gradients",
    points=3,
    difficulty=2,
    minutes=12,
    hint="All ranks must make the same calls in the same order. If one of them has no gradient "
    "where another has, what does it contribute to the sum?",
    cases=gradient_cases,
    seconds=SECONDS,
)
def average_gradients(implementation: Implementation, ranks: list[list[_Parameter]]) -> Any:
    def in_rank() -> list[Any]:
        model = nn.ParameterList()
        for value, gradient, is_trained in ranks[dist.get_rank()]:
            parameter = nn.Parameter(value.clone(), requires_grad=is_trained)
            parameter.grad = None if gradient is None else gradient.clone()
            model.append(parameter)
        implementation(model)
        return [(parameter.grad, parameter.detach()) for parameter in model]

    return run_ranks(in_rank, len(ranks), seconds=RANK_SECONDS)
