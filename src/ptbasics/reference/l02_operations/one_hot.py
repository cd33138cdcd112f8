"""Answers: One-hot codes for labels of any shape."""

from __future__ import annotations

import torch

from ptbasics.exercise import alternative, misconception


def one_hot(labels: torch.Tensor, num_classes: int) -> torch.Tensor:
    """Replace every label by a vector that is 1 at the label and 0 elsewhere.

    Args:
        labels: int64 tensor of any shape, also without dimensions.
        num_classes: how many classes there are, whether or not all of them occur.

    Returns:
        An int64 tensor with the shape of `labels` followed by `num_classes`.

    Raises:
        ValueError: a label is below 0, or is `num_classes` or more.
    """
    if ((labels < 0) | (labels >= num_classes)).any():
        raise ValueError(f"labels must lie between 0 and {num_classes - 1}")
    return (labels.unsqueeze(-1) == torch.arange(num_classes)).long()


@misconception(
    "max plus one",
    hint="The number of classes was taken from the largest label. A class that happens not to "
    "occur still needs its column: use `num_classes`.",
)
def one_hot_max_plus_one(labels: torch.Tensor, num_classes: int) -> torch.Tensor:
    return (labels.unsqueeze(-1) == torch.arange(int(labels.max()) + 1)).long()


@misconception(
    "float",
    hint="The values are right but floats. Look at the dtype that is asked for.",
)
def one_hot_float(labels: torch.Tensor, num_classes: int) -> torch.Tensor:
    return torch.eye(num_classes)[labels]


@misconception(
    "bool",
    hint="The pattern is right, but these are true and false. Look at the dtype that is asked for.",
)
def one_hot_bool(labels: torch.Tensor, num_classes: int) -> torch.Tensor:
    return one_hot(labels, num_classes).bool()


@misconception(
    "classes first",
    hint="The classes became the first dimension; they belong in a new last one.",
)
def one_hot_classes_first(labels: torch.Tensor, num_classes: int) -> torch.Tensor:
    return torch.stack([labels == label for label in range(num_classes)]).long()


@misconception(
    "flattened",
    hint="Labels of shape `(2, 3)` give codes of shape `(2, 3, num_classes)`: the shape of the "
    "labels is kept.",
)
def one_hot_flattened(labels: torch.Tensor, num_classes: int) -> torch.Tensor:
    return (labels.reshape(-1, 1) == torch.arange(num_classes)).long()


@misconception(
    "from the end",
    hint="A label of -1 counted from the end, as indices do, and became the last class. A label "
    "out of range must be a `ValueError`.",
)
def one_hot_from_the_end(labels: torch.Tensor, num_classes: int) -> torch.Tensor:
    return torch.eye(num_classes, dtype=torch.int64)[labels]


@misconception(
    "all zeros",
    hint="A label out of range became a row without any 1. Nobody will notice that until much "
    "later: raise a `ValueError`.",
)
def one_hot_all_zeros(labels: torch.Tensor, num_classes: int) -> torch.Tensor:
    return (labels.unsqueeze(-1) == torch.arange(num_classes)).long()


@misconception(
    "returned",
    hint="The error was returned, as if it were codes, and the caller may not even notice. "
    "*Raise* it.",
)
def one_hot_returned(labels: torch.Tensor, num_classes: int) -> torch.Tensor | ValueError:
    if ((labels < 0) | (labels >= num_classes)).any():
        return ValueError("a label is out of range")
    return one_hot(labels, num_classes)


@alternative
def one_hot_by_identity(labels, num_classes):
    if int(labels.min()) < 0 or int(labels.max()) >= num_classes:
        raise ValueError("label out of range")
    return torch.eye(num_classes, dtype=torch.long)[labels]


@alternative
def one_hot_by_scatter(labels, num_classes):
    if not all(0 <= label < num_classes for label in labels.flatten().tolist()):
        raise ValueError("label out of range")
    codes = torch.zeros(*labels.shape, num_classes, dtype=torch.long)
    return codes.scatter_(-1, labels.unsqueeze(-1), 1)


@alternative
def one_hot_by_stack(labels, num_classes):
    if torch.any(labels < 0) or torch.any(labels > num_classes - 1):
        raise ValueError("label out of range")
    return torch.stack([(labels == one).long() for one in range(num_classes)], dim=-1)


@alternative
def one_hot_by_filling(labels, num_classes):
    if any(not 0 <= label < num_classes for label in labels.flatten()):
        raise ValueError("label out of range")
    codes = torch.zeros(labels.numel(), num_classes, dtype=torch.int64)
    codes[torch.arange(labels.numel()), labels.flatten()] = 1
    return codes.view(*labels.shape, num_classes)
