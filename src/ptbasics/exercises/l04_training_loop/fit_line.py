"""The line behind noisy points."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._results import named


def fit_line_cases(generator: torch.Generator) -> list[Case]:
    def points(count: int, steps: int, lr: float = 0.1) -> tuple[Any, ...]:
        slope, height = (3 * torch.randn(2, generator=generator)).tolist()
        x = torch.randn(count, 1, generator=generator)
        noise = 0.1 * torch.randn(count, generator=generator)
        return x, slope * x[:, 0] + height + noise, steps, lr

    exact = torch.linspace(-1, 1, 9)
    return [
        Case("a single step", points(10, 1)),
        Case("three steps", points(10, 3)),
        Case("30 points, until the line fits", points(30, 200)),
        Case("points on the line 2 x - 1", (exact[:, None], 2 * exact - 1, 150, 0.2)),
        Case("no step at all", points(5, 0)),
    ]


@exercise(
    title="The line behind noisy points",
    points=3,
    difficulty=2,
    minutes=15,
    hint="Two tensors without dimensions that require gradients, given to the optimizer in a list; "
    "then the four steps. Look at the shapes of prediction and `y` before they meet. What turns a "
    "loss into a number that has forgotten its graph?",
    cases=fit_line_cases,
    rtol=1e-3,
    atol=1e-4,
)
def fit_line(implementation: Implementation, x: Tensor, y: Tensor, steps: int, lr: float) -> Any:
    return named(implementation(x, y, steps, lr), "w", "b", "losses")
