"""All distances at once."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise

_CDIST = "Broadcasting is the point here: leave PyTorch's own distance functions aside."


def pairwise_distances_cases(generator: torch.Generator) -> list[Case]:
    def places(count: int, axes: int) -> Tensor:
        return 10 * torch.rand(count, axes, generator=generator, dtype=torch.float64)

    home = places(1, 2)
    same = places(3, 2)
    return [
        Case("a triangle with sides 3, 4 and 5", (home, home + torch.tensor([3.0, 4.0]))),
        Case("three houses, five schools", (places(3, 2), places(5, 2))),
        Case("as many houses as schools", (places(4, 2), places(4, 2))),
        Case("every place with itself", (same, same)),
        Case("in three dimensions", (places(2, 3), places(3, 3))),
    ]


@exercise(
    title="All distances at once",
    points=3,
    difficulty=2,
    minutes=12,
    hint="Aim at a block of differences of shape `(N, M, D)`. Where must each of the two tensors "
    "get a dimension of length 1 so that they broadcast to it? Which dimension is summed away?",
    cases=pairwise_distances_cases,
    rtol=1e-5,
    atol=1e-5,
    forbids={".cdist": _CDIST, ".pairwise_distance": _CDIST, ".PairwiseDistance": _CDIST},
)
def pairwise_distances(implementation: Implementation, a: Tensor, b: Tensor) -> Any:
    return implementation(a, b)
