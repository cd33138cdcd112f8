"""A default_collate of your own."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer
from ptbasics.exercises.l07_dataloader_collate._samples import decimal


def collate_nested_cases(generator: torch.Generator) -> list[Case]:
    def number() -> int:
        return integer(generator, 0, 99)

    def tensor(*shape: int) -> Tensor:
        return torch.rand(shape, generator=generator)

    def patient(name: str) -> dict[str, Any]:
        body = {"weight": decimal(generator), "smokes": number() > 50}
        return {"name": name, "scan": tensor(2, 2), "body": body, "visits": [number(), number()]}

    return [
        Case("matrices", ([tensor(2, 3), tensor(2, 3)],)),
        Case("floats", ([decimal(generator), decimal(generator), 2.0],)),
        Case("whole numbers", ([number(), number()],)),
        Case("texts of different lengths", (["to", "be", "or", f"not {number()}"],)),
        Case("tuples of a tensor and a label", ([(tensor(3), 0), (tensor(3), number())],)),
        Case("dicts", ([{"x": number(), "y": tensor()}, {"x": 0, "y": tensor()}],)),
        Case("dicts in lists in tuples", ([([{"a": number()}], True), ([{"a": 5}], False)],)),
        Case("patients", ([patient("Ada"), patient("Bo"), patient("Cleo")],)),
        Case("something is missing", ([{"x": 1, "y": None}, {"x": 2, "y": None}],)),
    ]


@exercise(
    title="A default_collate of your own",
    points=4,
    difficulty=3,
    minutes=20,
    hint="Look at the first sample: its type decides. For a dict, make a list of what all samples "
    "have under one key. That list is a batch to be made, by a function that you are just "
    "writing. Put the types in the right order: a bool is an int, too.",
    cases=collate_nested_cases,
    forbids={".default_collate": "Write it yourself: `default_collate` is not allowed here."},
    teaches=("collate_fn",),
)
def collate_nested(implementation: Implementation, samples: list[Any]) -> Any:
    return implementation(samples)
