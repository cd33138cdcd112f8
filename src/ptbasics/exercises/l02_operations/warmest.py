"""The warmest hour of each station."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise


def warmest_cases(generator: torch.Generator) -> list[Case]:
    def readings(*shape: int) -> Tensor:
        # a shuffled range has no ties: each station has one warmest hour
        steps = torch.randperm(torch.Size(shape).numel(), generator=generator)
        return (steps.reshape(shape) / 4 - 10).float()

    return [
        Case("two stations, three days, five hours", (readings(2, 3, 5),)),
        Case("as many days as hours", (readings(3, 4, 4),)),
        Case("one station, one day", (readings(1, 1, 6),)),
        Case("deep frost", (readings(2, 4, 3) - 60,)),
        Case("four stations for a week", (readings(4, 7, 2),)),
        Case("in double precision", (readings(2, 2, 3).double(),)),
    ]


@exercise(
    title="The warmest hour of each station",
    points=4,
    difficulty=3,
    minutes=15,
    hint="`max` takes one dimension. Either make days and hours *one* dimension and take its "
    "index apart again, as clocks do with minutes; or take the maximum twice, and pick for every "
    "station the hour that belongs to its day (`gather`, lesson 1).",
    cases=warmest_cases,
)
def warmest(implementation: Implementation, readings: Tensor) -> Any:
    found = implementation(readings)
    return tuple(found) if isinstance(found, list | tuple) else found  # a list will do
