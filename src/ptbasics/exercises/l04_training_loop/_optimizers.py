"""What the exercises about optimizers share."""

from __future__ import annotations

import torch
from torch import Tensor

OPTIM = "Write the optimizer by hand, without `torch.optim`: that is what it is held against."


def places(generator: torch.Generator, *shapes: tuple[int, ...]) -> list[Tensor]:
    return [torch.randn(shape, generator=generator, dtype=torch.float64) for shape in shapes]
