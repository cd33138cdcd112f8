"""Centre every row."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise


def center_rows_cases(generator: torch.Generator) -> list[Case]:
    return [
        Case("three rows of four", (torch.randn(3, 4, generator=generator),)),
        Case("a square", (torch.randn(3, 3, generator=generator),)),
        Case("a single row", (torch.randn(1, 5, generator=generator),)),
        Case("points from 0 to 100", (100 * torch.rand(2, 6, generator=generator),)),
        Case("in double precision", (torch.randn(2, 3, generator=generator).double(),)),
    ]


@exercise(
    title="Centre every row",
    points=2,
    difficulty=1,
    minutes=6,
    hint="Which shape must the means have so that, lined up from the right with `(N, M)`, each "
    "row meets its own mean? One argument of the reduction gives that shape.",
    cases=center_rows_cases,
)
def center_rows(implementation: Implementation, points: Tensor) -> dict[str, Any]:
    return {"centred": implementation(points), "the input afterwards": points}
