"""Train within a budget, and keep the epoch that serves every class."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.utils.data import DataLoader, TensorDataset

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer
from ptbasics.exercises.l12_capstone._digits import patterned, small_model

#: Images of float64 and their labels.
Part = tuple[Tensor, Tensor]
_CLASSES = 3


def fit_cases(generator: torch.Generator) -> list[Case]:
    def attempt(held: list[int], noise: float) -> tuple[Part, Part, int]:
        counts = [24 + held[0], 16 + held[1], 8 + held[2]]
        images, labels = patterned(generator, counts, noise)
        rows = [(labels == label).nonzero().flatten() for label in range(_CLASSES)]
        validation = torch.cat([own[:count] for own, count in zip(rows, held, strict=True)])
        train = torch.cat([own[count:] for own, count in zip(rows, held, strict=True)])
        images = images.double()
        return (
            (images[train], labels[train]),
            (images[validation], labels[validation]),
            integer(generator, 0, 9_999),
        )

    def attempts(count: int) -> list[tuple[Part, Part, int]]:
        return [attempt([29, 13, 5], 0.9) for _ in range(count)]

    def options(epochs: int, patience: int, seconds: float) -> dict[str, Any]:
        return {"epochs": epochs, "patience": patience, "seconds": seconds}

    return [
        Case("time and patience enough", (attempts(2), options(5, 20, 1e9))),
        Case("a patience of 1 epoch", (attempts(2), options(6, 1, 1e9))),
        Case("a patience of 3 epochs", (attempts(2), options(9, 3, 1e9))),
        Case("scores that repeat", ([attempt([3, 2, 2], 0.2)], options(7, 2, 1e9))),
        Case("the time is over first", (attempts(1), options(6, 20, 25.0))),
        Case("an epoch ends just in time", (attempts(1), options(6, 20, 30.0))),
    ]


@exercise(
    title="Train within a budget",
    points=5,
    difficulty=3,
    minutes=30,
    hint="Write the loop of lesson 6, then exchange the measure: how many of each class are there "
    "in the validation part, and how many of them were right? Ask `clock()` once at the start, and "
    "once before each epoch.",
    cases=fit_cases,
    seconds=20.0,
)
def fit(
    implementation: Implementation,
    attempts: list[tuple[Part, Part, int]],
    options: dict[str, Any],
) -> list[dict[str, Any]]:
    return [_fitted(implementation, *attempt, **options) for attempt in attempts]


def _fitted(
    implementation: Implementation,
    train: Part,
    validation: Part,
    seed: int,
    *,
    epochs: int,
    patience: int,
    seconds: float,
) -> dict[str, Any]:
    generator = torch.Generator().manual_seed(seed)
    model = small_model(generator, _CLASSES, dropout=0.0)
    passed = _Passes(*train)
    loader: DataLoader[Any] = DataLoader(passed, batch_size=8, shuffle=True, generator=generator)
    held: DataLoader[Any] = DataLoader(TensorDataset(*validation), batch_size=10)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    scores = implementation(
        model, loader, held, optimizer, epochs, patience, seconds, lambda: passed.seconds
    )
    model.eval()
    with torch.no_grad():
        return {"scores": scores, "what the model gives afterwards": model(validation[0])}


class _Passes(TensorDataset):
    """Training data whose use is the only thing that takes time: ten seconds for each epoch."""

    def __init__(self, images: Tensor, labels: Tensor) -> None:
        super().__init__(images, labels)
        self.asked = 0

    @property
    def seconds(self) -> float:
        """What a clock shows that was not at 0 when everything began."""
        return 500.0 + 10.0 * self.asked / len(self)

    def __getitem__(self, index: int) -> tuple[Tensor, ...]:
        self.asked += 1
        return super().__getitem__(index)
