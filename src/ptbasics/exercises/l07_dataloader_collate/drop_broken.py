"""Leave out what could not be read."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer


def drop_broken_cases(generator: torch.Generator) -> list[Case]:
    def flower() -> tuple[Tensor, int]:
        return torch.rand(4, generator=generator), integer(generator, 0, 2)

    return [
        Case("one of four is broken", ([flower(), None, flower(), flower()],)),
        Case("none is broken", ([flower(), flower()],)),
        Case("all are broken", ([None] * integer(generator, 2, 9),)),
        Case("neighbours are broken", ([flower(), None, None, flower(), None],)),
        Case("counts, some of them zero", ([0, integer(generator, 1, 9), None, 0],)),
        Case("only zeros are left", ([0] * integer(generator, 1, 9) + [None],)),
    ]


@exercise(
    title="Leave out what could not be read",
    points=2,
    difficulty=1,
    minutes=8,
    hint="Make a new list of the good samples. What is special about None, compared with other "
    "values that count as false? And what is left to collate if all samples are broken?",
    cases=drop_broken_cases,
    teaches=("collate_fn",),
)
def drop_broken(implementation: Implementation, samples: list[Any]) -> Any:
    batch = implementation(samples)
    return {"batch": batch, "the samples afterwards": samples}
