"""Images of different sizes in one batch."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise


def collate_images_cases(generator: torch.Generator) -> list[Case]:
    def photos(*shapes: tuple[int, int, int]) -> list[Tensor]:
        return [torch.rand(shape, generator=generator) for shape in shapes]

    dark = torch.zeros(1, 2, 2)
    bytes_ = torch.randint(1, 255, (3, 2, 2), generator=generator, dtype=torch.uint8)
    return [
        Case("a wide one and a high one", (photos((3, 2, 4), (3, 3, 2)),)),
        Case("all of one size", (photos((1, 2, 3), (1, 2, 3)),)),
        Case("black pixels", ([dark, *photos((1, 3, 1))],)),
        Case("bytes", ([bytes_, bytes_[:, :1]],)),
        Case("four photos", (photos((2, 1, 5), (2, 4, 4), (2, 3, 1), (2, 2, 2)),)),
        Case("a single photo", (photos((3, 2, 5)),)),
    ]


@exercise(
    title="Images of different sizes in one batch",
    points=3,
    difficulty=2,
    minutes=15,
    hint="Height and width are two separate questions: the highest image need not be the widest. "
    "Two canvases of the right size, then one loop that writes into a corner of each: a slice of "
    "a tensor can stand on the left of `=`.",
    cases=collate_images_cases,
    teaches=("collate_fn",),
)
def collate_images(implementation: Implementation, images: list[Tensor]) -> Any:
    return tuple(implementation(images))
