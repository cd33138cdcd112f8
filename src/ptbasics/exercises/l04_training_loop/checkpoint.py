"""Save a run, and resume it bit for bit."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer
from ptbasics.exercises.l04_training_loop._training import classifier, values


def checkpoint_cases(generator: torch.Generator) -> list[Case]:
    def run(optimizer: str, dropout: float, epochs: int) -> tuple[Any, ...]:
        x = torch.randn(12, 4, generator=generator)
        labels = torch.randint(3, (12,), generator=generator)
        return optimizer, dropout, epochs, x, labels, integer(generator, 0, 10_000)

    return [
        Case("plain SGD, saved after 2 epochs", run("SGD", 0.0, 2)),
        Case("momentum", run("SGD with momentum", 0.0, 3)),
        Case("plain SGD and dropout", run("SGD", 0.5, 2)),
        Case("Adam and dropout", run("Adam", 0.3, 4)),
    ]


@exercise(
    title="Save a run, and resume it bit for bit",
    points=4,
    difficulty=3,
    minutes=15,
    hint="Everything that the next step depends on must be in the file: what the model has "
    "learned, what the optimizer remembers, where the random generator stands, how far the run "
    "is. All of it fits in one dictionary. Look for pairs of functions: state out, state in.",
    cases=checkpoint_cases,
)
def Checkpoint(
    implementation: Implementation,
    optimizer_name: str,
    dropout: float,
    epochs: int,
    x: Tensor,
    labels: Tensor,
    seed: int,
) -> Any:
    def new_run(first_seed: int) -> tuple[nn.Module, torch.optim.Optimizer]:
        model = classifier(4, 3, first_seed, dropout=lambda: nn.Dropout(dropout))
        return model, _OPTIMIZERS[optimizer_name](model.parameters())

    def train(model: nn.Module, optimizer: torch.optim.Optimizer) -> list[Tensor]:
        for _ in range(epochs):
            optimizer.zero_grad()
            F.cross_entropy(model(x), labels).backward()
            optimizer.step()
        return values(model)

    first = new_run(seed)
    train(*first)
    file = BytesIO()
    implementation(*first).save(file, epochs)
    went_on = train(*first)
    implementation(*first).save(BytesIO(), 2 * epochs)  # another file: what counts is this one

    file.seek(0)
    torch.manual_seed(seed + 1)
    second = new_run(seed + 1)
    done = implementation(*second).load(file)
    resumed = train(*second)
    return {
        "epochs done": done,
        "both runs go on the same, bit for bit": all(map(torch.equal, went_on, resumed)),
        "went on": went_on,
        "resumed": resumed,
    }


_OPTIMIZERS: dict[str, Any] = {
    "SGD": lambda parameters: torch.optim.SGD(parameters, lr=0.2),
    "SGD with momentum": lambda parameters: torch.optim.SGD(parameters, lr=0.1, momentum=0.9),
    "Adam": lambda parameters: torch.optim.Adam(parameters, lr=0.05),
}
