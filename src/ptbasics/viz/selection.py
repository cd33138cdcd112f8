"""Which epoch of a training run is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib.ticker import MaxNLocator

from ptbasics.viz.style import BLUE, INK, ORANGE, Picture, picture, plot_figure


@picture
def best_epoch(curves: Mapping[str, Sequence[float]], chosen: int) -> Picture:
    """Losses of training and validation, epoch by epoch, and the epoch whose model is kept.

    Args:
        curves: "train" and "validation" → the mean loss of the epochs 1, 2, 3, …
        chosen: the number of the epoch that is kept.

    Raises:
        ValueError: there is no such epoch.
    """
    epochs = range(1, len(curves["validation"]) + 1)
    if chosen not in epochs:
        raise ValueError(f"epoch {chosen} is not one of the {len(epochs)}")
    figure, [ax] = plot_figure(6.8, 3.2)
    for name, colour in (("train", BLUE), ("validation", ORANGE)):
        ax.plot(epochs, curves[name], lw=1.8, color=colour, label=name)
    lowest = curves["validation"][chosen - 1]
    ax.axvline(chosen, color=INK, lw=1, ls=(0, (4, 3)))
    ax.plot(chosen, lowest, "o", ms=9, mfc="none", mec=INK, mew=1.6)
    ax.annotate(
        f"kept: epoch {chosen}, validation loss {lowest:.3f}",
        (chosen, 1),
        xycoords=("data", "axes fraction"),
        xytext=(6, -4),
        textcoords="offset points",
        va="top",
        size=9,
    )
    ax.set_ylim(bottom=0)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set_xlabel("epoch")
    ax.set_ylabel("mean loss")
    ax.legend(frameon=False, fontsize=9, loc="center right")
    figure.alt = (
        f"The losses of {len(epochs)} epochs. Epoch {chosen} has the lowest validation loss, "
        f"{lowest:.3f}, and is kept; in the last epoch it is {curves['validation'][-1]:.3f}, and "
        f"the training loss {curves['train'][-1]:.3f}."
    )
    return figure
