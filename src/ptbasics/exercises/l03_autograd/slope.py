"""The slope of a curve at a point."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer
from ptbasics.exercises.l03_autograd._functions import CURVES, real


def slope_cases(generator: torch.Generator) -> list[Case]:
    return [
        Case("a parabola", ("10 w² + 2", real(generator))),
        Case("a sine", ("sin w", real(generator))),
        Case("a cubic", ("w³ - 4 w", real(generator))),
        Case("a bell-like curve", ("1 / (1 + w²)", real(generator))),
        Case("a whole number, given as an int", ("w³ - 4 w", integer(generator, 3, 20))),
    ]


@exercise(
    title="The slope of a curve at a point",
    points=2,
    difficulty=1,
    minutes=6,
    hint=(
        "Three things happen, in this order: a floating-point tensor is made that asks for its "
        "gradient, the function is called on it, and the result is asked to go backward. Then the "
        "slope lies on the tensor that was made first, as a tensor with one element."
    ),
    cases=slope_cases,
    rtol=1e-4,
    atol=1e-4,
)
def slope(implementation: Implementation, curve: str, at: float) -> Any:
    calls = 0

    def function(w: Tensor) -> Tensor:
        nonlocal calls
        calls += 1
        return CURVES[curve](w)

    found = implementation(function, at)
    return {"slope": found, "calls of the function": calls}
