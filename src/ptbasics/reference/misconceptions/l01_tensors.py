"""What goes wrong in lesson 1: the known wrong answers."""

from __future__ import annotations

import numpy as np
import torch

from ptbasics.exercise import misconception
from ptbasics.reference.l01_tensors import as_batch, chessboard, row_major_strides


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


@misconception("snapshot", "as counted")
def snapshot_as_counted(buffer: np.ndarray) -> torch.Tensor:
    return torch.tensor(buffer.tolist())


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


@misconception("chessboard", "bools")
def chessboard_bools(rows: int, columns: int) -> torch.Tensor:
    return chessboard(rows, columns).bool()


@misconception("chessboard", "one long row")
def chessboard_one_long_row(rows: int, columns: int) -> torch.Tensor:
    board = torch.zeros(rows * columns, dtype=torch.uint8)
    board[::2] = 1
    return board.view(rows, columns)


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


@misconception("chosen_scores", "flat index")
def chosen_scores_flat_index(scores: torch.Tensor, choice: torch.Tensor) -> torch.Tensor:
    return scores.gather(1, choice)


@misconception("chosen_scores", "first row")
def chosen_scores_first_row(scores: torch.Tensor, choice: torch.Tensor) -> torch.Tensor:
    return scores.gather(1, choice.unsqueeze(0)).squeeze(0)


@misconception("chosen_scores", "single")
def chosen_scores_single(scores: torch.Tensor, choice: torch.Tensor) -> torch.Tensor:
    chosen = torch.zeros(len(scores))
    for row, column in enumerate(choice):
        chosen[row] = scores[row, column]
    return chosen


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


@misconception("as_batch", "after the colours")
def as_batch_after_the_colours(images: torch.Tensor) -> torch.Tensor:
    return images.unsqueeze(1) if images.ndim == 3 else as_batch(images)


@misconception("as_batch", "returned")
def as_batch_returned(images: torch.Tensor) -> torch.Tensor | ValueError:
    if not 2 <= images.ndim <= 4:
        return ValueError("no image")
    return as_batch(images)


@misconception("as_batch", "copy")
def as_batch_copy(images: torch.Tensor) -> torch.Tensor:
    return as_batch(images).clone()


@misconception("channels_first", "reshaped")
def channels_first_reshaped(photos: torch.Tensor) -> torch.Tensor:
    count, height, width, channels = photos.shape
    return photos.reshape(count, channels, height, width) / 255


@misconception("channels_first", "sides swapped")
def channels_first_sides_swapped(photos: torch.Tensor) -> torch.Tensor:
    return photos.transpose(1, 3).contiguous() / 255


@misconception("channels_first", "sides swapped, as they lie")
def channels_first_sides_swapped_as_they_lie(photos: torch.Tensor) -> torch.Tensor:
    return photos.transpose(1, 3) / 255


@misconception("channels_first", "not scaled, as they lie")
def channels_first_not_scaled_as_they_lie(photos: torch.Tensor) -> torch.Tensor:
    return photos.permute(0, 3, 1, 2).float()


@misconception("channels_first", "order and memory")
def channels_first_order_and_memory(photos: torch.Tensor) -> torch.Tensor:
    return photos.permute(0, 3, 1, 2).contiguous()


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
