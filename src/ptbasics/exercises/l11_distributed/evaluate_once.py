"""No sample twice."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.utils.data import TensorDataset

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer
from ptbasics.exercises.l11_distributed._ranks import RANK_SECONDS, SECONDS, linear
from ptbasics.ranks import run_ranks


def evaluation_cases(generator: torch.Generator) -> list[Case]:
    def flowers(rows: int, ranks: int, batch_size: int) -> Any:
        return (
            torch.randn(rows, 4, generator=generator),
            torch.randn(6, 4, generator=generator),
            torch.randn(6, generator=generator),
            ranks,
            batch_size,
        )

    return [
        Case("all shares equal", flowers(2 * integer(generator, 4, 7), 2, 2)),
        Case("one sample is left over", flowers(2 * integer(generator, 4, 7) + 1, 2, 3)),
        Case("three ranks, one short", flowers(3 * integer(generator, 3, 5) + 2, 3, 2)),
        Case("three ranks, two short", flowers(3 * integer(generator, 3, 5) + 1, 3, 4)),
        Case("fewer samples than ranks", flowers(2, 3, 2)),
    ]


def _claims(seen: list[dict[str, Any]], features: Tensor, *inputs: Any) -> Any:
    most = -(-len(features) // inputs[2])
    claims: dict[str, Any] = {}
    for number, rank in enumerate(seen):
        rows = len(rank["rows"])
        claims[f"predictions in rank {number}"] = rank["predictions"]
        claims[f"rank {number} computes"] = "its share" if rows <= most else "more than its share"
    return claims


@exercise(
    title="No sample twice",
    points=3,
    difficulty=3,
    minutes=18,
    hint="`all_gather` wants tensors of one shape, so let every rank have equally many predictions "
    "at first, padded ones included. Draw which sample each of them belongs to, rank under rank: "
    "in which direction must the table be read?",
    cases=evaluation_cases,
    seconds=SECONDS,
    measure=_claims,
)
def evaluate_once(
    implementation: Implementation,
    features: Tensor,
    weight: Tensor,
    bias: Tensor,
    ranks: int,
    batch_size: int,
) -> Any:
    def in_rank() -> dict[str, Any]:
        model = linear(weight, bias)
        rows: list[Tensor] = []
        model.register_forward_pre_hook(lambda _, inputs: rows.extend(inputs[0].detach().clone()))
        predictions = implementation(model, TensorDataset(features.clone()), batch_size)
        return {"predictions": predictions, "rows": rows}

    return run_ranks(in_rank, ranks, seconds=RANK_SECONDS)
