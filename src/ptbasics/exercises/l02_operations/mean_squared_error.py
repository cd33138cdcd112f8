"""Mean squared error without the (N, N) trap."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer


def _errors_of_both_signs(generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Guesses that are as much too high as too low: the mean of the errors themselves is 0."""
    target = torch.randint(150, 190, (2,), generator=generator).float()
    return target + integer(generator, 1, 9) * torch.tensor([1.0, -1.0]), target


def mean_squared_error_cases(generator: torch.Generator) -> list[Case]:
    def heights(*shape: int) -> Tensor:
        return 170 + 10 * torch.randn(shape, generator=generator)

    return [
        Case("five guesses, both flat", (heights(5), heights(5))),
        Case("a column of guesses, flat targets", (heights(4, 1), heights(4))),
        Case("flat guesses, a column of targets", (heights(6), heights(6, 1))),
        Case("errors of both signs", _errors_of_both_signs(generator)),
        Case("one guess for three targets", (heights(1), heights(3))),
        Case("in double precision", (heights(3).double(), heights(3).double())),
    ]


@exercise(
    title="Mean squared error without the (N, N) trap",
    points=2,
    difficulty=1,
    minutes=7,
    hint="Give both tensors the same shape *before* they meet. Which method of lesson 1 makes a "
    "tensor of any shape one-dimensional? The check comes first: count elements with `numel()`.",
    cases=mean_squared_error_cases,
)
def mean_squared_error(implementation: Implementation, guess: Tensor, target: Tensor) -> Any:
    try:
        return implementation(guess, target)
    except ValueError as refusal:
        # whoever refuses too much is recognised, whatever the words
        refusal.args = ("these were refused",)
        raise
