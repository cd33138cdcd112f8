"""A batch on its way to a GPU, page by page."""

from __future__ import annotations

import mmap

from matplotlib.axes import Axes
from torch import Tensor

from ptbasics.viz.style import (
    GREY,
    INK,
    ORANGE,
    PAPER,
    PURPLE,
    SKY,
    Picture,
    arrow,
    box,
    canvas,
    fit,
    picture,
)

_ROWS, _COLUMNS = 3, 8
_MAX_DRAWN = 12
_STEP = 0.75  # from page to page


@picture
def memory_on_its_way(batch: Tensor) -> Picture:
    """A batch on its way to a GPU, without `pin_memory` and with it.

    Every batch is pageable at first. The number of pages is that of the batch on this machine; at
    most 12 are drawn.

    Args:
        batch: a tensor in the memory of the CPU.
    """
    pages = -(-batch.nbytes // mmap.PAGESIZE)
    drawn = min(pages, _MAX_DRAWN)
    figure, [ax] = canvas(10.4, 4.2)
    ax.text(
        -0.4,
        1.9,
        f"a batch of {batch.nbytes:,} bytes: {pages:,} pages of {mmap.PAGESIZE:,}"
        + ("" if pages == drawn else f", {drawn} of them drawn"),
        size=10,
        va="center",
    )
    for top, pinned in ((0.0, False), (-5.0, True)):
        middle, gpu = top - 0.9, 21.0
        _pages(ax, 0, top, drawn, pinned=False)
        box(ax, gpu, middle, "memory of\nthe GPU", width=2.4, height=2.6, fill=PURPLE)
        if pinned:
            _pages(ax, 9.9, top, drawn, pinned=True)
            _step(ax, 5.9, 9.3, middle, "1. the loader copies", "ahead of time")
            _step(ax, 15.8, gpu - 1.3, middle, "2. the GPU reads", "the CPU goes on")
        else:
            box(ax, 12.2, middle, "a pinned\nbuffer", width=2.6, height=1.6, fill=ORANGE)
            _step(ax, 5.9, 10.8, middle, "1. the CPU copies", "and the model waits")
            _step(ax, 13.6, gpu - 1.3, middle, "2. the GPU reads", "piece by piece")
    fit(ax, -0.5, 22.2, -7.2, 2.1, pad=0.2)
    return figure


def _step(ax: Axes, left: float, right: float, y: float, above: str, below: str) -> None:
    """An arrow to the right with words on both sides of it."""
    arrow(ax, (left, y), (right, y))
    ax.text((left + right) / 2, y + 0.2, above, ha="center", va="bottom", size=8.5, color=INK)
    ax.text((left + right) / 2, y - 0.25, below, ha="center", va="top", size=8.5, color=INK)


def _pages(ax: Axes, left: float, top: float, count: int, *, pinned: bool) -> None:
    """Pages in memory, anywhere in it; pinned ones have a thick edge, as they are locked there."""
    title = (
        "pinned: anywhere, but locked in place" if pinned else "pageable: anywhere, may be moved"
    )
    ax.text(left - 0.4, top + 0.62, title, size=9, va="center", color=INK)
    # neither number has a divisor in common with 24, so pages are scattered and none is met twice
    stride = 7 if pinned else 5
    for place in range(_ROWS * _COLUMNS):
        row, column = divmod(place, _COLUMNS)
        number = place * stride % (_ROWS * _COLUMNS)
        mine = number < count
        box(
            ax,
            left + _STEP * column,
            top - 0.15 - _STEP * row,
            number if mine else "",
            width=0.66,
            height=0.66,
            fill=(ORANGE if pinned else SKY) if mine else PAPER,
            edge=INK if mine else GREY,
            size=8,
        )
        if mine and pinned:
            ax.patches[-1].set_linewidth(2.4)
