"""Answers: A snapshot that stays."""

from __future__ import annotations

import numpy as np
import torch

from ptbasics.exercise import alternative, misconception


def snapshot(buffer: np.ndarray) -> torch.Tensor:
    """The present content of a buffer, in a tensor that the buffer can no longer change.

    Args:
        buffer: NumPy array of any shape and of any integer or floating-point dtype; it will be
            overwritten after the call.

    Returns:
        float32 tensor of the same shape, in memory of its own.
    """
    return torch.tensor(buffer, dtype=torch.float32)


@misconception(
    "alias",
    hint="When the buffer is float32 already, nothing needs converting and nothing was copied: "
    "the sensor overwrote your snapshot. Copy on purpose, not by accident.",
)
def snapshot_alias(buffer: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(buffer).float()


@misconception(
    "bridge",
    hint="This tensor lives in the memory of the NumPy array, so the sensor overwrites it, and it "
    "has the array's dtype.",
)
def snapshot_bridge(buffer: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(buffer)


@misconception(
    "double",
    hint="The snapshot is a copy, but it has the dtype of the array. It has to be float32 "
    "whatever the sensor writes.",
)
def snapshot_double(buffer: np.ndarray) -> torch.Tensor:
    return torch.tensor(buffer)


@misconception(
    "integers",
    hint="The numbers lost everything behind the decimal point. Which dtype is asked?",
)
def snapshot_integers(buffer: np.ndarray) -> torch.Tensor:
    return torch.tensor(buffer, dtype=torch.int64)


@misconception(
    "as counted",
    hint="Where the buffer holds whole numbers, the dtype of the snapshot is int64. float32 is "
    "asked whatever the sensor writes.",
)
def snapshot_as_counted(buffer: np.ndarray) -> torch.Tensor:
    return torch.tensor(buffer.tolist())


@alternative
def snapshot_by_clone(buffer):
    return torch.from_numpy(buffer).clone().float()


@alternative
def snapshot_by_numpy_copy(buffer):
    return torch.as_tensor(buffer.astype(np.float32))


@alternative
def snapshot_by_filling(buffer):
    taken = torch.empty(buffer.shape)
    taken[...] = torch.from_numpy(buffer)
    return taken


@alternative
def snapshot_by_to(buffer):
    return torch.from_numpy(buffer).to(torch.float32, copy=True)
