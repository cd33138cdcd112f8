"""Data sets: from a row to an item, where indices lead, honest splits, what a classifier sees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import torch
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator
from torch import Tensor, nn
from torch.utils.data import ConcatDataset, Dataset, Subset

from ptbasics.viz.style import (
    BLUE,
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
    number,
    picture,
    plot_figure,
)

_LANES = (SKY, ORANGE, GREEN, PURPLE, YELLOW)
_GRID = 150  # places to ask a model about along each side of its regions


@picture
def row_to_item(frame: pd.DataFrame, row: int, item: tuple[Tensor, Tensor]) -> Picture:
    """A row of a table below its neighbours, and the two tensors that a data set makes of it.

    Args:
        frame: the features in their columns, the label in the last one.
        row: the position of the row; it is drawn with up to two rows above it.
        item: (features, label), a tensor of shape (D,) and one without dimensions.
    """
    features, label = item
    step, last = 2.3, len(features)
    rows = range(max(row - 2, 0), row + 1)
    figure, [ax] = canvas(min(1.2 * (last + 3), 8.4), 0.42 * (len(rows) + 5.4))
    for j, name in enumerate(frame.columns):
        title = str(name).replace(" (", "\n(")
        ax.text(step * j, 0.6, title, ha="center", va="bottom", fontsize=8.5, weight="bold")
        for i, place in enumerate(rows):
            fill = (ORANGE if j == last else SKY) if place == row else PAPER
            text = number(frame.iloc[place, j])
            box(ax, step * j, -i, text, width=step, height=0.9, fill=fill, alpha=_faded(place, row))
    for i, place in enumerate(rows):
        ax.text(
            -1.4, -i, f"row {place}", ha="right", va="center", fontsize=9, alpha=_faded(place, row)
        )
    bottom = -len(rows) - 2.2
    here = -len(rows) + 0.5
    left = (step - 1) * (last - 1) / 2
    for j, value in enumerate(features):
        x = left + j
        arrow(ax, (step * j, here), (x, bottom + 0.5), colour=BLUE)
        box(ax, x, bottom, number(value), fill=SKY, size=9)
    arrow(ax, (step * last, here), (step * last, bottom + 0.5), colour=RED)
    box(ax, step * last, bottom, number(label), fill=ORANGE, size=9)
    for x, tensor in ((step * (last - 1) / 2, features), (step * last, label)):
        text = f"{str(tensor.dtype).removeprefix('torch.')}, shape {tuple(tensor.shape)}"
        ax.text(x, bottom - 0.95, text, ha="center", va="center", fontsize=9)
    ax.text(-1.4, bottom, "item", ha="right", va="center", fontsize=9)
    fit(ax, -3.0, step * last + 1.9, bottom - 1.2, 1.9, pad=0.1)
    return figure


def _faded(place: int, row: int) -> float:
    return 1.0 if place == row else 0.45


@picture
def index_arrows(dataset: Dataset[Any]) -> Picture:
    """Where each index of a `Subset` or a `ConcatDataset` leads, as arrows into what is below it.

    Raises:
        TypeError: it is neither of the two.
    """
    below, ways = _ways(dataset)
    lefts = [sum(below[:k]) + 1.0 * k for k in range(len(below))]
    width = max(len(ways), lefts[-1] + below[-1])
    shift = (width - len(ways)) / 2
    figure, [ax] = canvas(min(0.55 * (width + 4), 10.0), 2.4)
    ax.text(-0.9, 0, type(dataset).__name__, ha="right", va="center", fontsize=10)
    ax.text(-0.9, -3, "its parts" if len(below) > 1 else "its base", ha="right", va="center")
    for part, count in enumerate(below):
        for place in range(count):
            used = (part, place) in ways
            box(ax, lefts[part] + place, -3, place, fill=_LANES[part % 5] if used else PAPER)
    for index, (part, place) in enumerate(ways):
        box(ax, shift + index, 0, index, fill=_LANES[part % 5])
        arrow(ax, (shift + index, -0.5), (lefts[part] + place, -2.5), colour=GREY)
    fit(ax, -4.6, width, -3.5, 0.5, pad=0.1)
    return figure


def _ways(dataset: Dataset[Any]) -> tuple[list[int], list[tuple[int, int]]]:
    """The sizes of the data sets below, and for each index (which of them, index there)."""
    if isinstance(dataset, Subset):
        return [len(dataset.dataset)], [(0, int(i)) for i in dataset.indices]  # type: ignore[arg-type]
    if isinstance(dataset, ConcatDataset):
        sizes = [len(part) for part in dataset.datasets]  # type: ignore[arg-type]
        return sizes, [(part, i) for part, size in enumerate(sizes) for i in range(size)]
    raise TypeError(f"a {type(dataset).__name__} hands no indices on")


@picture
def reads(orders: Mapping[str, Sequence[int]]) -> Picture:
    """Which row was read when: one plot for each way of reading.

    Args:
        orders: a name → the numbers of the rows in the order in which they were read.
    """
    figure, axes = plot_figure(3.4 * len(orders), 2.4, columns=len(orders))
    for ax, (name, rows), colour in zip(axes, orders.items(), CYCLE, strict=False):
        ax.plot(range(1, len(rows) + 1), rows, "o-", lw=0.8, ms=4, color=colour)
        ax.set_title(name, fontsize=10)
        ax.set_xlabel("request")
        ax.set_ylabel("row")
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_major_locator(MaxNLocator(integer=True))
    return figure


@picture
def split_bars(
    labels: Tensor, splits: Mapping[str, Sequence[Sequence[int]]], target_names: Sequence[str]
) -> Picture:
    """What shares the classes have in the parts of some splits, with their counts.

    Args:
        labels: the class of each row, shape (N,).
        splits: a name → the row numbers of (train, validation, test).
        target_names: the names of the classes.
    """
    figure, axes = plot_figure(8.4, 2.3, columns=len(splits))
    for ax, (name, parts) in zip(axes, splits.items(), strict=True):
        places = list(range(len(parts)))
        left = torch.zeros(len(parts))
        for label, (target, colour) in enumerate(zip(target_names, CYCLE, strict=False)):
            counts = [int((labels[list(part)] == label).sum()) for part in parts]
            shares = torch.tensor([c / len(p) for c, p in zip(counts, parts, strict=True)])
            bars = ax.barh(places, shares, left=left, color=colour, alpha=0.7, label=target)
            ax.bar_label(bars, [str(count) for count in counts], label_type="center", fontsize=9)
            left += shares
        ax.set_yticks(places, ("train", "validation", "test"))
        ax.invert_yaxis()
        ax.set_xlim(0, 1)
        ax.set_xlabel("share of the part")
        ax.set_title(name, fontsize=10)
        ax.grid(False)
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=9)
    return figure


@picture
def statistics_from(train: Tensor, test: Tensor, *, name: str = "a feature") -> Picture:
    """One feature, standardised by the training rows alone and by all rows.

    Args:
        train, test: the values of the feature in both parts, shapes (N,) and (M,).
        name: what the feature is called.
    """
    figure, axes = plot_figure(8.4, 2.2, columns=2)
    sources = {"training rows only": train, "all rows: a leak": torch.cat([train, test])}
    for ax, (title, known) in zip(axes, sources.items(), strict=True):
        mean, std = known.mean(), known.std(correction=0)
        ax.axvspan(-1, 1, color=GREY, alpha=0.2, lw=0)
        ax.axvline(0, color=INK, lw=0.8)
        for height, (part, values, colour) in enumerate(
            (("test", test, ORANGE), ("train", train, BLUE))
        ):
            z = (values - mean) / std
            ax.plot(z, torch.full_like(z, height), "|", ms=16, mew=1.5, color=colour)
            text = f"{part}: mean {round(z.mean().item(), 2) + 0.0}"
            ax.text(0.02, 0.86 if height else 0.34, text, transform=ax.transAxes, fontsize=9)
        ax.set_ylim(-0.6, 1.9)
        ax.set_yticks([])
        ax.set_title(f"statistics of {title}", fontsize=10)
        ax.set_xlabel(f"{name}, standardised")
    low = min(ax.get_xlim()[0] for ax in axes)
    high = max(ax.get_xlim()[1] for ax in axes)
    for ax in axes:
        ax.set_xlim(low, high)
    return figure


@picture
def pair_plot(
    X: Tensor, y: Tensor, feature_names: Sequence[str], target_names: Sequence[str]
) -> Picture:
    """Every feature against every other, coloured by class; histograms on the diagonal.

    Args:
        X: features, shape (N, D).
        y: classes, shape (N,).
        feature_names, target_names: D names, and one for each class.
    """
    count = X.shape[1]
    figure = Picture(figsize=(1.9 * count + 0.6, 1.7 * count + 0.4), layout="constrained")
    axes = figure.subplots(count, count, sharex="col", squeeze=False)
    for i in range(count):
        for j in range(count):
            ax: Axes = axes[i, j]
            ax.tick_params(labelsize=7)
            for label, colour in zip(range(len(target_names)), CYCLE, strict=False):
                chosen = X[y == label]
                if i == j:
                    ax.hist(chosen[:, j].tolist(), bins=12, color=colour, alpha=0.6)
                else:
                    ax.scatter(chosen[:, j].tolist(), chosen[:, i].tolist(), s=5, color=colour)
            if j == 0:
                ax.set_ylabel(feature_names[i], fontsize=8)
            if i == count - 1:
                ax.set_xlabel(feature_names[j], fontsize=8)
    figure.legend(handles=_marks(target_names), loc="outside upper center", ncols=9, frameon=False)
    return figure


def _marks(target_names: Sequence[str]) -> list[Line2D]:
    return [
        Line2D([], [], marker="o", ls="", color=colour, label=target)
        for target, colour in zip(target_names, CYCLE, strict=False)
    ]


@picture
def confusion_picture(matrix: Tensor, names: Sequence[str]) -> Picture:
    """A confusion matrix as boxes: green where the model was right, orange where it was not.

    Args:
        matrix: counts, shape (C, C), a row for each actual class.
        names: the classes' names.
    """
    count, step = len(names), 1.9
    figure, [ax] = canvas(0.6 * step * count + 2.4, 0.5 * count + 1.4)
    largest = max(1, int(matrix.max()))
    for i in range(count):
        for j in range(count):
            cell = int(matrix[i, j])
            colour, alpha = (GREEN if i == j else ORANGE), 0.25 + 0.6 * cell / largest
            box(ax, step * j, -i, width=step, fill=colour if cell else PAPER, alpha=alpha)
            ax.text(step * j, -i, str(cell), ha="center", va="center", fontsize=11)
        ax.text(-step / 2 - 0.2, -i, names[i], ha="right", va="center", fontsize=9)
        ax.text(step * i, 0.75, names[i], ha="center", va="center", fontsize=9)
    ax.text(step * (count - 1) / 2, 1.45, "predicted", ha="center", va="center", fontsize=10)
    ax.text(-4.0, -(count - 1) / 2, "actual", ha="center", va="center", fontsize=10, rotation=90)
    fit(ax, -4.2, step * (count - 0.5), -count + 0.5, 1.6, pad=0.15)
    return figure


@picture
def decision_regions(
    model: nn.Module,
    X: Tensor,
    y: Tensor,
    feature_names: Sequence[str],
    target_names: Sequence[str],
    pair: tuple[int, int] = (2, 3),
) -> Picture:
    """The class that a model predicts at each place of a plane through the space of features.

    Two features vary, the others stay at their means in X. Samples are drawn in their own class's
    colour; a ring marks those that the model, which sees all their features, gets wrong.

    Args:
        model: maps features of shape (M, D) to logits; it is used in the mode that it is in.
        X, y: samples as the model wants them, shape (N, D), and their classes, shape (N,).
        feature_names, target_names: D names, and one for each class.
        pair: the two features that vary, along and up.
    """
    figure, [ax] = plot_figure(6.4, 3.9)
    across, up = pair
    sides = [
        torch.linspace(float(X[:, column].min()) - 0.4, float(X[:, column].max()) + 0.4, _GRID)
        for column in pair
    ]
    plane = X.mean(0).expand(_GRID, _GRID, -1).clone()
    plane[..., across], plane[..., up] = torch.meshgrid(*sides, indexing="xy")
    with torch.no_grad():
        seen = model(plane.view(-1, X.shape[1])).argmax(1).view(_GRID, _GRID)
        wrong = X[model(X).argmax(1) != y]
    levels = [label - 0.5 for label in range(len(target_names) + 1)]
    ax.contourf(*sides, seen, levels=levels, colors=CYCLE, alpha=0.22)
    for label in range(len(target_names)):
        chosen = X[y == label]
        ax.scatter(chosen[:, across], chosen[:, up], s=18, color=CYCLE[label])
    ax.scatter(wrong[:, across], wrong[:, up], s=90, facecolors="none", edgecolors=RED, lw=1.6)
    ring = Line2D([], [], marker="o", ls="", ms=9, mfc="none", mec=RED, label="predicted wrongly")
    ax.set_xlabel(feature_names[across])
    ax.set_ylabel(feature_names[up])
    figure.legend(
        handles=[*_marks(target_names), ring], loc="outside right upper", frameon=False, fontsize=9
    )
    return figure
