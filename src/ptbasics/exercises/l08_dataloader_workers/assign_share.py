"""Cut the range before the start."""

from __future__ import annotations

from typing import Any

import torch

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer
from ptbasics.exercises.l08_dataloader_workers._inputs import SECONDS
from ptbasics.exercises.l08_dataloader_workers._workers import Stretch, forked_loader, with_worker


def assign_share_cases(generator: torch.Generator) -> list[Case]:
    start = integer(generator, 3, 50)
    return [
        Case("from 0, evenly divided", (0, 2 * integer(generator, 3, 5), 2)),
        Case("from somewhere else", (start, start + 8, 2)),
        Case("a remainder of one", (start, start + 7, 3)),
        Case("a remainder of two", (start, start + 8, 3)),
        Case("one worker", (start, start + integer(generator, 3, 6), 1)),
    ]


@exercise(
    title="Cut the range before the start",
    points=3,
    difficulty=3,
    minutes=15,
    hint="Let `n` values lie between `start` and `end`. If worker `k` begins at the `k`-th of "
    "`n_workers` equal steps, rounded down, then it ends where the next one begins: no gap, no "
    "overlap. Read both bounds before you overwrite one.",
    cases=assign_share_cases,
    seconds=SECONDS,
    teaches=("worker_init_fn",),
)
def assign_share(implementation: Implementation, start: int, end: int, workers: int) -> Any:
    shares: dict[int, list[int]] = {}
    with forked_loader(
        Stretch(start, end),
        workers,
        batch_size=1,
        collate_fn=with_worker,
        worker_init_fn=implementation,
    ) as loader:
        for worker, items in loader:
            shares.setdefault(worker, []).extend(items)
    return {
        "values": sorted(value for share in shares.values() for value in share),
        "sizes of the shares": sorted(map(len, shares.values())),
        "no gaps within a share": all(
            share == list(range(share[0], share[-1] + 1)) for share in shares.values()
        ),
    }
