"""What `gradient=` means: a row of weights, multiplied by all the slopes of a function."""

from __future__ import annotations

from torch import Tensor

from ptbasics.viz.style import GREEN, ORANGE, PAPER, SKY, Picture, canvas, fit, grid, picture


@picture
def vector_jacobian(weights: Tensor, slopes: Tensor) -> Picture:
    """Draw `weights @ slopes`, the row that `backward(gradient=weights)` adds to `.grad`.

    Rows of the Jacobian whose weight is 0 are pale: they do not count.

    Args:
        weights: one number per output, shape `(outputs,)`.
        slopes: the Jacobian, shape `(outputs, inputs)`.
    """
    outputs, inputs = slopes.shape
    figure, [ax] = canvas(0.62 * (outputs + 2 * inputs + 4), 0.62 * (outputs + 1.6))
    left, right = outputs + 1.0, outputs + inputs + 2.0
    middle = (outputs - 1) / 2

    def shade(row: int, _column: int) -> float:
        return 1.0 if weights[row] else 0.4

    grid(
        ax,
        [_texts(weights)],
        top=middle,
        fill=lambda _row, column: ORANGE if weights[column] else PAPER,
    )
    grid(ax, [_texts(row) for row in slopes], left=left, fill=lambda *_: SKY, alpha=shade)
    grid(ax, [_texts(weights @ slopes)], left=right, top=middle, fill=lambda *_: GREEN)
    for x, sign in ((left - 1, "@"), (right - 1, "=")):
        ax.text(x, -middle, sign, ha="center", va="center", fontsize=13)
    for x, width, label in (
        (0.0, outputs, "gradient="),
        (left, inputs, "Jacobian"),
        (right, inputs, "added to .grad"),
    ):
        ax.text(x + (width - 1) / 2, 0.75, label, ha="center", va="bottom", fontsize=9)
    fit(ax, 0, right + inputs - 1, -(outputs - 1), 0.6)
    return figure


def _texts(row: Tensor) -> list[str]:
    return [f"{value:.3g}" for value in row.tolist()]
