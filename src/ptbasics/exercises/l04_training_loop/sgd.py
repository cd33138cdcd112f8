"""SGD with momentum."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises.l04_training_loop._optimizers import OPTIM, places
from ptbasics.exercises.l04_training_loop._training import descent


def sgd_cases(generator: torch.Generator) -> list[Case]:
    def walk(
        *shapes: tuple[int, ...], lr: float, momentum: float, keep: bool = False, idle: bool = False
    ) -> tuple[Any, ...]:
        starts, goals = places(generator, *shapes), places(generator, *shapes)
        settings = {"lr": lr, "momentum": momentum}
        return starts, [None, *goals[1:]] if idle else goals, settings, keep

    return [
        Case("without momentum", walk((3,), lr=0.05, momentum=0.0)),
        Case("with momentum 0.9", walk((4,), lr=0.02, momentum=0.9)),
        Case("two parameters, momentum 0.5", walk((2, 3), (3,), lr=0.03, momentum=0.5)),
        Case("gradients cleared in place", walk((3,), lr=0.02, momentum=0.8, keep=True)),
        Case("a parameter without gradient", walk((2,), (3,), lr=0.04, momentum=0.6, idle=True)),
    ]


@exercise(
    title="SGD with momentum",
    points=3,
    difficulty=2,
    minutes=15,
    hint="Keep a list of the parameters, and a velocity for each. Moving a parameter must not "
    "become a part of the graph, and must change that very tensor. `.grad` is a buffer that will "
    "be written again: what do you have to keep of it?",
    cases=sgd_cases,
    forbids={"torch.optim": OPTIM},
)
def SGD(
    implementation: Implementation,
    starts: list[Tensor],
    goals: list[Any],
    settings: dict[str, Any],
    keep_gradients: bool,
) -> Any:
    return descent(implementation, starts, goals, settings, keep_gradients)
