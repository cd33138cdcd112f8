"""The pictures of autograd show what torch recorded and what was measured."""

from __future__ import annotations

import pytest
import torch

from ptbasics.viz import graph as graph_module
from ptbasics.viz.graph import autograd_graph, read_graph
from ptbasics.viz.slopes import (
    contributions,
    derivatives,
    difference_errors,
    step_errors,
    tangent,
    walk,
)
from ptbasics.viz.style import Picture
from ptbasics.viz.vjp import vector_jacobian


def parabola() -> tuple[torch.Tensor, torch.Tensor]:
    w = torch.tensor(2.0, requires_grad=True)
    return w, 10 * w**2 + 2


def texts(picture: Picture) -> list[str]:
    return [text.get_text() for ax in picture.axes for text in ax.texts]


def overlapping(spots: list[tuple[float, float]]) -> bool:
    return any(
        abs(a[0] - b[0]) < graph_module._WIDTH and abs(a[1] - b[1]) < 1
        for place, a in enumerate(spots)
        for b in spots[:place]
    )


def test_the_graph_follows_next_functions() -> None:
    w, z = parabola()
    graph = read_graph(z, {"w": w, "z": z})
    titles = [vertex.title for vertex in graph.vertices if vertex.kind == "operation"]
    node, recorded = z.grad_fn, []
    while node is not None and node.next_functions:
        recorded.append(node.name())
        node = node.next_functions[0][0]
    assert titles == recorded == ["AddBackward0", "MulBackward0", "PowBackward0"]
    assert [vertex.title for vertex in graph.vertices if vertex.kind == "leaf"] == ["w ()"]
    assert sum(vertex.kind == "fixed" for vertex in graph.vertices) == 2
    assert graph.vertices[-1].kind == "result"
    assert len(graph.edges) == len(graph.vertices) - 1


def test_a_leaf_that_is_used_twice_stands_once() -> None:
    w = torch.ones(3, requires_grad=True)
    graph = read_graph((w * w.exp()).sum(), {"w": w})
    leaves = [place for place, vertex in enumerate(graph.vertices) if vertex.kind == "leaf"]
    assert len(leaves) == 1
    assert sum(start == leaves[0] for start, _ in graph.edges) == 2


def test_saved_shapes_are_shown_until_they_are_freed() -> None:
    w = torch.ones(3, requires_grad=True)
    y = (w**2).sum()
    assert any("saves self (3,)" in vertex.notes for vertex in read_graph(y).vertices)
    y.backward()
    after = read_graph(y, {"w": w}).vertices
    assert any("saved tensors freed" in vertex.notes for vertex in after)
    assert [vertex.notes for vertex in after if vertex.kind == "leaf"] == [(".grad (3,)",)]


def test_what_a_custom_function_saves_is_shown() -> None:
    class Twice(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return 2 * x

        @staticmethod
        def backward(ctx, grad_output):
            return 2 * grad_output

    y = Twice.apply(torch.ones(2, requires_grad=True)).sum()
    assert any("saves (2,)" in vertex.notes for vertex in read_graph(y).vertices)


def test_without_a_graph_it_says_so() -> None:
    with pytest.raises(ValueError, match="no grad_fn"):
        autograd_graph(torch.ones(2))


def test_boxes_do_not_overlap_and_lines_cross_no_box() -> None:
    w = torch.randn(3, requires_grad=True)
    b = torch.zeros((), requires_grad=True)
    x, y = torch.randn(4, 3), torch.randn(4)
    loss = ((x @ w + b - y) ** 2).mean() + 0.1 * (w**2).sum()
    graph = read_graph(loss, {"w": w, "b": b})
    spots, lines = graph_module._layout(graph)
    assert not overlapping(spots)
    for (start, end), line in lines.items():
        assert spots[start][0] < spots[end][0], "an arrow must point to the right"
        assert not any(
            abs(px - x) < graph_module._WIDTH / 2 and abs(py - y) < 0.5
            for px, py in line[1:-1]
            for x, y in spots
        )


def test_a_long_graph_runs_downwards() -> None:
    w = torch.randn(3, requires_grad=True)
    loss = w.sum()
    for _ in range(8):
        loss = loss.sin()
    graph = read_graph(loss + w.prod(), {"w": w})
    spots, lines = graph_module._layout(graph, down=True)
    assert not overlapping(spots)
    assert all(spots[start][1] > spots[end][1] for start, end in lines)
    wide, tall = autograd_graph(loss + w.prod(), {"w": w}).get_size_inches()
    assert tall > wide


def test_an_input_that_is_used_twice_by_one_operation_is_marked() -> None:
    w = torch.tensor(3.0, requires_grad=True)
    assert "×2" in texts(autograd_graph(w * w, {"w": w}))
    assert "×2" not in texts(autograd_graph(w * 2, {"w": w}))


def test_the_picture_names_what_it_was_told() -> None:
    w, z = parabola()
    z.backward()
    picture = autograd_graph(z, {"w": w, "z": z})
    assert "w ()\n.grad 40" in texts(picture)
    assert picture.png().startswith(b"\x89PNG")


def test_errors_of_differences_are_measured() -> None:
    errors = difference_errors(torch.exp, 1.0, [1e-1, 1e-3, 1e-6])
    one_sided, central, single = errors.values()
    assert central[1] < one_sided[1] < one_sided[0]
    assert single[2] > 100 * central[2], "float32 loses a tiny step in rounding"


def test_the_tangent_has_the_slope_of_autograd() -> None:
    [ax] = tangent(lambda w: 10 * w**2 + 2, 2.0, -1.0, 4.0).axes
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert "tangent: slope 40" in labels
    assert "secant, 1 apart: slope 50" in labels


def test_vector_times_jacobian_is_calculated() -> None:
    picture = vector_jacobian(torch.tensor([0.0, 2.0]), torch.tensor([[1.0, 4.0], [3.0, 0.5]]))
    assert {"6", "1"} <= set(texts(picture))


@pytest.mark.parametrize(
    "picture",
    [
        step_errors(torch.exp, 1.0, [1e-1, 1e-3]),
        derivatives(torch.arange(3.0), {"f": torch.ones(3), "f'": torch.zeros(3)}),
        walk(lambda p: (p**2).sum(), {"down": torch.tensor([[1.0, 2.0], [0.5, 1.0]])}),
        contributions(torch.tensor([[1.0, -1.0], [0.5, 2.0]]), torch.tensor([1.5, 1.0])),
    ],
    ids=["step_errors", "derivatives", "walk", "contributions"],
)
def test_it_is_shown_as_an_image(picture: Picture) -> None:
    assert picture.png().startswith(b"\x89PNG")
