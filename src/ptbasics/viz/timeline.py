"""When workers fetch and when the main process waits, drawn from recordings and measurements."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import Patch
from matplotlib.ticker import NullLocator

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
    picture,
    plot_figure,
)

#: Lessons record and draw with what they import from here.
__all__ = [
    "Recording",
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
        label = f"{name.replace('_', ' ')}: {alone:,.0f} items per second without workers"
        ax.plot(workers, [speed / alone for speed in measured], "o-", color=colour, label=label)
    ax.set_yscale("log", base=2)
    ax.set_yticks(_powers_of_two([line.get_ydata() for line in ax.lines]))
    ax.yaxis.set_minor_locator(NullLocator())
    ax.axhline(1, color=INK, lw=1, ls=(0, (4, 3)))
    ax.set_xticks(list(workers))
    ax.yaxis.set_major_formatter(
        lambda value, _: f"× {value:.3g}" if value >= 1 else f"÷ {1 / value:.3g}"
    )
    ax.set_xlabel("workers")
    ax.set_ylabel("speed, against no workers")
    figure.legend(loc="outside upper center", frameon=False, fontsize=9)
    return figure


def _powers_of_two(ratios: Sequence[Any]) -> list[float]:
    """Ticks for ratios to 1: every power of two above it, and at most four below it."""
    exponents = [math.log2(ratio) for line in ratios for ratio in line]
    low, high = math.floor(min(exponents)), max(1, math.ceil(max(exponents)))
    below = range(0, low - 1, -max(1, math.ceil(-low / 4)))
    return sorted({2.0**exponent for exponent in (*below, *range(high + 1))})


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
