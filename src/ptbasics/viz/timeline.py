"""When workers fetch and when the main process waits, drawn from recordings and measurements."""

from __future__ import annotations

import mmap
from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import Patch
from torch import Tensor

from ptbasics.viz.recording import Recording, record, record_epochs
from ptbasics.viz.style import (
    CYCLE,
    GREEN,
    GREY,
    INK,
    ORANGE,
    PAPER,
    PURPLE,
    RED,
    SKY,
    YELLOW,
    Picture,
    arrow,
    box,
    canvas,
    fit,
    picture,
    plot_figure,
)

#: Lessons record and draw with what they import from here.
__all__ = [
    "Recording",
    "memory_on_its_way",
    "patience",
    "record",
    "record_epochs",
    "start_up",
    "throughput",
    "timeline",
    "worker_colour",
]


def worker_colour(worker: int) -> str:
    """The colour in which everything is drawn that a worker (-1: the main process) fetched."""
    return GREY if worker < 0 else (SKY, ORANGE, GREEN, YELLOW)[worker % 4]


@picture
def timeline(*recordings: Recording) -> Picture:
    """A row for the main process and one for each worker, over time.

    Args:
        recordings: the epochs of one loader, or just one.
    """
    fetches = [fetch for recording in recordings for fetch in recording.fetches]
    workers = sorted({worker for worker, *_ in fetches})
    figure, [ax] = plot_figure(8.6, 1.5 + 0.42 * (1 + len(workers)))
    rows = {worker: 1 + place for place, worker in enumerate(workers)}
    whole = max((recording.ended for recording in recordings), default=0.0)
    for recording in recordings:
        ends = [*(asked for _, asked, _ in recording.waits), recording.ended][1:]
        for (batch, asked, got), end in zip(recording.waits, ends, strict=True):
            _bar(ax, 0, asked, got, fill=RED, hatch="////")
            _bar(ax, 0, got, end, fill=PURPLE, text=batch, whole=whole)
        for worker, start, end in recording.inits:
            _bar(ax, rows[worker], start, end, fill=PAPER)
        for worker, batch, start, end in recording.fetches:
            _bar(ax, rows[worker], start, end, fill=worker_colour(worker), text=batch, whole=whole)
        if recording.waits:
            ax.axvline(1000 * recording.waits[0][1], color=INK, lw=1, ls=(0, (4, 3)))
    names = [
        "main process",
        *(f"worker {worker}" if worker >= 0 else "it fetches" for worker in workers),
    ]
    ax.set_yticks(range(len(names)), names)
    ax.invert_yaxis()
    ax.set_xlabel("milliseconds")
    ax.set_xlim(left=0)
    ax.set_axisbelow(True)
    ax.tick_params(axis="y", length=0)
    figure.legend(
        handles=[
            Patch(facecolor=PAPER, edgecolor=RED, hatch="////", label="waits"),
            Patch(facecolor=PURPLE, edgecolor=INK, label="works on a batch"),
            *(
                Patch(facecolor=worker_colour(worker), edgecolor=INK, label=f"fetched by {name}")
                for worker, name in zip(workers, names[1:], strict=True)
                if worker >= 0
            ),
            *(
                [Patch(facecolor=PAPER, edgecolor=INK, label="worker_init_fn")]
                if any(recording.inits for recording in recordings)
                else []
            ),
        ],
        loc="outside upper center",
        ncols=3 + len(workers),
        frameon=False,
        fontsize=8.5,
    )
    return figure


def _bar(
    ax: Axes,
    row: int,
    start: float,
    end: float,
    *,
    fill: str,
    text: Any = "",
    hatch: str = "",
    whole: float = 0.0,
) -> None:
    left, width = 1000 * start, 1000 * (end - start)
    style = {"facecolor": PAPER, "edgecolor": fill} if hatch else {"color": fill, "ec": INK}
    ax.barh(row, width, left=left, height=0.62, hatch=hatch, linewidth=0.5, **style)  # type: ignore[arg-type]
    if text != "" and end - start > 0.018 * whole * len(str(text)):
        ax.text(left + width / 2, row, str(text), ha="center", va="center", size=8, color=INK)


@picture
def throughput(workers: Sequence[int], **items_per_second: Sequence[float]) -> Picture:
    """How much faster than without workers a loader is, for several kinds of items.

    Args:
        workers: numbers of workers, the first of them 0.
        items_per_second: for each kind, under its name, what was measured with each number.

    Raises:
        ValueError: the first number is not 0, or a kind has not as many measurements as there are
            numbers.
    """
    if not workers or workers[0] != 0:
        raise ValueError("the first measurement must be without workers")
    figure, [ax] = plot_figure(6.8, 3.4)
    for (name, measured), colour in zip(items_per_second.items(), CYCLE, strict=False):
        if len(measured) != len(workers):
            raise ValueError(f"{name}: {len(measured)} measurements for {len(workers)} numbers")
        alone = measured[0]
        label = f"{name.replace('_', ' ')}: {alone:,.0f} items a second without"
        ax.plot(workers, [speed / alone for speed in measured], "o-", color=colour, label=label)
    ax.set_yscale("log", base=2)
    ax.axhline(1, color=INK, lw=1, ls=(0, (4, 3)))
    ax.set_xticks(list(workers))
    ax.yaxis.set_major_formatter(
        lambda value, _: f"× {value:.3g}" if value >= 1 else f"÷ {1 / value:.3g}"
    )
    ax.set_xlabel("workers")
    ax.set_ylabel("speed, against no workers")
    figure.legend(loc="outside upper center", frameon=False, fontsize=9)
    return figure


@picture
def patience(recording: Recording, timeout: float) -> Picture:
    """How long the main process waited for each batch, and where a `timeout` would have struck.

    Args:
        recording: an epoch that was recorded without a timeout.
        timeout: in seconds.
    """
    figure, [ax] = plot_figure(6.8, 2.6)
    waits = [(batch, got - asked) for batch, asked, got in recording.waits]
    for batch, seconds in waits:
        ax.bar(batch, seconds, color=RED if seconds > timeout else SKY, ec=INK, lw=0.5)
    ax.axhline(timeout, color=INK, lw=1, ls=(0, (4, 3)))
    ax.annotate(
        f"timeout={timeout:g}",
        (1, timeout),
        xycoords=("axes fraction", "data"),
        ha="right",
        xytext=(0, 3),
        textcoords="offset points",
        size=9,
        family="monospace",
    )
    ax.set_xticks([batch for batch, _ in waits])
    ax.set_xlabel("batch")
    ax.set_ylabel("seconds of waiting")
    return figure


@picture
def start_up(**seconds: Sequence[float]) -> Picture:
    """How long it took until the first batch was there.

    Args:
        seconds: for each start method, under its name, what was measured, in order.
    """
    bars = [
        (f"{name}, time {number}", measured, colour)
        for (name, all_measured), colour in zip(seconds.items(), CYCLE, strict=False)
        for number, measured in enumerate(all_measured, start=1)
    ]
    figure, [ax] = plot_figure(6.8, 0.9 + 0.34 * len(bars))
    for row, (_, measured, colour) in enumerate(bars):
        ax.barh(row, measured, height=0.68, color=colour)
        ax.annotate(
            f"{measured:.2f} s",
            (measured, row),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            size=9,
        )
    ax.set_yticks(range(len(bars)), [name for name, *_ in bars])
    ax.invert_yaxis()
    ax.set_xlabel("seconds until the first batch")
    ax.margins(x=0.12)
    ax.set_axisbelow(True)
    return figure


@picture
def memory_on_its_way(batch: Tensor) -> Picture:
    """A batch on its way to a GPU, without `pin_memory` and with it.

    Every batch is pageable at first. The number of pages is that of the batch on this machine; at
    most 12 are drawn.

    Args:
        batch: a tensor in the memory of the CPU.
    """
    pages = -(-batch.nbytes // mmap.PAGESIZE)
    drawn = min(pages, 12)
    figure, [ax] = canvas(9.6, 4.4)
    ax.text(
        -0.4,
        1.9,
        f"a batch of {batch.nbytes:,} bytes: {pages:,} pages of {mmap.PAGESIZE:,}"
        + ("" if pages == drawn else f", {drawn} of them drawn"),
        size=10,
        va="center",
    )
    for top, pinned in ((0.0, False), (-5.0, True)):
        middle, gpu = top - 0.9, 18.6
        _pages(ax, 0, top, drawn, pinned=False)
        box(ax, gpu, middle, "memory of\nthe GPU", width=2.4, height=2.6, fill=PURPLE)
        if pinned:
            _pages(ax, 10.2, top, drawn, pinned=True)
            _step(ax, 6.0, 9.6, middle, "1. the loader copies", "ahead of time")
            _step(ax, 13.0, gpu - 1.3, middle, "2. the GPU reads", "the CPU goes on")
        else:
            box(ax, 11.3, middle, "a pinned\nbuffer", width=2.6, height=1.6, fill=ORANGE)
            _step(ax, 6.0, 9.9, middle, "1. the CPU copies", "and the model waits")
            _step(ax, 12.7, gpu - 1.3, middle, "2. the GPU reads", "piece by piece")
    fit(ax, -0.5, 19.8, -7.2, 2.1, pad=0.2)
    return figure


def _step(ax: Axes, left: float, right: float, y: float, above: str, below: str) -> None:
    """An arrow to the right with words on both sides of it."""
    arrow(ax, (left, y), (right, y))
    ax.text((left + right) / 2, y + 0.2, above, ha="center", va="bottom", size=8.5, color=INK)
    ax.text((left + right) / 2, y - 0.25, below, ha="center", va="top", size=8.5, color=INK)


def _pages(ax: Axes, left: float, top: float, count: int, *, pinned: bool) -> None:
    """Pages in memory: anywhere in it, or locked to their place."""
    title = "pinned: locked in place" if pinned else "pageable: anywhere, may be moved"
    ax.text(left - 0.4, top + 0.62, title, size=9, va="center", color=INK)
    columns = 4 if pinned else 8
    for place in range(3 * columns):
        row, column = divmod(place, columns)
        # five has no divisor in common with 24, so pages are scattered and none is met twice
        number = place if pinned else place * 5 % 24
        mine = number < count
        fill = (ORANGE if pinned else SKY) if mine else PAPER
        box(
            ax,
            left + 0.75 * column,
            top - 0.15 - 0.75 * row,
            number if mine else "",
            width=0.66,
            height=0.66,
            fill=fill,
            edge=INK if mine else GREY,
            size=8,
        )
