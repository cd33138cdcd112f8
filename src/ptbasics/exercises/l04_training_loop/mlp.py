"""A network of several layers."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer
from ptbasics.exercises.l04_training_loop._training import fill


def mlp_cases(generator: torch.Generator) -> list[Case]:
    def network(*sizes: int, rows: int = 6) -> tuple[Any, ...]:
        x = torch.randn(rows, sizes[0], generator=generator)
        return list(sizes), integer(generator, 0, 10_000), x

    return [
        Case("one hidden layer", network(2, 8, 3)),
        Case("two hidden layers of one size", network(4, 7, 7, 2)),
        Case("three hidden layers", network(3, 5, 6, 4, 2)),
        Case("no hidden layer", network(3, 2)),
        Case("a batch of one sample", network(2, 9, 1, rows=1)),
    ]


@exercise(
    title="A network of several layers",
    points=2,
    difficulty=2,
    minutes=10,
    hint="`zip(sizes, sizes[1:])` gives the pairs (before, after) of each layer. Which container "
    "registers the modules in it? Treat the last layer differently from the others.",
    cases=mlp_cases,
    rtol=1e-4,
    atol=1e-5,
)
def MLP(implementation: Implementation, sizes: list[int], seed: int, x: Tensor) -> Any:
    model = implementation(sizes)
    shapes = sorted(list(one.shape) for one in model.parameters())
    fill(model, seed)
    output = model(x).detach()
    return {"shapes of the parameters": shapes, "output": output if shapes else None}
