"""Which index lands in which batch of which epoch, and who draws it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from itertools import accumulate
from typing import Any

import torch
from matplotlib.axes import Axes
from torch import Tensor
from torch.utils.data import DataLoader, DistributedSampler, SequentialSampler

from ptbasics.viz.loader import index_batches, random_kept
from ptbasics.viz.style import (
    BLUE,
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
    box,
    canvas,
    fit,
    picture,
    plot_figure,
)

_GAP = 0.45  # between two batches
_LABELS = 1.9  # room to the left for the names of the rows
_INCHES = 0.36  # of a box
_CLASSES = (SKY, ORANGE, GREEN, PURPLE, YELLOW, GREY)


@picture
def epochs(
    loader: DataLoader[Any], count: int = 3, labels: Sequence[int] | Tensor | None = None
) -> Picture:
    """The indices that a loader draws, a row for each epoch and a gap between batches.

    They are drawn by the loader's own samplers, epoch after epoch, as iterating it would; no item
    is fetched, and all random generators are put back (a sampler with a state of its own moves
    on). Indices that an epoch leaves out stand
    behind it, dashed; an index that came before in the same epoch is orange.

    Args:
        loader: a loader of a map-style dataset.
        count: how many epochs.
        labels: the class of each index; then the fill tells the class, and repeated indices are
            not marked.
    """
    with random_kept(loader):
        rows = [list(index_batches(loader)) for _ in range(count)]
    names = [f"epoch {number}" for number in range(count)]
    return _table(names, rows, len(loader.dataset), labels)  # type: ignore[arg-type]


@picture
def draws(programs: Mapping[str, Sequence[tuple[str, DataLoader[Any]]]], seed: int) -> Picture:
    """What the epochs of loaders draw, and from which generator, a row for each program.

    A program is a sequence of epochs. It begins with the global generator seeded anew, and with
    the loaders' own generators as they are; all are put back. An epoch draws a seed for workers,
    then its order; colours tell where from. Where the n-th epoch of a loader has another order
    than in a program above, this is written below it.

    Args:
        programs: name → its epochs in turn, each a name (such as "train") and the loader that is
            iterated. Loaders are of map-style datasets, and shuffle or have no order to draw.
        seed: of the global generator.
    """
    rows = {name: _drawn(epochs, seed) for name, epochs in programs.items()}
    widths = [sum(len(order) + 1 + 2 * _GAP for _, _, order in row) for row in rows.values()]
    left, width = 0.24 * max(map(len, rows)) + 0.6, max(widths)
    figure, [ax] = canvas(_INCHES * (left + width + 1.0), _INCHES * (2.2 * len(rows) + 1.0))
    above: dict[tuple[DataLoader[Any], int], list[int]] = {}
    for row, (name, epochs) in enumerate(rows.items()):
        y, x = -2.2 * row, 0.0
        _row_name(ax, name, -y)
        count: defaultdict[DataLoader[Any], int] = defaultdict(int)
        for label, loader, order in epochs:
            fill = GREEN if loader.generator is not None else SKY
            box(ax, x, y, "seed", fill=fill, size=6.5)
            shuffled = not isinstance(loader.sampler, SequentialSampler)
            for place, index in enumerate(order, 1):
                box(ax, x + place, y, index, fill=fill if shuffled else PAPER, size=9)
            middle, place = x + len(order) / 2, count[loader]
            ax.text(middle, y + 0.75, f"{label}, epoch {place}", ha="center", va="center", size=8)
            if above.setdefault((loader, place), order) != order:
                ax.text(middle, y - 0.75, "changed", ha="center", va="center", size=8, color=RED)
            count[loader] += 1
            x += len(order) + 1 + 2 * _GAP
    bottom = -2.2 * len(rows) + 0.8
    legend = {
        "from the global generator": SKY,
        "from a generator of its own": GREEN,
        "no draw": PAPER,
    }
    steps = [0.0, *accumulate(0.25 * len(text) + 1.4 for text in legend)]
    for x, (text, fill) in zip(steps, legend.items(), strict=False):
        box(ax, x, bottom, fill=fill, width=0.6, height=0.6)
        ax.text(x + 0.5, bottom, text, ha="left", va="center", size=8, color=INK)
    fit(ax, -left, max(width, steps[-1]) - 0.5, bottom - 0.4, 1.0, pad=0.15)
    return figure


def _drawn(
    epochs: Sequence[tuple[str, DataLoader[Any]]], seed: int
) -> list[tuple[str, DataLoader[Any], list[int]]]:
    """The epochs of one program, each with the order that it drew."""
    with ExitStack() as kept:
        for _, loader in epochs:
            kept.enter_context(random_kept(loader))
        torch.manual_seed(seed)
        return [
            (name, loader, [index for batch in index_batches(loader) for index in batch])
            for name, loader in epochs
        ]


@picture
def ranks(samplers: Sequence[DistributedSampler[Any]]) -> Picture:
    """The indices of each process of a distributed training, a row for each rank.

    Indices that were added so that all ranks have as many are orange; indices that no rank draws
    stand behind the first row, dashed.

    Args:
        samplers: one for each rank, in their order, as each process would make its own.
    """
    drawn = [list(sampler) for sampler in samplers]
    names = [f"rank {sampler.rank}" for sampler in samplers]
    length = len(samplers[0].dataset)  # type: ignore[arg-type]
    seen: set[int] = set()
    added: set[tuple[int, int]] = set()
    # the list is dealt out in turn, so what was added is found by reading column by column
    for place, column in enumerate(zip(*drawn, strict=True)):
        for row, index in enumerate(column):
            if index in seen:
                added.add((row, place))
            seen.add(index)
    missing = sorted(set(range(length)) - seen)
    width = float(max(map(len, drawn)))
    figure, ax = _sheet(len(names), width, len(missing), "on no rank")
    for row, indices in enumerate(drawn):
        _row_name(ax, names[row], row)
        for place, index in enumerate(indices):
            box(ax, place, -row, index, fill=ORANGE if (row, place) in added else SKY, size=9)
    _left_out(ax, missing, width, 0)
    return figure


@picture
def class_shares(labels: Tensor, drawn: dict[str, Iterable[int]], names: Sequence[str]) -> Picture:
    """How often each class was drawn, a group of bars for each way to draw.

    Args:
        labels: int64 tensor (N,), the class of each index.
        drawn: name of a way to draw → the indices that it drew.
        names: what the classes are called.
    """
    figure, [ax] = plot_figure(7.0, 2.8)
    width = 0.8 / len(names)
    for group, indices in enumerate(drawn.values()):
        counts = torch.bincount(labels[list(indices)], minlength=len(names))
        for label, count in enumerate(counts.tolist()):
            x = group + (label - (len(names) - 1) / 2) * width
            legend = names[label] if group == 0 else None
            ax.bar(x, count, width * 0.92, color=_CLASSES[label % len(_CLASSES)], label=legend)
            ax.text(x, count, str(count), ha="center", va="bottom", size=9, color=INK)
    ax.set_xticks(range(len(drawn)), list(drawn))
    ax.set_ylabel("times drawn")
    ax.grid(visible=False, axis="x")
    ax.margins(y=0.15)
    figure.legend(*ax.get_legend_handles_labels(), loc="outside right upper", frameon=False)
    return figure


@picture
def padding(lengths: Sequence[int], ways: dict[str, Iterable[Sequence[int]]]) -> Picture:
    """What padding every batch to its longest item costs, a plot for each way to make batches.

    Each item is a bar as high as it is long; what is added to it is grey on top.

    Args:
        lengths: the length of each item.
        ways: name of a way → the batches of indices of one epoch.
    """
    figure, axes = plot_figure(4.2 * len(ways), 2.9, columns=len(ways))
    for ax, (name, batches) in zip(axes, ways.items(), strict=True):
        x, added, total = 0.0, 0, 0
        for number, batch in enumerate(batches):
            longest = max(lengths[index] for index in batch)
            places = [x + place for place in range(len(batch))]
            own = [lengths[index] for index in batch]
            rest = [longest - count for count in own]
            ax.bar(places, own, 1.0, color=(BLUE, SKY)[number % 2], edgecolor=PAPER)
            ax.bar(places, rest, 1.0, bottom=own, color=GREY, alpha=0.5, edgecolor=PAPER)
            x, added, total = x + len(batch) + 0.8, added + sum(rest), total + longest * len(batch)
        ax.set_title(f"{name}: {added / total:.0%} padding", size=11)
        ax.set_xticks([])
        ax.set_xlabel("items, batch by batch")
        ax.set_ylim(0, max(lengths) * 1.05)
        ax.grid(visible=False, axis="x")
    axes[0].set_ylabel("length")
    return figure


def _table(
    names: Sequence[str],
    rows: Sequence[Sequence[Sequence[int]]],
    length: int,
    labels: Sequence[int] | Tensor | None,
) -> Picture:
    missing = [sorted(set(range(length)).difference(*batches)) for batches in rows]
    widths = [sum(map(len, batches)) + _GAP * max(len(batches) - 1, 0) for batches in rows]
    width = max(widths)
    figure, ax = _sheet(len(rows), width, max(map(len, missing)), "left out")
    for row, batches in enumerate(rows):
        _row_name(ax, names[row], row)
        x, seen = 0.0, set[int]()
        for number, batch in enumerate(batches):
            for index in batch:
                fill = (SKY, GREEN)[number % 2] if index not in seen else ORANGE
                if labels is not None:
                    fill = _CLASSES[int(labels[index]) % len(_CLASSES)]
                box(ax, x, -row, index, fill=fill, size=9)
                seen.add(index)
                x += 1
            x += _GAP
        _left_out(ax, missing[row], width, row)
    return figure


def _sheet(rows: int, width: float, missing: int, title: str) -> tuple[Picture, Axes]:
    """An empty sheet for so many rows, with room behind them for what is left out."""
    # the title over what is left out needs room of its own
    right = width + (1.0 + max(missing, 2.6) if missing else 0)
    figure, [ax] = canvas(_INCHES * (right + _LABELS + 1.0), _INCHES * (rows + 1.4))
    fit(ax, -_LABELS - 0.5, right - 0.5, -rows + 0.5, 0.9 if missing else 0.5, pad=0.15)
    if missing:
        ax.text(width + 0.55, 0.85, title, va="center", size=9, color=GREY)
    return figure, ax


def _row_name(ax: Axes, name: str, row: float) -> None:
    ax.text(-0.8, -row, name, ha="right", va="center", size=9, color=INK)


def _left_out(ax: Axes, indices: Sequence[int], left: float, row: int) -> None:
    for place, index in enumerate(indices):
        box(ax, left + 1.0 + place, -row, index, edge=GREY, size=9)
        ax.patches[-1].set_linestyle((0, (3, 2)))
