"""How the slope changes."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises.l03_autograd._functions import CURVES, Followed


def second_derivative_cases(generator: torch.Generator) -> list[Case]:
    return [
        Case("a cubic", ("w³ - 4 w", torch.randn(4, generator=generator))),
        Case("a sine", ("sin w", torch.randn(3, generator=generator))),
        Case("a bell-like curve", ("1 / (1 + w²)", torch.randn(2, 3, generator=generator))),
        Case(
            "float64",
            ("w exp w", torch.randn(3, generator=generator, dtype=torch.float64)),
        ),
        Case("10 w² + 2", ("10 w² + 2", torch.tensor([-1.0, 0.0, 2.0]))),
    ]


@exercise(
    title="How the slope changes",
    points=3,
    difficulty=2,
    minutes=10,
    hint=(
        "The second derivative is the slope of the slope. To go backward through the first slope "
        "it must have a graph of its own: an option of `torch.autograd.grad` asks for that. Each "
        "output depends on one input only, so the gradient of the sum holds all slopes at once."
    ),
    cases=second_derivative_cases,
    rtol=1e-4,
    atol=1e-4,
)
def second_derivative(implementation: Implementation, curve: str, x: Tensor) -> Any:
    function = Followed(CURVES[curve])
    found = implementation(function, x)
    return {
        "second derivative": found,
        "x afterwards": x,
        "autograd followed the function": function.by_autograd,
    }
