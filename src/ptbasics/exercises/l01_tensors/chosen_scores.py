"""The score of each chosen answer."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise


def chosen_scores_cases(generator: torch.Generator) -> list[Case]:
    def table(rows: int, columns: int) -> Tensor:
        # a shuffled range: no two scores are equal, so picking the wrong one shows
        return (torch.randperm(rows * columns, generator=generator) / 2).reshape(rows, columns)

    def choice(rows: int, columns: int) -> Tensor:
        return torch.randint(0, columns, (rows,), generator=generator)

    return [
        Case("two questions with three answers each", (table(2, 3), choice(2, 3))),
        Case("as many questions as answers", (table(4, 4), choice(4, 4))),
        Case("more questions than answers", (table(6, 3), choice(6, 3))),
        Case("a single question", (table(1, 6), choice(1, 6))),
        Case("everyone chose the first answer", (table(3, 3), torch.tensor([0, 0, 0]))),
        Case("in double precision", (table(3, 4).double(), choice(3, 4))),
    ]


@exercise(
    title="The score of each chosen answer",
    points=2,
    difficulty=2,
    minutes=10,
    hint="`gather` runs along one dimension, and wants an index with as many dimensions as the "
    "scores. Which dimension do the numbers in `choice` count along? Give `choice` a dimension of "
    "length 1 there, and take it away again at the end.",
    cases=chosen_scores_cases,
)
def chosen_scores(implementation: Implementation, scores: Tensor, choice: Tensor) -> Any:
    return implementation(scores, choice)
