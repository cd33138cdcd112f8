"""A gradient from differences."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises.l03_autograd._functions import LANDSCAPES

_NO_AUTOGRAD = "Use calls of the function only: autograd is what this answer will be held against."


def numerical_gradient_cases(generator: torch.Generator) -> list[Case]:
    vector = torch.randn(4, generator=generator, dtype=torch.float64)
    matrix = torch.randn(2, 3, generator=generator, dtype=torch.float64)
    single = torch.randn(5, generator=generator) + 2
    number = torch.randn((), generator=generator, dtype=torch.float64)
    coarse = torch.randn(3, generator=generator, dtype=torch.float64)
    return [
        Case("a vector", ("the sum of the squares", vector, 1e-6)),
        Case("a matrix", ("the product of all elements", matrix, 1e-6)),
        Case("a large step", ("the mean of sines and cubes", coarse, 0.1)),
        Case("a float32 vector and a tiny step", ("the mean of sines and cubes", single, 1e-6)),
        Case("no dimension at all", ("the sum of the squares", number, 1e-4)),
    ]


@exercise(
    title="A gradient from differences",
    points=4,
    difficulty=2,
    minutes=15,
    hint=(
        "Move one element at a time, first up and then down by `step`, and leave the others where "
        "they are. Work on a float64 copy, so that neither rounding nor the caller notices. A copy "
        "with one dimension (`flatten` and `view` from lesson 1) makes a single loop enough for "
        "every shape."
    ),
    cases=numerical_gradient_cases,
    rtol=1e-4,
    atol=1e-5,
    forbids={
        ".backward": _NO_AUTOGRAD,
        ".grad": _NO_AUTOGRAD,
        "torch.autograd": _NO_AUTOGRAD,
        "torch.func": _NO_AUTOGRAD,
        "torch.gradient": _NO_AUTOGRAD,
    },
)
def numerical_gradient(
    implementation: Implementation, landscape: str, x: Tensor, step: float
) -> Any:
    found = implementation(LANDSCAPES[landscape], x, step)
    return {"gradient": found, "x afterwards": x}
