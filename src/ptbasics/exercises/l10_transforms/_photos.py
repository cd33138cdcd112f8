"""Photos as cases draw them."""

from __future__ import annotations

import torch
from torch import Tensor

from ptbasics.exercises._results import named


def noise(generator: torch.Generator, *shape: int, low: int = 0, high: int = 255) -> Tensor:
    """Independent uint8 values from `low` to `high`, both included."""
    return torch.randint(low, high + 1, shape, generator=generator, dtype=torch.uint8)


def plain(values: object) -> Tensor:
    """A tensor of any subclass as a plain one.

    Raises:
        TypeError: it is no tensor. The message is for the student.
    """
    if not isinstance(values, Tensor):
        raise TypeError(f"return tensors; what came back is of type {type(values).__name__}")
    return values.detach().as_subclass(Tensor).clone()


def named_tensors(found: object, *names: str) -> dict[str, Tensor]:
    """The tensors of a tuple or list that an answer returned, by name, as plain ones.

    Raises:
        TypeError: something else came back. The message is for the student.
    """
    return {name: plain(part) for name, part in named(found, *names).items()}
