"""From a photo to what a model expects."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer
from ptbasics.exercises.l10_transforms._photos import noise

_MEAN, _STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]


def preprocess_cases(generator: torch.Generator) -> list[Case]:
    def size(low: int, high: int) -> int:
        return integer(generator, low, high)

    def photo(height: int, width: int) -> Tensor:
        return noise(generator, height, width, 3)

    height, width = size(8, 12), size(13, 17)
    sky = noise(generator, 3).expand(9, 14, 3).contiguous()
    own = (0.3 + 0.4 * torch.rand(3, generator=generator)).tolist()
    return [
        Case("a landscape, made smaller", (photo(18, 30), height - 2, height + 5, _MEAN, _STD)),
        Case("a portrait, made smaller", (photo(26, 15), width, height - 1, _MEAN, _STD)),
        Case("the size that it has", (photo(height, width), height, width, own, [0.3, 0.2, 0.1])),
        Case("made larger", (photo(7, 6), size(9, 12), size(13, 16), own, [0.2, 0.2, 0.4])),
        Case("a wide photo, made square", (photo(12, 31), height, height, own, [0.25] * 3)),
        Case("a sky of a single colour", (sky, height, size(4, 7), _MEAN, _STD)),
    ]


@exercise(
    title="From a photo to what a model expects",
    points=3,
    difficulty=1,
    minutes=10,
    hint="Four steps: the order of the dimensions, the dtype *and* the range, the size, the "
    "normalisation. Print shape, dtype, minimum and maximum after each of them. To `Resize`, what "
    "is a single number, and what are two?",
    cases=preprocess_cases,
    # resizing whole numbers rounds, resizing fractions does not: both orders are right
    rtol=0.001,
    atol=0.05,
)
def preprocess(
    implementation: Implementation,
    photo: Tensor,
    height: int,
    width: int,
    mean: list[float],
    std: list[float],
) -> Any:
    return implementation(photo, height, width, mean, std)
