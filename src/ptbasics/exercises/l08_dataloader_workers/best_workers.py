"""How many workers pay?"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer
from ptbasics.exercises.l08_dataloader_workers._inputs import mixed


def best_workers_cases(generator: torch.Generator) -> list[Case]:
    def measured(*curve: float, disturbed: int = 0, at: int = 0, by: float = 1) -> Any:
        numbers = torch.randperm(16, generator=generator)[: len(curve) - 1].sort().values
        scale = 100 + 100 * torch.rand((), generator=generator)
        noise = 1 + 0.01 * torch.rand(len(curve), 3, generator=generator)
        seconds = scale * torch.tensor(curve)[:, None] * noise
        seconds[disturbed, at] *= by
        return torch.tensor([0, *(1 + numbers)]), seconds.round()

    def two(name: str, *kinds: Callable[[], Any]) -> Case:
        return Case(name, (mixed(generator, 2, *kinds),))

    def later(*curve: float, disturbed: int, by: float) -> Any:
        return measured(*curve, disturbed=disturbed, at=integer(generator, 1, 2), by=by)

    less_than_a_tenth = partial(measured, 4.0, 2.16, 2.0, 2.05)
    more_than_a_tenth = partial(measured, 4.0, 2.24, 2.0, 2.03)
    return [
        two(
            "workers help, or only cost",
            partial(measured, 4.0, 3.6, 1.9, 1.0),
            partial(measured, 0.1, 0.6, 0.7, 0.9),
        ),
        two("less than a tenth from the best", less_than_a_tenth),
        two("less than a tenth, or more", less_than_a_tenth, more_than_a_tenth),
        two(
            "the first measurement was disturbed",
            partial(measured, 4.0, 2.1, 1.2, 1.6, disturbed=2, by=4),
        ),
        two("a later one was disturbed", partial(later, 3.0, 1.5, 1.46, 2.2, disturbed=1, by=4)),
        two("one was far too fast", partial(later, 4.0, 3.9, 2.1, 1.2, disturbed=1, by=0.2)),
    ]


@exercise(
    title="How many workers pay?",
    points=2,
    difficulty=1,
    minutes=8,
    hint="First one number for each row: the middle one of its measurements. Then find all rows "
    "that are fast *enough*. `workers` ascends, so which of them do you want?",
    cases=best_workers_cases,
    teaches=("num_workers",),
)
def best_workers(
    implementation: Implementation, measurements: list[tuple[Tensor, Tensor]]
) -> list[Any]:
    return [implementation(workers, seconds) for workers, seconds in measurements]
