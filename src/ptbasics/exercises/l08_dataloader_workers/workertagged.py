"""Who fetched it?"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer
from ptbasics.exercises.l08_dataloader_workers._inputs import SECONDS, distinct_numbers
from ptbasics.exercises.l08_dataloader_workers._workers import Values, forked_loader


def worker_tagged_cases(generator: torch.Generator) -> list[Case]:
    return [
        Case("no workers", (distinct_numbers(5, generator), 0)),
        Case("one worker", (distinct_numbers(4, generator), 1)),
        Case("two workers, an odd number of batches", (distinct_numbers(10, generator), 2)),
        Case("three workers", (distinct_numbers(integer(generator, 8, 12), generator), 3)),
    ]


@exercise(
    title="Who fetched it?",
    points=2,
    difficulty=1,
    minutes=8,
    hint="`get_worker_info()` answers for the process that calls it. So which method of the "
    "dataset has to ask, and what does it answer where there is no worker?",
    cases=worker_tagged_cases,
    seconds=SECONDS,
    teaches=("num_workers",),
)
def WorkerTagged(implementation: Implementation, values: Tensor, workers: int) -> Any:
    dataset = implementation(Values(values))
    with forked_loader(dataset, workers, batch_size=2, collate_fn=list) as loader:
        return {"length": len(dataset), "batches": list(loader)}
