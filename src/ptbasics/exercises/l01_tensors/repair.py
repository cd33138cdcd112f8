"""Repair faulty readings."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer


def repair_cases(generator: torch.Generator) -> list[Case]:
    def readings(*shape: int) -> Tensor:
        return 20 + 12 * torch.randn(shape, generator=generator)

    nan, inf = float("nan"), float("inf")
    low = float(integer(generator, -20, 0))
    at_bounds = torch.tensor([low, 40.0, low - 0.5, 40.5, integer(generator, 1, 39)])
    failing = torch.cat([torch.rand(2, generator=generator), torch.tensor([nan, inf, -inf])])
    return [
        Case("ten readings", (readings(10), 10.0, 30.0, 20.0)),
        Case("readings on the bounds are plausible", (at_bounds, low, 40.0, 21.5)),
        Case("a sensor that fails", (failing, 0.0, 40.0, 20.0)),
        Case("three sensors, four hours", (readings(3, 4), 15.0, 25.0, -1.0)),
        Case("in double precision", (readings(6).double(), 18.0, 22.0, 20.0)),
    ]


@exercise(
    title="Repair faulty readings",
    points=3,
    difficulty=2,
    minutes=10,
    hint="Write down which readings are *plausible* rather than which are faulty: a `nan` is "
    "neither too small nor too large. Two conditions on tensors are joined by `&`, each of them in "
    "parentheses. `torch.where` makes a new tensor.",
    cases=repair_cases,
)
def repair(
    implementation: Implementation, readings: Tensor, low: float, high: float, substitute: float
) -> dict[str, Any]:
    repaired = implementation(readings, low, high, substitute)
    return {"repaired": repaired, "the input afterwards": readings}
