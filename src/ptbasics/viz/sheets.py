"""Tensors as sheets of boxes: how many dimensions they have, and what a rearrangement moves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from matplotlib.axes import Axes
from torch import Tensor

from ptbasics.viz.style import (
    GREEN,
    ORANGE,
    PURPLE,
    RED,
    SILVER,
    SKY,
    YELLOW,
    Picture,
    canvas,
    fit,
    grid,
    in_words,
    number,
    picture,
)

#: Fills on which dark text can be read, one for each row or column that is followed.
LANES = (SKY, ORANGE, GREEN, PURPLE, YELLOW, SILVER, RED)
_GAP = 1.2  # between two sheets
_LAYER_GAP = 0.35  # between the layers of a tensor of three dimensions
_LETTER = 0.21  # width of one letter of a caption, in boxes


@dataclass(frozen=True)
class Sheet:
    """A tensor of at most three dimensions with its caption, one box per element.

    `fill` gives the colour of an element from its place as the tensor is read: 0, 1, 2, ….
    """

    caption: str
    values: Tensor
    fill: Callable[[int], str] = lambda _place: SKY

    @property
    def layers(self) -> tuple[int, int, int]:
        """Layers, rows and columns of boxes; 1 for each dimension that the tensor lacks.

        Raises:
            ValueError: the tensor has more than three dimensions.
        """
        if self.values.ndim > 3:
            raise ValueError(f"up to 3 dimensions can be drawn, not {self.values.ndim}")
        layers, rows, columns = (1,) * (3 - self.values.ndim) + tuple(self.values.shape)
        return layers, rows, columns

    @property
    def shape(self) -> str:
        """The shape as it is written under the boxes."""
        return str(tuple(self.values.shape))

    @property
    def height(self) -> float:
        """Height of the boxes alone."""
        layers, rows, _ = self.layers
        return layers * rows + (layers - 1) * _LAYER_GAP

    @property
    def width(self) -> float:
        """Room for the boxes, the caption and the shape."""
        return max(self.layers[2], _LETTER * max(len(self.caption), len(self.shape)))

    def draw(self, ax: Axes, left: float) -> None:
        """Draw the sheet from the corner (left, 0) on to the right and down."""
        layers, rows, columns = self.layers
        middle = left + self.width / 2
        for layer, values in enumerate(self.values.reshape(layers, rows, columns)):
            places = torch.arange(layer * rows * columns, (layer + 1) * rows * columns)
            colours = [[self.fill(p) for p in row] for row in places.view(rows, columns).tolist()]
            grid(
                ax,
                [[number(value) for value in row] for row in values],
                left=middle - columns / 2 + 0.5,
                top=0.5 + layer * (rows + _LAYER_GAP),
                fill=lambda i, j, colours=colours: colours[i][j],  # type: ignore[misc]
            )
        ax.text(middle, 0.25, self.caption, ha="center", va="bottom", size=10)
        ax.text(middle, -self.height - 0.2, self.shape, ha="center", va="top", size=10)


@picture
def side_by_side(sheets: Sequence[Sheet]) -> Picture:
    """Sheets beside one another, each with its caption above it and its shape below."""
    width = sum(sheet.width + _GAP for sheet in sheets) - _GAP
    height = max(sheet.height for sheet in sheets)
    figure, [ax] = canvas(0.55 * (width + 0.4), 0.55 * (height + 2.0))
    left = 0.0
    for sheet in sheets:
        sheet.draw(ax, left)
        left += sheet.width + _GAP
    fit(ax, 0, width, -height - 0.8, 0.8, pad=0.2)
    written = (f"{sheet.caption} {sheet.shape} {in_words(sheet.values)}" for sheet in sheets)
    figure.alt = f"Side by side: {'; '.join(written)}."
    return figure


@picture
def dimensions(**tensors: Tensor) -> Picture:
    """Named tensors side by side with their shapes; layers of a third dimension go downward."""
    return side_by_side([Sheet(name, tensor) for name, tensor in tensors.items()])


@picture
def coloured(dim: int, /, **tensors: Tensor) -> Picture:
    """Named tensors side by side; elements at the same place along a dimension have one colour.

    Args:
        dim: the dimension along which the colours change: 0 gives each row of a matrix its own.
        tensors: tensors of one to three dimensions.
    """
    figure = side_by_side(
        [_in_lanes(name, tensor, _lanes(tensor, dim)) for name, tensor in tensors.items()]
    )
    figure.alt += f" What stands at the same place along dimension {dim} has the same colour."
    return figure


@picture
def rearranged(tensor: Tensor, *calls: tuple[str | int, ...]) -> Picture:
    """A tensor, and what some of its methods make of it; every number keeps its colour.

    The colour tells where along dimension 0 a number comes from. It is found by calling the same
    method on these places.

    Args:
        tensor: a tensor of one to three dimensions.
        calls: the name of a method with its arguments, such as `("view", 3, 2)`.
    """
    lanes = _lanes(tensor, 0)
    sheets = [_in_lanes("tensor", tensor, lanes)]
    for name, *arguments in calls:
        caption = f"{name}({', '.join(map(str, arguments))})"
        made, origin = (getattr(source, str(name))(*arguments) for source in (tensor, lanes))
        sheets.append(_in_lanes(caption, made, origin))
    return side_by_side(sheets)


def _lanes(tensor: Tensor, dim: int) -> Tensor:
    """For every element of a tensor, its place along `dim`: same shape, int64."""
    places = torch.arange(tensor.shape[dim])
    return places.view(-1, *[1] * (tensor.ndim - 1)).movedim(0, dim).expand(tensor.shape).clone()


def _in_lanes(caption: str, values: Tensor, lanes: Tensor) -> Sheet:
    """A sheet in which each number has the colour of its lane."""
    colours = [LANES[lane % len(LANES)] for lane in lanes.flatten().tolist()]
    return Sheet(caption, values, lambda place: colours[place])
