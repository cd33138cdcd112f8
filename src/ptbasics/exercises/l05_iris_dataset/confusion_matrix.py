"""The confusion matrix."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integers

_BY_HAND = "Count by hand, without scikit-learn's metrics."


def confusion_cases(generator: torch.Generator) -> list[Case]:
    def answers(count: int, classes: int, share: float = 0.6) -> tuple[Any, ...]:
        actual = torch.randint(classes, (count,), generator=generator)
        guess = torch.randint(classes, (count,), generator=generator)
        known = torch.rand(count, generator=generator) < share
        return actual, torch.where(known, actual, guess), classes

    always, (one,) = torch.randint(3, (12,), generator=generator), integers(generator, 0, 2, 1)
    few = answers(6, 3)[:2]
    right = torch.randint(4, (9,), generator=generator)
    none = torch.zeros(0, dtype=torch.int64)
    return [
        Case("three classes", answers(30, 3)),
        Case("two classes", answers(20, 2)),
        Case("always the same answer", (always, torch.full((12,), one), 3)),
        Case("a class that never occurs", (*few, *integers(generator, 4, 6, 1))),
        Case("everything right", (right, right, 4)),
        Case("no sample", (none, none, *integers(generator, 2, 9, 1))),
    ]


@exercise(
    title="The confusion matrix",
    points=2,
    difficulty=2,
    minutes=10,
    hint="Give every pair (actual, predicted) one number, so that the cells of the matrix are "
    "numbered row by row; then count how often each number occurs. `torch.bincount` counts, and "
    "knows a `minlength`. A plain loop is fine as well.",
    cases=confusion_cases,
    forbids={"sklearn.metrics": _BY_HAND},
)
def confusion_matrix(
    implementation: Implementation, actual: Tensor, predicted: Tensor, classes: int
) -> Any:
    return implementation(actual, predicted, classes)
