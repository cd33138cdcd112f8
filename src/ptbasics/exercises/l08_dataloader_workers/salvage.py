"""Save what can be saved."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises.l08_dataloader_workers._inputs import SECONDS, distinct_numbers
from ptbasics.exercises.l08_dataloader_workers._workers import Broken, forked_loader


def salvage_cases(generator: torch.Generator) -> list[Case]:
    def photos(*broken: str, workers: int) -> tuple[Tensor, dict[int, str], int]:
        # every broken one in a batch of its own, the first never in batch 0
        places = 2 * (1 + torch.randperm(5, generator=generator)[: len(broken)].sort().values)
        return (
            distinct_numbers(13, generator),
            dict(zip(places.tolist(), broken, strict=True)),
            workers,
        )

    return [
        Case("nothing is broken", photos(workers=0)),
        Case("one broken photo, no workers", photos("ValueError", workers=0)),
        Case("one broken photo, two workers", photos("KeyError", workers=2)),
        Case("three of them, two workers", photos("OSError", "ValueError", "KeyError", workers=2)),
        Case("the last batch is broken", (distinct_numbers(5, generator), {4: "OSError"}, 1)),
    ]


@exercise(
    title="Save what can be saved",
    points=3,
    difficulty=2,
    minutes=12,
    hint="A `for` loop is over after an exception. `iter(loader)` gives an iterator that is not: "
    "ask it for one batch at a time with `next`, inside `try`. How do you know that there is none "
    "left?",
    cases=salvage_cases,
    seconds=SECONDS,
)
def salvage(
    implementation: Implementation, values: Tensor, broken: dict[int, str], workers: int
) -> Any:
    with forked_loader(Broken(values, broken), workers, batch_size=2) as loader:
        return implementation(loader)
