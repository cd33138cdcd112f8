"""One epoch of training."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer
from ptbasics.exercises.l04_training_loop._training import Watched, classifier, values


def train_epoch_cases(generator: torch.Generator) -> list[Case]:
    def flowers(
        count: int, size: int, *, dtype: torch.dtype = torch.int64, momentum: float = 0.0
    ) -> tuple[Any, ...]:
        labels = torch.randint(3, (count,), generator=generator)
        inputs = torch.randn(count, 4, generator=generator)
        inputs[torch.arange(count), labels] += 2
        return inputs, labels.to(dtype), size, momentum, integer(generator, 0, 10_000)

    return [
        Case("batches of one size", flowers(12, 4)),
        Case("a small last batch", flowers(10, 4)),
        Case("an optimizer with momentum", flowers(11, 3, momentum=0.9)),
        Case("labels that a table holds as floats", flowers(9, 4, dtype=torch.float32)),
        Case("everything in one batch", flowers(7, 16)),
    ]


@exercise(
    title="One epoch of training",
    points=4,
    difficulty=2,
    minutes=15,
    hint="`split(batch_size)` cuts inputs and labels alike. What dtype does `F.cross_entropy` want "
    "for class numbers? It returns the mean of a batch: how many samples does that mean stand for?",
    cases=train_epoch_cases,
    rtol=1e-4,
    atol=1e-5,
)
def train_epoch(
    implementation: Implementation,
    inputs: Tensor,
    labels: Tensor,
    batch_size: int,
    momentum: float,
    seed: int,
) -> Any:
    model = Watched(classifier(4, 3, seed))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.3, momentum=momentum)
    epochs = [implementation(model, optimizer, inputs, labels, batch_size) for _ in range(2)]
    return {
        "mean losses of two epochs": epochs,
        "sizes of the batches": model.sizes,
        "parameters afterwards": values(model),
        "in training mode": model.training,
    }
