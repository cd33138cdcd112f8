"""A small exercise that the core's tests share: doubling the entries of a tensor."""

from __future__ import annotations

from typing import Any

import torch

from ptbasics.exercise import Case, Implementation, exercise

HINTS = {"square": "That is the square.", "inplace": "You changed the `input`."}


def double_cases(generator: torch.Generator) -> list[Case]:
    return [
        Case("a vector", (torch.randn(3, generator=generator),)),
        Case("a matrix", (torch.randn(2, 2, generator=generator),)),
        Case("whole numbers", (torch.tensor([1, 2]),)),
        Case("no entry at all", (torch.empty(0),)),
    ]


@exercise(
    title="Double",
    points=4,
    difficulty=1,
    minutes=2,
    hint="Multiply.",
    cases=double_cases,
)
def double(implementation: Implementation, x: torch.Tensor) -> Any:
    return implementation(x), x


def right(x: torch.Tensor) -> torch.Tensor:
    return 2 * x


def square(x: torch.Tensor) -> torch.Tensor:
    return x * x


def inplace(x: torch.Tensor) -> torch.Tensor:
    return x.mul_(2)


def todo(x: torch.Tensor) -> torch.Tensor:
    raise NotImplementedError


def on_floats_only(x: torch.Tensor) -> torch.Tensor:
    if not x.is_floating_point():
        raise NotImplementedError
    return 2 * x
