"""Requests: how often a dataset is asked while a loader fetches, and for which indices."""

from __future__ import annotations

from collections.abc import Sequence

from ptbasics.viz.style import (
    GREEN,
    INK,
    ORANGE,
    PAPER,
    YELLOW,
    Picture,
    arrow,
    box,
    canvas,
    fit,
    picture,
)

_GAP = 0.5  # between two requests, in boxes
_ROW = 3.4  # from one dataset to the next
_LETTER = 0.21  # width of one letter of a label, in boxes


@picture
def requests_made(**asked: Sequence[int | Sequence[int]]) -> Picture:
    """The requests that some datasets have got, each with an arrow to the dataset below it.

    A request for a single index is orange, one for several indices together is green.

    Args:
        asked: the name of a dataset → its requests in order, each an index or a list of indices.
    """
    label = _LETTER * max(len(_caption(name, calls)) for name, calls in asked.items()) + 0.5
    width = label + max(map(_width, asked.values()))
    figure, [ax] = canvas(0.5 * (width + 0.6), 0.5 * (_ROW * len(asked) + 0.2))
    for row, (name, calls) in enumerate(asked.items()):
        y, left = -_ROW * row, label
        bar = label + _width(calls) / 2
        ax.text(0, y - 0.8, _caption(name, calls), va="center", size=9, family="monospace")
        box(ax, bar, y - 1.8, "dataset", width=_width(calls), height=0.7, fill=YELLOW)
        for call in calls:
            indices = [call] if isinstance(call, int) else list(call)
            middle = left + len(indices) / 2
            colour = ORANGE if isinstance(call, int) else GREEN
            box(ax, middle, y, width=len(indices), height=1.0, fill=PAPER, edge=colour)
            for place, index in enumerate(indices):
                box(ax, left + place + 0.5, y, index, width=0.8, height=0.8, fill=colour)
            arrow(ax, (middle, y - 0.5), (middle, y - 1.45), colour=INK)
            left += len(indices) + _GAP
    fit(ax, 0, width, -_ROW * (len(asked) - 1) - 2.2, 0.6, pad=0.2)
    return figure


def _caption(name: str, calls: Sequence[int | Sequence[int]]) -> str:
    return f"{name}: {len(calls)} request{'s' * (len(calls) != 1)}"


def _width(calls: Sequence[int | Sequence[int]]) -> float:
    indices = sum(1 if isinstance(call, int) else len(call) for call in calls)
    return indices + _GAP * (len(calls) - 1)
