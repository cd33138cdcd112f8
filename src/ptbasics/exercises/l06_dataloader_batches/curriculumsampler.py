"""Easy ones first."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises.l06_dataloader_batches._epochs import epochs_of


def curriculum_cases(generator: torch.Generator) -> list[Case]:
    def difficulty(length: int) -> Tensor:
        return torch.rand(length, generator=generator)

    return [
        Case("the three easiest of seven", (difficulty(7), 3)),
        Case("all of them", (difficulty(6), 6)),
        Case("just the easiest", (difficulty(5), 1)),
        Case("more than there are", (difficulty(4), 9)),
        Case("some are equally difficult", (torch.tensor([2.0, 1.0, 2.0, 1.0, 0.5]), 4)),
    ]


@exercise(
    title="Easy ones first",
    points=2,
    difficulty=1,
    minutes=8,
    hint="`argsort` answers *which index* comes first, second, …; its argument `stable=True` keeps "
    "the order of equals. Let `__len__` count what `__iter__` really yields.",
    cases=curriculum_cases,
    teaches=("sampler", "Sampler"),
)
def CurriculumSampler(
    implementation: Implementation, difficulty: Tensor, count: int
) -> dict[str, Any]:
    sampler = implementation(difficulty, count)
    return {"len": len(sampler), "epochs": epochs_of(sampler, 2)}
