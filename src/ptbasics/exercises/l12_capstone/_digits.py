"""Small images that look like digits to a model: one drawn pattern for each class, and noise."""

from __future__ import annotations

import torch
from torch import Tensor, nn

SIDE = 8


def patterned(
    generator: torch.Generator, counts: list[int], noise: float = 0.3
) -> tuple[Tensor, Tensor]:
    """Images (N, 1, 8, 8), float32 from 0 to 1, and labels (N,), int64, in a drawn order.

    Args:
        generator: where everything is drawn.
        counts: how many images each class has.
        noise: the standard deviation of what is added to the pattern of a class.
    """
    labels = torch.arange(len(counts)).repeat_interleave(torch.tensor(counts))
    labels = labels[torch.randperm(len(labels), generator=generator)]
    # squares of 2 × 2 pixels, so that pooling keeps a pattern
    patterns = torch.rand(len(counts), 1, SIDE // 2, SIDE // 2, generator=generator)
    patterns = patterns.repeat_interleave(2, dim=2).repeat_interleave(2, dim=3)
    images = patterns[labels]
    images = images + noise * torch.randn(images.shape, generator=generator)
    return images.clamp(0, 1), labels


def small_model(generator: torch.Generator, classes: int, dropout: float = 0.0) -> nn.Sequential:
    """A model of float64, so that rounding decides nothing, its first weights drawn."""
    model = nn.Sequential(
        nn.Flatten(),
        nn.Linear(SIDE * SIDE, 12),
        nn.BatchNorm1d(12),
        nn.ReLU(),
        nn.Dropout(dropout),
        nn.Linear(12, classes),
    ).double()
    with torch.no_grad():
        for layer in (model[1], model[5]):
            for parameter in layer.parameters():
                parameter.copy_(0.3 * torch.randn(parameter.shape, generator=generator))
    return model
