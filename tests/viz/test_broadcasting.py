"""The broadcasting pictures say what torch does, and no label is cut off."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.colors import to_hex

from ptbasics.viz.broadcasting import broadcast_shape, broadcasting, lined_up
from ptbasics.viz.style import PURPLE, RED, SKY, Picture
from tests.viz.pictures import cut_off, texts

SHAPES = st.lists(
    st.lists(st.integers(1, 3), max_size=4).map(tuple), min_size=2, max_size=3
).filter(lambda shapes: max(map(len, shapes)) > 0)
REFUSAL = "these shapes do not broadcast"


def fills(picture: Picture, pale: bool) -> list[str]:
    patches = [patch for ax in picture.axes for patch in ax.patches]
    return [to_hex(p.get_facecolor()).upper() for p in patches if (p.get_alpha() != 1.0) is pale]


@settings(max_examples=60, deadline=None)
@given(SHAPES)
def test_shapes_meet_as_in_torch(shapes: list[tuple[int, ...]]) -> None:
    shown = texts(lined_up(*shapes))
    try:
        expected = torch.broadcast_tensors(*map(torch.empty, shapes))[0].shape
    except RuntimeError:
        assert REFUSAL in shown
        assert broadcast_shape(*shapes) is None
    else:
        assert REFUSAL not in shown
        assert tuple(expected) == broadcast_shape(*shapes)
        assert shown[-len(expected) - 1] == str(tuple(expected))


def test_the_conflict_is_red_and_nothing_else() -> None:
    picture = lined_up((8, 3, 32), (3,))
    assert fills(picture, pale=False).count(RED.upper()) == 2
    assert RED.upper() not in fills(lined_up((8, 3, 32), (3, 1)), pale=False)


def test_stretched_and_added_sizes_say_where_they_go() -> None:
    assert {"1 → 3", "→ 4"} <= set(texts(lined_up((4, 1), (3,))))


def test_pretended_values_are_pale_and_those_in_memory_are_not() -> None:
    picture = broadcasting(torch.tensor([[1], [2]]), torch.tensor([5, 6, 7]), "*")
    pale, solid = fills(picture, pale=True), fills(picture, pale=False)
    assert pale.count(SKY.upper()) == 4
    assert pale.count(PURPLE.upper()) == 3
    assert solid.count(PURPLE.upper()) == 3
    assert texts(picture)[-7:-1] == ["5", "6", "7", "10", "12", "14"]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (torch.arange(4.0)[:, None], torch.arange(4.0)),
        (torch.tensor([1.5, -2.25]), torch.tensor(2.0)),
        (torch.zeros(4, 3), torch.zeros(4)),
        (torch.tensor(1.0), torch.tensor(2.0)),
    ],
)
def test_nothing_is_cut_off(left: torch.Tensor, right: torch.Tensor) -> None:
    assert cut_off(broadcasting(left, right, "-")) == []
    assert cut_off(lined_up((16, 3, 224, 224), left.shape, right.shape)) == []


def test_a_refusal_shows_both_tensors_and_no_result() -> None:
    shown = texts(broadcasting(torch.zeros(4, 3), torch.ones(4), "+"))
    assert REFUSAL in shown
    assert shown.count("0") == 12
    assert shown.count("1") == 4
    assert "=" not in shown


def test_more_than_two_dimensions_are_refused() -> None:
    with pytest.raises(ValueError, match="lined_up"):
        broadcasting(torch.zeros(2, 2, 2), torch.zeros(2))
