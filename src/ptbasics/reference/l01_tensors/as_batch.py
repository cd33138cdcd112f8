"""Answers: Every image a batch."""

from __future__ import annotations

import torch

from ptbasics.exercise import alternative, misconception


def as_batch(images: torch.Tensor) -> torch.Tensor:
    """One image or several, always as a batch; nothing is copied.

    Args:
        images: a grey image (H, W), an image with channels (C, H, W), or a batch (N, C, H, W).

    Returns:
        A view of shape (N, C, H, W), where N and C are 1 if they were missing.

    Raises:
        ValueError: `images` has fewer than 2 or more than 4 dimensions.
    """
    if not 2 <= images.ndim <= 4:
        raise ValueError(f"an image has 2, 3 or 4 dimensions, not {images.ndim}")
    while images.ndim < 4:
        images = images.unsqueeze(0)
    return images


@misconception(
    "one dim",
    hint="One dimension was added whatever came in. A grey image lacks two, a batch lacks none.",
)
def as_batch_one_dim(images: torch.Tensor) -> torch.Tensor:
    return images.unsqueeze(0)


@misconception(
    "two dims",
    hint="Two dimensions were added whatever came in. An image with channels lacks one, a batch "
    "lacks none.",
)
def as_batch_two_dims(images: torch.Tensor) -> torch.Tensor:
    return images[None, None]


@misconception(
    "at the end",
    hint="The new dimensions of length 1 belong in front: batch, then channel. Height and width "
    "stay last.",
)
def as_batch_at_the_end(images: torch.Tensor) -> torch.Tensor:
    while images.ndim < 4:
        images = images.unsqueeze(-1)
    return images


@misconception(
    "anything goes",
    hint="Only 2, 3 or 4 dimensions can be images. Anything else is a mistake of the caller: "
    "raise a `ValueError`.",
)
def as_batch_anything_goes(images: torch.Tensor) -> torch.Tensor:
    while images.ndim < 4:
        images = images.unsqueeze(0)
    return images


@misconception(
    "after the colours",
    hint="In a colour image, too, the new dimension belongs in front: it counts images, and the "
    "colours come after it.",
)
def as_batch_after_the_colours(images: torch.Tensor) -> torch.Tensor:
    return images.unsqueeze(1) if images.ndim == 3 else as_batch(images)


@misconception(
    "copy",
    hint="The shapes are right, but the numbers were copied. A view of the same memory is enough.",
)
def as_batch_copy(images: torch.Tensor) -> torch.Tensor:
    return as_batch(images).clone()


@misconception(
    "returned",
    hint="The error was returned, as if it were a result, and the caller may not even notice. "
    "*Raise* it.",
)
def as_batch_returned(images: torch.Tensor) -> torch.Tensor | ValueError:
    if not 2 <= images.ndim <= 4:
        return ValueError("no image")
    return as_batch(images)


@alternative
def batch_by_reshape(images):
    if images.ndim not in (2, 3, 4):
        raise ValueError("no image")
    return images.reshape((1,) * (4 - images.ndim) + tuple(images.shape))


@alternative
def batch_by_none(images):
    if images.dim() == 4:
        return images
    if images.dim() == 3:
        return images[None]
    if images.dim() == 2:
        return images[None, None]
    raise ValueError(images.dim())
