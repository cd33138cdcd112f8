"""A layer that moves as a whole."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer


def standardise_cases(generator: torch.Generator) -> list[Case]:
    def case(name: str, steps: int, sensors: int) -> Case:
        readings = 20 + 5 * torch.randn(steps, sensors, generator=generator)
        constants = torch.rand(2, 3, sensors, generator=generator) + 0.5
        return Case(name, (readings, constants))

    return [
        case("two sensors", integer(generator, 3, 6), 2),
        case("several sensors", integer(generator, 3, 9), integer(generator, 3, 6)),
        case("many steps", integer(generator, 20, 40), 3),
        case("a single reading of a single sensor", 1, 1),
    ]


@exercise(
    title="A layer that moves as a whole",
    points=3,
    difficulty=2,
    minutes=12,
    hint="`Module.to` moves what the module knows of. How does it learn of a tensor that is not "
    "trained? And on which device does a tensor that `forward` makes have to be?",
    cases=standardise_cases,
)
def Standardise(implementation: Implementation, readings: Tensor, constants: Tensor) -> Any:
    layer, another = (implementation(*(row.clone() for row in half)) for half in constants)
    with torch.no_grad():
        first = layer(readings)
        another.load_state_dict(layer.state_dict())
        loaded = another(readings)
        double = layer.double()(readings.double())
        trained = len(list(layer.parameters()))
        far = layer.float().to("meta")(readings.to("meta"))
    return {
        "standardised": first.detach(),
        "another layer, after loading this one's state": loaded.detach(),
        "in float64": double.detach(),
        "trained tensors": trained,
        "on the meta device": f"{far.dtype} of shape {tuple(far.shape)} on {far.device.type}",
    }
