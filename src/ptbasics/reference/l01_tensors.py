"""Answers to lesson 1: tensors, and the wrong answers that it knows."""

from __future__ import annotations

import numpy as np
import torch

from ptbasics.exercise import misconception


def percentages(points: list[list[float]], maximum: int) -> torch.Tensor:
    """Exam points as percent of the points there are.

    Args:
        points: N rows of M whole or half points, as Python numbers.
        maximum: the points that can be reached in an exam, a positive whole number.

    Returns:
        float32 tensor of shape (N, M): 100 where all points were reached.
    """
    return torch.tensor(points, dtype=torch.float32) * 100 / maximum


@misconception("percentages", "whole numbers")
def percentages_whole_numbers(points: list[list[float]], maximum: int) -> torch.Tensor:
    return torch.tensor(points) * 100 // maximum


@misconception("percentages", "half points")
def percentages_half_points(points: list[list[float]], maximum: int) -> torch.Tensor:
    return torch.tensor(points, dtype=torch.int64) * 100 / maximum


@misconception("percentages", "double")
def percentages_double(points: list[list[float]], maximum: int) -> torch.Tensor:
    return torch.from_numpy(np.array(points) * 100 / maximum)


@misconception("percentages", "fractions")
def percentages_fractions(points: list[list[float]], maximum: int) -> torch.Tensor:
    return torch.tensor(points) / maximum


def snapshot(buffer: np.ndarray) -> torch.Tensor:
    """The present content of a buffer, in a tensor that the buffer can no longer change.

    Args:
        buffer: NumPy array of any shape and of any integer or floating-point dtype; it will be
            overwritten after the call.

    Returns:
        float32 tensor of the same shape, in memory of its own.
    """
    return torch.tensor(buffer, dtype=torch.float32)


@misconception("snapshot", "alias")
def snapshot_alias(buffer: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(buffer).float()


@misconception("snapshot", "bridge")
def snapshot_bridge(buffer: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(buffer)


@misconception("snapshot", "double")
def snapshot_double(buffer: np.ndarray) -> torch.Tensor:
    return torch.tensor(buffer)


@misconception("snapshot", "integers")
def snapshot_integers(buffer: np.ndarray) -> torch.Tensor:
    return torch.tensor(buffer, dtype=torch.int64)


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


@misconception("chessboard", "inverted")
def chessboard_inverted(rows: int, columns: int) -> torch.Tensor:
    board = torch.zeros(rows, columns, dtype=torch.uint8)
    board[1::2, ::2] = 1
    board[::2, 1::2] = 1
    return board


@misconception("chessboard", "stripes")
def chessboard_stripes(rows: int, columns: int) -> torch.Tensor:
    board = torch.zeros(rows, columns, dtype=torch.uint8)
    board[::2] = 1
    return board


@misconception("chessboard", "every other row")
def chessboard_every_other_row(rows: int, columns: int) -> torch.Tensor:
    board = torch.zeros(rows, columns, dtype=torch.uint8)
    board[::2, ::2] = 1
    return board


@misconception("chessboard", "floats")
def chessboard_floats(rows: int, columns: int) -> torch.Tensor:
    return chessboard(rows, columns).float()


@misconception("chessboard", "swapped")
def chessboard_swapped(rows: int, columns: int) -> torch.Tensor:
    return chessboard(columns, rows)


def repair(readings: torch.Tensor, low: float, high: float, substitute: float) -> torch.Tensor:
    """Replace every reading that cannot be true.

    Args:
        readings: floating-point tensor of any shape, possibly with `nan`; it is left unchanged.
        low: the smallest plausible reading.
        high: the largest plausible reading.
        substitute: what to write in place of a reading that is not from `low` to `high`.

    Returns:
        A new tensor of the same shape and dtype.
    """
    plausible = (readings >= low) & (readings <= high)
    return torch.where(plausible, readings, substitute)


@misconception("repair", "in place")
def repair_in_place(
    readings: torch.Tensor, low: float, high: float, substitute: float
) -> torch.Tensor:
    readings[~((readings >= low) & (readings <= high))] = substitute
    return readings


@misconception("repair", "in place, with nan")
def repair_in_place_with_nan(
    readings: torch.Tensor, low: float, high: float, substitute: float
) -> torch.Tensor:
    readings[(readings < low) | (readings > high)] = substitute
    return readings


@misconception("repair", "nan")
def repair_nan(readings: torch.Tensor, low: float, high: float, substitute: float) -> torch.Tensor:
    return torch.where((readings < low) | (readings > high), substitute, readings)


@misconception("repair", "nothing")
def repair_nothing(
    readings: torch.Tensor, low: float, high: float, substitute: float
) -> torch.Tensor:
    return torch.where((readings < low) & (readings > high), substitute, readings)


@misconception("repair", "bounds")
def repair_bounds(
    readings: torch.Tensor, low: float, high: float, substitute: float
) -> torch.Tensor:
    return torch.where((readings > low) & (readings < high), readings, substitute)


@misconception("repair", "picked")
def repair_picked(
    readings: torch.Tensor, low: float, high: float, substitute: float
) -> torch.Tensor:
    return readings[(readings >= low) & (readings <= high)]


@misconception("repair", "clamped")
def repair_clamped(
    readings: torch.Tensor, low: float, high: float, substitute: float
) -> torch.Tensor:
    return readings.clamp(low, high)


@misconception("repair", "no parentheses")
def repair_no_parentheses(
    readings: torch.Tensor, low: float, high: float, substitute: float
) -> torch.Tensor:
    return torch.where(readings >= low & readings <= high, readings, substitute)  # type: ignore[operator]


@misconception("repair", "chained")
def repair_chained(
    readings: torch.Tensor, low: float, high: float, substitute: float
) -> torch.Tensor:
    return torch.where(low <= readings <= high, readings, substitute)


def chosen_scores(scores: torch.Tensor, choice: torch.Tensor) -> torch.Tensor:
    """For each question, the score of the answer that was chosen.

    Args:
        scores: tensor of shape (N, K): a row for each question, a column for each answer.
        choice: int64 tensor of shape (N,): for each question the number of a column, 0 to K - 1.

    Returns:
        Tensor of shape (N,) and the dtype of `scores`.
    """
    return scores.gather(1, choice.unsqueeze(1)).squeeze(1)


@misconception("chosen_scores", "all pairs")
def chosen_scores_all_pairs(scores: torch.Tensor, choice: torch.Tensor) -> torch.Tensor:
    return scores[:, choice]


@misconception("chosen_scores", "wrong dim")
def chosen_scores_wrong_dim(scores: torch.Tensor, choice: torch.Tensor) -> torch.Tensor:
    return scores.gather(0, choice.unsqueeze(0)).squeeze(0)


@misconception("chosen_scores", "column")
def chosen_scores_column(scores: torch.Tensor, choice: torch.Tensor) -> torch.Tensor:
    return scores.gather(1, choice.unsqueeze(1))


@misconception("chosen_scores", "squeezed away")
def chosen_scores_squeezed_away(scores: torch.Tensor, choice: torch.Tensor) -> torch.Tensor:
    return scores.gather(1, choice.unsqueeze(1)).squeeze()


@misconception("chosen_scores", "rows")
def chosen_scores_rows(scores: torch.Tensor, choice: torch.Tensor) -> torch.Tensor:
    return scores[choice]


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


@misconception("row_major_strides", "own size")
def row_major_strides_own_size(shape: tuple[int, ...]) -> tuple[int, ...]:
    strides: list[int] = []
    step = 1
    for size in reversed(shape):
        step *= size
        strides.insert(0, step)
    return tuple(strides)


@misconception("row_major_strides", "first is fastest")
def row_major_strides_first_is_fastest(shape: tuple[int, ...]) -> tuple[int, ...]:
    strides: list[int] = []
    step = 1
    for size in shape:
        strides.append(step)
        step *= size
    return tuple(strides)


@misconception("row_major_strides", "backwards")
def row_major_strides_backwards(shape: tuple[int, ...]) -> tuple[int, ...]:
    return row_major_strides(shape)[::-1]


@misconception("row_major_strides", "bytes")
def row_major_strides_bytes(shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(4 * stride for stride in row_major_strides(shape))


def same_storage(a: torch.Tensor, b: torch.Tensor) -> bool:
    """Whether two tensors are views of one storage, wherever in it they begin.

    Args:
        a: tensor of any shape, with at least one element.
        b: tensor of any shape, with at least one element.

    Returns:
        True if both lie in the same memory, even where they have no element in common, and also
        where one of the two has been to NumPy and back.
    """
    return a.untyped_storage().data_ptr() == b.untyped_storage().data_ptr()


@misconception("same_storage", "first element")
def same_storage_first_element(a: torch.Tensor, b: torch.Tensor) -> bool:
    return a.data_ptr() == b.data_ptr()


@misconception("same_storage", "equal")
def same_storage_equal(a: torch.Tensor, b: torch.Tensor) -> bool:
    return torch.equal(a, b)


@misconception("same_storage", "identity")
def same_storage_identity(a: torch.Tensor, b: torch.Tensor) -> bool:
    return a is b


@misconception("same_storage", "overlap")
def same_storage_overlap(a: torch.Tensor, b: torch.Tensor) -> bool:
    return np.shares_memory(a.numpy(), b.numpy())


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


@misconception("as_batch", "one dim")
def as_batch_one_dim(images: torch.Tensor) -> torch.Tensor:
    return images.unsqueeze(0)


@misconception("as_batch", "two dims")
def as_batch_two_dims(images: torch.Tensor) -> torch.Tensor:
    return images[None, None]


@misconception("as_batch", "at the end")
def as_batch_at_the_end(images: torch.Tensor) -> torch.Tensor:
    while images.ndim < 4:
        images = images.unsqueeze(-1)
    return images


@misconception("as_batch", "anything goes")
def as_batch_anything_goes(images: torch.Tensor) -> torch.Tensor:
    while images.ndim < 4:
        images = images.unsqueeze(0)
    return images


@misconception("as_batch", "copy")
def as_batch_copy(images: torch.Tensor) -> torch.Tensor:
    return as_batch(images).clone()


def channels_first(photos: torch.Tensor) -> torch.Tensor:
    """Photos as cameras store them, turned into images as networks want them.

    Args:
        photos: uint8 tensor of shape (N, H, W, C) with values from 0 to 255; it is left unchanged.

    Returns:
        Contiguous float32 tensor of shape (N, C, H, W) with values from 0 to 1.
    """
    return photos.permute(0, 3, 1, 2).contiguous() / 255


@misconception("channels_first", "reshaped")
def channels_first_reshaped(photos: torch.Tensor) -> torch.Tensor:
    count, height, width, channels = photos.shape
    return photos.reshape(count, channels, height, width) / 255


@misconception("channels_first", "sides swapped")
def channels_first_sides_swapped(photos: torch.Tensor) -> torch.Tensor:
    return photos.transpose(1, 3).contiguous() / 255


@misconception("channels_first", "not scaled")
def channels_first_not_scaled(photos: torch.Tensor) -> torch.Tensor:
    return photos.permute(0, 3, 1, 2).contiguous().float()


@misconception("channels_first", "whole numbers")
def channels_first_whole_numbers(photos: torch.Tensor) -> torch.Tensor:
    return (photos.permute(0, 3, 1, 2).contiguous() // 255).float()


@misconception("channels_first", "not contiguous")
def channels_first_not_contiguous(photos: torch.Tensor) -> torch.Tensor:
    return photos.permute(0, 3, 1, 2) / 255


@misconception("channels_first", "order only")
def channels_first_order_only(photos: torch.Tensor) -> torch.Tensor:
    return photos.permute(0, 3, 1, 2)
