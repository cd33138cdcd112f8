"""Train from loaders, stop early, keep the best."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer

#: (features, labels) of a part, both with the same number of rows.
Part = tuple[Tensor, Tensor]
_FEATURES, _HIDDEN, _CLASSES = 3, 8, 2


def train_on_loaders_cases(generator: torch.Generator) -> list[Case]:
    def run(validation_size: int) -> tuple[Part, Part, int]:
        """A training part, a validation part of which a third is labelled wrongly, and a seed.

        Because of the wrong labels, the validation loss rises again as the model grows confident.
        """
        size = 20
        rows = size + validation_size
        features = torch.randn(rows, _FEATURES, generator=generator, dtype=torch.float64)
        rule = torch.randn(_FEATURES, _CLASSES, generator=generator, dtype=torch.float64)
        labels = (features @ rule).argmax(dim=1)
        wrong = slice(size, size + validation_size // 3)
        labels[wrong] = 1 - labels[wrong]
        train, validation = (
            (features[part], labels[part]) for part in (slice(None, size), slice(size, None))
        )
        return train, validation, integer(generator, 0, 9_999)

    def runs(count: int, validation_size: int) -> list[tuple[Part, Part, int]]:
        return [run(validation_size) for _ in range(count)]

    def options(batch_size: int, lr: float, epochs: int, patience: int) -> dict[str, Any]:
        return {"batch_size": batch_size, "lr": lr, "epochs": epochs, "patience": patience}

    return [
        Case("more patience than epochs", (runs(1, 13), options(5, 0.1, 7, 20))),
        Case("batches of one size", (runs(1, 15), options(5, 0.1, 7, 20))),
        Case("a patience of 1 epoch", (runs(1, 13), options(5, 0.1, 8, 1))),
        Case("a patience of 2 epochs", (runs(1, 17), options(5, 0.1, 9, 2))),
        Case("losses that go up and down", (runs(3, 13), options(5, 4.0, 12, 4))),
    ]


@exercise(
    title="Train, and keep the best",
    points=5,
    difficulty=3,
    minutes=25,
    hint="Write the loop over epochs as in this section, first without patience. Besides the "
    "losses you need two things from epoch to epoch: a copy of the state of the best model so far, "
    "and how many epochs have passed since. When does each of them change?",
    cases=train_on_loaders_cases,
    seconds=20.0,
)
def train_on_loaders(
    implementation: Implementation,
    runs: list[tuple[Part, Part, int]],
    options: dict[str, Any],
) -> list[dict[str, Any]]:
    return [_trained(implementation, *run, **options) for run in runs]


def _trained(
    implementation: Implementation,
    train: Part,
    validation: Part,
    seed: int,
    *,
    batch_size: int,
    lr: float,
    epochs: int,
    patience: int,
) -> dict[str, Any]:
    generator = torch.Generator().manual_seed(seed)
    loaders = (
        DataLoader(TensorDataset(*train), batch_size=batch_size, shuffle=True, generator=generator),
        DataLoader(TensorDataset(*validation), batch_size=batch_size, generator=torch.Generator()),
    )
    model = _model(generator)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses = implementation(model, *loaders, optimizer, epochs, patience)
    model.eval()
    with torch.no_grad():
        return {
            "validation losses": losses,
            "what the model predicts afterwards": model(validation[0]),
        }


def _model(generator: torch.Generator) -> nn.Module:
    """A classifier, its first weights drawn; of float64, so that rounding decides nothing."""
    model = nn.Sequential(
        nn.Linear(_FEATURES, _HIDDEN),
        nn.BatchNorm1d(_HIDDEN),
        nn.ReLU(),
        nn.Linear(_HIDDEN, _CLASSES),
    ).double()
    with torch.no_grad():
        for layer in (model[0], model[3]):
            for parameter in layer.parameters():
                parameter.copy_(0.5 * torch.randn(parameter.shape, generator=generator))
    return model
