"""Photos for a network."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integers


def channels_first_cases(generator: torch.Generator) -> list[Case]:
    def photos(*shape: int) -> Tensor:
        return torch.randint(0, 256, shape, generator=generator, dtype=torch.uint8)

    red, green = integers(generator, 150, 255, 2)
    two_pixels = torch.tensor([[[[red, 0, 0], [0, green, 0]]]], dtype=torch.uint8)
    values, layout = ["values"], ["values", "contiguous", "the photos afterwards"]
    return [
        Case("one red and one green pixel", (two_pixels, values)),
        Case("two photos of 4 × 5 pixels", (photos(2, 4, 5, 3), values)),
        Case("square photos", (photos(3, 4, 4, 3), values)),
        Case("grey photos", (photos(2, 3, 4, 1), values)),
        Case("one photo with transparency, and its memory", (photos(1, 2, 6, 4), layout)),
        Case("two photos and their memory", (photos(2, 3, 2, 3), layout)),
    ]


@exercise(
    title="Photos for a network",
    points=3,
    difficulty=3,
    minutes=12,
    hint="Where does each of the four dimensions come from? List the *old* numbers in the *new* "
    "order. An operation on a permuted tensor keeps its order in memory, so look at "
    "`is_contiguous()` of what you are about to return.",
    cases=channels_first_cases,
)
def channels_first(
    implementation: Implementation, photos: Tensor, looked_at: list[str]
) -> dict[str, Any]:
    images = implementation(photos)
    seen = {
        "values": images,
        "contiguous": isinstance(images, Tensor) and images.is_contiguous(),
        "the photos afterwards": photos,
    }
    return {name: seen[name] for name in looked_at}
