"""Reductions: which cells of a block `dim=` brings together, and what is left of the block."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import torch
from matplotlib.axes import Axes
from matplotlib.patches import Polygon
from torch import Tensor

from ptbasics.viz.style import (
    GREEN,
    INK,
    ORANGE,
    SKY,
    Picture,
    arrow,
    canvas,
    fit,
    number,
    picture,
)

Reduce = Literal["max", "min", "sum", "mean"]
Cell = tuple[int, int, int]
_SLANT = (0.32, 0.26)  # where the depth of one cell goes on paper
_GAP = 2.6  # between the block and what is left of it


@picture
def reduction(block: Tensor, dim: int, reduce: Reduce = "max", group: Cell = (0, 0, 0)) -> Picture:
    """A three-dimensional block of cells, and the block that reducing one dimension leaves.

    Dimension 0 goes from layer to layer, dimension 1 down, dimension 2 to the right. One group of
    cells that become one number is orange, and so is that number. The result is drawn as
    `keepdim=True` leaves it: the reduced dimension has length 1. For `max` and `min` the second
    line in a cell of the result is the index that was found.

    Args:
        block: tensor of three dimensions, small enough to read.
        dim: the dimension that is reduced.
        reduce: what becomes of the cells of a group.
        group: any cell of the group to show.

    Raises:
        ValueError: `block` does not have three dimensions.
    """
    if block.ndim != 3:
        raise ValueError(f"the block must have 3 dimensions, not {block.ndim}")
    dim %= 3
    kept, texts = _reduced(block, dim, reduce)

    def in_group(cell: Cell) -> bool:
        return all(axis == dim or cell[axis] == group[axis] for axis in range(3))

    width, height = _extent(block)
    small_width, small_height = _extent(kept)
    total = width + _GAP + small_width
    figure, [ax] = canvas(0.55 * (total + 1.6), 0.55 * (height + 2.4))
    _draw_block(ax, block, 0.0, lambda cell: number(block[cell]), SKY, in_group)
    _name_dims(ax, block, width, height)
    low = (height - small_height) / 2
    left = width + _GAP
    _draw_block(ax, kept, left, lambda cell: texts[cell], GREEN, in_group, low)
    middle = -height / 2 + 0.5
    arrow(ax, (width - 0.1, middle), (left - 0.8, middle))
    ax.text(width + 0.75, middle + 0.25, f"{reduce}(dim={dim})", ha="center", va="bottom", size=10)
    shapes = tuple(block.shape), tuple(kept.shape), tuple(kept.squeeze(dim).shape)
    below = -height - 0.05
    ax.text(block.shape[2] / 2 - 0.5, below - 0.4, str(shapes[0]), ha="center", va="top", size=10)
    text = f"{shapes[2]}\nkeepdim: {shapes[1]}"
    ax.text(left + small_width / 2 - 0.5, below, text, ha="center", va="top", size=10)
    fit(ax, -1.0, total + 0.2, below - 0.8, 0.6, pad=0.1)
    orange = [number(block[cell]) for cell in sorted(_cells(block)) if in_group(cell)]
    [shown] = [cell for cell in _cells(kept) if in_group(cell)]
    became = " at index ".join(texts[shown].replace("[", "").replace("]", "").split())
    figure.alt = (
        f"A block of shape {shapes[0]}; {reduce} over dimension {dim} leaves {shapes[2]}, or "
        f"{shapes[1]} with keepdim. The group {', '.join(orange)} becomes {became}."
    )
    return figure


def _name_dims(ax: Axes, block: Tensor, width: float, height: float) -> None:
    """The number of each dimension beside the edge that it runs along."""
    layers, rows, columns = block.shape
    # the text is turned by 90°, and its arrow with it: it points down
    ax.text(
        -0.75, -height + rows / 2 + 0.5, "← dim 1", rotation=90, ha="center", va="center", size=9
    )
    ax.text(columns / 2 - 0.5, -height - 0.05, "dim 2 →", ha="center", va="top", size=9)
    if layers > 1:
        middle = -height / 2 + 0.5 - _layer_shift(block)[1] * (layers - 1) / 2
        ax.text(width - 0.9, middle, "dim 0 ↗", ha="left", va="center", size=9)


def _reduced(block: Tensor, dim: int, reduce: Reduce) -> tuple[Tensor, dict[Cell, str]]:
    """The result with the reduced dimension kept, and the text of each of its cells."""
    found = getattr(torch, reduce)(block, dim=dim, keepdim=True)
    kept: Tensor = found if isinstance(found, Tensor) else found.values
    texts = {cell: number(kept[cell]) for cell in _cells(kept)}
    if not isinstance(found, Tensor):
        texts = {cell: f"{text}\n[{found.indices[cell]}]" for cell, text in texts.items()}
    return kept, texts


def _cells(block: Tensor) -> list[Cell]:
    """All cells from the back to the front, bottom to top: in painting order."""
    layers, rows, columns = block.shape
    return [
        (i, j, k)
        for i in reversed(range(layers))
        for j in reversed(range(rows))
        for k in range(columns)
    ]


def _extent(block: Tensor) -> tuple[float, float]:
    """Width and height on paper: the layers stand behind one another, clear of one another."""
    layers, rows, columns = block.shape
    shift = _layer_shift(block)
    return (
        columns + _SLANT[0] + shift[0] * (layers - 1),
        rows + _SLANT[1] + shift[1] * (layers - 1),
    )


def _layer_shift(block: Tensor) -> tuple[float, float]:
    """How far one layer is drawn from the layer before it, so that both can be read."""
    return 0.9, block.shape[1] + 0.75


def _draw_block(
    ax: Axes,
    block: Tensor,
    left: float,
    text: Callable[[Cell], str],
    fill: str,
    chosen: Callable[[Cell], bool],
    drop: float = 0.0,
) -> None:
    layers = block.shape[0]
    shift = _layer_shift(block)
    top = -drop - shift[1] * (layers - 1) - _SLANT[1]
    if layers > 1:
        _draw_depth(ax, block, left, top, shift)
    for i, j, k in _cells(block):
        x, y = left + k + shift[0] * i, top - j + shift[1] * i
        _draw_cube(ax, x, y, ORANGE if chosen((i, j, k)) else fill)
        ax.text(x, y, text((i, j, k)), ha="center", va="center", size=9, color=INK)


def _draw_depth(
    ax: Axes, block: Tensor, left: float, top: float, shift: tuple[float, float]
) -> None:
    """Dashed edges between the corners of the layers, which belong together as one block."""
    _, rows, columns = block.shape
    steps = block.shape[0] - 1
    for x, y in (
        (-0.5, 0.5),
        (columns - 0.5, 0.5),
        (columns - 0.5, 0.5 - rows),
        (-0.5, 0.5 - rows),
    ):
        ax.plot(
            [left + x, left + x + shift[0] * steps],
            [top + y, top + y + shift[1] * steps],
            color=INK,
            lw=0.8,
            ls=(0, (4, 3)),
            alpha=0.5,
            zorder=0,
        )


def _draw_cube(ax: Axes, x: float, y: float, fill: str) -> None:
    (dx, dy), h = _SLANT, 0.5
    front = [(x - h, y - h), (x + h, y - h), (x + h, y + h), (x - h, y + h)]
    roof = [(x - h, y + h), (x + h, y + h), (x + h + dx, y + h + dy), (x - h + dx, y + h + dy)]
    side = [(x + h, y - h), (x + h + dx, y - h + dy), (x + h + dx, y + h + dy), (x + h, y + h)]
    for corners, shade in ((front, 0.0), (roof, 0.45), (side, -0.2)):
        ax.add_patch(Polygon(corners, facecolor=_shaded(fill, shade), edgecolor=INK, lw=0.9))


def _shaded(colour: str, amount: float) -> tuple[float, ...]:
    """A colour moved towards white (positive) or black (negative)."""
    towards = 1.0 if amount > 0 else 0.0
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return tuple(part + (towards - part) * abs(amount) for part in parts)
