"""A chance for each image of a batch."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer
from ptbasics.exercises.l10_transforms._photos import named_tensors

_EPOCHS = 20
_NEARLY = 0.1  # how far the share of mirrored images may be from the chance: 5 standard deviations


def augment_batch_cases(generator: torch.Generator) -> list[Case]:
    def batch(count: int, height: int, width: int) -> tuple[Tensor, Tensor]:
        images = torch.rand(count, 3, height, width, generator=generator)
        return images, torch.randint(0, 10, (count,), generator=generator)

    def size() -> int:
        return integer(generator, 3, 5)

    few = 0.2 + 0.1 * torch.rand((), generator=generator).item()
    most = 0.7 + 0.1 * torch.rand((), generator=generator).item()
    return [
        Case("half of them", (*batch(40, size(), size()), 0.5)),
        Case("few of them", (*batch(48, size(), size()), few)),
        Case("most of them", (*batch(44, size(), size()), most)),
        Case("all of them", (*batch(6, size(), size()), 1.0)),
        Case("none of them", (*batch(5, size(), size()), 0.0)),
    ]


def _batches_found(
    seen: list[dict[str, Tensor]], images: Tensor, labels: Tensor, chance: float
) -> Any:
    """What must be true of the batches, whichever images were mirrored."""
    epochs = [_turned(batch["images"], images) for batch in seen]
    everything = [turned for epoch in epochs for turned in epoch]
    share = everything.count("mirrored") / len(everything)
    return {
        "number of epochs": len(seen),
        "shape and dtype of the images": (tuple(seen[0]["images"].shape), seen[0]["images"].dtype),
        "what becomes of images": sorted(set(everything)),
        "labels are as they were": all(torch.equal(batch["labels"], labels) for batch in seen),
        "about as many are mirrored as the chance says": abs(share - chance) < _NEARLY,
        "in every batch, each image has the same fate": all(len(set(e)) == 1 for e in epochs),
        "every epoch is like the first": all(epoch == epochs[0] for epoch in epochs),
    }


def _turned(found: Tensor, images: Tensor) -> list[str]:
    """What became of each image of a batch."""
    return [_fate(now, images, i) for i, now in enumerate(found)]


def _fate(now: Tensor, images: Tensor, i: int) -> str:
    fates = {
        "as it was": images[i],
        "mirrored": images[i].flip(-1),
        "upside down": images[i].flip(-2),
    }
    for fate, was in fates.items():
        if torch.equal(now, was):
            return fate
    others = torch.cat([images, images.flip(-1)])
    return "another image" if any(torch.equal(now, other) for other in others) else "mixed up"


@exercise(
    title="A chance for each image of a batch",
    points=3,
    difficulty=2,
    minutes=12,
    hint="Draw as many numbers as there are images. A mask of N bools chooses among N images as "
    "it chooses among N numbers, once it has as many dimensions. What belongs to the caller?",
    cases=augment_batch_cases,
    measure=_batches_found,
)
def augment_batch(
    implementation: Implementation, images: Tensor, labels: Tensor, chance: float
) -> list[dict[str, Tensor]]:
    return [
        named_tensors(implementation(images, labels, chance), "images", "labels")
        for _ in range(_EPOCHS)
    ]
