"""Epochs of indices, and what must be true of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import torch

EPOCHS = 4


def flat(epoch: Iterable[Iterable[int]]) -> list[int]:
    return [index for batch in epoch for index in batch]


def seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def epochs_of(sampler: Iterable[Any], count: int = EPOCHS) -> list[list[Any]]:
    return [list(sampler) for _ in range(count)]


def vary(epochs: Sequence[Any]) -> bool:
    return any(one != epochs[0] for one in epochs)


def complete(indices: Iterable[int], length: int) -> bool:
    return sorted(indices) == list(range(length))
