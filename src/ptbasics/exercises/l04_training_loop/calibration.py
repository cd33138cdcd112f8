"""A module with parameters and buffers."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise


def calibration_cases(generator: torch.Generator) -> list[Case]:
    def sensors(rows: int, count: int) -> tuple[Tensor, Tensor, Tensor]:
        mean = 20 * torch.rand(count, generator=generator)
        std = 1 + torch.rand(count, generator=generator)
        return mean, std, mean + std * torch.randn(rows, count, generator=generator)

    return [
        Case("three sensors, five readings", sensors(5, 3)),
        Case("two sensors, one reading", sensors(1, 2)),
        Case("four sensors, eight readings", sensors(8, 4)),
    ]


@exercise(
    title="A module with parameters and buffers",
    points=2,
    difficulty=1,
    minutes=8,
    hint="Begin with `super().__init__()`. Then ask of each of the four tensors: should an "
    "optimizer move it? If so it is a parameter, and otherwise a buffer, which has a method of its "
    "own to be registered with.",
    cases=calibration_cases,
)
def Calibration(implementation: Implementation, mean: Tensor, std: Tensor, readings: Tensor) -> Any:
    model = implementation(mean.clone(), std.clone())
    state = {name: value.clone() for name, value in sorted(model.state_dict().items())}
    learned = dict(sorted(model.named_parameters()))
    output = model(readings)
    (output * readings).sum().backward()
    model.double()
    return {
        "parameters": list(learned),
        "buffers": sorted(name for name, _ in model.named_buffers()),
        "state_dict": state,
        "output": output.detach(),
        "gradients": {name: one.grad for name, one in learned.items()},
        "dtypes after .double()": [value.dtype for value in model.state_dict().values()],
    }
