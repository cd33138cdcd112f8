"""A whole batch to the device."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer


def to_device_cases(generator: torch.Generator) -> list[Case]:
    def images() -> Tensor:
        return torch.rand(
            integer(generator, 2, 9), 3, integer(generator, 2, 9), generator=generator
        )

    def labels() -> Tensor:
        return torch.randint(10, (integer(generator, 2, 9),), generator=generator)

    return [
        Case("a single tensor", (images(),)),
        Case("a tuple of images and labels", ((images(), labels()),)),
        Case("a list", ([labels(), images()],)),
        Case(
            "a dict with names and a number",
            ({"image": images(), "file": ["a.png", "b.png"], "epoch": integer(generator, 1, 99)},),
        ),
        Case(
            "nested: tuples in a dict in a list",
            ([{"pair": (images(), (labels(), None))}, images()],),
        ),
        Case("an empty tuple beside a tensor", ([(), labels()],)),
    ]


@exercise(
    title="A whole batch to the device",
    points=2,
    difficulty=2,
    minutes=12,
    hint="A container inside a container is the same task again, so let the function call itself. "
    "What is neither a tensor nor a container stays as it is.",
    cases=to_device_cases,
)
def to_device(implementation: Implementation, batch: Any) -> Any:
    return {
        "on the meta device": placed(implementation(batch, torch.device("meta"))),
        "on the CPU": implementation(batch, torch.device("cpu")),
    }


def placed(value: Any) -> Any:
    """A nested batch in which a sentence stands for each tensor: a meta tensor has no numbers."""
    if isinstance(value, Tensor):
        return f"{value.dtype} of shape {tuple(value.shape)} on {value.device.type}"
    if isinstance(value, dict):
        return {key: placed(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(placed(item) for item in value)
    return value
