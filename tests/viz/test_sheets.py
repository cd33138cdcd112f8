"""Sheets show what torch gives: shapes, values, and where each number came from."""

from __future__ import annotations

import pytest
import torch
from matplotlib.colors import to_hex

from ptbasics.viz.indexing import gathered, selected
from ptbasics.viz.sheets import LANES, coloured, dimensions, rearranged
from ptbasics.viz.speed import speed
from ptbasics.viz.style import ORANGE, PAPER, Picture
from tests.viz.pictures import cut_off, texts

MATRIX = torch.arange(12).view(3, 4)


def fills(picture: Picture) -> list[str]:
    return [to_hex(patch.get_facecolor()).upper() for ax in picture.axes for patch in ax.patches]


def test_each_number_is_a_box_and_each_shape_is_named() -> None:
    picture = dimensions(scalar=torch.tensor(1.5), block=torch.arange(12).view(2, 2, 3))
    shown = texts(picture)
    assert shown[:3] == ["1.5", "scalar", "()"]
    assert shown[3:] == [*map(str, range(12)), "block", "(2, 2, 3)"]
    assert cut_off(picture) == []


def test_four_dimensions_are_refused() -> None:
    with pytest.raises(ValueError, match="not 4"):
        dimensions(batch=torch.zeros(1, 1, 1, 1))


def test_a_number_keeps_its_colour_when_it_is_moved() -> None:
    table = torch.arange(1, 7).view(2, 3)
    picture = rearranged(table, ("view", 3, 2), ("transpose", 0, 1))
    first, second = LANES[:2]
    assert fills(picture)[6:12] == [first, first, first, second, second, second]
    assert fills(picture)[12:] == [first, second] * 3
    shown = texts(picture)
    assert shown[8:16] == ["1", "2", "3", "4", "5", "6", "view(3, 2)", "(3, 2)"]
    assert shown[16:] == ["1", "4", "2", "5", "3", "6", "transpose(0, 1)", "(3, 2)"]
    assert cut_off(picture) == []


def test_a_layer_keeps_its_colour_when_it_is_moved() -> None:
    block = torch.arange(12).view(2, 2, 3)
    picture = rearranged(block, ("permute", 1, 2, 0), ("view", 4, 3))
    first, second = LANES[:2]
    assert fills(picture)[:12] == [first] * 6 + [second] * 6
    assert fills(picture)[12:24] == [first, second] * 6
    assert fills(picture)[24:] == [first] * 6 + [second] * 6
    assert cut_off(picture) == []


def test_a_flat_tensor_is_rearranged_too() -> None:
    picture = rearranged(torch.tensor([3, 1, 2]), ("unsqueeze", 1))
    assert fills(picture) == [*LANES[:3], *LANES[:3]]
    assert texts(picture)[5:] == ["3", "1", "2", "unsqueeze(1)", "(3, 1)"]


@pytest.mark.parametrize("dim", [0, 1, -1])
def test_colours_change_along_one_dimension_only(dim: int) -> None:
    picture = coloured(dim, matrix=MATRIX, sums=MATRIX.sum(dim=1 - dim % 2, keepdim=True))
    table = [LANES[: MATRIX.shape[dim]][divmod(place, 4)[dim]] for place in range(12)]
    assert fills(picture)[:12] == table
    assert fills(picture)[12:] == list(LANES[: MATRIX.shape[dim]])
    assert texts(picture)[12:14] == ["matrix", "(3, 4)"]
    assert cut_off(picture) == []


@pytest.mark.parametrize(
    ("index", "caption"),
    [
        ((1,), "tensor[1]"),
        ((slice(None), slice(1, 3)), "tensor[:, 1:3]"),
        ((slice(None, None, 2),), "tensor[::2]"),
        ((..., -1), "tensor[..., -1]"),
        (([0, 2], [1, 3]), "tensor[[0, 2], [1, 3]]"),
        ((MATRIX > 6,), "tensor[mask]"),
        ((None, 2), "tensor[None, 2]"),
    ],
)
def test_what_an_index_picks_is_orange(index: tuple[object, ...], caption: str) -> None:
    picture = selected(MATRIX, *index)
    expected = MATRIX[index]
    assert fills(picture).count(ORANGE) == 2 * expected.numel()
    assert fills(picture).count(PAPER) == 12 - expected.numel()
    shown = texts(picture)
    assert shown[14:] == [*map(str, expected.flatten().tolist()), caption, str((*expected.shape,))]
    assert cut_off(picture) == []


@pytest.mark.parametrize(
    ("dim", "index"), [(1, [[1, 1], [0, 3], [2, 2]]), (0, [[1, 0, 2, 2]]), (-1, [[3]])]
)
def test_gathered_numbers_have_the_colour_of_their_lane(dim: int, index: list[list[int]]) -> None:
    where = torch.tensor(index)
    picture = gathered(MATRIX, dim, where)
    expected = MATRIX.gather(dim, where)
    picked = fills(picture)[:12]
    assert 12 - picked.count(PAPER) == len(set(expected.flatten().tolist()))
    results = fills(picture)[12 + where.numel() :]
    assert results == fills(picture)[12:][: where.numel()], "index and result have one colour"
    for colour, value in zip(results, expected.flatten().tolist(), strict=True):
        lane = value // 4 if dim % 2 else value % 4
        assert colour == picked[value] == LANES[lane]
    assert cut_off(picture) == []


def test_speed_plots_what_was_measured() -> None:
    picture = speed([10, 100], Python_list=[0.001, 0.01], tensor=[0.001, 0.002])
    [ax] = picture.axes
    assert [line.get_label() for line in ax.lines] == ["Python list", "tensor"]
    assert list(ax.lines[1].get_ydata()) == [1.0, 2.0]
    with pytest.raises(ValueError, match="1 times for 2 sizes"):
        speed([10, 100], tensor=[0.1])
