"""How inputs of the cases are drawn, and how long workers may take with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

SECONDS = 30.0  # workers start slowly on a machine that is busy


def distinct_numbers(count: int, generator: torch.Generator) -> Tensor:
    """Whole numbers, no two of them equal."""
    return torch.randperm(90, generator=generator)[:count].float()


def mixed(generator: torch.Generator, count: int, *kinds: Callable[[], Any]) -> list[Any]:
    """`count` things, at least one of each kind, in an order that is drawn.

    Where an answer is one of a few, a case asks for several: a list of answers is hard to guess.
    """
    more = torch.randint(len(kinds), (count - len(kinds),), generator=generator)
    made = [kinds[number]() for number in (*range(len(kinds)), *more.tolist())]
    return [made[place] for place in torch.randperm(count, generator=generator).tolist()]
