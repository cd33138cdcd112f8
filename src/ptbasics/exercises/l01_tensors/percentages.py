"""From points to percent."""

from __future__ import annotations

from typing import Any

import torch

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integers


def percentages_cases(generator: torch.Generator) -> list[Case]:
    def table(rows: int, columns: int, maximum: int) -> list[list[int]]:
        drawn = torch.randint(0, maximum + 1, (rows, columns), generator=generator)
        return list(drawn.tolist())

    return [
        Case("two students, two exams of 10 points", (table(2, 2, 10), 10)),
        Case("results that are no whole percent", ([integers(generator, 1, 6, 3)], 7)),
        Case("half points", ([[one + 0.5 for one in row] for row in table(2, 2, 8)], 9)),
        Case("a class of four", (table(4, 3, 40), 40)),
        Case("more than 100 points to be had", (table(2, 3, 160), 160)),
    ]


@exercise(
    title="From points to percent",
    points=2,
    difficulty=1,
    minutes=6,
    hint="Say which dtype you want when you make the tensor; then it no longer matters whether "
    "the list held whole or half points. Which of `/` and `//` keeps the decimals?",
    cases=percentages_cases,
)
def percentages(implementation: Implementation, points: list[list[float]], maximum: int) -> Any:
    return implementation(points, maximum)
