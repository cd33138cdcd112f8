"""One-hot codes for labels of any shape."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer


def one_hot_cases(generator: torch.Generator) -> list[Case]:
    def labels(classes: int, *shape: int) -> Tensor:
        return torch.randint(classes, shape, generator=generator)

    classes, many = integer(generator, 3, 9), integer(generator, 7, 12)
    too_large = torch.cat([labels(classes, 2), torch.tensor([classes])])
    below_zero = torch.cat([labels(classes, 2), torch.tensor([-1])])
    return [
        Case("six labels", (labels(3, 6), 3)),
        Case("the last class does not occur", (labels(classes - 1, 4), classes)),
        Case("a matrix of labels", (labels(4, 2, 3), 4)),
        Case("as many labels as classes", (torch.randperm(5, generator=generator), 5)),
        Case("a single label without dimensions", (labels(many - 1), many)),
        Case("a label that is too large", (too_large, classes)),
        Case("a label below zero", (below_zero, classes)),
    ]


_EYE = "Build it from what you know: PyTorch's own `one_hot` is not allowed here."


@exercise(
    title="One-hot codes for labels of any shape",
    points=3,
    difficulty=2,
    minutes=10,
    hint="Compare every label with every class number: a comparison broadcasts like a "
    "subtraction. What shape must the labels have for the classes to become a new last dimension?",
    cases=one_hot_cases,
    forbids={".one_hot": _EYE},
)
def one_hot(implementation: Implementation, labels: Tensor, num_classes: int) -> Any:
    return implementation(labels, num_classes)
