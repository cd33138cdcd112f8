"""What the exercises about ranks share: models from data, and how long ranks may take."""

from __future__ import annotations

import torch
import torch._dynamo  # what DDP and optimizers import late: here once, not in each forked rank
from torch import Tensor, nn

#: Seconds for all cases of an exercise, and for the ranks of one case. Both are for machines that
#: have much else to do: ranks take a tenth of a second.
SECONDS, RANK_SECONDS = 60.0, 12.0


def drawn(generator: torch.Generator, *size: int) -> Tensor:
    """Random float32 values that are whole numbers, so that sums are exact in any order."""
    return torch.randint(-9, 10, size, generator=generator).float()


def linear(weight: Tensor, bias: Tensor) -> nn.Linear:
    """A linear layer with copies of these parameters, of shapes (out, in) and (out,)."""
    layer = nn.Linear(weight.shape[1], weight.shape[0])
    with torch.no_grad():
        layer.weight.copy_(weight)
        layer.bias.copy_(bias)
    return layer
