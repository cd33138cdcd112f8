"""The mean of everybody's numbers."""

from __future__ import annotations

from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer
from ptbasics.exercises.l11_distributed._ranks import RANK_SECONDS, SECONDS, drawn
from ptbasics.ranks import run_ranks


def mean_cases(generator: torch.Generator) -> list[Case]:
    def parts(*counts: int) -> tuple[list[Tensor]]:
        return ([drawn(generator, count) + 20.0 * rank for rank, count in enumerate(counts)],)

    return [
        Case("two ranks, equal shares", parts(4, 4)),
        Case("two ranks, uneven shares", parts(integer(generator, 5, 8), 2)),
        Case("three ranks, all different", parts(1, integer(generator, 3, 5), 7)),
        Case("a rank without numbers", parts(3, 0, integer(generator, 4, 6))),
    ]


@exercise(
    title="The mean of everybody's numbers",
    points=2,
    difficulty=1,
    minutes=8,
    hint="A mean cannot be averaged when the shares differ. Which two numbers *can* be added up "
    "over all ranks?",
    cases=mean_cases,
    seconds=SECONDS,
    rtol=1e-5,
    atol=1e-6,
)
def global_mean(implementation: Implementation, parts: list[Tensor]) -> Any:
    return run_ranks(
        lambda: implementation(parts[dist.get_rank()].clone()), len(parts), seconds=RANK_SECONDS
    )
