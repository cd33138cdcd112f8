"""Answers: Count the correct predictions."""

from __future__ import annotations

import torch

from ptbasics.exercise import alternative, misconception


def count_correct(scores: torch.Tensor, labels: torch.Tensor) -> int:
    """How many samples have their highest score at their label.

    Args:
        scores: floating-point tensor of shape (N, C): a score for each sample and class.
        labels: int64 tensor of shape (N,) or (N, 1): the right class of each sample.

    Returns:
        The number of correct predictions as a Python int, from 0 to N.
    """
    return int((scores.argmax(dim=1) == labels.flatten()).sum())


@misconception(
    "tensor",
    hint="The count is right but still a tensor. Take the Python number out of it.",
)
def count_correct_tensor(scores: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    return (scores.argmax(dim=1) == labels.flatten()).sum()


@misconception(
    "fraction",
    hint="This is the share of correct predictions; their *number* is asked for.",
)
def count_correct_fraction(scores: torch.Tensor, labels: torch.Tensor) -> float:
    return (scores.argmax(dim=1) == labels.flatten()).float().mean().item()


@misconception(
    "wrong dim",
    hint="This asks which sample is best for each class. The classes lie along the last "
    "dimension, and that one is reduced.",
)
def count_correct_wrong_dim(scores: torch.Tensor, labels: torch.Tensor) -> int:
    return int((scores.argmax(dim=0) == labels.flatten()).sum())


@misconception(
    "flat",
    hint="Without `dim`, `argmax` gives one index into the flattened scores.",
)
def count_correct_flat(scores: torch.Tensor, labels: torch.Tensor) -> int:
    return int((scores.argmax() == labels.flatten()).sum())


@misconception(
    "values",
    hint="The labels were compared with the highest scores themselves. A label says *where* the "
    "highest score should be.",
)
def count_correct_values(scores: torch.Tensor, labels: torch.Tensor) -> int:
    return int((scores.max(dim=1).values == labels.flatten()).sum())


@misconception(
    "all pairs",
    hint="Labels of shape `(N, 1)` against predictions of shape `(N,)`: `==` broadcasts too, and "
    "counts agreements among all pairs.",
)
def count_correct_all_pairs(scores: torch.Tensor, labels: torch.Tensor) -> int:
    return int((scores.argmax(dim=1) == labels).sum())


@alternative
def count_by_max(scores, labels):
    return int((scores.max(1).indices == labels.view(-1)).sum())


@alternative
def count_by_loop(scores, labels):
    return sum(int(row.argmax()) == int(label) for row, label in zip(scores, labels, strict=True))


@alternative
def count_by_column(scores, labels):
    return torch.count_nonzero(scores.argmax(1, keepdim=True) == labels.reshape(-1, 1)).item()
