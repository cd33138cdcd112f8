"""Bug hunt 3: backward a second time."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._results import named


def two_gradients_cases(generator: torch.Generator) -> list[Case]:
    def case(name: str, rows: int, columns: int) -> Case:
        w = torch.randn(columns, generator=generator).requires_grad_()
        return Case(name, (w, torch.randn(rows, columns, generator=generator)))

    return [
        case("five samples", 5, 3),
        case("one sample", 1, 2),
        case("one weight", 4, 1),
    ]


@exercise(
    title="Bug hunt 3: backward a second time",
    points=3,
    difficulty=2,
    minutes=12,
    hint=(
        "Two things are wrong: the graph that both results share is freed by the first way back, "
        "and the buffer that both gradients end up in is one and the same. Mending the first "
        "brings the second to light. This section showed a function that returns a gradient and "
        "leaves the buffer alone."
    ),
    cases=two_gradients_cases,
    rtol=1e-4,
    atol=1e-5,
)
def two_gradients(implementation: Implementation, w: Tensor, x: Tensor) -> Any:
    def gradients(x: Tensor) -> dict[str, Any]:
        return named(implementation(w, x), "of the level", "of the power")

    kept = gradients(x)
    if not all(isinstance(one, Tensor) for one in kept.values()):
        return {"first call": kept}
    first = {name: one.clone() for name, one in kept.items()}
    second = gradients(x + 1)  # others than before: an alias of `.grad` shows
    return {"first call": first, "second call": second, "what the first call gave, later": kept}
