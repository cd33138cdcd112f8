"""A small classifier whose weights follow from a seed."""

from __future__ import annotations

import torch
from torch import nn


def classifier(seed: int) -> nn.Sequential:
    """Four features in, three scores out; the global generator is left as it was."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 3))


def weights(model: nn.Module) -> list[torch.Tensor]:
    """The parameters as they are now, as data."""
    return [parameter.detach().clone() for parameter in model.parameters()]
