"""Answers: A batch that can be pinned."""

from __future__ import annotations

from typing import Self

import torch

from ptbasics.exercise import alternative, misconception


class PhotoBatch:
    """A batch of photos of unequal sizes, which a loader can pin.

    Attributes:
        images: list of B tensors, each of shape (3, H, W) with an H and W of its own.
        labels: int64 tensor of shape (B,).
        names: list of B strings.
    """

    def __init__(self, images: list[torch.Tensor], labels: torch.Tensor, names: list[str]) -> None:
        """Keep all three."""
        self.images, self.labels, self.names = images, labels, names

    def pin_memory(self) -> Self:
        """A batch with the same contents, all of whose tensors are pinned.

        A loader with `pin_memory=True` calls this, and yields what it returns. That may be another
        batch or this one.
        """
        self.images = [image.pin_memory() for image in self.images]
        self.labels = self.labels.pin_memory()
        return self


@misconception(
    "thrown away",
    hint="The `pin_memory()` of a tensor changes nothing about it: it *gives* a pinned copy. Keep "
    "that.",
)
class PhotoBatchThrownAway(PhotoBatch):
    def pin_memory(self) -> Self:
        for image in self.images:
            image.pin_memory()
        self.labels.pin_memory()
        return self


@misconception(
    "labels only",
    hint="The labels are pinned, the images are not. Each image has a `pin_memory()` of its own, "
    "which *gives* a pinned copy. In the end the list must hold these copies.",
)
class PhotoBatchLabelsOnly(PhotoBatch):
    def pin_memory(self) -> Self:
        self.labels = self.labels.pin_memory()
        return self


@misconception("labels only")
class PhotoBatchLoopVariable(PhotoBatch):
    def pin_memory(self) -> Self:
        for image in self.images:
            image = image.pin_memory()
        self.labels = self.labels.pin_memory()
        return self


@misconception(
    "images only",
    hint="The labels are a tensor, too, and travel to the GPU as well.",
)
class PhotoBatchImagesOnly(PhotoBatch):
    def pin_memory(self) -> Self:
        self.images = [image.pin_memory() for image in self.images]
        return self


@misconception(
    "nothing back",
    hint="The loader passes on what `pin_memory()` returns, and that is None here.",
)
class PhotoBatchNothingBack(PhotoBatch):
    def pin_memory(self) -> None:  # type: ignore[override]
        super().pin_memory()


@misconception(
    "a tuple",
    hint="The loader passes on what `pin_memory()` returns. Whoever uses it expects a batch with "
    "the same attributes.",
)
class PhotoBatchTuple(PhotoBatch):
    def pin_memory(self) -> tuple:  # type: ignore[override]
        super().pin_memory()
        return self.images, self.labels, self.names


@alternative
class NewPhotoBatch:
    def __init__(self, images, labels, names):
        self.images = images
        self.labels = labels
        self.names = names

    def pin_memory(self):
        images = [one if one.is_pinned() else one.pin_memory() for one in self.images]
        return type(self)(images, torch.Tensor.contiguous(self.labels).pin_memory(), self.names)


@alternative
class PhotoBatchInPlace:
    def __init__(self, images, labels, names):
        vars(self).update(images=list(images), labels=labels, names=names)

    def pin_memory(self):
        for place, image in enumerate(self.images):
            self.images[place] = image.pin_memory()
        self.labels = self.labels.pin_memory()
        return self
