"""Work out the strides."""

from __future__ import annotations

from typing import Any

import torch

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer


def row_major_strides_cases(generator: torch.Generator) -> list[Case]:
    def shape(dims: int) -> tuple[int, ...]:
        return tuple(integer(generator, 2, 6) for _ in range(dims))

    return [
        Case("a matrix", ((integer(generator, 2, 9), integer(generator, 2, 9)),)),
        Case("a flat tensor", ((integer(generator, 2, 50),),)),
        Case("three dimensions", (shape(3),)),
        Case("five dimensions", (shape(5),)),
        Case("a dimension of length 1", ((integer(generator, 2, 9), 1, integer(generator, 2, 9)),)),
        Case("no dimensions at all", ((),)),
    ]


@exercise(
    title="Work out the strides",
    points=3,
    difficulty=2,
    minutes=10,
    hint="Begin at the last dimension: how far is it to the next element there? A step in the "
    "dimension before it has to jump over a whole row, and so on: go through the shape backwards "
    "and keep one running product.",
    cases=row_major_strides_cases,
    forbids={
        ".stride": "Work the strides out from the shape: `.stride()` is not allowed here.",
        ".strides": "Work the strides out from the shape: NumPy's `.strides` is not allowed here.",
    },
)
def row_major_strides(implementation: Implementation, shape: tuple[int, ...]) -> Any:
    found = implementation(shape)
    return tuple(found) if isinstance(found, torch.Size) else found  # which is a tuple, too
