"""Answers: The confusion matrix."""

from __future__ import annotations

from itertools import product

import torch
import torch.nn.functional as F

from ptbasics.exercise import alternative, misconception


def confusion_matrix(actual: torch.Tensor, predicted: torch.Tensor, classes: int) -> torch.Tensor:
    """Count which class was taken for which.

    Args:
        actual: int64 tensor of shape (N,), the right classes, numbers from 0 to classes - 1.
        predicted: int64 tensor of shape (N,), the classes that a model predicted.
        classes: the number of classes, C.

    Returns:
        An int64 tensor of shape (C, C). The element in row i and column j is the number of
        samples of class i that were predicted as class j.
    """
    cells = actual * classes + predicted
    return cells.bincount(minlength=classes**2).view(classes, classes)


@misconception(
    "transposed",
    hint="Rows and columns are exchanged: a row belongs to the *actual* class, a column to the "
    "predicted one.",
)
def confusion_matrix_transposed(actual, predicted, classes):
    return confusion_matrix(predicted, actual, classes)


@misconception(
    "at most one",
    hint="No count is greater than 1: writing to several equal indices at once writes once. "
    "Counts have to be added up.",
)
def confusion_matrix_at_most_one(actual, predicted, classes):
    matrix = torch.zeros(classes, classes, dtype=torch.int64)
    matrix[actual, predicted] += 1
    return matrix


@misconception(
    "shares",
    hint="These are shares, not counts. The matrix holds how *many* samples fell into each cell, "
    "as int64.",
)
def confusion_matrix_shares(actual, predicted, classes):
    counts = confusion_matrix(actual, predicted, classes)
    return counts / counts.sum(1, keepdim=True)


@misconception(
    "only those that occur",
    hint="Classes that do not occur are missing. The matrix always has `classes` rows and columns.",
)
def confusion_matrix_only_those(actual, predicted, classes):
    found = torch.cat([actual, predicted]).unique().tolist()
    rows = [[((actual == i) & (predicted == j)).sum() for j in found] for i in found]
    return torch.tensor(rows, dtype=torch.int64)


@misconception(
    "only errors",
    hint="The diagonal is empty. It belongs to the matrix: what was predicted rightly.",
)
def confusion_matrix_only_errors(actual, predicted, classes):
    return confusion_matrix(actual, predicted, classes).fill_diagonal_(0)


@misconception(
    "float",
    hint="Counts are whole numbers: the matrix should be int64.",
)
def confusion_matrix_float(actual, predicted, classes):
    return confusion_matrix(actual, predicted, classes).float()


@alternative
def confusion_by_loop(actual, predicted, classes):
    matrix = torch.zeros(classes, classes, dtype=torch.int64)
    for row, column in zip(actual.tolist(), predicted.tolist(), strict=True):
        matrix[row, column] += 1
    return matrix


@alternative
def confusion_by_codes(actual, predicted, classes):
    return F.one_hot(actual, classes).T @ F.one_hot(predicted, classes)


@alternative
def confusion_by_accumulation(actual, predicted, classes):
    matrix = torch.zeros(classes, classes, dtype=torch.long)
    return matrix.index_put_((actual, predicted), torch.tensor(1), accumulate=True)


@alternative
def confusion_by_comparison(actual, predicted, classes):
    cells = [
        ((actual == row) & (predicted == column)).sum()
        for row, column in product(range(classes), repeat=2)
    ]
    return torch.stack(cells).view(classes, classes)
