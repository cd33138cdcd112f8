"""The pictures of matrix products agree with torch about values and shapes."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.colors import to_hex

from ptbasics.viz.products import (
    batch_meets_weight,
    einsum_letters,
    matmul_shapes,
    row_meets_column,
)
from ptbasics.viz.style import GREEN, ORANGE, RED
from tests.viz.pictures import cut_off, texts

SHAPE = st.lists(st.integers(1, 3), min_size=2, max_size=4).map(tuple)


def test_the_sum_of_products_is_written_out() -> None:
    left, right = torch.tensor([[1, 2], [3, 4]]), torch.tensor([[5, 6], [7, 8]])
    shown = texts(row_meets_column(left, right, row=1, column=0))
    assert "3·5 + 4·7 = 43" in shown
    assert {"19", "22", "43", "50"} <= set(shown)


def test_matrices_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match=r"\(2, 3\) and \(2, 3\)"):
        row_meets_column(torch.zeros(2, 3), torch.zeros(2, 3))


def test_a_row_of_the_weight_becomes_a_column_beside_the_batch() -> None:
    batch, weight = torch.tensor([[1.0, 2.0], [0.0, -1.0]]), torch.tensor([[3.0, 4.0], [5.0, -6.0]])
    bias = torch.tensor([0.5, -1.0])
    picture = batch_meets_weight(batch, weight, bias, sample=0, output=1)
    shown = texts(picture)
    assert "1·5 + 2·(-6) + (-1) = -8" in shown
    assert {"weight (2, 2)", "weightᵀ (2, 2)", "batch (2, 2)", "outputs (2, 2)"} <= set(shown)
    fills = [to_hex(patch.get_facecolor()).upper() for patch in picture.axes[0].patches[:16]]
    assert [place for place, fill in enumerate(fills) if fill == ORANGE] == [2, 3, 5, 7]
    results = torch.nn.functional.linear(batch, weight, bias)
    assert shown[12:16] == [f"{value:.3g}" for value in results.flatten().tolist()]
    assert [place for place, fill in enumerate(fills) if fill == GREEN] == [13]
    assert cut_off(picture) == []


@settings(max_examples=60, deadline=None)
@given(SHAPE, SHAPE)
def test_shapes_multiply_as_in_torch(left: tuple[int, ...], right: tuple[int, ...]) -> None:
    picture = matmul_shapes(left, right)
    red = [p for p in picture.axes[0].patches if to_hex(p.get_facecolor()).upper() == RED.upper()]
    try:
        shape = tuple((torch.zeros(left) @ torch.zeros(right)).shape)
    except RuntimeError:
        assert "matmul refuses these" in texts(picture)
        assert red
    else:
        assert f"result {shape}" in texts(picture)
        assert not red


def test_a_flat_shape_is_refused() -> None:
    with pytest.raises(ValueError, match="2 dimensions"):
        matmul_shapes((3,), (3, 2))


def test_letters_that_vanish_are_dashed() -> None:
    picture = einsum_letters("bij,bjk->bik", torch.rand(5, 2, 3), torch.rand(5, 3, 4))
    shown = texts(picture)
    assert "".join(text for text in shown if text.isalpha()) == "bijbjkbik"
    dashed = [patch for patch in picture.axes[0].patches if patch.get_linestyle() != "solid"]
    assert len(dashed) == 2


def test_an_equation_that_torch_refuses_is_not_drawn() -> None:
    with pytest.raises(RuntimeError):
        einsum_letters("ij,jk->ik", torch.rand(2, 3), torch.rand(2, 3))


def test_nothing_is_cut_off() -> None:
    many = torch.rand(2, 6), torch.rand(6, 2)
    assert cut_off(row_meets_column(*many)) == []
    assert cut_off(matmul_shapes((16, 12, 64, 32), (32, 128))) == []
    assert cut_off(matmul_shapes((2, 3), (2, 3))) == []
    assert cut_off(einsum_letters("ij->", torch.rand(2, 3))) == []
