"""Train in several ranks."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.utils.data import Dataset

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer
from ptbasics.exercises.l11_distributed._ranks import RANK_SECONDS, SECONDS, linear
from ptbasics.ranks import pipe_group, run_ranks


class Seen(Dataset[tuple[Tensor, Tensor]]):
    """Rows and labels. `asked` are the indices that were asked for, in order."""

    def __init__(self, features: Tensor, labels: Tensor) -> None:
        self.features, self.labels = features, labels
        self.asked: list[int] = []

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        self.asked.append(int(index))
        return self.features[index], self.labels[index]


def training_cases(generator: torch.Generator) -> list[Case]:
    def flowers(ranks: int, batch_size: int, accumulate: int, updates: int, epochs: int) -> Any:
        rows = ranks * batch_size * accumulate * updates
        features = torch.randn(rows, 4, generator=generator)
        labels = torch.randint(3, (rows,), generator=generator)
        weight = torch.randn(3, 4, generator=generator)
        bias = torch.randn(3, generator=generator)
        return features, labels, weight, bias, ranks, epochs, batch_size, accumulate

    return [
        Case("one epoch, one batch for each update", flowers(2, 2, 1, 3, 1)),
        Case("three epochs", flowers(2, integer(generator, 2, 3), 1, 2, 3)),
        Case("two micro-batches for each update", flowers(2, 2, 2, integer(generator, 2, 3), 2)),
        Case("three ranks, three micro-batches", flowers(3, 1, 3, 2, 2)),
    ]


def _claims(seen: list[dict[str, Any]], *inputs: Any) -> Any:
    features, weight, bias = inputs[0], inputs[2], inputs[3]
    ranks, epochs, batch_size, accumulate = inputs[4:]
    updates = epochs * len(features) // (ranks * batch_size * accumulate)
    numbers = weight.numel() + bias.numel()
    claims: dict[str, Any] = {}
    for number, rank in enumerate(seen):
        sent = sum(len(values) for values in rank["gradients sent"])
        claims[f"rank {number}"] = {"weights": rank["weights"], "indices": rank["indices"]}
        claims[f"rank {number} sends its gradients"] = (
            "once for each update"
            if sent == updates * numbers
            else ("never" if not sent else "more or less often than once for each update")
        )
    return claims


@exercise(
    title="Train in several ranks",
    points=4,
    difficulty=3,
    minutes=25,
    hint="From the outside in: wrap the model; make the sampler and the loader once; tell the "
    "sampler the number of each epoch. Within an update, all micro-batches but the last run their "
    "`backward()` inside `no_sync()`. Which factor makes the gradients of micro-batches that are "
    "added up those of their mean?",
    cases=training_cases,
    seconds=SECONDS,
    measure=_claims,
    rtol=1e-4,
    atol=1e-5,
    teaches=("DistributedSampler",),
)
def train_ddp(
    implementation: Implementation,
    features: Tensor,
    labels: Tensor,
    weight: Tensor,
    bias: Tensor,
    ranks: int,
    epochs: int,
    batch_size: int,
    accumulate: int,
) -> Any:
    def in_rank() -> dict[str, Any]:
        model = linear(weight, bias)
        dataset = Seen(features, labels)
        implementation(model, dataset, epochs, batch_size, accumulate)
        sent = [
            values.flatten()
            for name, _, values in pipe_group().messages
            if name == "all_reduce" and values.is_floating_point()
        ]
        weights = [parameter.detach() for parameter in model.parameters()]
        return {"weights": weights, "indices": dataset.asked, "gradients sent": sent}

    return run_ranks(in_rank, ranks, seconds=RANK_SECONDS)
