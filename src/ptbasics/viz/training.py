"""Training: what a module holds, the two directions through it, the loop, and what it learns."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib.util import find_spec
from math import cos, pi, sin
from typing import Any

import torch
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from torch import Tensor, nn

from ptbasics.frontend import in_notebook
from ptbasics.viz.style import (
    BLUE,
    CYCLE,
    GREEN,
    GREY,
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

_STEP_COLOURS = (SKY, YELLOW, ORANGE, GREEN, PURPLE)


@picture
def drawers(module: nn.Module) -> Picture:
    """Where a module keeps its tensors and parts: one column each for what is registered as a
    parameter, a buffer or a submodule, and one for tensors and lists that it knows nothing about.
    """
    plain = {
        name: value
        for name, value in vars(module).items()
        if isinstance(value, Tensor | list | tuple) and not name.startswith("_")
    }
    columns: list[tuple[str, Mapping[str, Any], str]] = [
        ("parameters", dict(module.named_parameters(recurse=False)), SKY),
        ("buffers", dict(module.named_buffers(recurse=False)), GREEN),
        ("modules", dict(module.named_children()), YELLOW),
        ("not registered", plain, PAPER),
    ]
    rows = max(1, *(len(held) for _, held, _ in columns))
    figure, [ax] = canvas(8.4, 0.62 * (rows + 0.8))
    for place, (title, held, colour) in enumerate(columns):
        x = 3.4 * place
        ax.text(x, 0.85, title, ha="center", va="center", fontsize=10, weight="bold")
        for row, (name, value) in enumerate(held.items()):
            text = f"{name}: {_what(value)}"
            box(ax, x, -row, text, width=3.1, height=0.75, fill=colour, size=8.5)
        if not held:
            ax.text(x, 0, "nothing", ha="center", va="center", fontsize=9, color=GREY)
    fit(ax, -1.55, 3.4 * 3 + 1.55, -rows + 0.6, 1.0, pad=0.15)
    return figure


def _what(value: Any) -> str:
    if isinstance(value, Tensor):
        return f"{type(value).__name__} {tuple(value.shape)}"
    return f"{type(value).__name__} of {len(value)}" if hasattr(value, "__len__") else _kind(value)


def _kind(value: Any) -> str:
    return type(value).__name__


@picture
def two_directions(
    model: nn.Sequential, loss_function: Callable[[Tensor, Tensor], Tensor], x: Tensor, y: Tensor
) -> Picture:
    """Send a batch through a model and the slopes back, and draw what travelled.

    Above: the shape that each layer hands on. Below: the length of the gradient that came back
    there. In the layers: the length of the gradient that each kept for its own parameters.
    The gradients of the model's parameters are left as this run computed them.

    Args:
        model: layers one after another.
        loss_function: takes the model's outputs and `y`; returns a tensor without dimensions.
        x, y: a batch of inputs and what should come out.
    """
    values = [x.detach().clone().requires_grad_()]
    for layer in model:
        values.append(layer(values[-1]))
        values[-1].retain_grad()
    loss = loss_function(values[-1], y)
    model.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]

    width = 1.9 * len(values) + 1.2
    figure, [ax] = canvas(width, 3.2 * width / (3 * len(values) + 4.6))
    step, last = 3.0, 3.0 * len(values)
    ax.text(-1.2, 1.0, "forward", ha="right", va="center", fontsize=10, color=BLUE)
    ax.text(-1.2, -1.0, "backward", ha="right", va="center", fontsize=10, color=RED)
    for place, value in enumerate(values):
        x0 = step * place
        box(ax, x0, 1.0, tuple(value.shape), width=1.5, height=0.7, fill=SKY, size=9)
        box(ax, x0, -1.0, f"|∇| {_length(value)}", width=1.5, height=0.7, fill=ORANGE, size=9)
        arrow(ax, (x0 + 0.8, 1.0), (x0 + step - 0.8, 1.0), colour=BLUE)
        arrow(ax, (x0 + step - 0.8, -1.0), (x0 + 0.8, -1.0), colour=RED)
    for place, layer in enumerate(model):
        own = [parameter for parameter in layer.parameters() if parameter.grad is not None]
        kept = f"\nkeeps |∇| {_length(*own)}" if own else ""
        box(ax, step * (place + 0.5), 0, f"{_kind(layer)}{kept}", width=2.2, fill=YELLOW, size=8.5)
    box(ax, last, 1.0, f"loss {number(loss)}", width=1.5, height=0.7, fill=GREEN, size=9)
    box(ax, last, -1.0, "1", width=1.5, height=0.7, fill=ORANGE, size=9)
    arrow(ax, (last, 0.6), (last, -0.6), colour=RED)
    fit(ax, -3.4, last + 0.8, -1.4, 1.4, pad=0.2)
    return figure


def _length(*tensors: Tensor) -> str:
    gradients = [torch.zeros(1) if tensor.grad is None else tensor.grad for tensor in tensors]
    return number(torch.cat([gradient.flatten() for gradient in gradients]).norm())


@picture
def loop_circle(steps: Mapping[str, str]) -> Picture:
    """The steps of a training loop as stations on a circle, clockwise from the top.

    Args:
        steps: what each step is called → what it was seen to do, one short line or several.
    """
    figure, [ax] = canvas(6.8, 3.6)
    radius, count = 2.1, len(steps)
    angles = [pi / 2 - 2 * pi * place / count for place in range(count)]
    for place, (name, seen) in enumerate(steps.items()):
        x, y = 1.7 * radius * cos(angles[place]), radius * sin(angles[place])
        colour = _STEP_COLOURS[place % len(_STEP_COLOURS)]
        box(ax, x, y, f"{place + 1} · {name}\n{seen}", width=3.3, height=1.15, fill=colour, size=9)
    for place in range(count):
        start, end = angles[place], angles[place] - 2 * pi / count
        a, b = start + 0.36 * (end - start), start + 0.68 * (end - start)
        points = [(1.55 * radius * cos(angle), radius * sin(angle)) for angle in (a, b)]
        arrow(ax, points[0], points[1], bend=-0.15)
    ax.text(0, 0, "once for\nevery batch", ha="center", va="center", fontsize=11, color=GREY)
    fit(ax, -1.7 * radius - 1.65, 1.7 * radius + 1.65, -radius - 0.6, radius + 0.6, pad=0.1)
    return figure


@picture
def line_fits(
    x: Tensor,
    y: Tensor,
    lines: Mapping[str, tuple[float, float]],
    *,
    names: tuple[str, str] = ("x", "y"),
) -> Picture:
    """Points, and lines through them.

    Args:
        x, y: the points, N numbers each.
        lines: a name → (w, b) of the line w·x + b.
        names: what is measured along the two axes.
    """
    figure, [ax] = plot_figure(6.0, 3.2)
    ax.scatter(x.flatten().tolist(), y.flatten().tolist(), s=16, color=GREY)
    ends = torch.stack([x.min(), x.max()])
    for (name, (w, b)), colour in zip(lines.items(), CYCLE, strict=False):
        ax.plot(ends.tolist(), (w * ends + b).tolist(), lw=2, color=colour, label=name)
    ax.set_xlabel(names[0])
    ax.set_ylabel(names[1])
    ax.legend(frameon=False, fontsize=9)
    return figure


@picture
def labelled_points(places: Tensor, labels: Tensor, model: nn.Module | None = None) -> Picture:
    """Points in the plane, coloured by class; behind them, the class that a model sees there.

    Args:
        places: N points, shape (N, 2).
        labels: their classes, shape (N,).
        model: maps points of shape (M, 2) to logits; it is used in the mode that it is in.
    """
    figure, [ax] = plot_figure(4.9, 3.9)
    ax.set_aspect("equal")
    if model is not None:
        low, high = places.amin(0) - 0.3, places.amax(0) + 0.3
        sides = [torch.linspace(float(low[i]), float(high[i]), 150) for i in range(2)]
        where = torch.stack(torch.meshgrid(*sides, indexing="xy"), dim=-1)
        with torch.no_grad():
            seen = model(where.view(-1, 2)).argmax(1).view(where.shape[:2])
        levels = [label - 0.5 for label in range(int(max(seen.max(), labels.max())) + 2)]
        ax.contourf(*sides, seen, levels=levels, colors=CYCLE, alpha=0.25)
    for label in sorted(set(labels.tolist())):
        x, y = places[labels == label].T
        ax.scatter(x, y, s=12, color=CYCLE[label], label=f"class {label}")
    ax.legend(fontsize=9, frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
    return figure


@picture
def loss_surface(
    loss: Callable[[Tensor, Tensor], Tensor],
    paths: Mapping[str, Tensor],
    *,
    names: tuple[str, str] = ("w", "b"),
    margin: float = 0.25,
) -> Picture:
    """Contours of a loss over two parameters, and the ways that optimizers took across it.

    Args:
        loss: takes two tensors of one shape and returns the loss at each place, in that shape.
        paths: an optimizer's name → where it was after each step, shape (steps + 1, 2).
        names: what the two parameters are called.
        margin: how much to show around the paths, as a part of their extent.
    """
    every = torch.cat([path.detach() for path in paths.values()])
    low, high = every.amin(0), every.amax(0)
    low, high = low - margin * (high - low), high + margin * (high - low)
    first, second = (
        torch.linspace(float(a), float(b), 120) for a, b in zip(low, high, strict=True)
    )
    height = loss(*torch.meshgrid(first, second, indexing="xy")).detach()
    figure, [ax] = plot_figure(6.6, 4.0)
    ax.grid(visible=False)
    levels = torch.linspace(float(height.min().sqrt()), float(height.max().sqrt()), 22) ** 2
    ax.contour(
        first, second, height, levels=sorted(set(levels.tolist())), cmap="Greys_r", linewidths=0.7
    )
    for (name, path), colour in zip(paths.items(), CYCLE, strict=False):
        places = path.detach()
        ax.plot(places[:, 0], places[:, 1], ".-", ms=4, lw=1.3, color=colour, label=name)
        ax.plot(*places[-1].tolist(), "o", ms=8, color=colour)
    ax.set_xlabel(names[0])
    ax.set_ylabel(names[1])
    ax.legend(frameon=True, framealpha=0.9, fontsize=9)
    return figure


@picture
def learning_curves(
    curves: Mapping[str, Sequence[float]],
    *,
    value: str = "loss",
    time: str = "epoch",
    logarithmic: bool = False,
) -> Picture:
    """Measured values over time, a line for each name, its end labelled with the last value."""
    figure, [ax] = plot_figure(6.6, 3.0)
    _draw_curves(ax, curves)
    if logarithmic:
        ax.set_yscale("log")
    ax.set_xlabel(time)
    ax.set_ylabel(value)
    return figure


def _draw_curves(ax: Axes, curves: Mapping[str, Sequence[float]]) -> None:
    for (name, values), colour in zip(curves.items(), CYCLE, strict=False):
        times = range(1, len(values) + 1)
        label = f"{name}: {values[-1]:.3g}" if values else name
        ax.plot(times, values, lw=1.8, color=colour, label=label)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    if curves:
        ax.legend(frameon=False, fontsize=9)


class LiveCurves:
    """Learning curves that grow while training goes on, under a progress bar.

    Iterate over it instead of over the epochs, and `add` values as they are measured:

        for epoch in (live := LiveCurves(range(30))):
            live.add(train=…, validation=…)

    In a notebook the bar is that of `tqdm.notebook`; where ipywidgets is missing it is text, and
    where tqdm is missing there is none. The picture is replaced in place after every `every`-th
    round; outside a notebook nothing is shown until `picture()` is asked for.
    """

    def __init__(self, rounds: Iterable[int], *, value: str = "loss", every: int = 1) -> None:
        self.curves: dict[str, list[float]] = {}
        self.value = value
        self._rounds = rounds
        self._every = every
        self._bar: Any = None

    def __iter__(self) -> Iterator[int]:
        self._bar = progress_bar(self._rounds)
        show = _replaceable(self.picture()) if in_notebook() else None
        for count, number_of_round in enumerate(self._bar, 1):
            yield number_of_round
            if show is not None and count % self._every == 0:
                show.update(self.picture())
        if show is not None:
            show.update(self.picture())

    def add(self, **values: float) -> None:
        """Append one value to each named curve, and show it beside the progress bar."""
        for name, value in values.items():
            self.curves.setdefault(name, []).append(float(value))
        if hasattr(self._bar, "set_postfix"):
            self._bar.set_postfix({name: f"{value:.3g}" for name, value in values.items()})

    def picture(self) -> Picture:
        """The curves up to now."""
        return learning_curves(self.curves, value=self.value)


def _replaceable(curves: Picture) -> Any:
    """Show a picture that can be replaced by the returned handle's `update`."""
    from IPython.display import display

    return display(curves, display_id=True)


def progress_bar(rounds: Iterable[int]) -> Iterable[int]:
    """An iterable inside the best progress bar that works here; by itself where none does."""
    if find_spec("tqdm") is None:
        return rounds
    if in_notebook() and find_spec("ipywidgets") is not None:
        from tqdm.notebook import tqdm_notebook

        return tqdm_notebook(rounds)
    from tqdm import tqdm

    # not stderr: what appears there looks like a failure in a notebook
    return tqdm(rounds, file=sys.stdout, ascii=True)
