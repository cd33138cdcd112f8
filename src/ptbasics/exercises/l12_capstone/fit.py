"""Train within a budget, and keep the epoch that serves every class."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.utils.data import DataLoader, TensorDataset

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer
from ptbasics.exercises._threads import one_thread
from ptbasics.exercises.l12_capstone._digits import patterned, small_model

#: Images of float64 and their labels.
Part = tuple[Tensor, Tensor]
#: One call: the two parts, a seed, and the options of `fit`.
Attempt = tuple[Part, Part, int, dict[str, Any]]
_CLASSES = 3
_TRAIN = [24, 16, 8]


def fit_cases(generator: torch.Generator) -> list[Case]:
    def attempt(held: list[int], noise: float, options: dict[str, Any]) -> Attempt:
        counts = [more + own for more, own in zip(_TRAIN, held, strict=True)]
        images, labels = patterned(generator, counts, noise)
        rows = [(labels == label).nonzero().flatten() for label in range(_CLASSES)]
        validation = torch.cat([own[:count] for own, count in zip(rows, held, strict=True)])
        train = torch.cat([own[count:] for own, count in zip(rows, held, strict=True)])
        images = images.double()
        return (
            (images[train], labels[train]),
            (images[validation], labels[validation]),
            integer(generator, 0, 9_999),
            options,
        )

    def easy(patience: int) -> dict[str, Attempt]:
        """Scores repeat, and patience ends the training."""
        options = {"epochs": 8, "patience": patience, "seconds": 1e9}
        return {"easy pictures": attempt([3, 2, 2], 0.2, options)}

    def difficult(held: list[int]) -> dict[str, Attempt]:
        options = {"epochs": 3, "patience": 20, "seconds": 1e9}
        return {"difficult pictures": attempt(held, 0.9, options)}

    def hurried(held: list[int]) -> dict[str, Attempt]:
        """An epoch takes 10 seconds."""
        late = {"epochs": 5, "patience": 20, "seconds": 25.0}
        sharp = {"epochs": 4, "patience": 20, "seconds": 20.0}
        return {
            "the time is over": attempt(held, 0.9, late),
            "an epoch ends just in time": attempt([3, 2, 2], 0.9, sharp),
        }

    return [
        Case("a patience of 1 epoch", (easy(1) | difficult([29, 13, 5]),)),
        Case("a patience of 2 epochs, and little time", (easy(2) | hurried([31, 11, 6]),)),
        Case("a patience of 3 epochs, and little time", (easy(3) | hurried([27, 14, 7]),)),
        Case("a class that validation does not have", (difficult([33, 0, 9]),)),
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
def fit(implementation: Implementation, attempts: dict[str, Attempt]) -> dict[str, Any]:
    with one_thread():
        return {
            name: _fitted(implementation, train, validation, seed, **options)
            for name, (train, validation, seed, options) in attempts.items()
        }


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
    loader: DataLoader[Any] = DataLoader(passed, batch_size=12, shuffle=True, generator=generator)
    held: DataLoader[Any] = DataLoader(TensorDataset(*validation), batch_size=20)
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
        item: tuple[Tensor, ...] = super().__getitem__(index)
        return item
