"""Collating: how samples become a batch, drawn from the samples and the batch themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from torch import Tensor

from ptbasics.viz.sheets import LANES
from ptbasics.viz.style import (
    BLUE,
    GREEN,
    GREY,
    INK,
    ORANGE,
    PAPER,
    SKY,
    YELLOW,
    Picture,
    arrow,
    box,
    canvas,
    fit,
    grid,
    number,
    picture,
    plot_figure,
)

_UNIT = 0.55  # inches for one box of a grid
_LETTER = 0.2  # width of a letter, in boxes
_INDENT, _LINE = 0.7, 0.62  # of a tree, in boxes


@picture
def samples_to_batch(samples: Sequence[Sequence[Any]], batch: Sequence[Any]) -> Picture:
    """From ((x1, y1), (x2, y2)) over ((x1, x2), (y1, y2)) to a batch, one colour for each sample.

    Args:
        samples: tuples with the same number of fields; a field is a flat tensor, a number or a
            text.
        batch: what a collate function made of them, field by field: a tensor, whose rows are
            drawn under one another, or anything else that has one element for each sample.
    """
    fields = list(zip(*samples, strict=True))
    panels = [
        ("the samples", [_Row(sample, range(len(samples[0]))) for sample in samples]),
        ("one tuple for each field", [_Row(field, range(len(samples))) for field in fields]),
    ]
    heights = [len(field) + 1.1 for field in batch]
    tallest = max(2.2 * max(len(samples), len(fields)), sum(heights))
    figure, [ax] = canvas()
    left = 0.0
    for step, (title, rows) in enumerate(panels):
        width = max(_LETTER * len(title), *(row.width for row in rows))
        ax.text(left + width / 2 - 0.5, 1.35, title, ha="center", size=11, weight="bold")
        for place, row in enumerate(rows):
            y = (place + 0.5) * tallest / len(rows) - 0.5
            names = [(place, j) if step == 0 else (j, place) for j in row.places]
            _draw_row(ax, row, left, y, names)
        left += width + 2.0
        arrow(ax, (left - 1.9, -tallest / 2 + 0.5), (left - 1.0, -tallest / 2 + 0.5))
    right, top = left, 0.0
    for field, height in zip(batch, heights, strict=True):
        right = max(right, _draw_batch_field(ax, field, left, top))
        top += height
    ax.text((left + right) / 2 - 0.5, 1.35, "the batch", ha="center", size=11, weight="bold")
    figure.set_size_inches(_UNIT * (right + 1.0), _UNIT * (tallest + 2.6))
    fit(ax, -0.7, right - 0.3, -tallest + 0.3, 1.9, pad=0.2)
    return figure


@picture
def padded_batch(samples: Sequence[Tensor], padded: Tensor, mask: Tensor) -> Picture:
    """Sequences of different lengths, what they look like in a batch, and the mask.

    Args:
        samples: B tensors of shape (T,), each with its own T.
        padded: the batch, of shape (B, longest). Elements outside of the mask are pale.
        mask: bool, of the same shape, True where an element is real.
    """
    count, longest = padded.shape
    width = longest + 1.6
    figure, [ax] = canvas(_UNIT * (3 * width + 0.4), _UNIT * (count + 2.2))
    for row, sample in enumerate(samples):
        for column, value in enumerate(sample):
            box(ax, column, -row, number(value), fill=LANES[row])
    real = mask.tolist()
    for step, tensor in enumerate((padded, mask), 1):
        grid(
            ax,
            [[_short(value) for value in row] for row in tensor],
            left=step * width,
            fill=lambda i, j: LANES[i] if real[i][j] else PAPER,
            alpha=lambda i, j: 1.0 if real[i][j] else 0.45,
        )
        middle = -(count - 1) / 2
        arrow(ax, (step * width - 1.5, middle), (step * width - 0.65, middle))
    lengths = ", ".join(str(len(sample)) for sample in samples)
    captions = ((f"{count} samples", f"lengths {lengths}"), ("padded", _kind(padded)))
    for step, (title, below) in enumerate((*captions, ("mask", _kind(mask)))):
        middle = step * width + (longest - 1) / 2
        ax.text(middle, 0.75, title, ha="center", va="bottom", size=11, weight="bold")
        ax.text(middle, -count + 0.35, below, ha="center", va="top", size=9, family="monospace")
    fit(ax, -0.5, 3 * width - 2.1, -count, 1.2, pad=0.2)
    return figure


@picture
def padded_images(images: Sequence[Tensor], batch: Tensor, mask: Tensor) -> Picture:
    """Images of different sizes above, and the canvases that hold them in a batch below.

    Args:
        images: B tensors of shape (C, H, W) with values from 0 to 1; the first channel is drawn.
        batch: of shape (B, C, height, width).
        mask: bool, of shape (B, height, width); where it is False, the canvas is hatched.
    """
    count, _, height, width = batch.shape
    step = width + 1.2
    figure, [ax] = canvas(7.0, 7.0 * (2 * height + 4.0) / (count * step + 0.6))
    for place, image in enumerate(images):
        left = place * step
        _pixels(ax, image[0], left, 0.0)
        _pixels(ax, batch[place, 0], left, height + 1.9)
        for i, j in (~mask[place]).nonzero().tolist():
            _hatch(ax, left + j, -(height + 1.9 + i))
        for top, tensor in ((0.0, image), (height + 1.9, batch[place])):
            label = str(tuple(tensor.shape))
            ax.text(left + width / 2, -top + 0.25, label, ha="center", va="bottom", size=9)
    _, rows, columns = mask.shape
    below = f"batch {_kind(batch)}, mask {_kind(mask)}"
    ax.text(0, -2 * rows - 2.3, below, va="top", size=9, family="monospace")
    fit(ax, 0, count * (columns + 1.2) - 1.2, -2 * rows - 3.0, 1.0, pad=0.3)
    return figure


@picture
def nesting(sample: Any, batch: Any, count: int) -> Picture:
    """The structure of one sample and of the batch, as two trees.

    Args:
        sample: one of the samples: dicts, lists and tuples around tensors, numbers and texts.
        batch: what a collate function made of `count` of them.
        count: how many samples there were. So many texts together are drawn as one leaf.
    """
    trees = [list(_tree("", sample, 0, 0)), list(_tree("", batch, 0, count))]
    widths = [max(_INDENT * d + _LETTER * len(text) + 0.6 for d, text, _ in t) for t in trees]
    rows = max(map(len, trees))
    gap = 1.8
    figure, [ax] = canvas(_UNIT * (sum(widths) + gap + 0.4), _UNIT * (_LINE * rows + 1.3))
    left = 0.0
    for title, tree, width in zip(
        (f"one of {count} samples", "the batch"), trees, widths, strict=True
    ):
        ax.text(left, 0.65, title, size=11, weight="bold")
        _draw_tree(ax, tree, left)
        left += width + gap
    middle = -_LINE * (rows - 1) / 2
    arrow(ax, (widths[0] + 0.3, middle), (widths[0] + gap - 0.4, middle))
    fit(ax, 0, sum(widths) + gap, -_LINE * (rows - 0.5), 1.0, pad=0.2)
    return figure


@picture
def padding_shares(lengths: Sequence[int], plans: Mapping[str, Sequence[Sequence[int]]]) -> Picture:
    """How much of each batch is padding, one plot for each plan of batches.

    Args:
        lengths: the length of every sample of a data set.
        plans: a title → its batches, each a list of indices into `lengths`. A batch is padded to
            its own longest sample.
    """
    figure, axes = plot_figure(3.4 * len(plans), 2.8, columns=len(plans))
    for ax, (title, batches) in zip(axes, plans.items(), strict=True):
        inside = [[lengths[index] for index in batch] for batch in batches]
        real = [sum(batch) for batch in inside]
        padding = [max(batch) * len(batch) - sum(batch) for batch in inside]
        places = range(len(inside))
        ax.bar(places, real, color=BLUE, label="real")
        ax.bar(places, padding, bottom=real, color=ORANGE, label="padding")
        share = sum(padding) / (sum(padding) + sum(real))
        ax.set_title(f"{title}: {share:.0%} padding", size=10)
        ax.set_xlabel("batch")
        ax.set_ylabel("elements")
    top = max(ax.get_ylim()[1] for ax in axes)
    for ax in axes:
        ax.set_ylim(0, 1.25 * top)
    axes[0].legend(loc="upper left", ncols=2, fontsize=8, frameon=False)
    return figure


class _Row:
    """Some values side by side, each as a strip of boxes; `places` numbers them."""

    def __init__(self, values: Sequence[Any], places: Sequence[int]) -> None:
        self.strips = [_strip(value) for value in values]
        self.places = places
        self.widths = [sum(width for _, width in strip) for strip in self.strips]
        self.width = sum(self.widths) + 0.5 * (len(self.widths) - 1)


def _strip(value: Any) -> list[tuple[str, float]]:
    """A field as boxes: text and width of each."""
    elements = value.flatten() if isinstance(value, Tensor) else [value]
    texts = [element if isinstance(element, str) else number(element) for element in elements]
    return [(text, max(1.0, _LETTER * len(text) + 0.4)) for text in texts]


def _draw_row(ax: Axes, row: _Row, left: float, y: float, names: Sequence[tuple[int, int]]) -> None:
    """A row of fields with the name of each above: x1 is the first field of sample 1."""
    for strip, width, (sample, field) in zip(row.strips, row.widths, names, strict=True):
        name = f"{_field_name(field)}$_{sample + 1}$"
        ax.text(left + width / 2 - 0.5, -y + 0.6, name, ha="center", va="bottom", size=10)
        for text, cell in strip:
            box(ax, left + cell / 2 - 0.5, -y, text, width=cell - 0.1, fill=LANES[sample])
            left += cell
        left += 0.5


def _draw_batch_field(ax: Axes, field: Any, left: float, top: float) -> float:
    """One field of a batch, a row for each sample and its kind below; gives its right edge."""
    strips = [_strip(value) for value in field]
    right = left
    for sample, strip in enumerate(strips):
        x = left
        for text, cell in strip:
            centre = (x + cell / 2 - 0.5, -top - sample)
            box(ax, *centre, text, width=cell - 0.1, fill=LANES[sample])
            x += cell
        right = max(right, x)
    text = _kind(field) if isinstance(field, Tensor) else f"{type(field).__name__} of {len(field)}"
    ax.text(left - 0.45, -top - len(strips) + 0.35, text, va="top", size=9, family="monospace")
    return max(right, left + 1.15 * _LETTER * len(text))


def _field_name(field: int) -> str:
    return "xyzuvw"[field]


def _kind(tensor: Tensor) -> str:
    return f"{str(tensor.dtype).removeprefix('torch.')} {tuple(tensor.shape)}"


def _short(value: Tensor) -> str:
    text = number(value)
    return {"True": "T", "False": "F"}.get(text, text)


def _pixels(ax: Axes, values: Tensor, left: float, top: float) -> None:
    for i, row in enumerate(values.tolist()):
        for j, value in enumerate(row):
            shade = f"{0.15 + 0.8 * float(value):.3f}"
            square = ((left + j, -top - i - 1), 1, 1)
            ax.add_patch(Rectangle(*square, facecolor=shade, edgecolor=GREY, lw=0.4))


def _hatch(ax: Axes, left: float, top: float) -> None:
    square = ((left, top - 1), 1, 1)
    ax.add_patch(Rectangle(*square, facecolor=PAPER, edgecolor=ORANGE, hatch="////", lw=0.4))


def _tree(key: str, value: Any, depth: int, count: int) -> Iterator[tuple[int, str, str]]:
    """The nodes of a structure from top to bottom: depth, text, colour."""
    texts = (
        isinstance(value, list | tuple) and len(value) == count > 0 and isinstance(value[0], str)
    )
    parts: dict[str, Any] = {}
    if isinstance(value, dict):
        parts = {str(name): part for name, part in value.items()}
    elif isinstance(value, list | tuple) and not texts:
        names = getattr(value, "_fields", [str(place) for place in range(len(value))])
        parts = dict(zip(names, value, strict=True))
    label = f"{key}: " if key else ""
    if not parts:
        yield depth, label + _leaf(value), _leaf_colour(value)
        return
    yield depth, label + type(value).__name__, SKY
    for name, part in parts.items():
        yield from _tree(name, part, depth + 1, count)


def _leaf(value: Any) -> str:
    if isinstance(value, Tensor):
        return f"tensor {_kind(value)}"
    text = repr(value)
    return text if len(text) <= 28 else text[:27] + "…"


def _leaf_colour(value: Any) -> str:
    if isinstance(value, Tensor):
        return GREEN
    return ORANGE if isinstance(value, int | float) else YELLOW


def _draw_tree(ax: Axes, tree: Sequence[tuple[int, str, str]], left: float) -> None:
    above: dict[int, float] = {}
    for row, (depth, text, fill) in enumerate(tree):
        x, y = left + _INDENT * depth, -_LINE * row
        width = _LETTER * len(text) + 0.4
        if depth:
            corner = x - _INDENT + 0.3
            ax.plot([corner, corner, x], [above[depth - 1], y, y], color=INK, lw=1.0, zorder=0)
        box(ax, x + width / 2, y, text, width=width, height=0.5, fill=fill, size=9)
        above[depth] = y
