"""Answers to lesson 1: tensors."""

from __future__ import annotations

import numpy as np
import torch


def percentages(points: list[list[float]], maximum: int) -> torch.Tensor:
    """Exam points as percent of the points there are.

    Args:
        points: N rows of M whole or half points, as Python numbers.
        maximum: the points that can be reached in an exam, a positive whole number.

    Returns:
        float32 tensor of shape (N, M): 100 where all points were reached.
    """
    return torch.tensor(points, dtype=torch.float32) * 100 / maximum


def snapshot(buffer: np.ndarray) -> torch.Tensor:
    """The present content of a buffer, in a tensor that the buffer can no longer change.

    Args:
        buffer: NumPy array of any shape and of any integer or floating-point dtype; it will be
            overwritten after the call.

    Returns:
        float32 tensor of the same shape, in memory of its own.
    """
    return torch.tensor(buffer, dtype=torch.float32)


def chessboard(rows: int, columns: int) -> torch.Tensor:
    """A chessboard: light and dark squares take turns along each row and each column.

    Args:
        rows: number of rows, at least 1.
        columns: number of columns, at least 1.

    Returns:
        uint8 tensor of shape (rows, columns) with 1 on light and 0 on dark squares; the square at
        the top left is light.
    """
    board = torch.zeros(rows, columns, dtype=torch.uint8)
    board[::2, ::2] = 1
    board[1::2, 1::2] = 1
    return board


def repair(readings: torch.Tensor, low: float, high: float, substitute: float) -> torch.Tensor:
    """Replace every reading that cannot be true.

    Args:
        readings: floating-point tensor of any shape, possibly with `nan`; it is left unchanged.
        low: the smallest plausible reading.
        high: the largest plausible reading.
        substitute: what to write in place of a reading that is not from `low` to `high`.

    Returns:
        Tensor of the same shape and dtype.
    """
    plausible = (readings >= low) & (readings <= high)
    return torch.where(plausible, readings, substitute)


def chosen_scores(scores: torch.Tensor, choice: torch.Tensor) -> torch.Tensor:
    """For each question, the score of the answer that was chosen.

    Args:
        scores: tensor of shape (N, K): a row for each question, a column for each answer.
        choice: int64 tensor of shape (N,): for each question the number of a column, 0 to K - 1.

    Returns:
        Tensor of shape (N,) and the dtype of `scores`.
    """
    return scores.gather(1, choice.unsqueeze(1)).squeeze(1)


def row_major_strides(shape: tuple[int, ...]) -> tuple[int, ...]:
    """The strides of a contiguous tensor.

    Args:
        shape: the sizes of its dimensions, each at least 1; empty for a tensor without dimensions.

    Returns:
        For each dimension, the number of elements from one to the next along it.
    """
    strides: list[int] = []
    step = 1
    for size in reversed(shape):
        strides.insert(0, step)
        step *= size
    return tuple(strides)


def same_storage(a: torch.Tensor, b: torch.Tensor) -> bool:
    """Whether two tensors are views of one storage, wherever in it they begin.

    Args:
        a: tensor of any shape, with at least one element.
        b: tensor of any shape, with at least one element.

    Returns:
        True if one storage lies behind both, even where they have no element in common.
    """
    return a.untyped_storage().data_ptr() == b.untyped_storage().data_ptr()


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


def channels_first(photos: torch.Tensor) -> torch.Tensor:
    """Photos as cameras store them, turned into images as networks want them.

    Args:
        photos: uint8 tensor of shape (N, H, W, C) with values from 0 to 255; it is left unchanged.

    Returns:
        Contiguous float32 tensor of shape (N, C, H, W) with values from 0 to 1.
    """
    return photos.permute(0, 3, 1, 2).contiguous() / 255
