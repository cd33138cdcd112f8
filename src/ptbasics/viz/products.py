"""Matrix products: a row meets a column, and which dimensions of two shapes have to agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from matplotlib.axes import Axes
from torch import Tensor

from ptbasics.viz.broadcasting import broadcast_shape
from ptbasics.viz.style import (
    GREEN,
    GREY,
    INK,
    ORANGE,
    PAPER,
    PURPLE,
    RED,
    SILVER,
    SKY,
    YELLOW,
    Picture,
    box,
    canvas,
    fit,
    grid,
    in_words,
    number,
    picture,
)

_STEP = 1.1
_LETTER_COLOURS = (ORANGE, GREEN, PURPLE, SKY, YELLOW, SILVER)


@picture
def row_meets_column(left: Tensor, right: Tensor, row: int = 0, column: int = 0) -> Picture:
    """A matrix product with `left` beside and `right` above it, and how one element comes about.

    Args:
        left: matrix of shape (N, D).
        right: matrix of shape (D, M).
        row, column: the element of the result whose row and column are coloured.

    Raises:
        ValueError: the shapes are not those of a matrix product.
    """
    if left.ndim != 2 or right.ndim != 2 or left.shape[1] != right.shape[0]:
        raise ValueError(f"no matrix product of {tuple(left.shape)} and {tuple(right.shape)}")
    product = left @ right
    depth, across = right.shape
    x, y = depth + 0.6, depth + 0.6
    terms = [f"{number(a)}·{number(b)}" for a, b in zip(left[row], right[:, column], strict=True)]
    text = f"{' + '.join(terms)} = {number(product[row, column])}"
    width = max(x + across + 1.0, 0.15 * len(text))
    figure, [ax] = canvas(0.6 * (width + 0.7), 0.6 * (y + len(left) + 1.3))
    grid(ax, _numbers(left), top=y, fill=lambda i, _j: SKY if i == row else PAPER)
    grid(ax, _numbers(right), left=x, fill=lambda _i, j: ORANGE if j == column else PAPER)
    grid(
        ax,
        _numbers(product),
        left=x,
        top=y,
        fill=lambda i, j: GREEN if (i, j) == (row, column) else PAPER,
    )
    for place, matrix, align in (
        ((depth / 2 - 0.5, -y + 0.65), left, "center"),
        ((x + across - 0.4, -depth / 2 + 0.5), right, "left"),
        ((x + across - 0.4, -y - len(left) / 2 + 0.5), product, "left"),
    ):
        ax.text(*place, str(tuple(matrix.shape)), ha=align, va="center", size=10)
    ax.text(-0.4, -y - len(left), text, ha="left", va="center", size=11)
    fit(ax, -0.5, width, -y - len(left) - 0.4, 0.5, pad=0.1)
    figure.alt = (
        f"The matrix product of {in_words(left)} and {in_words(right)} is {in_words(product)}. "
        f"Row {row} on the left meets column {column} on the right: {text}."
    )
    return figure


@picture
def matmul_shapes(left: Sequence[int], right: Sequence[int]) -> Picture:
    """Two shapes of at least two dimensions each as `matmul` reads them, and the result's.

    The last two dimensions are a matrix: the orange sizes must be equal and vanish. All before
    them (blue) only say how many matrices there are, and broadcast. What does not fit is red.

    Args:
        left, right: shapes, such as `a.shape` or `(8, 2, 3)`.

    Raises:
        ValueError: a shape has fewer than two dimensions.
    """
    if min(len(left), len(right)) < 2:
        raise ValueError("the shapes need at least 2 dimensions")
    result = _matmul_shape(left, right)
    dims = max(len(left), len(right))
    start = 0.24 * max(len(str(tuple(shape))) for shape in (left, right)) + 1.2
    inner = ORANGE if left[-1] == right[-2] else RED
    batches = SKY if broadcast_shape(left[:-2], right[:-2]) is not None else RED
    rows: list[tuple[str, Sequence[int], list[str]]] = [
        ("left", left, [batches] * (dims - 2) + [GREEN, inner]),
        ("right", right, [batches] * (dims - 2) + [inner, GREEN]),
    ]
    if result is not None:
        rows.append(("result", result, [SKY] * (dims - 2) + [GREEN, GREEN]))
    width = start + _STEP * dims + (0.0 if result else 2.0)
    figure, [ax] = canvas(0.6 * (width + 0.6), 0.6 * 3.8)
    for line, (name, shape, fills) in enumerate(rows):
        y = -_STEP * line
        ax.text(start - 0.75, y, f"{name} {tuple(shape)}", ha="right", va="center", size=10)
        for place in range(-len(shape), 0):
            x = start + _STEP * (dims + place)
            box(ax, x, y, shape[place], fill=fills[place], size=11)
    if result is None:
        ax.text(start - 0.45, -2 * _STEP, "matmul refuses these", va="center", color=RED, size=11)
    elif dims > 2:
        x = start + _STEP * (dims - 2) - _STEP / 2
        ax.plot([x, x], [0.55, -2 * _STEP - 0.55], color=GREY, lw=1, ls=(0, (3, 2)))
    fit(ax, 0, width - 0.4, -2 * _STEP - 0.5, 0.5, pad=0.1)
    figure.alt = f"matmul of the shapes {tuple(left)} and {tuple(right)}: " + (
        "it refuses these."
        if result is None
        else f"the inner sizes {left[-1]} and {right[-2]} are equal and vanish, the dimensions "
        f"before the last two broadcast, and the result has the shape {tuple(result)}."
    )
    return figure


@picture
def einsum_letters(equation: str, *operands: Tensor) -> Picture:
    """The letters of an `einsum` over the sizes they stand for; equal letters, equal colours.

    A letter that does not occur behind the arrow is summed over and gets a dashed edge.

    Args:
        equation: such as `"ij,jk->ik"`, without spaces or an ellipsis.
        operands: the tensors that belong to it.

    Raises:
        RuntimeError: torch refuses the equation for these tensors.
    """
    result = torch.einsum(equation, *operands)
    inputs, _, output = equation.partition("->")
    groups = [*zip(inputs.split(","), operands, strict=True), (output, result)]
    letters = dict.fromkeys(inputs.replace(",", ""))
    colours = dict(zip(letters, _LETTER_COLOURS * 4, strict=False))
    width = sum(_STEP * len(names) + 1.0 for names, _ in groups) - 1.0
    figure, [ax] = canvas(0.6 * (width + 0.8), 0.6 * 2.6)
    x = 0.0
    for index, (names, tensor) in enumerate(groups):
        _draw_letters(ax, names, tensor.shape, x, colours, summed=set(letters) - set(output))
        x += _STEP * len(names) + 1.0
        if index < len(groups) - 1:
            sign, y = ("→", 0.0) if index == len(groups) - 2 else (",", -0.3)
            ax.text(x - 1.05, y, sign, ha="center", va="center", size=16)
    fit(ax, -0.55, width - 0.55, -1.4, 0.5, pad=0.15)
    sizes = {
        name: size for names, one in groups for name, size in zip(names, one.shape, strict=True)
    }
    lengths = ", ".join(f"{name} is {size}" for name, size in sizes.items())
    summed = [name for name in letters if name not in output]
    figure.alt = (
        f"einsum {equation}: {lengths}. "
        f"{'Summed over: ' + ', '.join(summed) if summed else 'No letter is summed over'}. "
        f"The result has the shape {tuple(result.shape)}."
    )
    return figure


def _draw_letters(
    ax: Axes,
    names: str,
    sizes: Sequence[int],
    left: float,
    colours: Mapping[str, str],
    summed: set[str],
) -> None:
    for index, (name, size) in enumerate(zip(names, sizes, strict=True)):
        x = left + _STEP * index
        box(ax, x, 0, name, fill=colours[name], size=13)
        if name in summed:
            ax.patches[-1].set(linestyle=(0, (3, 2)), linewidth=2)
        ax.text(x, -0.85, str(size), ha="center", va="center", size=10, color=INK)
    if not names:
        ax.text(left - 0.2, 0, "a number", va="center", size=10)


def _numbers(matrix: Tensor) -> list[list[str]]:
    return [[number(value) for value in row] for row in matrix]


def _matmul_shape(left: Sequence[int], right: Sequence[int]) -> torch.Size | None:
    """The shape of the product of tensors that exist in shape only; None where torch refuses."""
    try:
        return (torch.empty(*left, device="meta") @ torch.empty(*right, device="meta")).shape
    except RuntimeError:
        return None
