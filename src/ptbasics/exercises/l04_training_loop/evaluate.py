"""Measure without changing."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer
from ptbasics.exercises._results import named
from ptbasics.exercises.l04_training_loop._training import Watched, classifier


def evaluate_cases(generator: torch.Generator) -> list[Case]:
    def data(count: int, size: int, *, training: bool = True) -> tuple[Any, ...]:
        labels = torch.randint(3, (count,), generator=generator)
        inputs = torch.randn(count, 4, generator=generator)
        return inputs, labels, size, training, integer(generator, 0, 10_000)

    return [
        Case("in the middle of training", data(12, 4)),
        Case("a small last batch", data(11, 4)),
        Case("a model that is in use already", data(9, 3, training=False)),
        Case("everything in one batch", data(8, 50)),
    ]


@exercise(
    title="Measure without changing",
    points=3,
    difficulty=2,
    minutes=12,
    hint="Section 7 has two switches that are set before the first batch. One of them you set back "
    "yourself after the last, to what it was: `model.training` is True or False, and "
    "`model.train(…)` takes just that. And how many samples does the mean of a batch stand for?",
    cases=evaluate_cases,
    rtol=1e-4,
    atol=1e-5,
)
def evaluate(
    implementation: Implementation,
    inputs: Tensor,
    labels: Tensor,
    batch_size: int,
    training: bool,
    seed: int,
) -> Any:
    parts = {"norm": lambda: nn.BatchNorm1d(6), "dropout": lambda: nn.Dropout(0.5)}
    model = Watched(classifier(4, 3, seed, **parts)).train(training)
    measured = named(implementation(model, inputs, labels, batch_size), "loss", "correct")
    return {
        "modes while it computed": sorted(model.modes),
        "gradients were recorded": True in model.recording,
        "gradients are recorded afterwards": torch.is_grad_enabled(),
        "mode afterwards": "training" if model.training else "evaluation",
        "sizes of the batches": model.sizes,
        **measured,
        "buffers": list(model.buffers()),
    }
