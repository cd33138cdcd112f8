"""Clip a gradient that is too long."""

from __future__ import annotations

from typing import Any

import torch

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer

_CLIP = "Write the clipping by hand, without PyTorch's own functions for it."


def clip_gradients_cases(generator: torch.Generator) -> list[Case]:
    def gradients(*shapes: tuple[int, ...], scale: float = 1.0) -> list[Any]:
        return [scale * torch.randn(shape, generator=generator) for shape in shapes]

    steep = integer(generator, 1, 20) * torch.tensor([[3.0, 0.0], [0.0, 4.0]])
    rows, columns = integer(generator, 2, 6), integer(generator, 2, 6)
    return [
        Case("sides of 3 and 4 to 5, at most 1", ([steep, torch.zeros(2)], 1.0)),
        Case("three parameters, too long", (gradients((3, 4), (3,), (2,), scale=10), 2.0)),
        Case("short enough", (gradients((2, 3), (2,), scale=0.1), 5.0)),
        Case("one without gradient", ([*gradients((4,), (2, 2), scale=5), None], 0.5)),
        Case("nothing but zeros", ([torch.zeros(columns), torch.zeros(rows, columns)], 1.0)),
    ]


@exercise(
    title="Clip a gradient that is too long",
    points=2,
    difficulty=2,
    minutes=10,
    hint="First collect the gradients in a list: they are needed twice. The squares of *all* "
    "numbers are added before the root is taken. Is there anything to do when the length is fine?",
    cases=clip_gradients_cases,
    rtol=1e-4,
    atol=1e-5,
    forbids={
        ".clip_grad_norm_": _CLIP,
        ".clip_grad_norm": _CLIP,
        ".clip_grads_with_norm_": _CLIP,
        ".get_total_norm": _CLIP,
    },
)
def clip_gradients(implementation: Implementation, gradients: list[Any], max_norm: float) -> Any:
    parameters = []
    for gradient in gradients:
        shape = (2,) if gradient is None else gradient.shape
        parameter = torch.zeros(shape, requires_grad=True)
        parameter.grad = None if gradient is None else gradient.clone()
        parameters.append(parameter)
    length = implementation(iter(parameters), max_norm)
    return {"length before": length, "gradients afterwards": [one.grad for one in parameters]}
