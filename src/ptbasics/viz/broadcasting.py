"""Broadcasting: shapes lined up from the right, and the boxes that are stretched to meet."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence

import torch
from matplotlib.axes import Axes
from torch import Tensor

from ptbasics.viz.style import (
    GREEN,
    GREY,
    INK,
    ORANGE,
    PAPER,
    PURPLE,
    RED,
    SKY,
    Picture,
    box,
    canvas,
    fit,
    grid,
    in_words,
    number,
    picture,
)

_OPERATIONS: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "==": torch.eq,
    ">": torch.gt,
}
_COLUMN, _ROW = 1.3, 1.05  # distances between the boxes that hold sizes
_LABELS = 2.6  # room to the left of those boxes for the shapes as text
_GAP = 1.3  # between two grids of values, for a sign


def broadcast_shape(*shapes: Sequence[int]) -> torch.Size | None:
    """The shape that torch broadcasts some shapes to; None where it refuses."""
    try:
        return torch.Size(torch.broadcast_shapes(*map(tuple, shapes)))  # type: ignore[no-untyped-call]
    except RuntimeError:
        return None


@picture
def lined_up(*shapes: Sequence[int]) -> Picture:
    """Shapes under one another, lined up from the right, and the shape that they broadcast to.

    A size that is stretched is orange, and dashed where the dimension is added in front; sizes in
    conflict are red. Whether shapes fit is asked of torch, not of a rule in this picture.

    Args:
        shapes: two or more shapes, such as `a.shape` or `(2, 1)`.
    """
    width, height = _shapes_extent(shapes)
    figure, [ax] = canvas(0.6 * (width + 0.8), 0.6 * (height + 0.4))
    _draw_shapes(ax, shapes)
    fit(ax, 0, width, -height + 0.6, 0.6, pad=0.15)
    figure.alt = _shapes_alt(shapes)
    return figure


@picture
def broadcasting(left: Tensor, right: Tensor, operation: str = "+") -> Picture:
    """What happens when two tensors meet elementwise: their shapes, then their values.

    Values that are in memory have full colour; copies that are only pretended are pale. They are
    the elements that torch reaches with a stride of 0.

    Args:
        left, right: tensors of at most two dimensions.
        operation: one of `+ - * / == >`.

    Raises:
        ValueError: a tensor has more than two dimensions (`lined_up` draws its shape).
    """
    if max(left.ndim, right.ndim) > 2:
        raise ValueError("values are drawn for up to 2 dimensions; use lined_up for more")
    shape = broadcast_shape(left.shape, right.shape)
    sheets = [left, right]
    if shape is not None:
        sheets = [left.expand(shape), right.expand(shape), _OPERATIONS[operation](left, right)]
    rows = max(_extent(sheet)[0] for sheet in sheets)
    values_width = sum(_extent(sheet)[1] + _GAP for sheet in sheets) - _GAP
    shapes_width, shapes_height = _shapes_extent((left.shape, right.shape))
    width, top = max(values_width, shapes_width), shapes_height + 0.5
    figure, [ax] = canvas(0.6 * (width + 0.8), 0.6 * (top + rows + 0.4))
    _draw_shapes(ax, (left.shape, right.shape))
    x = 0.5
    signs = [operation, "", ""] if shape is None else [operation, "=", ""]
    for sheet, fill, sign in zip(sheets, (SKY, PURPLE, GREEN), signs, strict=False):
        _draw_values(ax, sheet, x, top, fill)
        x += _extent(sheet)[1] + _GAP
        ax.text(x - 0.5 - _GAP / 2, -top - (rows - 1) / 2, sign, ha="center", va="center", size=15)
    fit(ax, 0, width, -top - rows + 0.5, 0.6, pad=0.15)
    values = [f"{in_words(left)} {operation} {in_words(right)}"]
    if shape is not None:
        values += [in_words(sheets[-1])]
    figure.alt = f"{_shapes_alt((left.shape, right.shape))} Values: {' = '.join(values)}."
    return figure


def _shapes_alt(shapes: Sequence[Sequence[int]]) -> str:
    """Every dimension that is stretched, or why there is no result."""
    result = broadcast_shape(*shapes)
    names = " and ".join(str(tuple(shape)) for shape in shapes)
    if result is None:
        return f"The shapes {names}, lined up from the right, do not broadcast."
    sentences = [f"The shapes {names}, lined up from the right, broadcast to {tuple(result)}."]
    for shape in shapes:
        padded = [None] * (len(result) - len(shape)) + list(shape)
        stretched = [
            f"{'a missing size' if size is None else size} to {target}"
            for size, target in zip(padded, result, strict=True)
            if size != target
        ]
        if stretched:
            sentences.append(f"{tuple(shape)} is stretched: {', '.join(stretched)}.")
    return " ".join(sentences)


def _shapes_extent(shapes: Sequence[Sequence[int]]) -> tuple[float, float]:
    """Width and height that `_draw_shapes` takes."""
    boxes = _COLUMN * max(1, *map(len, shapes))
    # a refusal is a sentence, which may be wider than the boxes
    return _LABELS + max(boxes, 5.2 if broadcast_shape(*shapes) is None else 0), _ROW * (
        len(shapes) + 1
    ) + 0.15


def _draw_shapes(ax: Axes, shapes: Sequence[Sequence[int]]) -> None:
    """Shapes from (0, 0) on to the right and down, with their result under them."""
    dims = max(map(len, shapes))
    result = broadcast_shape(*shapes)
    for row, shape in enumerate(shapes):
        ax.text(_LABELS - 0.3, -_ROW * row, str(tuple(shape)), ha="right", va="center", size=10)
        for place in range(-dims, 0):
            sizes = {other[place] for other in shapes if -place <= len(other)} - {1}
            _draw_size(ax, shape, place, sizes, _LABELS + _COLUMN * (dims + place + 0.5), row)
    y = -_ROW * len(shapes) - 0.15
    if result is None:
        ax.text(_LABELS, y, "these shapes do not broadcast", va="center", size=11, color=RED)
        return
    ax.text(_LABELS - 0.3, y, str(tuple(result)), ha="right", va="center", size=10, weight="bold")
    for column, size in enumerate(result):
        x = _LABELS + _COLUMN * (column + 0.5)
        box(ax, x, y, size, width=1.15, fill=GREEN, size=11)


def _draw_size(
    ax: Axes, shape: Sequence[int], place: int, others: set[int], x: float, row: int
) -> None:
    """One size of a shape; `others` are the sizes except 1 that meet at this place."""
    missing = -place > len(shape)
    size = 1 if missing else shape[place]
    target = next(iter(others), 1)
    if len(others) > 1:
        fill, text = (RED if size in others else PAPER), str(size)
    elif size != target:
        fill, text = ORANGE, f"1 → {target}"
    else:
        fill, text = SKY, str(size)
    if missing:
        text = "" if len(others) > 1 else f"→ {target}"
        fill = PAPER
    box(ax, x, -_ROW * row, text, width=1.15, fill=fill, edge=GREY if missing else INK, size=11)
    if missing:
        ax.patches[-1].set_linestyle((0, (3, 2)))


def _extent(sheet: Tensor) -> tuple[int, int]:
    """Rows and columns that the values of a tensor take."""
    rows = sheet.shape[0] if sheet.ndim == 2 else 1
    return rows, sheet.shape[-1] if sheet.ndim else 1


def _draw_values(ax: Axes, sheet: Tensor, left: float, top: float, fill: str) -> None:
    rows, columns = _extent(sheet)
    strides = [1] * (2 - sheet.ndim) + list(sheet.stride())
    pretended_row, pretended_column = (stride == 0 for stride in strides)
    grid(
        ax,
        [[number(value) for value in row] for row in sheet.reshape(rows, columns)],
        left=left,
        top=top,
        fill=lambda _i, _j: fill,
        alpha=lambda i, j: 0.4 if (pretended_row and i) or (pretended_column and j) else 1.0,
    )
