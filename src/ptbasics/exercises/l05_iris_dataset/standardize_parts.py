"""Standardising without a leak."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._results import named


def standardize_cases(generator: torch.Generator) -> list[Case]:
    def parts(*sizes: int, features: int = 3) -> tuple[Any, ...]:
        total = sum(sizes)
        scale = 1 + 10 * torch.rand(features, generator=generator)
        X = 20 + scale * torch.randn(total, features, generator=generator)
        rows = torch.randperm(total, generator=generator)
        return X, *(part.tolist() for part in rows.split(list(sizes)))

    X, train, validation, test = parts(8, 4, 4)
    X[test] += 100
    drifted = X, train, validation, test
    X, train, validation, test = parts(6, 3, 3)
    X[train, 1] = 2.0
    constant = X, train, validation, test
    return [
        Case("three features", parts(12, 5, 4)),
        Case("a single feature", parts(6, 2, 3, features=1)),
        Case("a test part from a warmer year", drifted),
        Case("a feature that never varies in the training part", constant),
        Case("validation and test of one row", parts(9, 1, 1)),
    ]


@exercise(
    title="Standardising without a leak",
    points=3,
    difficulty=2,
    minutes=12,
    hint="Mean and spread are *learned* from data, as weights are. From which rows may they be "
    "learned? One mean for each feature, so think of `dim=`. `std` has a keyword `correction`.",
    cases=standardize_cases,
    rtol=1e-4,
    atol=1e-5,
)
def standardize_parts(
    implementation: Implementation,
    X: Tensor,
    train: list[int],
    validation: list[int],
    test: list[int],
) -> Any:
    parts = implementation(X, train, validation, test)
    return {**named(parts, "train", "validation", "test"), "the table afterwards": X}
