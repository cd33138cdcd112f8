"""Bug hunt 2: modified in place."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise


def smooth_cases(generator: torch.Generator) -> list[Case]:
    def case(name: str, days: int, keep: float) -> Case:
        readings = (15 + 5 * torch.randn(days, generator=generator)).requires_grad_()
        weights = torch.randn(days, generator=generator)
        return Case(name, (readings, torch.tensor(keep).requires_grad_(), weights))

    return [
        case("five days", 5, 0.5),
        case("a long memory", 8, 0.9),
        case("a short memory", 6, 0.1),
        case("two days", 2, 0.75),
    ]


@exercise(
    title="Bug hunt 2: modified in place",
    points=3,
    difficulty=2,
    minutes=10,
    hint=(
        "To multiply `keep` by yesterday's average, autograd saves that average for the way back. "
        "The program then writes into the memory that it lies in. Where else could today's "
        "average go, so that nothing saved is overwritten?"
    ),
    cases=smooth_cases,
    rtol=1e-4,
    atol=1e-5,
)
def smooth(implementation: Implementation, readings: Tensor, keep: Tensor, weights: Tensor) -> Any:
    averages = implementation(readings, keep)
    if not isinstance(averages, Tensor):
        return {"averages": averages}
    try:
        (averages * weights).sum().backward()
    except RuntimeError as error:
        # what follows the colon are counts that depend on how the program was written
        raise RuntimeError(str(error).partition(":")[0]) from None
    return {"averages": averages.detach(), "readings.grad": readings.grad, "keep.grad": keep.grad}
