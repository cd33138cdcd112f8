"""Classes as numbers: one-hot codes beside their labels, scores beside their probabilities."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor

from ptbasics.viz.style import (
    BLUE,
    GREEN,
    ORANGE,
    PAPER,
    SKY,
    Picture,
    arrow,
    canvas,
    fit,
    grid,
    in_words,
    number,
    picture,
    plot_figure,
)


@picture
def one_hot_rows(labels: Tensor, codes: Tensor) -> Picture:
    """Labels on the left, the code of each in its row on the right; ones are coloured.

    Args:
        labels: N class numbers, shape (N,).
        codes: their codes, shape (N, C).
    """
    count, classes = codes.shape
    figure, [ax] = canvas(0.55 * (classes + 4.2), 0.55 * (count + 1.6))
    grid(ax, [[number(label)] for label in labels], fill=lambda _i, _j: SKY)
    ones = codes != 0
    rows = [[number(value) for value in row] for row in codes]
    grid(ax, rows, left=2.5, fill=lambda i, j: ORANGE if ones[i, j] else PAPER)
    for i in range(count):
        arrow(ax, (0.55, -i), (1.95, -i))
    for j in range(classes):
        ax.text(2.5 + j, 0.75, f"class {j}", ha="center", va="center", size=8)
    fit(ax, -0.5, classes + 2.0, -count + 0.5, 0.9, pad=0.15)
    pairs = zip(labels, codes, strict=True)
    rows_in_words = "; ".join(f"{number(label)} → {in_words(code)}" for label, code in pairs)
    figure.alt = f"Labels and the one-hot code of each: {rows_in_words}."
    return figure


@picture
def probability_bars(
    scores: Tensor, probabilities: Tensor, names: Sequence[str] | None = None
) -> Picture:
    """Bars for the scores of one sample, and beside them the probabilities made from them.

    Args:
        scores, probabilities: one number for each class, shape (C,).
        names: the classes' names; their numbers where there are none.
    """
    figure, axes = plot_figure(7.0, 2.6, columns=2)
    ticks = list(range(len(scores)))
    for ax, values, colour, title in zip(
        axes, (scores, probabilities), (BLUE, GREEN), ("scores", "probabilities"), strict=True
    ):
        bars = ax.bar(ticks, values.tolist(), color=colour)
        ax.bar_label(bars, [number(value) for value in values], padding=2, fontsize=9)
        ax.set_xticks(ticks, names or [str(tick) for tick in ticks])
        ax.margins(y=0.2)
        ax.set_title(f"{title}: sum {number(values.sum())}", fontsize=10)
        ax.axhline(0, color="black", lw=0.8)
    labels = names or [f"class {tick}" for tick in ticks]
    pairs = "; ".join(
        f"{label} {number(score)} → {number(probability)}"
        for label, score, probability in zip(labels, scores, probabilities, strict=True)
    )
    figure.alt = f"Bars for scores, and beside them for the probabilities made of them: {pairs}."
    return figure
