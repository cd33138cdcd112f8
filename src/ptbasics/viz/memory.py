"""Memory: the flat row of numbers behind a tensor, and who else looks at it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise, product
from typing import Any

import numpy as np
import torch
from matplotlib.axes import Axes
from torch import Tensor

from ptbasics.viz.sheets import LANES
from ptbasics.viz.style import (
    BLUE,
    GREY,
    INK,
    PAPER,
    RED,
    Picture,
    arrow,
    box,
    canvas,
    fit,
    grid,
    number,
    picture,
)

_LETTER = 0.21  # width of one letter of a label, in boxes
_BEND = 0.45  # how far the arrows over the memory are bent


def storage_of(tensor: Tensor) -> Tensor:
    """The whole storage behind a tensor as a flat tensor of the same dtype; it is not copied."""
    count = tensor.untyped_storage().nbytes() // tensor.itemsize
    return tensor.as_strided((count,), (1,), 0)


def places_of(tensor: Tensor) -> Tensor:
    """For every element of a tensor, its place in the storage: same shape, int64."""
    places = torch.arange(len(storage_of(tensor)))
    return places.as_strided(tensor.size(), tensor.stride(), tensor.storage_offset())


@picture
def flat_memory(tensor: Tensor) -> Picture:
    """A matrix, the storage behind it, and its strides as steps through that storage.

    Elements have the colour of their row, in the matrix and in the storage. Blue arrows over the
    storage go along the first row, step by step; red arrows below it go down the first column.

    Args:
        tensor: a tensor of two dimensions with a small storage.

    Raises:
        ValueError: it does not have two dimensions.
    """
    if tensor.ndim != 2:
        raise ValueError(f"strides are drawn for 2 dimensions, not {tensor.ndim}")
    flat, places = storage_of(tensor), places_of(tensor)
    rows, columns = tensor.shape
    by_place = {
        place: LANES[i % len(LANES)] for i, row in enumerate(places.tolist()) for place in row
    }
    # the arrows rise and sink by half their bend for each place that they jump over
    longest = [
        abs(step) if size > 1 else 0
        for size, step in zip(tensor.shape, tensor.stride(), strict=True)
    ]
    below, above = (0.5 + _BEND / 2 * step for step in longest)
    top = 1.0 + above + max(rows, 2.2)
    width = max(len(flat), columns + 7)
    figure, [ax] = canvas(0.55 * (width + 0.6), 0.55 * (top + below + 0.6))
    grid(
        ax,
        [[number(value) for value in row] for row in tensor],
        left=0.5,
        top=-top + 0.5,
        fill=lambda i, _j: LANES[i % len(LANES)],
    )
    facts = {
        f"shape {tuple(tensor.shape)}, strides {tensor.stride()}": INK,
        f"next row: {_jump(tensor.stride(0))}": RED,
        f"next column: {_jump(tensor.stride(1))}": BLUE,
        f"starts at place {tensor.storage_offset()}": INK,
    }
    for line, (fact, colour) in enumerate(facts.items()):
        ax.text(columns + 0.6, top - 0.25 - 0.6 * line, fact, va="center", size=10, color=colour)
    for place, value in enumerate(flat):
        fill, edge = (by_place[place], INK) if place in by_place else (PAPER, GREY)
        box(ax, place + 0.5, 0.5, number(value), fill=fill, edge=edge)
        ax.text(place + 0.5, -0.02, str(place), ha="center", va="top", size=7, color=GREY)
    _steps(ax, places[0].tolist(), 1.0, BLUE, -_BEND)
    _steps(ax, places[:, 0].tolist(), -0.35, RED, _BEND)
    fit(ax, 0, width, -below, top, pad=0.3)
    return figure


def _jump(stride: int) -> str:
    return f"{stride:+d} place{'s' * (stride != 1)}"


def _steps(ax: Axes, places: list[int], y: float, colour: str, bend: float) -> None:
    """Arrows from each place in the storage to the next."""
    for start, end in pairwise(places):
        arrow(ax, (start + 0.5, y), (end + 0.5, y), colour=colour, bend=bend)


@dataclass(frozen=True)
class _Block:
    """A range of byte addresses, and the named tensors that look into it."""

    start: int
    end: int
    views: dict[str, Tensor]

    @property
    def itemsize(self) -> int:
        """Bytes of one element.

        Raises:
            ValueError: the views do not agree on it.
        """
        sizes = {view.itemsize for view in self.views.values()}
        if len(sizes) > 1:
            raise ValueError(f"{', '.join(self.views)} share memory with different element sizes")
        return sizes.pop()

    def __len__(self) -> int:
        return (self.end - self.start) // self.itemsize

    def first_place(self, view: Tensor) -> int:
        """Where in this block the storage of a view begins, in elements."""
        return (view.untyped_storage().data_ptr() - self.start) // self.itemsize


@picture
def shared_memory(**arrays: Tensor | np.ndarray[Any, Any]) -> Picture:
    """Which of some named tensors and NumPy arrays look at the same memory, and at which part.

    Every block of memory is a row of boxes with its present content. Below it, each name that looks
    into it has a row of its own, with the index of every element under its place in memory. The
    addresses are real: memory in which two names look is drawn once.

    Args:
        arrays: tensors or arrays of at most two dimensions. Those that share memory must have
            elements of one size.
    """
    views = {
        name: torch.from_numpy(array) if isinstance(array, np.ndarray) else array
        for name, array in arrays.items()
    }
    blocks = _blocks(views)
    label = _LETTER * max(map(len, [*views, "memory"])) + 0.5
    width = label + max(map(len, blocks))
    height = sum(len(block.views) + 1.8 for block in blocks) - 0.8
    figure, [ax] = canvas(0.55 * (width + 0.4), 0.55 * (height + 0.4))
    top, colours = 0.0, iter(LANES * len(views))
    for block in blocks:
        _draw_memory(ax, block, label, -top - 0.5)
        for row, (name, view) in enumerate(block.views.items(), 1):
            _draw_view(ax, block, name, view, (label, -top - 0.5 - row), next(colours))
        top += len(block.views) + 1.8
    fit(ax, 0, width, -height, 0, pad=0.2)
    return figure


def _blocks(views: dict[str, Tensor]) -> list[_Block]:
    """The memory behind some tensors; storages that overlap are one block."""
    found: list[_Block] = []
    for name, view in views.items():
        storage = view.untyped_storage()
        block = _Block(storage.data_ptr(), storage.data_ptr() + storage.nbytes(), {name: view})
        for other in [*found]:
            if other.end <= block.start or block.end <= other.start:
                continue
            found.remove(other)
            start, end = min(block.start, other.start), max(block.end, other.end)
            block = _Block(start, end, {**other.views, **block.views})
        found.append(block)
    return found


def _draw_memory(ax: Axes, block: _Block, left: float, y: float) -> None:
    ax.text(left - 0.3, y, "memory", ha="right", va="center", size=10, weight="bold")
    content: dict[int, str] = {}
    for view in block.views.values():
        content |= dict(enumerate(map(number, storage_of(view)), block.first_place(view)))
    for place, text in content.items():
        box(ax, left + place + 0.5, y, text, width=1.0, fill="#EEEEEE")


def _draw_view(
    ax: Axes, block: _Block, name: str, view: Tensor, corner: tuple[float, float], colour: str
) -> None:
    """One name's row: the index of each of its elements, under the element's place in memory."""
    left, y = corner
    ax.text(left - 0.3, y, name, ha="right", va="center", size=10, family="monospace")
    places = places_of(view) + block.first_place(view)
    for index in product(*map(range, view.shape)):
        text = f"[{','.join(map(str, index))}]" if index else "·"
        x = left + int(places[index]) + 0.5
        box(ax, x, y, text, width=0.9, height=0.7, fill=colour, size=8)
