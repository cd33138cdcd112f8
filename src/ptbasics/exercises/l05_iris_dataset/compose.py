"""Transforms in a row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise

_STEPS: dict[str, Callable[[Any], Any]] = {
    "add one": lambda x: x + 1,
    "double": lambda x: x * 2,
    "square": lambda x: x**2,
    "root": torch.sqrt,
    "largest": lambda x: int(x.argmax()),
    "as text": str,
}


def compose_cases(generator: torch.Generator) -> list[Case]:
    def features() -> Tensor:
        return 1 + torch.rand(4, generator=generator)

    return [
        Case("two steps", (["add one", "double"], features())),
        Case("three steps", (["square", "add one", "root"], features())),
        Case("one step", (["double"], features())),
        Case("no step at all", ([], features())),
        Case("the same step twice", (["add one", "add one"], features())),
        Case("steps that hand on something else", (["double", "largest", "as text"], features())),
    ]


@exercise(
    title="Transforms in a row",
    points=2,
    difficulty=1,
    minutes=8,
    hint="An object with a `__call__` method can be called like a function. Each step gets what "
    "the one before it returned. What remains if there is no step?",
    cases=compose_cases,
)
def Compose(implementation: Implementation, names: list[str], features: Tensor) -> Any:
    pipeline = implementation([_STEPS[name] for name in names])
    return {"first call": pipeline(features.clone()), "second call": pipeline(features.clone())}
