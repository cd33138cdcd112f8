"""Rows, slices and whole batches."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises.l05_iris_dataset._rows import item_at


def table_cases(generator: torch.Generator) -> list[Case]:
    def table(rows: int, columns: int, *indices: Any) -> tuple[Any, ...]:
        X = torch.randn(rows, columns, generator=generator)
        y = torch.randint(3, (rows,), generator=generator)
        return X, y, list(indices)

    return [
        Case("single rows", table(5, 3, 0, 4, -1, 5, -6)),
        Case("a slice", table(6, 2, [1, 4, None], [None, 2, None], [-3, None, None])),
        Case("slices with a step", table(7, 3, [0, 7, 3], [None, None, 2])),
        Case("backwards", table(5, 2, [None, None, -1], [3, 0, -2])),
        Case("slices of one row, and of none", table(4, 2, [2, 3, None], [3, 3, None])),
        Case("a slice that reaches too far", table(4, 3, [2, 100, None])),
        Case("more columns than rows", table(2, 5, 1, [0, 1, None])),
        Case("lengths that differ", (torch.zeros(4, 2), torch.zeros(3, dtype=torch.int64), [])),
    ]


@exercise(
    title="Rows, slices and whole batches",
    points=3,
    difficulty=2,
    minutes=15,
    hint="`isinstance(index, slice)` tells a slice from a number. A `range` can be sliced: "
    "`range(5)[::-1]` lists the rows that a slice stands for, in order. A tensor can be indexed "
    "with a list of rows.",
    cases=table_cases,
)
def TableDataset(implementation: Implementation, X: Tensor, y: Tensor, indices: list[Any]) -> Any:
    dataset = implementation(X.clone(), y.clone())
    keys = [slice(*index) if isinstance(index, list) else index for index in indices]
    rows = [*range(len(X) - 1, -1, -2), 0, 0]
    several = dataset.__getitems__(rows)
    return {
        "len(dataset)": len(dataset),
        **{f"dataset[{_written(key)}]": item_at(dataset, key) for key in keys},
        f"__getitems__({rows})": [tuple(one) if isinstance(one, tuple) else one for one in several]
        if isinstance(several, list)
        else several,
    }


def _written(key: int | slice) -> str:
    """An index as it stands between the brackets, such as `1:4:` or `::-1`."""
    if isinstance(key, int):
        return str(key)
    return ":".join("" if part is None else str(part) for part in (key.start, key.stop, key.step))
