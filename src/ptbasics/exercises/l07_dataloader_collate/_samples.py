"""Samples of which a batch is made."""

from __future__ import annotations

import torch
from torch import Tensor


def decimal(generator: torch.Generator) -> float:
    return round(float(100 * torch.rand((), generator=generator)), 2)


def sequences(generator: torch.Generator, *lengths: int) -> list[Tensor]:
    return [torch.rand(length, generator=generator) for length in lengths]
