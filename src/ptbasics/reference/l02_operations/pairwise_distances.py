"""Answers: All distances at once."""

from __future__ import annotations

import torch

from ptbasics.exercise import alternative, misconception


def pairwise_distances(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """The straight-line distance from every point of `a` to every point of `b`.

    Args:
        a: floating-point tensor of shape (N, D): N points with D coordinates each.
        b: the same with M points: shape (M, D), same dtype.

    Returns:
        A tensor of shape (N, M) with the dtype of `a`; element [i, j] is the distance between
        `a[i]` and `b[j]`.
    """
    differences = a[:, None, :] - b[None, :, :]
    return (differences**2).sum(dim=2).sqrt()


@misconception(
    "row by row",
    hint="The first row of `a` met only the first row of `b`, and so on. Every row of `a` has to "
    "meet every row of `b`: both need one more dimension.",
)
def pairwise_distances_row_by_row(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    return ((a - b) ** 2).sum(dim=1).sqrt()


@misconception(
    "squared",
    hint="These are squared distances. What turns 25 into the 5 of a 3-4-5 triangle?",
)
def pairwise_distances_squared(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    return ((a[:, None] - b) ** 2).sum(dim=2)


@misconception(
    "transposed",
    hint="The result is `(M, N)`. Rows belong to `a`, columns to `b`.",
)
def pairwise_distances_transposed(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    return ((a - b[:, None]) ** 2).sum(dim=2).sqrt()


@misconception(
    "city blocks",
    hint="The absolute differences are added, as if walking along streets. The straight line "
    "squares them, adds, and takes the root.",
)
def pairwise_distances_city_blocks(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    return (a[:, None] - b).abs().sum(dim=2)


@misconception(
    "wrong dim",
    hint="The block of differences is right, but the sum runs over the points of `b` instead of "
    "over the coordinates.",
)
def pairwise_distances_wrong_dim(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    return ((a[:, None] - b) ** 2).sum(dim=1).sqrt()


@alternative
def distances_by_expansion(a, b):
    squares = (a**2).sum(1, keepdim=True) + (b**2).sum(1) - 2 * a @ b.T
    return squares.clamp(min=0).sqrt()


@alternative
def distances_by_norm(a, b):
    return torch.linalg.norm(a.unsqueeze(1) - b.unsqueeze(0), dim=-1)


@alternative
def distances_by_loop(a, b):
    return torch.stack([torch.stack([torch.dist(p, q) for q in b]) for p in a])
