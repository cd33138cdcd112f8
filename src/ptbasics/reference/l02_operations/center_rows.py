"""Answers: Centre every row."""

from __future__ import annotations

import torch

from ptbasics.exercise import alternative, misconception


def center_rows(points: torch.Tensor) -> torch.Tensor:
    """Subtract from every row its own mean.

    Args:
        points: floating-point tensor of shape (N, M); it is left unchanged.

    Returns:
        A tensor of the same shape and dtype in which every row has mean 0.
    """
    return points - points.mean(dim=1, keepdim=True)


@misconception(
    "no keepdim",
    hint="The means have shape `(N,)`, which lines up with the *columns*: an error unless the "
    "matrix is square, and then it is silently wrong.",
)
def center_rows_no_keepdim(points: torch.Tensor) -> torch.Tensor:
    return points - points.mean(dim=1)


@misconception(
    "columns",
    hint="Here every column has mean 0. `dim` names the dimension that is reduced away.",
)
def center_rows_columns(points: torch.Tensor) -> torch.Tensor:
    return points - points.mean(dim=0)


@misconception(
    "one mean",
    hint="The mean of the whole matrix was subtracted; every row has its own.",
)
def center_rows_one_mean(points: torch.Tensor) -> torch.Tensor:
    return points - points.mean()


@misconception(
    "in place",
    hint="The values are right, but the caller's tensor has been changed. Which operation writes "
    "into its left-hand side?",
)
def center_rows_in_place(points: torch.Tensor) -> torch.Tensor:
    points -= points.mean(dim=1, keepdim=True)
    return points


@alternative
def center_rows_transposed(points):
    return (points.T - points.mean(1)).T


@alternative
def center_rows_by_loop(points):
    centred = points.clone()
    for row in centred:
        row -= row.mean()
    return centred
