"""Measured times: how long the same work takes in several ways, over its size."""

from __future__ import annotations

from collections.abc import Sequence

from ptbasics.viz.style import CYCLE, Picture, picture, plot_figure


@picture
def speed(sizes: Sequence[int], **seconds: Sequence[float]) -> Picture:
    """Measured seconds over the number of elements, both on logarithmic axes.

    Args:
        sizes: numbers of elements.
        seconds: for each way, under its name, the seconds that each size took.

    Raises:
        ValueError: a way has not as many times as there are sizes.
    """
    figure, [ax] = plot_figure(6.5, 3.2)
    for (name, times), colour in zip(seconds.items(), CYCLE, strict=False):
        if len(times) != len(sizes):
            raise ValueError(f"{name}: {len(times)} times for {len(sizes)} sizes")
        label = name.replace("_", " ")
        ax.loglog(sizes, [1000 * time for time in times], "o-", color=colour, label=label)
    ax.set_xlabel("number of elements")
    ax.set_ylabel("milliseconds")
    ax.legend(frameon=False)
    return figure
