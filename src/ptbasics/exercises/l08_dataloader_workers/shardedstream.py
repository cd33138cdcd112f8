"""A stream that workers share."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer
from ptbasics.exercises.l08_dataloader_workers._inputs import SECONDS, distinct_numbers
from ptbasics.exercises.l08_dataloader_workers._workers import forked_loader, with_worker


def sharded_stream_cases(generator: torch.Generator) -> list[Case]:
    def values(count: int) -> Tensor:
        return 2 * distinct_numbers(count, generator)  # all even

    return [
        Case("no workers", (values(5), 0)),
        Case("one worker", (values(4), 1)),
        Case("two workers, an odd number of values", (values(7), 2)),
        Case("three workers", (values(integer(generator, 10, 11)), 3)),
        Case("more workers than values", (values(1), 2)),
    ]


@exercise(
    title="A stream that workers share",
    points=3,
    difficulty=2,
    minutes=12,
    hint="Every worker has its own copy of the stream and calls its `__iter__`. It knows its "
    "number and how many there are: which of the values are its own? A slice with a step is one "
    "way to say it.",
    cases=sharded_stream_cases,
    seconds=SECONDS,
)
def ShardedStream(implementation: Implementation, values: Tensor, workers: int) -> Any:
    stream = implementation(values)
    with forked_loader(
        stream,
        workers,
        batch_size=1,
        collate_fn=with_worker,
        persistent_workers=workers > 0,  # a stream that is used up would show in their second epoch
    ) as loader:
        epochs = [list(loader) for _ in range(2)]
    seen: list[Any] = []
    for batches in epochs:
        items = [item for _, batch in batches for item in batch]
        shares = len({worker for worker, _ in batches})
        seen.append({"values": sorted(items), "workers with a share": shares} if workers else items)
    return seen
