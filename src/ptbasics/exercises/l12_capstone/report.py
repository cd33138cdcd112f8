"""What a user may expect."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.utils.data import DataLoader, TensorDataset

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer
from ptbasics.exercises.l12_capstone._digits import patterned, small_model


def report_cases(generator: torch.Generator) -> list[Case]:
    def part(counts: list[int], classes: int, batch_size: int) -> tuple[Any, ...]:
        images, labels = patterned(generator, counts, noise=0.6)
        return images.double(), labels, classes, batch_size, integer(generator, 0, 9_999)

    return [
        Case("three classes", part([14, 9, 13], 3, 5)),
        Case("a rare class", part([31, 3, 18], 3, 8)),
        Case("a class that does not occur", part([13, 0, 8, 6], 4, 6)),
        Case("one batch, and no first class", part([0, 9, 11], 3, 50)),
        Case("a last batch of one, and no last class", part([10, 5, 6, 0], 4, 10)),
    ]


@exercise(
    title="What a user may expect",
    points=3,
    difficulty=2,
    minutes=20,
    hint="Count pairs first: how often was each class read as each other one? All the rest follows "
    "from that table.",
    cases=report_cases,
    rtol=1e-6,
    atol=1e-6,
)
def report(
    implementation: Implementation,
    images: Tensor,
    labels: Tensor,
    classes: int,
    batch_size: int,
    seed: int,
) -> Any:
    model = small_model(torch.Generator().manual_seed(seed), classes, dropout=0.5)
    with torch.no_grad():
        for _ in range(20):
            model(images)  # the averages of batch normalisation
    loader: DataLoader[Any] = DataLoader(TensorDataset(images, labels), batch_size=batch_size)
    return implementation(model, loader, classes)
