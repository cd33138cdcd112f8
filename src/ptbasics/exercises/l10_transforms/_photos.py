"""Photos as cases draw them."""

from __future__ import annotations

import torch
from torch import Tensor


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
