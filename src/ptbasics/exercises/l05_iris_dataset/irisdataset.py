"""IrisDataset."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import Dataset

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integers
from ptbasics.exercises.l05_iris_dataset._rows import item_at

_TRANSFORMS: dict[str, Callable[[Tensor], Tensor]] = {
    "cm to mm": lambda features: features * 10,
    "cm to mm, in place": lambda features: features.mul_(10),
    "shares of the sum": lambda features: features / features.sum(),
}


def iris_cases(generator: torch.Generator) -> list[Case]:
    def rows(count: int) -> list[int]:
        return integers(generator, 1, 148, count)

    return [
        Case("rows of each species", ([0, *rows(4), 149], "none")),
        Case("negative indices", ([-1, -150, *(-row for row in rows(3))], "none")),
        Case("indices out of range", ([*rows(2), 150, -151, 1000], "none")),
        Case("a transform that makes a new tensor", (rows(3) * 2, "cm to mm")),
        Case("a transform of one sample at a time", (rows(3) * 2, "shares of the sum")),
        Case("a transform in place", (rows(3) * 2, "cm to mm, in place")),
    ]


@exercise(
    title="IrisDataset",
    points=5,
    difficulty=2,
    minutes=20,
    hint="Build the table in `__init__`, and decide there what is a feature and what is the label. "
    "In `__getitem__`, look at the dtype and shape of each part: NumPy counts in float64. "
    "`frame.iloc[i]` selects a row by its *position*.",
    cases=iris_cases,
)
def IrisDataset(implementation: Implementation, indices: list[int], transform: str) -> Any:
    calls = 0

    def noted(features: Tensor) -> Tensor:
        nonlocal calls
        calls += 1
        return _TRANSFORMS[transform](features)

    dataset = implementation(**({} if transform == "none" else {"transform": noted}))
    seen: dict[str, Any] = {
        "the class is derived from Dataset": isinstance(dataset, Dataset),
        "len(dataset)": len(dataset),
        "feature_names": [str(name) for name in dataset.feature_names],
        "target_names": [str(name) for name in dataset.target_names],
    }
    calls = 0
    for turn, index in enumerate(indices, 1):
        seen[f"dataset[{index}] at request {turn}"] = item_at(dataset, index)
    if transform != "none":
        seen["each request calls the transform"] = calls == len(indices)
    seen["samples in a for loop"] = sum(1 for _ in islice(dataset, 200))
    return seen
