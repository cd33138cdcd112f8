"""Mix the colours of a batch of images."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise


def mix_channels_cases(generator: torch.Generator) -> list[Case]:
    def random(*shape: int) -> Tensor:
        return torch.rand(shape, generator=generator)

    grey = torch.tensor([[0.3, 0.6, 0.1]])
    return [
        Case("colour to grey", (random(2, 3, 4, 5), grey)),
        Case("three colours to three others", (random(2, 3, 4, 4), random(3, 3))),
        Case("images that are three pixels high", (random(1, 3, 3, 3), random(3, 3))),
        Case("one channel to four", (random(2, 1, 2, 3), random(4, 1))),
        Case("a single pixel", (random(3, 3, 1, 1), random(2, 3))),
        Case("in double precision", (random(2, 2, 3, 2).double(), random(3, 2).double())),
    ]


@exercise(
    title="Mix the colours of a batch of images",
    points=3,
    difficulty=3,
    minutes=12,
    hint="Write the shapes with one letter for each dimension: `kc` and `bchw`. Which letter is "
    "summed over, and which ones stand in the result, in which order?",
    cases=mix_channels_cases,
)
def mix_channels(implementation: Implementation, images: Tensor, matrix: Tensor) -> Any:
    return implementation(images, matrix)
