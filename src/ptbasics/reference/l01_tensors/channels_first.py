"""Answers: Photos for a network."""

from __future__ import annotations

import numpy as np
import torch

from ptbasics.exercise import alternative, misconception


def channels_first(photos: torch.Tensor) -> torch.Tensor:
    """Photos as cameras store them, turned into images as networks want them.

    Args:
        photos: uint8 tensor of shape (N, H, W, C) with values from 0 to 255; it is left unchanged.

    Returns:
        Contiguous float32 tensor of shape (N, C, H, W) with values from 0 to 1.
    """
    return photos.permute(0, 3, 1, 2).contiguous() / 255


@misconception(
    "reshaped",
    hint="The shape is right, and the picture is scrambled: `view` and `reshape` keep the numbers "
    "in their order and only cut the row elsewhere. The dimensions must change places.",
)
def channels_first_reshaped(photos: torch.Tensor) -> torch.Tensor:
    count, height, width, channels = photos.shape
    return photos.reshape(count, channels, height, width) / 255


@misconception(
    "sides swapped",
    hint="Exchanging two dimensions moves the channels to the front, but leaves height and width "
    "in the wrong order: the photos lie on their side.",
)
def channels_first_sides_swapped(photos: torch.Tensor) -> torch.Tensor:
    return photos.transpose(1, 3).contiguous() / 255


@misconception(
    "sides swapped, as they lie",
    hint="The photos lie on their side: exchanging two dimensions leaves height and width in the "
    "wrong order. When that is mended, look at `is_contiguous()`, too.",
)
def channels_first_sides_swapped_as_they_lie(photos: torch.Tensor) -> torch.Tensor:
    return photos.transpose(1, 3) / 255


@misconception(
    "not scaled",
    hint="The dtype is right, but the values still reach up to 255.",
)
def channels_first_not_scaled(photos: torch.Tensor) -> torch.Tensor:
    return photos.permute(0, 3, 1, 2).contiguous().float()


@misconception(
    "not scaled, as they lie",
    hint="The order of the dimensions and the dtype are right. Still missing: values from 0 to 1, "
    "and contiguous memory.",
)
def channels_first_not_scaled_as_they_lie(photos: torch.Tensor) -> torch.Tensor:
    return photos.permute(0, 3, 1, 2).float()


@misconception(
    "whole numbers",
    hint="Dividing whole numbers by `//` leaves nothing but 0 and 1.",
)
def channels_first_whole_numbers(photos: torch.Tensor) -> torch.Tensor:
    return (photos.permute(0, 3, 1, 2).contiguous() // 255).float()


@misconception(
    "order only",
    hint="The dimensions stand in the right order. Still missing: decimals from 0 to 1 instead of "
    "whole numbers, and contiguous memory.",
)
def channels_first_order_only(photos: torch.Tensor) -> torch.Tensor:
    return photos.permute(0, 3, 1, 2)


@misconception(
    "order and memory",
    hint="Order and memory are right, but these are still whole numbers up to 255. A network "
    "wants decimals from 0 to 1.",
)
def channels_first_order_and_memory(photos: torch.Tensor) -> torch.Tensor:
    return photos.permute(0, 3, 1, 2).contiguous()


@misconception(
    "not contiguous",
    hint="The values are right, but they still lie in memory pixel by pixel. Which method lays a "
    "tensor out row by row in its present shape?",
)
def channels_first_not_contiguous(photos: torch.Tensor) -> torch.Tensor:
    return photos.permute(0, 3, 1, 2) / 255


@alternative
def channels_by_transposes(photos):
    return photos.float().div(255).transpose(1, 3).transpose(2, 3).contiguous()


@alternative
def channels_by_numpy(photos):
    moved = np.ascontiguousarray(photos.numpy().transpose(0, 3, 1, 2))
    return torch.from_numpy(moved.astype(np.float32) / 255)


@alternative
def channels_scaled_first(photos):
    return (photos / 255).permute(0, 3, 1, 2).contiguous()


@alternative
def channels_by_stack(photos):
    return torch.stack([photos[..., c] for c in range(photos.shape[-1])], dim=1) / 255


@alternative
def channels_by_filling(photos):
    count, height, width, channels = photos.shape
    images = torch.empty(count, channels, height, width)
    for channel in range(channels):
        images[:, channel] = photos[:, :, :, channel] / 255.0
    return images


@alternative
def channels_by_movedim(photos):
    return photos.movedim(-1, 1).contiguous().float() / 255
