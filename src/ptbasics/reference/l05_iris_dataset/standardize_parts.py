"""Answers: Standardising without a leak."""

from __future__ import annotations

import torch
from sklearn.preprocessing import StandardScaler

from ptbasics.exercise import alternative, misconception


def standardize_parts(
    X: torch.Tensor, train: list[int], validation: list[int], test: list[int]
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """The three parts of a table, each feature centred and scaled, without any leak.

    From each feature its mean is subtracted, and the result is divided by its standard deviation
    (the root of the *mean* squared distance, as in scikit-learn's `StandardScaler`). A feature
    that does not vary is only centred.

    Args:
        X: float32 tensor of shape (N, D). It stays as it is.
        train, validation, test: row numbers of the three parts.

    Returns:
        Three new float32 tensors, of shapes (len(train), D), (len(validation), D) and
        (len(test), D).
    """
    mean = X[train].mean(dim=0)
    std = X[train].std(dim=0, correction=0)
    std[std == 0] = 1.0
    return tuple((X[part] - mean) / std for part in (train, validation, test))


def _standardized(X, rows, parts):
    std = X[rows].std(0, correction=0)
    return tuple((X[part] - X[rows].mean(0)) / torch.where(std == 0, 1.0, std) for part in parts)


@misconception(
    "leak",
    hint="Mean and spread were taken from all rows. So the training part knows something about "
    "the test rows, and the test score is too good to be true: use training rows only.",
)
def standardize_parts_leak(X, train, validation, test):
    return _standardized(X, list(range(len(X))), (train, validation, test))


@misconception(
    "leak of the spread",
    hint="The means come from the training rows, but the spreads from all rows. That is a leak, "
    "too: both are learned.",
)
def standardize_parts_leak_of_the_spread(X, train, validation, test):
    std = X.std(0, correction=0)
    std[std == 0] = 1.0
    return tuple((X[part] - X[train].mean(0)) / std for part in (train, validation, test))


@misconception(
    "each by itself",
    hint="Every part was standardised by its own statistics. Then the same flower means something "
    "else in each part, and a single flower cannot be standardised at all.",
)
def standardize_parts_each(X, train, validation, test):
    return tuple(_standardized(X, part, [part])[0] for part in (train, validation, test))


@misconception(
    "train and validation",
    hint="The validation rows took part in the statistics. They are there to judge, so they too "
    "must stay unknown.",
)
def standardize_parts_both(X, train, validation, test):
    return _standardized(X, train + validation, (train, validation, test))


@misconception(
    "one mean",
    hint="One mean and spread for all features together. Each feature has a scale of its own: "
    "reduce over the rows only.",
)
def standardize_parts_one_mean(X, train, validation, test):
    mean, std = X[train].mean(), X[train].std(correction=0)
    return tuple((X[part] - mean) / std for part in (train, validation, test))


@misconception(
    "sample spread",
    hint="The spread divides by n − 1 here. `StandardScaler` and this exercise divide by n.",
)
def standardize_parts_sample(X, train, validation, test):
    std = X[train].std(0)
    std[std == 0] = 1.0
    return tuple((X[part] - X[train].mean(0)) / std for part in (train, validation, test))


@misconception(
    "division by zero",
    hint="A feature that never varies has the spread 0, and dividing by it gives nan or infinity. "
    "Leave such a feature undivided.",
)
def standardize_parts_zero(X, train, validation, test):
    std = X[train].std(0, correction=0)
    return tuple((X[part] - X[train].mean(0)) / std for part in (train, validation, test))


@misconception(
    "tiny number",
    hint="A tiny number was added to the spread. That avoids nan, but divides a feature with the "
    "spread 0 by almost nothing: values in the other parts grow beyond all bounds. Leave such a "
    "feature undivided.",
)
def standardize_parts_tiny_number(X, train, validation, test):
    std = X[train].std(0, correction=0) + 1e-8
    return tuple((X[part] - X[train].mean(0)) / std for part in (train, validation, test))


@misconception(
    "nan replaced",
    hint="nan was replaced after the division. That mends the training part only: other values of "
    "that feature were divided by 0, too, and became infinite. See to the spread before you "
    "divide.",
)
def standardize_parts_nan_replaced(X, train, validation, test):
    return tuple(part.nan_to_num() for part in standardize_parts_zero(X, train, validation, test))


@misconception(
    "in place",
    hint="The table that was passed in has been changed. Others may still need it.",
)
def standardize_parts_in_place(X, train, validation, test):
    std = X[train].std(0, correction=0)
    std[std == 0] = 1.0
    X -= X[train].mean(0)
    X /= std
    return X[train], X[validation], X[test]


@alternative
def standardize_by_scikit_learn(X, train, validation, test):
    scaler = StandardScaler().fit(X[train].numpy())
    parts = (scaler.transform(X[part].numpy()) for part in (train, validation, test))
    return tuple(torch.from_numpy(part) for part in parts)


@alternative
def standardize_by_definition(X, train, validation, test):
    known = X[train].double()
    mean = known.sum(0) / len(train)
    std = ((known - mean) ** 2).mean(0).sqrt()
    std = torch.where(std > 0, std, torch.ones_like(std))
    return [((X[part] - mean) / std).float() for part in (train, validation, test)]
