"""Parts of data: the folds of a cross-validation."""

from __future__ import annotations

from collections.abc import Sequence

from ptbasics.viz.style import ORANGE, SKY, Picture, box, canvas, fit, picture


@picture
def fold_rows(folds: Sequence[Sequence[int]]) -> Picture:
    """Cross-validation: one row per model, one column per sample; orange ones are held out.

    Args:
        folds: the indices of each fold. Together they are 0, 1, 2, …, each once.
    """
    count = sum(len(fold) for fold in folds)
    figure, [ax] = canvas(0.5 * (count + 6.5), 0.5 * (len(folds) + 2.0))
    for row, fold in enumerate(folds):
        ax.text(-0.9, -row, f"model {row + 1}", ha="right", va="center", fontsize=10)
        for sample in range(count):
            box(ax, sample, -row, sample, fill=ORANGE if sample in fold else SKY, size=9)
        ax.text(count - 0.2, -row, f"score {row + 1}", ha="left", va="center", fontsize=10)
    below = -len(folds) - 0.3
    for x, colour, text in ((0, SKY, "trains the model"), (count / 2, ORANGE, "validates it")):
        box(ax, x, below, fill=colour)
        ax.text(x + 0.7, below, text, ha="left", va="center", fontsize=9)
    fit(ax, -3.2, count + 2.0, below - 0.5, 0.5, pad=0.1)
    return figure
