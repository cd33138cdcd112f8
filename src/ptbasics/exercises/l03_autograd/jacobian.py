"""A Jacobian, row by row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises.l03_autograd._functions import Followed, real

_MAPS: dict[str, Callable[[Tensor], Tensor]] = {
    "squares": lambda x: x**2,
    "neighbours multiplied": lambda x: x[:-1] * x[1:],
    "polar to Cartesian": lambda p: torch.stack([p[0] * p[1].cos(), p[0] * p[1].sin()]),
    "running sums of sines": lambda x: x.sin().cumsum(0),
    "sum and mean": lambda x: torch.stack([x.sum(), x.mean(), (x**2).sum()]),
}


_ROW_BY_ROW = "Build it from gradients that you take yourself: the ready-made function is taboo."


def jacobian_cases(generator: torch.Generator) -> list[Case]:
    polar = torch.tensor([real(generator, 1, 3), real(generator)])
    return [
        Case("each output from one input", ("squares", torch.randn(3, generator=generator))),
        Case(
            "fewer outputs than inputs",
            ("neighbours multiplied", torch.randn(4, generator=generator)),
        ),
        Case("from polar coordinates", ("polar to Cartesian", polar)),
        Case(
            "a triangle, in float64",
            (
                "running sums of sines",
                torch.randn(4, generator=generator, dtype=torch.float64),
            ),
        ),
        Case("more outputs than inputs", ("sum and mean", torch.randn(2, generator=generator))),
    ]


@exercise(
    title="A Jacobian, row by row",
    points=4,
    difficulty=3,
    minutes=15,
    hint=(
        "With `gradient=` as a vector that is 1 at one output and 0 at all others, one way back "
        "gives the gradient of this one output: a row. The graph is needed again for the next row, "
        "and the rows must not be added up or share their memory."
    ),
    cases=jacobian_cases,
    forbids={
        ".jacobian": _ROW_BY_ROW,
        ".jacrev": _ROW_BY_ROW,
        ".jacfwd": _ROW_BY_ROW,
        "torch.func": _ROW_BY_ROW,
    },
)
def jacobian(implementation: Implementation, name: str, x: Tensor) -> Any:
    function = Followed(_MAPS[name])
    found = implementation(function, x)
    return {
        "jacobian": found,
        "x afterwards": x,
        "autograd followed the function": function.by_autograd,
    }
