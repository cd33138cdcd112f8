"""Right answers to lesson 1 by other routes than the reference's; each must get full marks."""

from __future__ import annotations

import math

import numpy as np
import torch


def percentages_by_list(points, maximum):
    return torch.tensor([[100 * one / maximum for one in row] for row in points])


def percentages_by_numpy(points, maximum):
    return torch.from_numpy(np.array(points) / maximum).float() * 100


def percentages_by_in_place(points, maximum):
    return torch.FloatTensor(points).div_(maximum).mul_(100)


def snapshot_by_clone(buffer):
    return torch.from_numpy(buffer).clone().float()


def snapshot_by_numpy_copy(buffer):
    return torch.as_tensor(buffer.astype(np.float32))


def snapshot_by_filling(buffer):
    taken = torch.empty(buffer.shape)
    taken[...] = torch.from_numpy(buffer)
    return taken


def snapshot_by_to(buffer):
    return torch.from_numpy(buffer).to(torch.float32, copy=True)


def chessboard_by_loop(rows, columns):
    squares = [[(i + j + 1) % 2 for j in range(columns)] for i in range(rows)]
    return torch.tensor(squares, dtype=torch.uint8)


def chessboard_by_ones(rows, columns):
    board = torch.ones((rows, columns), dtype=torch.uint8)
    board[1::2, ::2] = board[::2, 1::2] = 0
    return board


def chessboard_by_sums(rows, columns):
    sums = torch.arange(rows)[:, None] + torch.arange(columns)
    return (sums % 2 == 0).to(torch.uint8)


def repair_by_clone(readings, low, high, substitute):
    repaired = readings.clone()
    repaired[~((readings >= low) & (readings <= high))] = substitute
    return repaired


def repair_by_masked_fill(readings, low, high, substitute):
    faulty = (readings < low) | (readings > high) | readings.isnan()
    return readings.masked_fill(faulty, substitute)


def repair_by_loop(readings, low, high, substitute):
    kept = [x if low <= x <= high else substitute for x in readings.flatten().tolist()]
    return torch.tensor(kept, dtype=readings.dtype).reshape(readings.shape)


def repair_by_three_masks(readings, low, high, substitute):
    repaired = readings.clone()
    for faulty in (readings < low, readings > high, readings != readings):
        repaired[faulty] = substitute
    return repaired


def chosen_by_pairs(scores, choice):
    return scores[torch.arange(len(scores)), choice]


def chosen_by_loop(scores, choice):
    return torch.stack([row[column] for row, column in zip(scores, choice, strict=True)])


def chosen_by_flat_positions(scores, choice):
    return scores.flatten()[choice + scores.shape[1] * torch.arange(scores.shape[0])]


def chosen_by_diagonal(scores, choice):
    return scores[:, choice].diagonal()


def chosen_by_take_along_dim(scores, choice):
    return torch.take_along_dim(scores, choice[:, None], 1)[:, 0]


def strides_by_products(shape):
    return tuple(math.prod(shape[dim + 1 :]) for dim in range(len(shape)))


def strides_from_the_back(shape):
    strides = [1] * len(shape)
    for dim in range(len(shape) - 2, -1, -1):
        strides[dim] = strides[dim + 1] * shape[dim + 1]
    return tuple(strides)


def strides_by_recursion(shape):
    if not shape:
        return ()
    inner = strides_by_recursion(shape[1:])
    return (shape[1] * inner[0] if inner else 1, *inner)


def strides_as_size(shape):
    return torch.Size(strides_by_products(shape))


def same_storage_by_object(a, b):
    return a.untyped_storage() == b.untyped_storage()


def same_storage_by_range(a, b):
    ranges = [(one.untyped_storage().data_ptr(), one.untyped_storage().nbytes()) for one in (a, b)]
    (start, size), (other_start, other_size) = ranges
    return start < other_start + other_size and other_start < start + size


def same_storage_by_numpy_owner(a, b):
    size = a.untyped_storage().nbytes(), b.untyped_storage().nbytes()
    start_a = a.data_ptr() - a.storage_offset() * a.element_size()
    start_b = b.data_ptr() - b.storage_offset() * b.element_size()
    return start_a == start_b and size[0] == size[1]


def same_storage_by_method(a, b):
    return a.is_set_to(b) or a.untyped_storage().data_ptr() == b.untyped_storage().data_ptr()


def batch_by_reshape(images):
    if images.ndim not in (2, 3, 4):
        raise ValueError("no image")
    return images.reshape((1,) * (4 - images.ndim) + tuple(images.shape))


def batch_by_none(images):
    if images.dim() == 4:
        return images
    if images.dim() == 3:
        return images[None]
    if images.dim() == 2:
        return images[None, None]
    raise ValueError(images.dim())


def channels_by_transposes(photos):
    return photos.float().div(255).transpose(1, 3).transpose(2, 3).contiguous()


def channels_scaled_first(photos):
    return (photos / 255).permute(0, 3, 1, 2).contiguous()


def channels_by_numpy(photos):
    moved = np.ascontiguousarray(photos.numpy().transpose(0, 3, 1, 2))
    return torch.from_numpy(moved.astype(np.float32) / 255)


def channels_by_stack(photos):
    return torch.stack([photos[..., c] for c in range(photos.shape[-1])], dim=1) / 255


def channels_by_movedim(photos):
    return photos.movedim(-1, 1).contiguous().float() / 255


def channels_by_filling(photos):
    count, height, width, channels = photos.shape
    images = torch.empty(count, channels, height, width)
    for channel in range(channels):
        images[:, channel] = photos[:, :, :, channel] / 255.0
    return images


ALTERNATIVES = {
    "percentages": [percentages_by_list, percentages_by_numpy, percentages_by_in_place],
    "snapshot": [
        snapshot_by_clone,
        snapshot_by_numpy_copy,
        snapshot_by_filling,
        snapshot_by_to,
    ],
    "chessboard": [chessboard_by_loop, chessboard_by_ones, chessboard_by_sums],
    "repair": [
        repair_by_clone,
        repair_by_masked_fill,
        repair_by_loop,
        repair_by_three_masks,
    ],
    "chosen_scores": [
        chosen_by_pairs,
        chosen_by_loop,
        chosen_by_flat_positions,
        chosen_by_take_along_dim,
        chosen_by_diagonal,
    ],
    "row_major_strides": [
        strides_by_products,
        strides_by_recursion,
        strides_from_the_back,
        strides_as_size,
    ],
    "same_storage": [
        same_storage_by_numpy_owner,
        same_storage_by_method,
        same_storage_by_object,
        same_storage_by_range,
    ],
    "as_batch": [batch_by_reshape, batch_by_none],
    "channels_first": [
        channels_by_transposes,
        channels_by_numpy,
        channels_scaled_first,
        channels_by_stack,
        channels_by_filling,
        channels_by_movedim,
    ],
}
