"""A chessboard from two slices."""

from __future__ import annotations

from typing import Any

import torch

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer, integers


def chessboard_cases(generator: torch.Generator) -> list[Case]:
    return [
        Case(
            "even numbers of rows and columns", tuple(2 * n for n in integers(generator, 2, 8, 2))
        ),
        Case("odd numbers", tuple(2 * n + 1 for n in integers(generator, 1, 6, 2))),
        Case("a single row", (1, integer(generator, 2, 40))),
        Case("more columns than rows", (integer(generator, 2, 7), integer(generator, 8, 16))),
        Case("more rows than columns", (integer(generator, 8, 16), integer(generator, 2, 7))),
    ]


@exercise(
    title="A chessboard from two slices",
    points=2,
    difficulty=1,
    minutes=6,
    hint="Start with a board of zeros. In which columns are the light squares of rows 0, 2, 4, …? "
    "And of the other rows? Each answer is one slice for the rows and one for the columns.",
    cases=chessboard_cases,
)
def chessboard(implementation: Implementation, rows: int, columns: int) -> Any:
    return implementation(rows, columns)
