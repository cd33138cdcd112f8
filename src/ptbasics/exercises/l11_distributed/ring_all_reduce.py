"""Round the ring."""

from __future__ import annotations

from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer
from ptbasics.exercises.l11_distributed._ranks import RANK_SECONDS, SECONDS, drawn
from ptbasics.ranks import pipe_group, run_ranks


def ring_cases(generator: torch.Generator) -> list[Case]:
    def parts(ranks: int, chunk: int) -> tuple[list[Tensor]]:
        return ([drawn(generator, ranks * chunk) for _ in range(ranks)],)

    return [
        Case("two ranks", parts(2, integer(generator, 2, 4))),
        Case("three ranks, one number in each chunk", parts(3, 1)),
        Case("three ranks, longer chunks", parts(3, integer(generator, 2, 5))),
        Case("four ranks", parts(4, integer(generator, 2, 3))),
    ]


def _claims(seen: list[dict[str, Any]], parts: list[Tensor]) -> Any:
    ranks = len(parts)
    chunk = len(parts[0]) // ranks
    claims: dict[str, Any] = {"sums": [rank["sum"] for rank in seen]}
    for number, rank in enumerate(seen):
        sizes = [len(values) for _, _, values in rank["messages"]]
        receivers = {(name, receiver) for name, receiver, _ in rank["messages"]}
        claims[f"rank {number} sends only to its right neighbour"] = receivers == {
            ("send", (number + 1) % ranks)
        }
        claims[f"numbers that rank {number} sends"] = sum(sizes)
        claims[f"rank {number} sends no more than a chunk at once"] = max(sizes, default=0) <= chunk
    return claims


@exercise(
    title="Round the ring",
    points=4,
    difficulty=3,
    minutes=25,
    hint="Two laps of `n - 1` rounds each. In the first, what arrives is *added* to the chunk of "
    "the same number; in the second it *replaces* it. Write down for 3 ranks which chunk each of "
    "them sends in each round: from one round to the next, a rank passes on what it has just "
    "received.",
    cases=ring_cases,
    seconds=SECONDS,
    measure=_claims,
    forbids={
        ".all_reduce": "Build it from `dist.send` and `dist.recv`.",
        ".reduce_scatter": "Build it from `dist.send` and `dist.recv`.",
        ".all_gather": "Build it from `dist.send` and `dist.recv`.",
    },
)
def ring_all_reduce(implementation: Implementation, parts: list[Tensor]) -> Any:
    def in_rank() -> dict[str, Any]:
        total = implementation(parts[dist.get_rank()].clone())
        return {"sum": total, "messages": pipe_group().messages}

    return run_ranks(in_rank, len(parts), seconds=RANK_SECONDS)
