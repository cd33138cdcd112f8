"""Colours and building blocks that all pictures of the course share."""

from __future__ import annotations

import inspect
import os
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from functools import wraps
from html import escape
from io import BytesIO
from typing import Any, ParamSpec

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

# Okabe and Ito's palette: distinguishable with every kind of colour vision. Their grey lies
# too close to pink and green for deuteranopes: lines and words are darker, what is filled lighter.
BLUE, ORANGE, GREEN, RED = "#0072B2", "#E69F00", "#009E73", "#D55E00"
PURPLE, SKY, YELLOW = "#CC79A7", "#56B4E9", "#F0E442"
GREY, SILVER = "#5F5F5F", "#D9D9D9"
INK, PAPER = "#222222", "#FFFFFF"
CYCLE = (BLUE, ORANGE, GREEN, PURPLE, SKY, RED, YELLOW, GREY)


#: Set to "off", this environment variable leaves pictures undrawn: a grader does not look at the
#: pictures that a lesson brings along, and drawing them takes longer than all else in a notebook.
PICTURES = "PTBASICS_PICTURES"
Parameters = ParamSpec("Parameters")
_DPI = 110
_MAX_READ = 300  # characters of what stands in a picture that its alternative text repeats
# a dark page shows the pictures dark, with their hues: JupyterLab, VS Code, Colab, our own pages
_DARK = """<style>
:is([data-jp-theme-light="false"], .vscode-dark, html[theme="dark"]) .ptbasics-picture
  { filter: invert(0.9) hue-rotate(180deg) }
</style>"""


class Picture(Figure):
    """A figure that a notebook shows wherever it is the last value of a cell.

    It is made without pyplot, so no global state is left behind and it is shown exactly once.
    `alt` says what the picture shows to those who do not see it. Where `has_photos`, its colours
    are kept on a dark page, too: a photo with its brightness inverted would show something else.
    """

    alt = ""
    has_photos = False

    def png(self) -> bytes | None:
        """The picture as a file; None where pictures are off."""
        if _are_off():
            return None
        stream = BytesIO()
        self.savefig(stream, format="png", dpi=_DPI, facecolor=PAPER)
        return stream.getvalue()

    def html(self) -> str:
        """The picture as an element of a page, with its alternative text; "" where it is off.

        Raises:
            ValueError: it has no alternative text.
        """
        if (png := self.png()) is None:
            return ""
        if not self.alt:
            raise ValueError("a picture needs an alternative text: set `alt`, or use @picture")
        width = round(self.get_figwidth() * _DPI)
        kind = "photo" if self.has_photos else "picture"
        return (
            f'{_DARK}<img class="ptbasics-{kind}" alt="{escape(self.alt)}" width="{width}" '
            'style="max-width: 100%; height: auto; display: block; border-radius: 4px" '
            f'src="data:image/png;base64,{b64encode(png).decode()}">'
        )

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        """As HTML, since JupyterLab gives an image of its own no alternative text."""
        html = self.html()
        return {"text/html": html, "text/plain": self.alt} if html else {"text/plain": ""}


def picture(draw: Callable[Parameters, Picture]) -> Callable[Parameters, Picture]:
    """Mark a function that draws one picture: where pictures are off, it gives an empty one.

    A picture that does not say what it shows gets the first sentence of the function's docstring,
    and what can be read in it.
    """

    @wraps(draw)
    def drawn(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Picture:
        if _are_off():
            return Picture()
        figure = draw(*args, **kwargs)
        figure.alt = figure.alt or _description(draw, figure)
        return figure

    return drawn


def _description(draw: Callable[..., Picture], figure: Picture) -> str:
    paragraph = (inspect.getdoc(draw) or "").partition("\n\n")[0]
    read = "; ".join(dict.fromkeys(_read(figure)))
    if len(read) > _MAX_READ:
        read = read[:_MAX_READ].rpartition("; ")[0] + "; …"
    return " ".join(f"{paragraph} In it: {read}.".split())


def _read(figure: Picture) -> Iterator[str]:
    """The words and numbers in a picture: titles, axes, legends, then what stands inside."""
    for ax in figure.axes:
        legend = ax.get_legend()
        texts = [ax.title, ax.xaxis.label, ax.yaxis.label, *(legend.get_texts() if legend else ())]
        for text in [*texts, *ax.texts]:
            if text.get_text().strip():
                yield " ".join(text.get_text().split())


def _are_off() -> bool:
    return os.environ.get(PICTURES) == "off"


def canvas(width: float = 7.0, height: float = 2.5, columns: int = 1) -> tuple[Picture, list[Axes]]:
    """An empty picture (inches) with bare axes side by side, ready for boxes and arrows."""
    figure = Picture(figsize=(width, height), layout="constrained", facecolor=PAPER)
    axes = [figure.add_subplot(1, columns, column + 1) for column in range(columns)]
    for ax in axes:
        ax.set_aspect("equal")
        ax.axis("off")
    return figure, axes


def plot_figure(
    width: float = 7.0, height: float = 3.0, columns: int = 1
) -> tuple[Picture, list[Axes]]:
    """A picture (inches) for measured plots: axes with a light grid and no box."""
    figure = Picture(figsize=(width, height), layout="constrained", facecolor=PAPER)
    axes = [figure.add_subplot(1, columns, column + 1) for column in range(columns)]
    for ax in axes:
        ax.grid(alpha=0.25)
        ax.spines[["top", "right"]].set_visible(False)
    return figure, axes


def box(
    ax: Axes,
    x: float,
    y: float,
    text: Any = "",
    *,
    width: float = 0.9,
    height: float = 0.9,
    fill: str = PAPER,
    edge: str = INK,
    alpha: float = 1.0,
    size: float = 10,
) -> None:
    """A rounded box with its text, centred on (x, y) in data units."""
    patch = FancyBboxPatch(
        (x - width / 2, y - height / 2),
        width,
        height,
        boxstyle="round,pad=0,rounding_size=0.12",
        facecolor=fill,
        edgecolor=edge,
        alpha=alpha,
        linewidth=1.2,
    )
    ax.add_patch(patch)
    ax.text(x, y, str(text), ha="center", va="center", fontsize=size, color=INK, alpha=alpha)


def grid(
    ax: Axes,
    rows: Sequence[Sequence[Any]],
    *,
    left: float = 0.0,
    top: float = 0.0,
    fill: Callable[[int, int], str] = lambda _row, _column: PAPER,
    alpha: Callable[[int, int], float] = lambda _row, _column: 1.0,
) -> None:
    """A table of unit boxes; row 0 is on top, y grows downward from `top` as a matrix is read."""
    for i, row in enumerate(rows):
        for j, value in enumerate(row):
            box(ax, left + j, -(top + i), value, fill=fill(i, j), alpha=alpha(i, j))


def arrow(
    ax: Axes,
    start: tuple[float, float],
    end: tuple[float, float],
    text: str = "",
    *,
    colour: str = INK,
    bend: float = 0.0,
) -> None:
    """An arrow between two points in data units; `bend` curves it, `text` labels its middle."""
    ax.annotate(
        "",
        xy=end,
        xytext=start,
        arrowprops={
            "arrowstyle": "-|>",
            "color": colour,
            "lw": 1.4,
            "connectionstyle": f"arc3,rad={bend}",
        },
    )
    if text:
        middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2 - bend)
        ax.text(*middle, text, ha="center", va="bottom", fontsize=9, color=colour)


def fit(ax: Axes, left: float, right: float, bottom: float, top: float, pad: float = 0.7) -> None:
    """Show exactly the given rectangle of data units, with a margin."""
    ax.set_xlim(left - pad, right + pad)
    ax.set_ylim(bottom - pad, top + pad)


def number(value: Any) -> str:
    """A scalar (a number or a tensor of one element) in as few characters as a box holds."""
    plain = value.item() if hasattr(value, "item") else value
    if isinstance(plain, bool):
        return "True" if plain else "False"
    return f"{plain:.3g}" if isinstance(plain, float) else str(plain)


def in_words(values: Any, limit: int = 24) -> str:
    """A tensor as nested brackets for an alternative text; by its shape where it is long."""
    if values.numel() > limit:
        return f"a tensor of shape {tuple(values.shape)}"
    if not values.ndim:
        return number(values)
    return f"[{', '.join(in_words(row) for row in values)}]"
