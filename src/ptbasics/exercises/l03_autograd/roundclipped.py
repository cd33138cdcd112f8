"""Rounding that can be trained."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, exercise


def round_clipped_cases(generator: torch.Generator) -> list[Case]:
    def case(name: str, x: Tensor, limit: float) -> Case:
        weights = torch.randn(x.shape, generator=generator, dtype=x.dtype)
        return Case(name, (x.requires_grad_(), limit, weights))

    wide = 3 * torch.randn(8, generator=generator)
    double = 2 * torch.randn(2, 3, generator=generator, dtype=torch.float64)
    edges = torch.tensor([-2.5, -2.0, -0.4, 0.0, 1.6, 2.0, 2.1])
    broken = torch.cat([3 * torch.randn(5, generator=generator), torch.tensor([-4.0, 2.6])])
    silent = (3 * torch.randn(4, generator=generator), 2.0, torch.ones(4))
    return [
        case("some inside, some outside", wide, 2.0),
        case("a matrix in float64", double, 1.0),
        case("exactly at the limits", edges, 2.0),
        case("a limit that is no whole number", broken, 2.25),
        case("all inside", torch.rand(5, generator=generator), 4.0),
        Case("an input that asks for no gradient", silent),
    ]


@exercise(
    title="Rounding that can be trained",
    points=4,
    difficulty=3,
    minutes=18,
    hint=(
        "`forward` gets `x` and `limit`; keep in `ctx` what the way back will ask for. `backward` "
        "gets the gradient that arrives from the output and returns one value for each input of "
        "`forward`, with None for one that is no tensor. By the chain rule, what arrives is passed "
        "on, times the slope that you pretend to have."
    ),
    cases=round_clipped_cases,
)
def RoundClipped(implementation: Any, x: Tensor, limit: float, weights: Tensor) -> Any:
    apply = getattr(implementation, "apply", implementation)
    rounded = apply(x, limit)
    if not isinstance(rounded, Tensor):
        return {"result": rounded}
    if rounded.requires_grad:
        (rounded * weights).sum().backward()
    return {
        "result": rounded.detach(),
        "the result asks for a gradient": rounded.requires_grad,
        "x.grad": x.grad,
    }
