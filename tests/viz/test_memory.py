"""The memory pictures are read from the real storage: places, strides and who shares what."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.colors import to_hex

from ptbasics.viz.memory import flat_memory, places_of, shared_memory, storage_of
from ptbasics.viz.style import PAPER
from tests.viz.pictures import cut_off, texts

MATRIX = torch.arange(12).view(3, 4)
VIEWS = {
    "whole": MATRIX,
    "transposed": MATRIX.T,
    "two columns": MATRIX[:, 1:3],
    "every other": MATRIX[::2, ::2],
    "one row": MATRIX[1:2],
    "expanded": MATRIX[:1].expand(3, 4),
}


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2), st.integers(1, 3), st.integers(1, 2), st.booleans())
def test_places_lead_to_the_elements(start: int, step: int, wide: int, turn: bool) -> None:
    view = torch.arange(100, 120).view(4, 5)[start::step, ::wide]
    view = view.T if turn else view
    assert torch.equal(storage_of(view)[places_of(view)], view)


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
def test_strides_show_the_storage_and_the_steps(view: torch.Tensor) -> None:
    picture = flat_memory(view)
    shown = texts(picture)
    assert f"shape {tuple(view.shape)}, strides {view.stride()}" in shown
    assert any(text.startswith(f"next row: {view.stride(0):+d} place") for text in shown)
    [ax] = picture.axes
    boxes = [to_hex(patch.get_facecolor()).upper() for patch in ax.patches]
    assert len(boxes) == view.numel() + 12
    assert boxes.count(PAPER) == 12 - len(set(places_of(view).flatten().tolist()))
    assert cut_off(picture) == []


def test_only_matrices_have_both_steps() -> None:
    with pytest.raises(ValueError, match="2 dimensions"):
        flat_memory(torch.zeros(3))


def memories(shown: list[str]) -> int:
    return shown.count("memory")


def test_a_view_shares_and_a_clone_does_not() -> None:
    week = torch.arange(7.0)
    picture = shared_memory(week=week, weekend=week[5:], copy=week[5:].clone())
    shown = texts(picture)
    assert memories(shown) == 2
    assert shown.count("5") == 2, "once in the memory of the week, once in that of the copy"
    assert shown.count("[0]") == 3
    assert cut_off(picture) == []


def test_an_index_stands_under_its_element() -> None:
    [ax] = shared_memory(matrix=MATRIX, column=MATRIX[:, 1]).axes
    at = {text.get_text(): text.get_position()[0] for text in ax.texts}
    assert at["[2,1]"] == at["[2]"] == at["9"]


def test_a_bridge_to_numpy_is_one_memory_and_shows_what_is_in_it_now() -> None:
    array = np.array([1.5, 2.0, 3.0])
    bridge, copy = torch.from_numpy(array), torch.tensor(array)
    array[0] = 9.25
    shown = texts(shared_memory(array=array, bridge=bridge, tail=array[1:], copy=copy))
    assert memories(shown) == 2
    assert shown.count("9.25") == 1
    assert shown.count("1.5") == 1


def test_elements_of_different_size_are_not_drawn_together() -> None:
    numbers = torch.arange(4)
    with pytest.raises(ValueError, match="element sizes"):
        shared_memory(numbers=numbers, halves=numbers.view(torch.int32))
