"""The picture of a reduction shows the block, one group, and torch's own result."""

from __future__ import annotations

import pytest
import torch
from matplotlib.colors import to_hex

from ptbasics.viz.reduction import reduction
from ptbasics.viz.style import ORANGE, Picture
from tests.viz.pictures import cut_off, texts

BLOCK = torch.tensor(
    [
        [[14, 13, 23, 27, 29], [9, 25, 4, 6, 21], [11, 12, 18, 22, 20]],
        [[26, 0, 10, 16, 7], [15, 2, 19, 8, 17], [24, 3, 1, 5, 28]],
    ]
)


def chosen(picture: Picture) -> int:
    patches = [patch for ax in picture.axes for patch in ax.patches]
    return sum(to_hex(patch.get_facecolor()).upper() == ORANGE.upper() for patch in patches)


@pytest.mark.parametrize("dim", [0, 1, 2, -1])
def test_one_group_of_cells_becomes_one_cell(dim: int) -> None:
    assert chosen(reduction(BLOCK, dim)) == BLOCK.shape[dim] + 1


@pytest.mark.parametrize("dim", [0, 1, 2])
def test_max_shows_values_with_their_indices(dim: int) -> None:
    found = BLOCK.max(dim=dim)
    pairs = zip(found.values.flatten(), found.indices.flatten(), strict=True)
    shown = texts(reduction(BLOCK, dim))
    assert sorted(text for text in shown if text.endswith("]")) == sorted(
        f"{value}\n[{index}]" for value, index in pairs
    )
    kept = BLOCK.max(dim=dim, keepdim=True).values
    assert f"{tuple(found.values.shape)}\nkeepdim: {tuple(kept.shape)}" in shown


def test_a_sum_has_no_indices() -> None:
    shown = texts(reduction(BLOCK, 1, "sum", (1, 0, 2)))
    assert not [text for text in shown if text.endswith("]")]
    assert str(10 + 19 + 1) in shown


@pytest.mark.parametrize("shape", [(2, 3, 5), (1, 1, 1), (3, 2, 2)])
@pytest.mark.parametrize("dim", [0, 1, 2])
def test_nothing_is_cut_off(shape: tuple[int, int, int], dim: int) -> None:
    assert cut_off(reduction(torch.rand(shape), dim, "mean")) == []


def test_the_arrow_of_dimension_1_points_down() -> None:
    [text] = [text for text in reduction(BLOCK, 1).axes[0].texts if "dim 1" in text.get_text()]
    assert text.get_text().startswith("←")
    assert text.get_rotation() == 90  # counterclockwise: left becomes down


def test_only_blocks_are_drawn() -> None:
    with pytest.raises(ValueError, match="3 dimensions"):
        reduction(torch.zeros(2, 2), 0)
