"""Walking downhill."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer
from ptbasics.exercises._results import named
from ptbasics.exercises.l03_autograd._functions import LANDSCAPES


def descend_cases(generator: torch.Generator) -> list[Case]:
    pair = torch.randn(2, generator=generator)
    matrix = torch.randn(2, 2, generator=generator)
    double = torch.randn(3, generator=generator, dtype=torch.float64)
    start = torch.randn(2, generator=generator)
    lowest = torch.full((integer(generator, 2, 5), integer(generator, 1, 4)), 0.5)
    return [
        Case("a long valley", ("a long valley", pair, 0.1, 4)),
        Case("a matrix of parameters", ("a round bowl", matrix, 0.2, 3)),
        Case("float64 parameters", ("the sum of the squares", double, 0.25, 3)),
        Case("a single step", ("a long valley", start, 0.05, 1)),
        Case("standing at the lowest point", ("a round bowl", lowest, 0.3, 2)),
    ]


@exercise(
    title="Walking downhill",
    points=5,
    difficulty=3,
    minutes=18,
    hint=(
        "Begin with a copy of `start` that asks for its gradient. A step changes this one tensor "
        "in place, where autograd does not record. Whatever you want to keep (where you are, the "
        "gradient) changes with the next step unless you keep a copy of it."
    ),
    cases=descend_cases,
)
def descend(
    implementation: Implementation, landscape: str, start: Tensor, rate: float, steps: int
) -> Any:
    walked = implementation(LANDSCAPES[landscape], start, rate, steps)
    return {**named(walked, "places", "gradients"), "start afterwards": start}
