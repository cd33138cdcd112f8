"""Functions to differentiate, and who has followed them."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

CURVES: dict[str, Callable[[Tensor], Tensor]] = {
    "10 w² + 2": lambda w: 10 * w**2 + 2,
    "sin w": torch.sin,
    "w³ - 4 w": lambda w: w**3 - 4 * w,
    "1 / (1 + w²)": lambda w: 1 / (1 + w**2),
    "w exp w": lambda w: w * w.exp(),
}


LANDSCAPES: dict[str, Callable[[Tensor], Tensor]] = {
    "the sum of the squares": lambda x: (x**2).sum(),
    "the product of all elements": lambda x: x.prod(),
    "the mean of sines and cubes": lambda x: (x.sin() + x**3).mean(),
    "a long valley": lambda x: 4 * (x[0] - 1) ** 2 + 0.5 * (x[1] + 2) ** 2,
    "a round bowl": lambda x: ((x - 0.5) ** 2).sum(),
}


def real(generator: torch.Generator, low: float = -2.0, high: float = 2.0) -> float:
    return float(torch.empty((), dtype=torch.float64).uniform_(low, high, generator=generator))


class Followed:
    """A function that notes whether autograd ever followed it."""

    def __init__(self, function: Callable[[Tensor], Tensor]) -> None:
        self.function = function
        self.by_autograd = False

    def __call__(self, x: Tensor) -> Tensor:
        result = self.function(x)
        self.by_autograd |= result.requires_grad
        return result


DIFFERENCES = (
    "Differences are only nearly right, and need calls of the function for every input. Here "
    "autograd is to follow the function."
)
