"""Indexing: which elements an index, a mask or `gather` picks, and where they end up."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ptbasics.viz.sheets import LANES, Sheet, side_by_side
from ptbasics.viz.style import ORANGE, PAPER, Picture, picture


@picture
def selected(tensor: Tensor, *index: Any) -> Picture:
    """A tensor with the elements that an index picks in orange, and the tensor of these elements.

    What is picked is asked of torch: the positions of all elements are indexed in the same way.

    Args:
        tensor: a tensor of at most three dimensions.
        index: what would stand between the square brackets, part by part: numbers, slices,
            `None`, lists, or a mask.
    """
    positions = torch.arange(tensor.numel()).view(tensor.shape)
    picked = set(positions[index].flatten().tolist())
    return side_by_side(
        [
            Sheet("tensor", tensor, lambda place: ORANGE if place in picked else PAPER),
            Sheet(f"tensor[{', '.join(map(_spelled, index))}]", tensor[index], lambda _: ORANGE),
        ]
    )


@picture
def gathered(tensor: Tensor, dim: int, index: Tensor) -> Picture:
    """What `tensor.gather(dim, index)` picks.

    `gather` stays in one lane: along `dim` it goes where the index says, in all other dimensions it
    stays where it is. Each lane has a colour; elements that nobody picked have none.

    Args:
        tensor: a tensor of two dimensions.
        dim: the dimension that the index counts along.
        index: int64 tensor of two dimensions.
    """
    rows_or_columns = torch.arange(tensor.shape[1 - dim % 2])
    lanes = rows_or_columns.unsqueeze(dim).expand(tensor.shape).flatten().tolist()
    positions = torch.arange(tensor.numel()).view(tensor.shape).gather(dim, index)
    origin = positions.flatten().tolist()

    def fill(place: int) -> str:
        return LANES[lanes[place] % len(LANES)]

    return side_by_side(
        [
            Sheet("tensor", tensor, lambda place: fill(place) if place in origin else PAPER),
            Sheet("index", index, lambda place: fill(origin[place])),
            Sheet(
                f"tensor.gather({dim}, index)",
                tensor.gather(dim, index),
                lambda place: fill(origin[place]),
            ),
        ]
    )


def _spelled(part: Any) -> str:
    """A part of an index as it is written between the brackets."""
    if isinstance(part, slice):
        start, stop, step = (
            "" if n is None else str(n) for n in (part.start, part.stop, part.step)
        )
        return f"{start}:{stop}" + (f":{step}" if step else "")
    if isinstance(part, Tensor):
        return "mask" if part.dtype == torch.bool else "index"
    return "..." if part is Ellipsis else str(part)
