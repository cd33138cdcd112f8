"""Answers: Weights for an unbalanced dataset."""

from __future__ import annotations

from collections import Counter

import torch

from ptbasics.exercise import alternative, misconception


def class_weights(labels: torch.Tensor) -> torch.Tensor:
    """Weights for `WeightedRandomSampler` with which every class is drawn equally often.

    Args:
        labels: int64 tensor of shape (N,), the class of each sample. Some class numbers between
            may not occur.

    Returns:
        A float tensor of shape (N,): one weight for each *sample*. Their scale does not matter.
    """
    return 1 / torch.bincount(labels)[labels]


@misconception(
    "per class",
    hint="There is one weight per class. The sampler draws *indices of samples*, so with three "
    "weights it would draw only samples 0, 1 and 2.",
)
def weights_per_class(labels):
    counts = torch.bincount(labels)
    return 1 / counts[counts > 0]


@misconception(
    "counts",
    hint="The larger a class, the greater its weight here: the imbalance grows.",
)
def weights_counts(labels):
    return torch.bincount(labels)[labels].float()


@misconception(
    "equal",
    hint="All samples weigh the same, so classes are drawn as often as they occur.",
)
def weights_equal(labels):
    return torch.ones(len(labels))


@misconception(
    "complement",
    hint="One minus the share balances two classes, but not three. Add up the weights of each "
    "class: are the sums equal?",
)
def weights_complement(labels):
    return 1 - (torch.bincount(labels) / len(labels))[labels]


@misconception(
    "square root",
    hint="Rare classes are drawn more often than before, but still less than others. Add up the "
    "weights of each class: are the sums equal?",
)
def weights_square_root(labels):
    return torch.bincount(labels)[labels] ** -0.5


@alternative
def weights_by_counter(labels):
    counts = Counter(labels.tolist())
    return torch.tensor([1 / (len(counts) * counts[one]) for one in labels.tolist()])


@alternative
def weights_by_comparison(labels):
    return (labels[:, None] == labels).double().mean(dim=1).reciprocal()
