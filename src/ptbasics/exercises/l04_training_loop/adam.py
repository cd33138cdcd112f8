"""Adam."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises.l04_training_loop._optimizers import OPTIM, places
from ptbasics.exercises.l04_training_loop._training import descent


def adam_cases(generator: torch.Generator) -> list[Case]:
    def walk(
        *shapes: tuple[int, ...], idle: bool = False, keep: bool = False, **settings: Any
    ) -> tuple[Any, ...]:
        starts, goals = places(generator, *shapes), places(generator, *shapes)
        return starts, [None, *goals[1:]] if idle else goals, settings, keep

    return [
        Case("default betas", walk((3,), lr=0.05)),
        Case("a short memory", walk((4,), lr=0.1, betas=(0.5, 0.8))),
        Case("two parameters", walk((2, 3), (3,), lr=0.03, betas=(0.9, 0.99))),
        Case("a large eps", walk((3,), lr=0.1, eps=0.3)),
        Case("a parameter without gradient", walk((2,), (3,), idle=True, lr=0.04)),
        Case("gradients cleared in place", walk((3,), keep=True, lr=0.05)),
    ]


@exercise(
    title="Adam",
    points=4,
    difficulty=3,
    minutes=20,
    hint="Translate the five lines one by one. The number of the step belongs to the optimizer and "
    "grows once a step. `torch.zeros_like` makes the two means.",
    cases=adam_cases,
    forbids={"torch.optim": OPTIM},
)
def Adam(
    implementation: Implementation,
    starts: list[Tensor],
    goals: list[Any],
    settings: dict[str, Any],
    keep_gradients: bool,
) -> Any:
    return descent(implementation, starts, goals, settings, keep_gradients)
