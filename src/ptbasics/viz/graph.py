"""The autograd graph, read from the real `grad_fn` and `next_functions` and drawn in layers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Literal

from torch import Tensor

from ptbasics.viz.style import (
    GREEN,
    GREY,
    INK,
    ORANGE,
    PAPER,
    SKY,
    Picture,
    arrow,
    box,
    canvas,
    fit,
    picture,
)

Kind = Literal["leaf", "operation", "fixed", "result"]

_FILL: dict[Kind, str] = {"leaf": GREEN, "operation": SKY, "fixed": PAPER, "result": ORANGE}
_STEP_X, _STEP_Y, _WIDTH, _HEIGHT = 2.6, 1.3, 2.0, 1.0
_INCHES = 0.62
#: More columns than this would become too small to read: then the graph runs downwards.
_ACROSS = 6


@dataclass(frozen=True)
class Vertex:
    """A box of the graph: its heading, and lines such as `saves self (3,)` under it."""

    kind: Kind
    title: str
    notes: tuple[str, ...] = ()


@dataclass
class Graph:
    """Vertices, and edges in the forward direction as pairs of positions in `vertices`.

    A vertex that goes into another twice, as in `w * w`, has two equal edges.
    """

    vertices: list[Vertex] = field(default_factory=list)
    edges: list[tuple[int, int]] = field(default_factory=list)


@picture
def autograd_graph(output: Tensor, names: Mapping[str, Tensor] | None = None) -> Picture:
    """Draw how a tensor was calculated, as autograd has recorded it.

    Left are the leaves (green, with what their `.grad` holds) and inputs that need no gradient
    (white); the operations (blue) are called as their `grad_fn` is, with the shapes of the tensors
    that they keep for the way back; right is the result. A long graph runs from top to bottom
    instead of from left to right. `backward` walks against the arrows.

    Args:
        output: a tensor with a `grad_fn`.
        names: what to call leaves, results and other tensors that have a `grad_fn`.

    Raises:
        ValueError: `output` has no `grad_fn`, so there is no graph behind it.
    """
    graph = read_graph(output, names)
    down = max(_columns(graph)) >= _ACROSS
    spots, lines = _layout(graph, down=down)
    xs, ys = zip(*spots, *(point for line in lines.values() for point in line), strict=True)
    left, right = min(xs) - _WIDTH / 2, max(xs) + _WIDTH / 2
    bottom, top = min(ys) - _HEIGHT / 2, max(ys) + _HEIGHT / 2
    figure, [ax] = canvas(_INCHES * (right - left + 0.6), _INCHES * (top - bottom + 0.4))
    for edge, times in Counter(graph.edges).items():
        line = lines[edge]
        xs, ys = zip(*line[:-1], strict=True)
        ax.plot(xs, ys, color=GREY, linewidth=1.4, solid_joinstyle="round")
        arrow(ax, line[-2], line[-1], colour=GREY)
        if times > 1:
            (x, y), (end, height) = line[-2:]
            aside = (0.2, 0.0) if down else (0.0, 0.12)
            middle = (x + end) / 2 + aside[0], (y + height) / 2 + aside[1]
            ax.text(*middle, f"×{times}", ha="center", fontsize=8)
    for vertex, (x, y) in zip(graph.vertices, spots, strict=True):
        text = "\n".join((vertex.title, *vertex.notes))
        box(ax, x, y, width=_WIDTH, height=_tall(vertex), fill=_FILL[vertex.kind], alpha=0.45)
        ax.text(x, y, text, ha="center", va="center", fontsize=8, linespacing=1.2, color=INK)
    fit(ax, left, right, bottom, top, pad=0.15)
    return figure


def read_graph(output: Tensor, names: Mapping[str, Tensor] | None = None) -> Graph:
    """The graph behind a tensor, each operation and each leaf once; see `autograd_graph`.

    Raises:
        ValueError: `output` has no `grad_fn`.
    """
    if output.grad_fn is None:
        raise ValueError("this tensor has no grad_fn: it was not calculated from one that asks")
    names = names or {}
    graph = Graph()
    places: dict[Any, int] = {}

    def visit(node: Any) -> int:
        if node in places:
            return places[node]
        place = places[node] = len(graph.vertices)
        graph.vertices.append(_vertex(node, names))
        for before, _ in node.next_functions:
            if before is None:
                graph.vertices.append(Vertex("fixed", "no gradient"))
                graph.edges.append((len(graph.vertices) - 1, place))
            else:
                graph.edges.append((visit(before), place))
        return place

    last = visit(output.grad_fn)
    title = _name_of(output, names) or "result"
    graph.vertices.append(Vertex("result", f"{title} {_shape(output)}"))
    graph.edges.append((last, len(graph.vertices) - 1))
    return graph


def _vertex(node: Any, names: Mapping[str, Tensor]) -> Vertex:
    leaf = getattr(node, "variable", None)
    if isinstance(leaf, Tensor):
        title = f"{_name_of(leaf, names) or 'leaf'} {_shape(leaf)}"
        return Vertex("leaf", title, (_gradient(leaf),))
    called = [f"gives {name}" for name, tensor in names.items() if tensor.grad_fn is node]
    return Vertex("operation", node.name(), (*called, *_saved(node)))


def _saved(node: Any) -> list[str]:
    """What a node keeps for the way back: one line a tensor, or that it was freed."""
    lines = []
    try:
        for attribute in dir(node):
            if attribute.startswith("_saved_"):
                value = getattr(node, attribute)
                if isinstance(value, Tensor):
                    lines.append(f"saves {attribute.removeprefix('_saved_')} {_shape(value)}")
        for value in getattr(node, "saved_tensors", ()):
            lines.append(f"saves {_shape(value)}")
    except RuntimeError:  # torch frees what was saved on the way back
        return ["saved tensors freed"]
    return lines


def _gradient(leaf: Tensor) -> str:
    if leaf.grad is None:
        return ".grad None"
    if leaf.grad.ndim == 0:
        return f".grad {leaf.grad.item():.4g}"
    return f".grad {_shape(leaf.grad)}"


def _name_of(tensor: Tensor, names: Mapping[str, Tensor]) -> str:
    return next((name for name, named in names.items() if named is tensor), "")


def _shape(tensor: Tensor) -> str:
    return str(tuple(tensor.shape))


Point = tuple[float, float]
Edge = tuple[int, int]


def _layout(graph: Graph, *, down: bool = False) -> tuple[list[Point], dict[Edge, list[Point]]]:
    """The centre of each vertex, and the points through which each edge goes.

    A vertex stands as many columns left of the result as its longest way there has edges. An edge
    that spans several columns gets a place of its own in those between, so that it crosses no box.
    With `down`, columns are rows: the result is at the bottom.
    """
    columns = _columns(graph)
    ranks = [[place for place, c in enumerate(columns) if c == r] for r in range(max(columns) + 1)]
    chains: dict[Edge, list[int]] = {}
    fresh = len(graph.vertices)
    for start, end in dict.fromkeys(graph.edges):
        between = range(columns[start] + 1, columns[end])
        chain = [start, *range(fresh, fresh + len(between)), end]
        for column, place in zip(between, chain[1:], strict=False):
            ranks[column].append(place)
        fresh += len(between)
        chains[start, end] = chain
    _untangle(ranks, [link for chain in chains.values() for link in pairwise(chain)])
    spots: dict[int, Point] = {}
    for column, rank in enumerate(ranks):
        for row, place in enumerate(rank):
            aside = (len(rank) - 1) / 2 - row
            across = (column * _STEP_X, aside * _STEP_Y)
            spots[place] = (-aside * _STEP_X, -column * 1.2 * _STEP_Y) if down else across
    halves = dict.fromkeys(spots, (0.0, -_HEIGHT / 2) if down else (_WIDTH / 2, 0.0))
    if down:
        halves |= {place: (0.0, -_tall(vertex) / 2) for place, vertex in enumerate(graph.vertices)}
    return (
        [spots[place] for place in range(len(graph.vertices))],
        {
            edge: _line([(spots[place], halves[place]) for place in chain])
            for edge, chain in chains.items()
        },
    )


def _line(passed: list[tuple[Point, Point]]) -> list[Point]:
    """From the far side of the first box to the near side of the last, straight past others.

    Args:
        passed: for each place on the way its centre, and how far it is from there to its far side.
    """
    sides = [(x + sign * dx, y + sign * dy) for (x, y), (dx, dy) in passed for sign in (-1, 1)]
    return sides[1:-1]


def _tall(vertex: Vertex) -> float:
    return 0.42 + 0.26 * len(vertex.notes)


def _columns(graph: Graph) -> list[int]:
    """The column of each vertex, 0 on the left."""
    after: dict[int, list[int]] = {place: [] for place in range(len(graph.vertices))}
    for start, end in graph.edges:
        after[start].append(end)
    known: dict[int, int] = {}

    def distance(place: int) -> int:
        if place not in known:
            known[place] = max((distance(later) + 1 for later in after[place]), default=0)
        return known[place]

    distances = [distance(place) for place in range(len(graph.vertices))]
    return [max(distances) - steps for steps in distances]


def _untangle(ranks: list[list[int]], links: list[Edge]) -> None:
    """Order each column by the mean height of its neighbours, to and fro: fewer crossings."""
    near: dict[int, list[int]] = {}
    for start, end in links:
        near.setdefault(start, []).append(end)
        near.setdefault(end, []).append(start)
    forth = [(rank, other) for other, rank in pairwise(ranks)]
    back = [(other, rank) for rank, other in reversed(forth)]
    for _ in range(4):
        for rank, other in forth + back:
            heights = _heights(other)
            own = _heights(rank)
            mean = {}
            for place in rank:
                known = [heights[neighbour] for neighbour in near[place] if neighbour in heights]
                mean[place] = sum(known) / len(known) if known else own[place]
            rank.sort(key=mean.__getitem__)


def _heights(rank: list[int]) -> dict[int, float]:
    """How far below the middle each place of a column stands."""
    return {place: row - (len(rank) - 1) / 2 for row, place in enumerate(rank)}
