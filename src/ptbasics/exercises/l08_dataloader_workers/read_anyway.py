"""Stuck? Then without workers."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer
from ptbasics.exercises.l08_dataloader_workers._inputs import SECONDS, distinct_numbers
from ptbasics.exercises.l08_dataloader_workers._workers import PATIENCE, Stuck, forking


def read_anyway_cases(generator: torch.Generator) -> list[Case]:
    def photos(count: int, stuck_at: int | None, broken: int | None, patience: float) -> Any:
        return distinct_numbers(count, generator), stuck_at, broken, patience

    return [
        Case("all goes well", photos(integer(generator, 5, 8), None, None, PATIENCE)),
        Case("the worker gets stuck", photos(7, integer(generator, 4, 5), None, 0.3)),
        Case("a photo cannot be read", photos(6, None, integer(generator, 1, 5), PATIENCE)),
    ]


@exercise(
    title="Stuck? Then without workers",
    points=3,
    difficulty=2,
    minutes=12,
    hint="One attempt inside `try`, another after it. What an exception says is `str(error)`; with "
    "it, tell a worker that is late from a photo that is broken, and `raise` what you cannot mend. "
    "Which option may a loader without workers not have?",
    cases=read_anyway_cases,
    seconds=SECONDS,
    teaches=("timeout",),
)
def read_anyway(
    implementation: Implementation,
    values: Tensor,
    stuck_at: int | None,
    broken: int | None,
    patience: float,
) -> Any:
    photos = Stuck(values, stuck_at, broken)
    try:
        with forking():
            batches = implementation(photos, 2, patience)
    except RuntimeError as error:
        if type(error) is not RuntimeError:  # that of an untouched TODO is derived from it
            raise
        batches = "RuntimeError"
    return {"batches": batches, "items fetched in the main process": photos.fetched_at_home}
