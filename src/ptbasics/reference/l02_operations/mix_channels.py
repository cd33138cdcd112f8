"""Answers: Mix the colours of a batch of images."""

from __future__ import annotations

import torch

from ptbasics.exercise import alternative, misconception


def mix_channels(images: torch.Tensor, matrix: torch.Tensor) -> torch.Tensor:
    """Make new channels out of the old ones, in the same way at every pixel.

    Args:
        images: floating-point tensor of shape (B, C, H, W).
        matrix: tensor of shape (K, C) and the dtype of `images`; row k holds the weights of the
            C old channels in new channel k.

    Returns:
        A tensor of shape (B, K, H, W) and the dtype of `images`.
    """
    return torch.einsum("kc,bchw->bkhw", matrix, images)


@misconception(
    "transposed",
    hint="Row k of the matrix says how new channel k is made; here the columns did.",
)
def mix_channels_transposed(images: torch.Tensor, matrix: torch.Tensor) -> torch.Tensor:
    return torch.einsum("ck,bchw->bkhw", matrix, images)


@misconception(
    "channels last",
    hint="The colours are right but ended up in the last dimension. The new channels stand where "
    "the old ones stood.",
)
def mix_channels_channels_last(images: torch.Tensor, matrix: torch.Tensor) -> torch.Tensor:
    return images.permute(0, 2, 3, 1) @ matrix.T


@misconception(
    "reshape",
    hint="Pixels and colours were mixed up: `reshape` does not move the channels to the end, it "
    "cuts the same memory into other pieces.",
)
def mix_channels_reshape(images: torch.Tensor, matrix: torch.Tensor) -> torch.Tensor:
    batch, channels, height, width = images.shape
    pixels = images.reshape(batch, height * width, channels) @ matrix.T
    return pixels.reshape(batch, matrix.shape[0], height, width)


@misconception(
    "pixel rows",
    hint="`matmul` works on the *last two* dimensions: this mixed rows of pixels, not colours.",
)
def mix_channels_pixel_rows(images: torch.Tensor, matrix: torch.Tensor) -> torch.Tensor:
    return matrix @ images


@alternative
def mix_channels_by_matmul(images, matrix):
    batch, _, height, width = images.shape
    return (matrix @ images.flatten(2)).reshape(batch, -1, height, width)


@alternative
def mix_channels_by_permute(images, matrix):
    return (images.permute(0, 2, 3, 1) @ matrix.T).permute(0, 3, 1, 2)


@alternative
def mix_channels_by_broadcasting(images, matrix):
    return (matrix[:, :, None, None] * images[:, None]).sum(2)


@alternative
def mix_channels_by_loop(images, matrix):
    mixed = [sum(weight * images[:, c] for c, weight in enumerate(row)) for row in matrix]
    return torch.stack(mixed, dim=1)
