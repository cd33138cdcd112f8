"""Curves and their slopes: tangents, errors of differences, walks downhill; all of it measured."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import torch
from torch import Tensor

from ptbasics.viz.style import (
    BLUE,
    CYCLE,
    GREEN,
    GREY,
    INK,
    ORANGE,
    PAPER,
    Picture,
    picture,
    plot_figure,
)

Curve = Callable[[Tensor], Tensor]


@picture
def tangent(curve: Curve, at: float, low: float, high: float, step: float = 1.0) -> Picture:
    """Draw a curve, its tangent with the slope from autograd, and a secant as differences see it.

    Args:
        curve: an elementwise function of a floating-point tensor.
        at: where the tangent touches.
        low, high: the part of the axis to draw.
        step: how far right the secant meets the curve again.
    """
    point = torch.tensor(at, dtype=torch.float64, requires_grad=True)
    height = curve(point)
    [slope] = torch.autograd.grad(height, point)
    xs = torch.linspace(low, high, 200, dtype=torch.float64)
    ys = curve(xs)
    end = torch.tensor(at + step, dtype=torch.float64)
    secant = (curve(end) - height.detach()) / step
    figure, [ax] = plot_figure(6.4, 3.2)
    ax.plot(xs, ys, color=BLUE, label="the curve")
    for rate, colour, style, name in (
        (secant, ORANGE, "--", f"secant, {step:g} apart: slope {secant.item():.4g}"),
        (slope, GREEN, "-", f"tangent: slope {slope.item():.4g}"),
    ):
        ax.plot(xs, height.detach() + rate * (xs - at), style, color=colour, label=name)
    ax.plot([at, end.item()], [height.item(), curve(end).item()], "o", color=INK, zorder=3)
    spread = (ys.max() - ys.min()).item()
    ax.set_ylim(ys.min().item() - 0.25 * spread, ys.max().item() + 0.05 * spread)
    ax.set_xlabel("w")
    ax.legend(frameon=False)
    return figure


def difference_errors(curve: Curve, at: float, steps: Sequence[float]) -> dict[str, list[float]]:
    """How far differences are from the slope that autograd finds in float64, for each step.

    Returns:
        Absolute errors in the order of `steps`: one-sided and central in float64, and central in
        float32.
    """
    point = torch.tensor(at, dtype=torch.float64, requires_grad=True)
    [exact] = torch.autograd.grad(curve(point), point)

    def error(dtype: torch.dtype, step: float, below: float) -> float:
        left = torch.tensor(at, dtype=dtype) - below
        right = torch.tensor(at, dtype=dtype) + step
        found = (curve(right) - curve(left)) / (step + below)
        return abs(found.item() - exact.item())

    return {
        "one-sided, float64": [error(torch.float64, step, 0.0) for step in steps],
        "central, float64": [error(torch.float64, step, step) for step in steps],
        "central, float32": [error(torch.float32, step, step) for step in steps],
    }


@picture
def step_errors(curve: Curve, at: float, steps: Sequence[float]) -> Picture:
    """Plot `difference_errors` against the step, both on logarithmic axes."""
    figure, [ax] = plot_figure(6.4, 3.2)
    for (name, errors), colour in zip(
        difference_errors(curve, at, steps).items(), CYCLE, strict=False
    ):
        # an error of exactly 0 has no logarithm: such a point is left out
        shown = [(step, error) for step, error in zip(steps, errors, strict=True) if error]
        ax.loglog(*zip(*shown, strict=True), ".-", color=colour, label=name)
    ax.set_xlabel("step")
    ax.set_ylabel("error of the slope")
    ax.legend(frameon=False)
    return figure


@picture
def derivatives(x: Tensor, curves: Mapping[str, Tensor]) -> Picture:
    """Draw several tensors over the same points, such as a function and its derivatives.

    Each has axes of its own, all with the same scale, so that heights can be compared.

    Args:
        x: the points, shape `(n,)`, in increasing order.
        curves: what to call a curve → its values, shape `(n,)`.
    """
    figure, axes = plot_figure(3.2 * len(curves), 2.6, columns=len(curves))
    for ax, (name, values), colour in zip(axes, curves.items(), CYCLE, strict=False):
        ax.axhline(0, color=GREY, linewidth=0.8)
        ax.plot(x.detach(), values.detach(), color=colour)
        ax.set_title(name, fontsize=10)
        ax.sharey(axes[0])
    return figure


@picture
def walk(function: Curve, paths: Mapping[str, Tensor]) -> Picture:
    """Draw walks over the landscape of a function of two numbers, seen from above.

    Args:
        function: takes a tensor of shape `(2,)` and returns one without dimensions.
        paths: what to call a walk → its places, shape `(steps + 1, 2)`.
    """
    places = torch.cat(list(paths.values())).detach()
    low, high = places.amin(0), places.amax(0)
    pad = 0.25 * (high - low).clamp(min=1e-3)
    xs, ys = (torch.linspace(float(low[i] - pad[i]), float(high[i] + pad[i]), 60) for i in range(2))
    heights = torch.stack([torch.stack([function(torch.stack([x, y])) for x in xs]) for y in ys])
    figure, axes = plot_figure(4.2 * len(paths), 3.2, columns=len(paths))
    for ax, (name, path) in zip(axes, paths.items(), strict=True):
        ax.contour(xs, ys, heights.detach(), levels=14, colors=GREY, linewidths=0.7)
        ax.plot(path[:, 0], path[:, 1], ".-", color=BLUE)
        ax.plot(*path[0], "o", color=ORANGE, markersize=8, label="start")
        ax.plot(*path[-1], "s", color=INK, markersize=8, label="end")
        ax.set_title(name, fontsize=10)
        ax.grid(visible=False)
        ax.legend(frameon=False)
    return figure


@picture
def contributions(pieces: Tensor, whole: Tensor) -> Picture:
    """Draw what each piece of a batch adds to a gradient, beside the gradient of the whole.

    Args:
        pieces: one gradient per piece, shape `(pieces, parameters)`.
        whole: the gradient of the whole batch, shape `(parameters,)`.
    """
    figure, [ax] = plot_figure(6.4, 2.8)
    places = torch.arange(len(whole))
    above, below = torch.zeros(len(whole)), torch.zeros(len(whole))
    for number, (piece, colour) in enumerate(zip(pieces, CYCLE, strict=False)):
        # what is positive piles up above the axis, what is negative below
        base = torch.where(piece > 0, above, below)
        ax.bar(
            (places - 0.2).tolist(),
            piece.tolist(),
            0.35,
            bottom=base.tolist(),
            color=colour,
            label=f"piece {number}",
        )
        above, below = above + piece.clamp(min=0), below + piece.clamp(max=0)
    right = (places + 0.2).tolist()
    ax.bar(right, whole.tolist(), 0.35, color=PAPER, edgecolor=INK, hatch="//", label="whole batch")
    ax.axhline(0, color=INK, linewidth=0.8)
    ax.set_xticks(places.tolist(), [f"w[{place}]" for place in places])
    ax.set_ylabel("gradient")
    figure.legend(frameon=False, loc="outside right upper")
    return figure
