"""A batch that can be pinned."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises.l08_dataloader_workers._workers import PretendPinned


def photo_batch_cases(generator: torch.Generator) -> list[Case]:
    def photos(*sizes: tuple[int, int]) -> tuple[list[Tensor], Tensor, list[str]]:
        images = [torch.randn(3, *size, generator=generator) for size in sizes]
        labels = torch.randint(10, (len(sizes),), generator=generator)
        return images, labels, [f"{number}.jpg" for number in range(len(sizes))]

    return [
        Case("one photo", photos((2, 2))),
        Case("photos of unequal sizes", photos((2, 3), (4, 2), (1, 1))),
        Case("two of one size", photos((2, 2), (2, 2))),
        Case("no photo", ([], torch.zeros(0, dtype=torch.int64), [])),
    ]


@exercise(
    title="A batch that can be pinned",
    points=2,
    difficulty=1,
    minutes=8,
    hint="What does the `pin_memory()` of a tensor do to the tensor itself? Go through everything "
    "that the batch holds, and ask which of it lies in memory that a GPU may want to read.",
    cases=photo_batch_cases,
    teaches=("pin_memory",),
)
def PhotoBatch(
    implementation: Implementation, images: list[Tensor], labels: Tensor, names: list[str]
) -> Any:
    pretended = [image.as_subclass(PretendPinned) for image in images]
    batch = implementation(pretended, labels.as_subclass(PretendPinned), names)
    pinned = batch.pin_memory()  # as the loader does with what `collate_fn` returned
    if type(pinned) is not type(batch):
        return f"not a batch but {type(pinned).__name__}"
    return {
        "images": [image.as_subclass(Tensor) for image in pinned.images],
        "labels": pinned.labels.as_subclass(Tensor),
        "names": pinned.names,
        "which images are pinned": [image.is_pinned() for image in pinned.images],
        "labels are pinned": pinned.labels.is_pinned(),
    }
