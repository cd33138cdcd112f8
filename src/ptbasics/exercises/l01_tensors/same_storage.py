"""One memory or two?"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise


def _twice(tensor: Tensor) -> tuple[Tensor, Tensor]:
    return tensor, tensor


#: How two tensors are made from a matrix and a number, in the words that a failed check shows.
_PAIRS: dict[str, Callable[[Tensor, int], tuple[Tensor, Tensor]]] = {
    "the rows from {i} on, twice": lambda m, i: _twice(m[i:]),
    "the rows from {i} on, and a clone": lambda m, i: (m[i:], m[i:].clone()),
    "row {i} and row 0": lambda m, i: (m[i], m[0]),
    "row {i} and the rows that the list [{i}] picks": lambda m, i: (m[i], m[[i]]),
    "the matrix and its column {i}": lambda m, i: (m, m[:, i]),
    "the matrix and its column {i}, cloned": lambda m, i: (m, m[:, i].clone()),
    "the columns from {i} on, and their transpose": lambda m, i: (m[:, i:], m[:, i:].T),
    "the columns from {i} on, and their transpose made contiguous": lambda m, i: (
        m[:, i:],
        m[:, i:].T.contiguous(),
    ),
    "the columns before {i} and those from {i} on": lambda m, i: (m[:, :i], m[:, i:]),
    "the columns before {i}, and the same picked by a list": lambda m, i: (
        m[:, :i],
        m[:, list(range(i))],
    ),
}


def same_storage_cases(generator: torch.Generator) -> list[Case]:
    kinds = list(_PAIRS)

    def questions(first: int, rows: int, columns: int) -> tuple[Tensor, list[tuple[str, int]]]:
        # of four pairs that share and four that do not, so that always True fails every case;
        # six in any order, so that neither do answers in a fixed order pass
        matrix = torch.randperm(rows * columns, generator=generator).float()
        pairs = list(product(kinds[first : first + 2], range(1, 5)))
        order = torch.randperm(len(pairs), generator=generator)[:6]
        return matrix.view(rows, columns), [pairs[number] for number in order]

    return [
        Case("one object, and a copy", questions(0, 5, 4)),
        Case("rows", questions(2, 6, 3)),
        Case("a column", questions(4, 5, 5)),
        Case("rows and columns exchanged", questions(6, 4, 5)),
        Case("columns side by side", questions(8, 2, 6)),
    ]


@exercise(
    title="One memory or two?",
    points=2,
    difficulty=2,
    minutes=8,
    hint="`a.data_ptr()` is the address of the *first element of the view*. Two views of one "
    "storage may begin at different places. What has an address that they share?",
    cases=same_storage_cases,
)
def same_storage(
    implementation: Implementation, matrix: Tensor, pairs: list[tuple[str, int]]
) -> dict[str, Any]:
    return {words.format(i=i): implementation(*_PAIRS[words](matrix, i)) for words, i in pairs}
