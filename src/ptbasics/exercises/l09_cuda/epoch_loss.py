"""Train for an epoch, and wait once."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer
from ptbasics.exercises.l09_cuda._classifier import classifier, weights
from ptbasics.exercises.l09_cuda._waiting import CountsGraphs, CountsWaits

_GRAPHS_OF_A_LOOP = 2  # that of the last batch lives until the variable gets the next loss


def epoch_loss_cases(generator: torch.Generator) -> list[Case]:
    def batches(*sizes: int) -> list[tuple[Tensor, Tensor]]:
        return [
            (
                torch.randn(size, 4, generator=generator),
                torch.randint(3, (size,), generator=generator),
            )
            for size in sizes
        ]

    def seed() -> int:
        return integer(generator, 0, 10_000)

    return [
        Case("equal batches", (batches(4, 4, 4, 4), seed())),
        Case("the last batch is small", (batches(8, 8, 8, 8, 1), seed())),
        Case("sizes that vary", (batches(2, 9, 1, 6, 3, 7), seed())),
        Case("a single batch", (batches(5), seed())),
    ]


@exercise(
    title="Train for an epoch, and wait once",
    points=3,
    difficulty=2,
    minutes=12,
    hint="Let the sum stay a tensor until the epoch is over. Each batch counts by its number of "
    "samples. And what does a sum of losses remember if nobody tells it to forget?",
    cases=epoch_loss_cases,
)
def epoch_loss(
    implementation: Implementation, batches: list[tuple[Tensor, Tensor]], seed: int
) -> Any:
    model = classifier(seed)
    graphs = CountsGraphs()
    model.register_forward_hook(lambda _model, _inputs, output: graphs.watch(output))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.3)
    counts = CountsWaits()
    with counts:
        loss = implementation(model, optimizer, batches)
    return {
        "mean loss": loss,
        "weights": weights(model),
        "waits more than once": counts.waits > 1,
        "graphs of earlier batches are kept": graphs.most > _GRAPHS_OF_A_LOOP,
    }
