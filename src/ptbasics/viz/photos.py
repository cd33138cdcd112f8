"""Photos on their way through transforms: stages, draws, and what lies over them."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from torch import Tensor

from ptbasics.viz.style import BLUE, INK, PAPER, SKY, Picture, number, picture

_MAX_COLUMNS = 6


@picture
def stages(*named: tuple[str, Tensor]) -> Picture:
    """A photo after each step of a pipeline, with its shape, its dtype and its range.

    Args:
        named: what was done, and what came out: shape (H, W, 3) or (3, H, W), any range. What lies
            outside of the range that can be shown is drawn stretched into it.
    """
    figure, axes = _sheet(len(named), columns=len(named), width=2.35, height=2.6)
    facts = []
    for ax, (name, values) in zip(axes, named, strict=True):
        _show(ax, _stretched(values))
        kind = str(values.dtype).removeprefix("torch.")
        low, high = number(values.min()), number(values.max())
        facts.append(f"{name}: {kind} {tuple(values.shape)}, from {low} to {high}")
        ax.set_title(name, fontsize=9, color=INK)
        shape = " × ".join(str(size) for size in values.shape)
        ax.set_xlabel(f"{shape}\n{kind}\n{low} … {high}", fontsize=9, color=BLUE)
    figure.alt = f"A photo after each step. {'; '.join(facts)}."
    return figure


@picture
def contact_sheet(
    images: Sequence[Tensor], titles: Sequence[str] = (), columns: int = _MAX_COLUMNS
) -> Picture:
    """Images side by side, row by row.

    Args:
        images: uint8 or from 0 to 1, shape (3, H, W) or (H, W, 3), or (1, H, W) for shades of grey.
        titles: what to write above the first of them; "" leaves one out.
        columns: how many stand in a row at most.
    """
    height, width, _ = _channels_last(images[0]).shape
    cell = 7.6 / min(columns, len(images))
    above = 0.32 if titles else 0.08
    figure, axes = _sheet(len(images), columns, width=cell, height=cell * height / width + above)
    for ax, image in zip(axes, images, strict=False):
        _show(ax, image)
    for ax, title in zip(axes, titles, strict=False):
        ax.set_title(title, fontsize=9, color=INK)
    shown = "; ".join(title for title in titles if title)
    figure.alt = f"{len(images)} images, {min(columns, len(images))} in a row. {shown}".strip()
    return figure


@picture
def layers(*named: tuple[str, Tensor, Tensor, Tensor]) -> Picture:
    """Photos with their masks over them, and the boxes around what is in the masks.

    Args:
        named: for each photo its title, the photo, uint8, shape (3, H, W), the mask, shape (H, W),
            in which 0 is nothing, and boxes, shape (N, 4): left, top, right, bottom.
    """
    cell = 3.8
    ratio = named[0][1].shape[-2] / named[0][1].shape[-1]
    figure, axes = _sheet(len(named), len(named), width=cell, height=cell * ratio + 0.3)
    facts = []
    for ax, (title, image, mask, boxes) in zip(axes, named, strict=True):
        _show(ax, image)
        height, width = mask.shape[-2:]
        extent = (-0.5, width - 0.5, height - 0.5, -0.5)
        sky = torch.tensor([int(SKY[i : i + 2], 16) / 255 for i in (1, 3, 5)])
        tint = sky.expand(height, width, 3)
        veil = torch.cat([tint, 0.65 * (mask != 0)[..., None].float()], dim=-1)
        ax.imshow(veil.numpy(), extent=extent, interpolation="nearest")
        for left, top, right, bottom in boxes.tolist():
            corner, size = (left, top), (right - left, bottom - top)
            ax.add_patch(Rectangle(corner, *size, fill=False, edgecolor=PAPER, lw=2.4))
            ax.add_patch(Rectangle(corner, *size, fill=False, edgecolor=INK, lw=1.0))
        ax.set_xlim(-0.5, image.shape[-1] - 0.5)
        ax.set_ylim(image.shape[-2] - 0.5, -0.5)
        ax.set_title(title, fontsize=9, color=INK)
        places = ", ".join(str([round(edge) for edge in box]) for box in boxes.tolist())
        facts.append(f"{title}: {int((mask != 0).sum())} pixels marked, box {places}")
    figure.alt = f"A photo, its mask and its box. {'; '.join(facts)}."
    return figure


def _sheet(count: int, columns: int, width: float, height: float) -> tuple[Picture, list[Axes]]:
    """A picture with a bare frame (inches) for each of so many images."""
    rows = -(-count // columns)
    size = (width * min(columns, count), height * rows)
    figure = Picture(figsize=size, layout="constrained", facecolor=PAPER)
    figure.has_photos = True
    axes = [figure.add_subplot(rows, min(columns, count), i + 1) for i in range(count)]
    for ax in axes:
        ax.set_xticks([])
        ax.set_yticks([])
        ax.spines[:].set_visible(False)
    return figure, axes


def _show(ax: Axes, image: Tensor) -> None:
    values = _channels_last(image)
    if values.shape[-1] == 1:
        top = 255 if values.dtype == torch.uint8 else 1
        ax.imshow(values[..., 0].numpy(), cmap="Greys", vmin=0, vmax=top, interpolation="nearest")
    else:
        shown = values if values.dtype == torch.uint8 else values.clamp(0, 1)
        ax.imshow(shown.numpy(), interpolation="nearest")


def _channels_last(image: Tensor) -> Tensor:
    return (image if image.shape[-1] == 3 else image.movedim(0, -1)).as_subclass(Tensor)


def _stretched(values: Tensor) -> Tensor:
    """The values from 0 to 1, where they are floats that do not lie there anyway."""
    low, high = values.min(), values.max()
    if values.dtype == torch.uint8 or (low >= 0 and high <= 1):
        return values
    return (values - low) / (high - low)
