"""Gradients of two parameters as arrows, before and after they were clipped."""

from __future__ import annotations

from collections.abc import Mapping

from matplotlib.patches import Circle
from torch import Tensor

from ptbasics.viz.style import CYCLE, GREY, INK, Picture, picture, plot_figure


@picture
def gradient_arrows(gradients: Mapping[str, Tensor], max_norm: float) -> Picture:
    """Gradients as arrows from one point, and the circle that no clipped one reaches beyond.

    Args:
        gradients: what to call an arrow → two numbers, shape (2,). Later ones are drawn on top.
        max_norm: the radius of the circle.
    """
    figure, [ax] = plot_figure(6.0, 3.8)
    ax.set_aspect("equal")
    ax.add_patch(Circle((0, 0), max_norm, fill=False, color=GREY, ls="--"))
    for (name, gradient), colour in zip(gradients.items(), CYCLE, strict=False):
        x, y = gradient.tolist()
        ax.annotate(
            "",
            xy=(x, y),
            xytext=(0, 0),
            arrowprops={
                "arrowstyle": "-|>",
                "color": colour,
                "lw": 2.2,
                "shrinkA": 0,
                "shrinkB": 0,
            },
        )
        label = f"{name}: length {gradient.norm().item():.3g}"
        ax.plot([x], [y], ".", ms=1, color=colour)
        ax.plot([], [], lw=2.2, color=colour, label=label)
    ax.plot([], [], ls="--", color=GREY, label=f"length {max_norm:g}")
    ax.plot([0], [0], "o", ms=4, color=INK)
    ax.set_xlim(min(ax.get_xlim()[0], -1.2 * max_norm), max(ax.get_xlim()[1], 1.2 * max_norm))
    ax.set_ylim(min(ax.get_ylim()[0], -1.2 * max_norm), max(ax.get_ylim()[1], 1.2 * max_norm))
    ax.set_xlabel("gradient of one parameter")
    ax.set_ylabel("of another")
    figure.legend(loc="outside lower center", ncols=2, frameon=False, fontsize=9)
    return figure
