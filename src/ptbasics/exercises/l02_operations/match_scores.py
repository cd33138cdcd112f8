"""Score every question against every answer."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise


def match_scores_cases(generator: torch.Generator) -> list[Case]:
    def vectors(*shape: int) -> Tensor:
        return torch.randn(shape, generator=generator)

    return [
        Case("two batches", (vectors(2, 3, 4), vectors(2, 5, 4))),
        Case("as many questions as answers", (vectors(2, 3, 9), vectors(2, 3, 9))),
        Case("all lengths equal", (vectors(4, 4, 4), vectors(4, 4, 4))),
        Case("one batch, one question", (vectors(1, 1, 2), vectors(1, 6, 2))),
        Case("in double precision", (vectors(2, 2, 3).double(), vectors(2, 4, 3).double())),
    ]


@exercise(
    title="Score every question against every answer",
    points=3,
    difficulty=2,
    minutes=10,
    hint="In each sample you want (T × D) times (D × S). Which two dimensions of `answers` change "
    "places for that? Check your scale: it divides by the square *root* of D.",
    cases=match_scores_cases,
)
def match_scores(implementation: Implementation, questions: Tensor, answers: Tensor) -> Any:
    return implementation(questions, answers)
