"""One trip for a whole batch."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import DataLoader

from ptbasics.exercise import Case, exercise
from ptbasics.exercises._drawing import integer


class _Archive:
    """Rows that can only be read in increasing order; counts how often, and for how many."""

    def __init__(self, values: Tensor) -> None:
        self.values = values
        self.trips = self.rows = 0

    def __len__(self) -> int:
        return len(self.values)

    def read(self, rows: list[int]) -> Tensor:
        self.trips += 1
        self.rows += len(rows)
        if any(later <= row for row, later in pairwise(rows)):
            raise ValueError(f"rows must increase, got {rows}")
        return self.values[list(rows)]


def archive_dataset_cases(generator: torch.Generator) -> list[Case]:
    def values(rows: int) -> Tensor:
        return torch.rand(rows, 3, generator=generator)

    mixed = torch.randperm(6, generator=generator).tolist()
    return [
        Case("in order", (values(4), [[0, 1], [2, 3]])),
        Case("backwards", (values(5), [[4, 2, 1], [3, 0]])),
        Case("shuffled", (values(6), [mixed[:4], mixed[4:]])),
        Case("some rows twice", (values(4), [[3, 1, 3], [0, 0, 2]])),
        Case("a batch of one", (values(3), [[integer(generator, 0, 2)]])),
        Case("far apart", (values(12), [[11, 0], [5, integer(generator, 7, 10)]])),
    ]


@exercise(
    title="One trip for a whole batch",
    points=3,
    difficulty=2,
    minutes=15,
    hint="What the archive wants (increasing, none twice) and what the loader wants (its order, "
    "repetitions included) are two different lists. Read by the first, remember which tensor "
    "belongs to which row number, answer by the second.",
    cases=archive_dataset_cases,
    teaches=("dataset", "batch_sampler"),
)
def ArchiveDataset(implementation: Any, values: Tensor, batches: list[list[int]]) -> Any:
    archive = _Archive(values)
    dataset = implementation(archive)
    length, item = len(dataset), dataset[1]
    trips, rows = archive.trips, archive.rows
    loader = DataLoader(dataset, batch_sampler=batches)
    return {
        "len(dataset)": length,
        "dataset[1]": item,
        "batches": list(loader),
        "trips for the batches": archive.trips - trips,
        "rows brought by them": archive.rows - rows,
    }
