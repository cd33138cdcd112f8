"""What does training need to remember?"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import torch
from torch import nn

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer
from ptbasics.exercises._results import named


def training_memory_cases(generator: torch.Generator) -> list[Case]:
    def sizes(count: int) -> list[int]:
        return [integer(generator, 100, 2000) for _ in range(count)]

    return [
        Case("plain SGD keeps nothing", (sizes(3), "float32", 0, False, 0)),
        Case("Adam keeps two numbers per parameter", (sizes(4), "float32", 0, False, 2)),
        Case("momentum, in float64", (sizes(3), "float64", 0, False, 1)),
        Case("the first layer is frozen", (sizes(4), "float32", 1, False, 2)),
        Case("two layers share their weight", (sizes(2), "float32", 0, True, 2)),
        Case("in bfloat16, with a frozen layer", (sizes(4), "bfloat16", 1, False, 1)),
    ]


@exercise(
    title="What does training need to remember?",
    points=3,
    difficulty=2,
    minutes=12,
    hint="Which parameters get a gradient? A tensor knows its number of elements, and how many "
    "bytes one of them has. `model.parameters()` gives a shared parameter once.",
    cases=training_memory_cases,
)
def training_memory(
    implementation: Implementation,
    sizes: list[int],
    dtype: str,
    frozen: int,
    shared: bool,
    states: int,
) -> Any:
    # on the meta device a model has sizes and dtypes but no numbers: a large one costs nothing
    layers = [
        nn.Linear(*pair, device="meta", dtype=getattr(torch, dtype)) for pair in pairwise(sizes)
    ]
    if shared:
        layers.append(nn.Linear(sizes[0], sizes[1], device="meta"))
        layers[1].weight = layers[0].weight
    for layer in layers[:frozen]:
        layer.requires_grad_(False)
    model = nn.Sequential(*layers)
    return named(implementation(model, states), "parameters", "gradients", "states")
