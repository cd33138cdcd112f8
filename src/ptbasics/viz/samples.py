"""Samples: an image and its label on their way from files to tensors, and bytes as rows of a file.

How several samples lie in a list or in one batch is drawn here, too.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from torch import Tensor

from ptbasics.viz.style import (
    BLUE,
    GREY,
    INK,
    ORANGE,
    PAPER,
    RED,
    SKY,
    Picture,
    arrow,
    box,
    canvas,
    fit,
    number,
    picture,
)

Sample = tuple[Tensor, Tensor]


@picture
def image_to_item(file: str, label: int, pixels: Tensor, item: Sample) -> Picture:
    """A row of a table of labels, the image that it names, and the two tensors of the item.

    Args:
        file, label: what the row holds.
        pixels: what is in the file, uint8, shape (H, W).
        item: the image as floating-point numbers, shape (1, H, W), and the class, shape ().
    """
    features, kind = item
    figure, [ax] = canvas(7.6, 2.7)
    box(ax, 0, 0, file, width=4.2, height=0.9, fill=SKY, size=9)
    box(ax, 3.0, 0, label, width=1.2, height=0.9, fill=ORANGE, size=9)
    for x, title in ((0, "file"), (3.0, "label")):
        ax.text(x, 0.75, title, ha="center", va="center", fontsize=9, weight="bold")
    _shades(ax, pixels, 3.0, -2.8, f"in the file: {_kind(pixels)}")
    _shades(ax, features[0], 10.0, -2.8, f"item: {_kind(features)}")
    arrow(ax, (0, -0.5), (2.9, -2.8), colour=BLUE, bend=0.3)
    arrow(ax, (6.2, -2.8), (9.8, -2.8), colour=BLUE)
    arrow(ax, (3.7, 0), (10.8, 0), colour=RED)
    box(ax, 11.5, 0, number(kind), width=1.2, height=0.9, fill=ORANGE, size=9)
    ax.text(12.3, 0, f"item: {_kind(kind)}", ha="left", va="center", fontsize=9)
    fit(ax, -2.2, 15.6, -5.0, 1.0, pad=0.1)
    return figure


def _shades(ax: Axes, values: Tensor, left: float, middle: float, title: str) -> None:
    """An image of 3 units in each direction, its title below: smallest value white, largest ink."""
    extent = (left, left + 3.0, middle - 1.5, middle + 1.5)
    ax.imshow(values.numpy(), cmap="Greys", extent=extent, interpolation="nearest")
    ax.add_patch(_frame(*extent))
    ax.text(left + 1.5, middle - 1.95, title, ha="center", va="center", fontsize=9)


def _frame(left: float, right: float, bottom: float, top: float) -> Rectangle:
    return Rectangle((left, bottom), right - left, top - bottom, fill=False, edgecolor=INK)


def _kind(tensor: Tensor) -> str:
    return f"{str(tensor.dtype).removeprefix('torch.')} {tuple(tensor.shape)}"


@picture
def list_and_batch(samples: Sequence[Sample]) -> Picture:
    """The same samples twice: as a list, each for itself, and stacked into one batch.

    Args:
        samples: n tuples of features, shape (D,), and a label without dimensions.
    """
    features = torch.stack([sample[0] for sample in samples])
    labels = torch.stack([sample[1] for sample in samples])
    count, width = features.shape
    gap, right = 1.5, width + 4.2
    figure, [ax] = canvas(0.62 * (right + width + 2.2), 0.62 * (gap * count + 1.5))
    for i in range(count):
        for j in range(width):
            box(ax, j, -gap * i, number(features[i, j]), fill=SKY, size=9)
        box(ax, width + 0.6, -gap * i, number(labels[i]), fill=ORANGE, size=9)
        for x, bracket in ((-0.7, "("), (width - 0.05, ","), (width + 1.25, ")")):
            ax.text(x, -gap * i, bracket, ha="center", va="center", fontsize=14, color=GREY)
    shift = (gap - 1) * (count - 1) / 2
    for i in range(count):
        for j in range(width):
            box(ax, right + j, -shift - i, number(features[i, j]), fill=SKY, size=9)
        box(ax, right + width + 0.6, -shift - i, number(labels[i]), fill=ORANGE, size=9)
    for x, text in (
        (
            (width + 0.6) / 2,
            f"list of {count} samples:\n{_kind(samples[0][0])}, {_kind(labels[0])}",
        ),
        (right + (width + 0.6) / 2, f"one batch:\n{_kind(features)}, {_kind(labels)}"),
    ):
        ax.text(x, 0.75, text, ha="center", va="bottom", fontsize=9)
    fit(ax, -0.9, right + width + 1.2, -gap * (count - 1) - 0.5, 1.7, pad=0.3)
    return figure


@picture
def file_bytes(content: bytes) -> Picture:
    """A text file byte by byte: one row per line, and the position at which each line begins.

    Args:
        content: what is in the file. A byte that is no ASCII character is written in hexadecimal.
    """
    lines = content.splitlines(keepends=True)
    longest = max(len(line) for line in lines)
    figure, [ax] = canvas(0.45 * (longest + 4), 0.45 * (len(lines) + 1.2))
    start = 0
    for row, line in enumerate(lines):
        ax.text(-0.9, -row, str(start), ha="right", va="center", fontsize=10, color=BLUE)
        for place, byte in enumerate(line):
            box(ax, place, -row, _character(byte), fill=PAPER if place else SKY, size=9)
        start += len(line)
    ax.text(-0.9, 0.95, "position", ha="right", va="center", fontsize=9, color=BLUE)
    fit(ax, -3.2, longest, -len(lines) + 0.5, 1.2, pad=0.1)
    return figure


def _character(byte: int) -> str:
    if byte == ord("\n"):
        return "\\n"
    return chr(byte) if 32 <= byte < 127 else f"{byte:02x}"
