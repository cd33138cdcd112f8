"""Pictures of ranks show what they were given, in the colours of those it came from."""

from __future__ import annotations

import torch
from matplotlib.colors import to_hex

from ptbasics.viz.ranks import collective, index_shares, rank_timeline, ring, sent_by_rank
from ptbasics.viz.style import GREEN, ORANGE, PURPLE, SKY, Picture
from tests.viz.pictures import cut_off, texts


def fills(picture: Picture) -> list[str]:
    return [to_hex(patch.get_facecolor()).upper() for patch in picture.axes[0].patches]


def test_a_number_keeps_the_colour_of_its_rank_and_a_new_one_is_purple() -> None:
    before = [torch.tensor([1.0, 2.0]), torch.tensor([10.0, 20.0])]
    moved = collective("broadcast", before, [before[0], before[0]])
    assert fills(moved) == [SKY, SKY, ORANGE, ORANGE, SKY, SKY, SKY, SKY]
    added = collective("all_reduce", before, [before[0] + before[1]] * 2)
    assert fills(added)[4:] == [PURPLE] * 4
    assert "Rank 1 has [10, 20] before and [11, 22] after it." in added.alt
    assert cut_off(moved) == []
    assert cut_off(added) == []


def test_the_ring_is_complete_after_its_last_round_only() -> None:
    picture = ring(3)
    frames = [picture.axes[0].patches[first : first + 9] for first in range(0, 45, 9)]
    colours = [[to_hex(patch.get_facecolor()).upper() for patch in frame] for frame in frames]
    assert [frame.count(GREEN) for frame in colours] == [0, 0, 3, 6, 9]
    assert texts(picture).count("0+1+2") == 3 + 6 + 9
    thick = [sum(patch.get_linewidth() > 2 for patch in frame) for frame in frames]
    assert thick == [0, 3, 3, 3, 3]
    assert cut_off(picture) == []


def test_a_ring_sends_less_than_two_tensors_however_many_ranks() -> None:
    star, round_the_ring = sent_by_rank(8).axes[0].lines
    assert list(star.get_ydata()) == [1, 2, 3, 4, 5, 6, 7]
    sent = list(round_the_ring.get_ydata())
    assert sent[0] == 1
    assert max(sent) < 2


def test_an_index_that_comes_again_is_orange() -> None:
    picture = index_shares([[0, 2, 4], [1, 3, 0]])
    assert fills(picture) == [SKY, SKY, SKY, SKY, SKY, ORANGE]
    assert picture.alt.endswith("More than once: 0.")
    assert index_shares([[0, 2], [1, 3]]).alt.endswith("None comes twice.")
    assert index_shares([[0, 2], [1]]).alt.endswith("rank 1: 1. None comes twice.")
    assert cut_off(picture) == []


def test_the_timeline_says_how_long_each_rank_waits() -> None:
    picture = rank_timeline([[(5.0, 5.1, 5.3)], [(5.0, 5.3, 5.3)]])
    work, wait, late, none = picture.axes[0].patches
    assert [round(bar.get_width()) for bar in (work, wait, late, none)] == [100, 200, 300, 0]
    assert "rank 0 waits 200 ms; rank 1 waits 0 ms" in picture.alt
    assert cut_off(picture) == []
