"""How cases draw whole numbers."""

from __future__ import annotations

import torch


def integer(generator: torch.Generator, low: int, high: int) -> int:
    """A number from `low` to `high`, both included."""
    return int(torch.randint(low, high + 1, (), generator=generator))


def integers(generator: torch.Generator, low: int, high: int, count: int) -> list[int]:
    """Numbers from `low` to `high`, both included."""
    return torch.randint(low, high + 1, (count,), generator=generator).tolist()
