"""Any order in, dataset order out."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises.l08_dataloader_workers._inputs import SECONDS
from ptbasics.exercises.l08_dataloader_workers._workers import SlowStart, forked_loader


def in_dataset_order_cases(generator: torch.Generator) -> list[Case]:
    def mixed(rows: Tensor, *sizes: int) -> list[tuple[Tensor, Tensor]]:
        order = torch.randperm(len(rows), generator=generator)
        return [(part, rows[part]) for part in order.split(list(sizes))]

    flat = torch.randn(7, generator=generator)
    scores = torch.randn(6, 3, generator=generator)
    # no permutation of three or more that is its own inverse, so that the two cannot be confused
    turned = torch.arange(5).roll(2)
    return [
        Case("numbers, batches mixed", (mixed(flat, 3, 3, 1), 0)),
        Case("three scores per item", (mixed(scores, 2, 2, 2), 0)),
        Case("whole numbers", (mixed(torch.randperm(90, generator=generator)[:8], 3, 3, 2), 0)),
        Case("indices turned round", ([(turned, 10.0 * turned)], 0)),
        Case(
            "a real loader, whose first batch comes late", (torch.randn(8, generator=generator), 2)
        ),
        Case("real, with rows", (torch.randn(8, 2, generator=generator), 2)),
    ]


@exercise(
    title="Any order in, dataset order out",
    points=3,
    difficulty=2,
    minutes=10,
    hint="Collect all indices in one tensor and all values in another. Now you know where each "
    "value belongs. Either put it there, or ask in which order to take the values (`argsort`).",
    cases=in_dataset_order_cases,
    seconds=SECONDS,
    teaches=("in_order",),
)
def in_dataset_order(implementation: Implementation, data: Any, workers: int) -> Any:
    if not workers:
        return implementation(data)
    with forked_loader(SlowStart(data), workers, batch_size=2, in_order=False) as loader:
        values = implementation(loader)
        return {"values": values, "how often the loader was iterated": len(loader.epochs)}
