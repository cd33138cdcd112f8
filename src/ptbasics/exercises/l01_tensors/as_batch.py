"""Every image a batch."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise


def as_batch_cases(generator: torch.Generator) -> list[Case]:
    def image(*shape: int) -> Tensor:
        return torch.rand(shape, generator=generator)

    return [
        Case("one grey image", (image(4, 5),)),
        Case("one colour image", (image(3, 2, 4),)),
        Case("a batch already", (image(2, 3, 2, 2),)),
        Case("a grey image one pixel high", (image(1, 6),)),
        Case("a flat row of numbers", (image(7),)),
        Case("a single number", (image(),)),
        Case("five dimensions", (image(1, 2, 1, 2, 2),)),
    ]


@exercise(
    title="Every image a batch",
    points=2,
    difficulty=1,
    minutes=7,
    hint="Count the dimensions first (`ndim`). New dimensions go in front, one for each that is "
    "missing; which function inserts a dimension of length 1 without copying?",
    cases=as_batch_cases,
)
def as_batch(implementation: Implementation, images: Tensor) -> Any:
    if not 2 <= images.ndim <= 4:  # only to be refused: whatever comes back is shown as it is
        return implementation(images)
    batch = implementation(images)
    shared = isinstance(batch, Tensor) and _address(batch) == _address(images)
    return {"batch": batch, "shares the memory of the input": shared}


def _address(tensor: Tensor) -> int:
    return tensor.untyped_storage().data_ptr()
