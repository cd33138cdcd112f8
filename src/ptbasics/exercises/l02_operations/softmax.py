"""A softmax that does not overflow."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise

_EXP = "Write it with `exp` and a sum: PyTorch's own softmax is not allowed here."


def softmax_cases(generator: torch.Generator) -> list[Case]:
    def near(rows: list[list[float]]) -> Tensor:
        centres = torch.tensor(rows)
        return centres + torch.rand(centres.shape, generator=generator)

    def scores(*shape: int) -> Tensor:
        return torch.randn(shape, generator=generator)

    masked = near([[2.0, 1.0, -torch.inf], [0.5, -torch.inf, 0.5]])
    return [
        Case("a matrix along its columns", (scores(3, 4), 0)),
        Case("a square matrix along its rows", (scores(4, 4), 1)),
        Case("a block of three dimensions, the middle one", (scores(2, 3, 5), 1)),
        Case("a negative dim, in float64", (scores(6).double(), -1)),
        Case("inputs near 1000", (near([[1000.0, 1001.0, 1002.0]]), 1)),
        Case("rows far apart", (near([[0.0, 1.0], [1000.0, 1001.0]]), 1)),
        Case("a row far below zero", (near([[-1000.0, -1001.0], [1.0, 0.0]]), 1)),
        Case("numbers far apart in one row", (near([[0.0, 200.0, 400.0]]), 1)),
        Case("an input of minus infinity", (masked, 1)),
    ]


@exercise(
    title="A softmax that does not overflow",
    points=3,
    difficulty=2,
    minutes=10,
    hint=(
        "Softmax does not change when the same number is subtracted from all inputs of a group. "
        "Which number makes the largest exponent harmless? Both the number and the sum belong to "
        "one group along `dim`, so both must keep that dimension, with length 1, to broadcast."
    ),
    cases=softmax_cases,
    # the way over logsumexp is right too, and rounds to float32 near 1000 before its exp
    rtol=3e-4,
    atol=1e-6,
    forbids={
        ".softmax": _EXP,
        ".log_softmax": _EXP,
        ".softmin": _EXP,
        ".Softmax": _EXP,
        ".Softmax2d": _EXP,
        ".LogSoftmax": _EXP,
        ".Softmin": _EXP,
        ".Categorical": _EXP,
    },
)
def softmax(implementation: Implementation, x: Tensor, dim: int) -> Any:
    return implementation(x, dim)
