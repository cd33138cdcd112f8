"""Weights for an unbalanced dataset."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer


def class_weights_cases(generator: torch.Generator) -> list[Case]:
    def labels(*counts: int) -> Tensor:
        ordered = torch.arange(len(counts)).repeat_interleave(torch.tensor(counts))
        return ordered[torch.randperm(len(ordered), generator=generator)]

    return [
        Case("two classes, 8 and 2", (labels(8, 2),)),
        Case("three classes", (labels(integer(generator, 9, 19), 5, 3),)),
        Case("classes of one size", (labels(4, 4, 4),)),
        Case("a class that does not occur", (labels(6, 0, 2),)),
        Case("a single sample of a class", (labels(1, 12, 7),)),
    ]


@exercise(
    title="Weights for an unbalanced dataset",
    points=2,
    difficulty=2,
    minutes=8,
    hint="`torch.bincount(labels)` counts each class. How must the weight of a sample shrink as "
    "its class grows, so that the weights of each class add up to the same? And an index of lesson "
    "1 turns one number per class into one number per sample.",
    cases=class_weights_cases,
    rtol=1e-5,
    atol=1e-7,
    teaches=("sampler", "WeightedRandomSampler"),
)
def class_weights(implementation: Implementation, labels: Tensor) -> dict[str, Any]:
    weights = torch.as_tensor(implementation(labels), dtype=torch.float64).detach()
    # the sampler does not care about the scale
    return {"chance of each sample": weights / weights.sum()}
