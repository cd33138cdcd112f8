"""Timelines of a CPU and a GPU that work at the same time, from given times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes

from ptbasics.viz.style import (
    INK,
    ORANGE,
    PURPLE,
    RED,
    SKY,
    YELLOW,
    Picture,
    picture,
    plot_figure,
)

_FILLS = {"load": SKY, "pin": YELLOW, "copy": ORANGE, "compute": PURPLE}
Bar = tuple[int, float, float, str, str]  # row, start, end, fill, text


@picture
def launches(launch: float, kernels: Sequence[float]) -> Picture:
    """A CPU that launches kernels on a GPU: without waiting, and asking for a number each time.

    The times are given ones, for the picture; nothing is measured.

    Args:
        launch: milliseconds that the CPU needs to launch a kernel.
        kernels: milliseconds that the GPU needs for each.
    """
    figure, axes = plot_figure(8.6, 3.4, columns=2)
    ends = []
    for ax, waits in zip(axes, (False, True), strict=True):
        now = done = 0.0
        bars: list[Bar] = []
        for number, kernel in enumerate(kernels):
            bars.append((0, now, now + launch, SKY, ""))
            now += launch
            start = max(now, done)
            done = start + kernel
            bars.append((1, start, done, PURPLE, str(number)))
            if waits:
                bars.append((0, now, done, RED, ""))
                now = done
        ends.append(done)
        _draw(ax, bars, ["CPU", "GPU"], ".item() after each" if waits else "nobody waits")
    for ax in axes:
        ax.set_xlim(0, 1.03 * max(ends))
    figure.alt = (
        f"{len(kernels)} kernels, by given times. Without waiting the GPU is done after "
        f"{ends[0]:g} ms; where the CPU waits after each, after {ends[1]:g} ms"
    )
    return figure


@picture
def copies(times: Mapping[str, float], batches: int) -> Picture:
    """Batches on their way through a loader to a GPU, in three ways, from given times.

    Args:
        times: milliseconds per batch of "load", "pin", "copy" and "compute".
        batches: how many are drawn.
    """
    ways = {
        "pageable": (("load",), ("copy", "compute")),
        "pinned and copied in one go": (("load",), ("pin", "copy", "compute")),
        "pinned ahead by the loader": (("load",), ("pin",), ("copy",), ("compute",)),
    }
    figure, axes = plot_figure(9.6, 3.2, columns=len(ways))
    ends = {}
    for ax, (way, rows) in zip(axes, ways.items(), strict=True):
        free = [0.0] * len(rows)
        bars: list[Bar] = []
        for number in range(batches):
            done = 0.0
            for row, stages in enumerate(rows):
                done = max(done, free[row])
                for stage in stages:
                    end = done + times[stage]
                    bars.append((row, done, end, _FILLS[stage], str(number)))
                    done = end
                free[row] = done
        ends[way] = free[-1]
        _draw(ax, bars, ["\n".join(stages) for stages in rows], way)
    for ax in axes:
        ax.set_xlim(0, 1.03 * max(ends.values()))
    figure.alt = f"{batches} batches by given times. " + "; ".join(
        f"{way}: done after {end:g} ms" for way, end in ends.items()
    )
    return figure


def _draw(ax: Axes, bars: Sequence[Bar], rows: Sequence[str], title: str) -> None:
    for row, start, end, fill, text in bars:
        hatch = "////" if fill == RED else None
        ax.barh(row, end - start, left=start, color=fill, edgecolor=INK, height=0.7, hatch=hatch)
        ax.text((start + end) / 2, row, text, ha="center", va="center", size=8, color=INK)
    ax.set_yticks(range(len(rows)), rows)
    ax.invert_yaxis()
    ax.set_title(title, size=10)
    ax.set_xlabel("milliseconds")
