"""Answers: Work out the strides."""

from __future__ import annotations

import math

import torch

from ptbasics.exercise import alternative, misconception


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


@misconception(
    "own size",
    hint="One factor too many: a step along a dimension jumps over everything that lies *within* "
    "it, not over the dimension itself. The last stride is 1.",
)
def row_major_strides_own_size(shape: tuple[int, ...]) -> tuple[int, ...]:
    strides: list[int] = []
    step = 1
    for size in reversed(shape):
        step *= size
        strides.insert(0, step)
    return tuple(strides)


@misconception(
    "first is fastest",
    hint="Here the *first* dimension has stride 1 (column-major, as in Fortran). PyTorch lays out "
    "row by row: neighbours in the last dimension lie side by side.",
)
def row_major_strides_first_is_fastest(shape: tuple[int, ...]) -> tuple[int, ...]:
    strides: list[int] = []
    step = 1
    for size in shape:
        strides.append(step)
        step *= size
    return tuple(strides)


@misconception(
    "backwards",
    hint="The right numbers in the wrong order: the stride of dimension 0 comes first.",
)
def row_major_strides_backwards(shape: tuple[int, ...]) -> tuple[int, ...]:
    return row_major_strides(shape)[::-1]


@misconception(
    "bytes",
    hint="NumPy counts strides in bytes; PyTorch counts them in elements.",
)
def row_major_strides_bytes(shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(4 * stride for stride in row_major_strides(shape))


@alternative
def strides_by_products(shape):
    return tuple(math.prod(shape[dim + 1 :]) for dim in range(len(shape)))


@alternative
def strides_by_recursion(shape):
    if not shape:
        return ()
    inner = strides_by_recursion(shape[1:])
    return (shape[1] * inner[0] if inner else 1, *inner)


@alternative
def strides_from_the_back(shape):
    strides = [1] * len(shape)
    for dim in range(len(shape) - 2, -1, -1):
        strides[dim] = strides[dim + 1] * shape[dim + 1]
    return tuple(strides)


@alternative
def strides_as_size(shape):
    return torch.Size(strides_by_products(shape))
