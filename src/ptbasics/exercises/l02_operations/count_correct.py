"""Count the correct predictions."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer


def count_correct_cases(generator: torch.Generator) -> list[Case]:
    def table(count: int, classes: int) -> Tensor:
        # a shuffled range: one score in each row is the highest
        return torch.randperm(count * classes, generator=generator).view(count, classes).float()

    def batch(count: int, classes: int) -> tuple[Tensor, Tensor]:
        return table(count, classes), torch.randint(classes, (count,), generator=generator)

    def with_hits(hits: int, count: int) -> tuple[Tensor, Tensor]:
        """The predictions for the last `hits` samples are right, and all others wrong."""
        scores = table(count, 3)
        scores[0] += 3 * count  # so that the index into the flattened scores is a class, too
        wrong = torch.arange(count) < count - hits
        return scores, (scores.argmax(dim=1) + wrong) % 3

    def sizes(low: int, high: int) -> list[int]:
        return [integer(generator, low, high) for _ in range(3)]

    columns = [with_hits(count - 1, count) for count in sizes(4, 8)]
    return [
        Case("three classes", ([batch(count, 3) for count in sizes(4, 8)],)),
        Case("as many samples as classes", ([batch(count, count) for count in sizes(3, 5)],)),
        Case("all correct", ([with_hits(count, count) for count in sizes(3, 8)],)),
        Case("few correct, or none", ([with_hits(hits, 5) for hits in sizes(0, 3)],)),
        Case("labels as a column", ([(scores, labels[:, None]) for scores, labels in columns],)),
    ]


@exercise(
    title="Count the correct predictions",
    points=2,
    difficulty=1,
    minutes=7,
    hint="Three steps: which class has the highest score in each row; where does that agree with "
    "the label; how many agreements are there. Print the shapes on both sides of `==`.",
    cases=count_correct_cases,
)
def count_correct(implementation: Implementation, batches: list[tuple[Tensor, Tensor]]) -> Any:
    return [implementation(scores, labels) for scores, labels in batches]
