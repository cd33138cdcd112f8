"""Bug hunt 1: the penalty that does nothing."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise


def ridge_loss_cases(generator: torch.Generator) -> list[Case]:
    def case(name: str, rows: int, columns: int, strength: float) -> Case:
        w = torch.randn(columns, generator=generator).requires_grad_()
        x = torch.randn(rows, columns, generator=generator)
        return Case(name, (w, x, torch.randn(rows, generator=generator), strength))

    return [
        case("a weak penalty", 6, 3, 0.1),
        case("a strong penalty", 4, 2, 5.0),
        case("no penalty", 5, 4, 0.0),
        case("one row, one weight", 1, 1, 1.0),
    ]


@exercise(
    title="Bug hunt 1: the penalty that does nothing",
    points=2,
    difficulty=1,
    minutes=8,
    hint=(
        "Follow `w` through the program. At which point does it stop being a tensor with a "
        "`grad_fn`? Everything from `w` to the result must be tensor operations."
    ),
    cases=ridge_loss_cases,
    rtol=1e-4,
    atol=1e-5,
)
def ridge_loss(
    implementation: Implementation, w: Tensor, x: Tensor, y: Tensor, strength: float
) -> Any:
    loss = implementation(w, x, y, strength)
    if not isinstance(loss, Tensor):
        return {"loss": loss}
    loss.backward()
    return {"loss": loss.detach(), "w.grad": w.grad}
