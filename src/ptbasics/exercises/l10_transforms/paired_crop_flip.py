"""One draw for image and mask."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer
from ptbasics.exercises.l10_transforms._photos import named_tensors, noise

_DRAWS = 60  # enough that every place of at most three in a row is drawn


def paired_crop_flip_cases(generator: torch.Generator) -> list[Case]:
    def scene(height: int, width: int) -> tuple[Tensor, Tensor]:
        """An image, and a mask with a class for each of its pixels."""
        mask = torch.randint(0, 6, (height, width), generator=generator)
        return noise(generator, 3, height, width), mask

    size = integer(generator, 4, 7)
    return [
        Case("two places high, three wide", (*scene(size + 1, size + 2), size)),
        Case("three places high, two wide", (*scene(size + 3, size + 2), size + 1)),
        Case("a square", (*scene(size + 1, size + 1), size - 1)),
        Case("no room to move", (*scene(size, size), size)),
    ]


def _pairs_found(seen: list[dict[str, Tensor]], image: Tensor, mask: Tensor, size: int) -> Any:
    """What must be true of the pairs, wherever they were cut out."""
    places = [_place_of(pair["image"], image, size) for pair in seen]
    shapes = {(tuple(pair["image"].shape), tuple(pair["mask"].shape)) for pair in seen}
    masks = [_place_of(pair["mask"], mask, size) for pair in seen]
    known = [place for place in places if place is not None]
    together = list(zip(places, masks, strict=True))
    return {
        "number of pairs": len(seen),
        "shapes of image and mask": sorted(shapes),
        "dtypes of image and mask": (seen[0]["image"].dtype, seen[0]["mask"].dtype),
        "every image is a part of the original": len(known) == len(places),
        "rows where parts begin": sorted({row for row, _, _ in known}),
        "columns where parts begin": sorted({column for _, column, _ in known}),
        "how parts are turned": sorted({turned for _, _, turned in known}),
        "each mask is of the same place as its image": all(
            a is not None and b is not None and a[:2] == b[:2] for a, b in together
        ),
        "each mask is turned as its image is": all(
            a is not None and b is not None and a[2] == b[2] for a, b in together
        ),
    }


def _place_of(part: Tensor, whole: Tensor, size: int) -> tuple[int, int, str] | None:
    """Where in the last two dimensions of the whole a part was cut out, and how it is turned."""
    if part.ndim != whole.ndim or part.shape[-2:] != (size, size):
        return None
    turns = {"as it was": part, "mirrored": part.flip(-1), "upside down": part.flip(-2)}
    height, width = whole.shape[-2:]
    for turned, values in turns.items():
        for row in range(height - size + 1):
            for column in range(width - size + 1):
                if torch.equal(values, whole[..., row : row + size, column : column + size]):
                    return row, column, turned
    return None


@exercise(
    title="One draw for image and mask",
    points=4,
    difficulty=2,
    minutes=15,
    hint="Whatever is drawn must be drawn once and used twice. A transform that gets several "
    "tensors in one call does just that, if it knows what each of them is. What does v2 do with a "
    "plain tensor that stands beside an `Image`?",
    cases=paired_crop_flip_cases,
    measure=_pairs_found,
)
def paired_crop_flip(
    implementation: Implementation, image: Tensor, mask: Tensor, size: int
) -> list[dict[str, Tensor]]:
    return [
        named_tensors(implementation(image, mask, size), "image", "mask") for _ in range(_DRAWS)
    ]
