"""Rows and samples, and how a data set hands them out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any


def item_at(dataset: Any, index: Any) -> Any:
    """What a data set hands out for an index, or that it raised an IndexError."""
    try:
        item = dataset[index]
    except IndexError:
        return "IndexError"
    return tuple(item) if isinstance(item, tuple) else item


def is_block(numbers: Sequence[int]) -> bool:
    """Whether these numbers are neighbours, without a gap between them."""
    return not numbers or max(numbers) - min(numbers) == len(set(numbers)) - 1


def csv_row(features: Iterable[float], label: int) -> str:
    """A line such as `5.1,3.5,0`."""
    return ",".join([*(f"{value:.1f}" for value in features), str(label)])
