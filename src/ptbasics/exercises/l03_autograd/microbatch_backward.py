"""A large batch in small pieces."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise


def _mean_squared_error(w: Tensor, x: Tensor, y: Tensor) -> Tensor:
    return ((x @ w - y) ** 2).mean()


def microbatch_backward_cases(generator: torch.Generator) -> list[Case]:
    def case(name: str, rows: int, size: int, held: bool = False) -> Case:
        w = torch.randn(3, generator=generator).requires_grad_()
        x = torch.randn(rows, 3, generator=generator)
        y = torch.randn(rows, generator=generator)
        before = torch.randn(3, generator=generator) if held else None
        return Case(name, (w, x, y, size, before))

    return [
        case("8 rows, 4 at a time", 8, 4),
        case("10 rows, 4 at a time: a smaller rest", 10, 4),
        case("7 rows, one at a time", 7, 1),
        case("all rows fit", 5, 8),
        case("w.grad already holds something", 6, 4, held=True),
    ]


@exercise(
    title="A large batch in small pieces",
    points=4,
    difficulty=2,
    minutes=12,
    hint=(
        "The mean over all rows is a weighted sum of the means over the pieces. How much does a "
        "piece with 2 of 10 rows weigh? Send each piece backward on its own, and let `backward` "
        "do the adding."
    ),
    cases=microbatch_backward_cases,
    rtol=1e-4,
    atol=1e-5,
)
def microbatch_backward(
    implementation: Implementation, w: Tensor, x: Tensor, y: Tensor, size: int, before: Any
) -> Any:
    rows: list[int] = []
    waiting: list[int] = []  # after each call: how many losses have not gone backward yet
    gone = 0

    def loss_of(w: Tensor, x: Tensor, y: Tensor) -> Tensor:
        def goes_backward(_: Tensor) -> None:
            nonlocal gone
            gone += 1

        loss = _mean_squared_error(w, x, y)
        if loss.requires_grad:
            loss.register_hook(goes_backward)
        rows.append(len(x))
        waiting.append(len(rows) - gone)
        return loss

    w.grad = None if before is None else before.clone()
    loss = implementation(loss_of, w, x, y, size)
    return {
        "w.grad": w.grad,
        "loss": loss,
        "no piece had more than size rows": max(rows, default=0) <= size,
        "each piece went backward before the next one came": max(waiting, default=0) <= 1,
    }
