"""Codes beside labels, and probabilities beside scores, are those that were passed in."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from matplotlib.colors import to_hex

from ptbasics.viz.classes import class_losses, one_hot_rows, probability_bars
from ptbasics.viz.style import ORANGE
from tests.viz.pictures import cut_off, texts


def test_exactly_the_ones_are_coloured() -> None:
    labels = torch.tensor([2, 0, 1])
    codes = torch.nn.functional.one_hot(labels, 4)
    picture = one_hot_rows(labels, codes)
    fills = [to_hex(patch.get_facecolor()).upper() for patch in picture.axes[0].patches]
    assert fills.count(ORANGE.upper()) == 3
    assert texts(picture)[:3] == ["2", "0", "1"]
    assert cut_off(picture) == []


def test_bars_have_the_heights_of_the_numbers() -> None:
    scores = torch.tensor([2.0, 1.0, -1.0])
    probabilities = torch.softmax(scores, dim=0)
    picture = probability_bars(scores, probabilities, ["cat", "dog", "fox"])
    for ax, values in zip(picture.axes, (scores, probabilities), strict=True):
        heights = torch.tensor([patch.get_height() for patch in ax.patches])
        torch.testing.assert_close(heights, values, check_dtype=False)
        assert [label.get_text() for label in ax.get_xticklabels()] == ["cat", "dog", "fox"]


def test_the_loss_of_a_sample_is_the_number_under_its_label() -> None:
    logits, labels = torch.tensor([[2.0, 0.5, -1.0], [0.0, 0.0, 0.0]]), torch.tensor([2, 0])
    picture = class_losses(logits, labels, ["cat", "dog", "bird"])
    losses = F.cross_entropy(logits, labels, reduction="none")
    shown = texts(picture)
    assert [f"{loss:.2f}" for loss in losses.tolist()] == [shown[i] for i in _places(shown)]
    assert f"mean {losses.mean():.2f}" in shown
    orange = [to_hex(box.get_facecolor()).upper() == ORANGE for box in picture.axes[0].patches]
    assert [place for place, is_orange in enumerate(orange) if is_orange] == [2, 4]
    assert cut_off(picture) == []


def _places(shown: list[str]) -> list[int]:
    """Where the losses stand: before the minus sign of each arrow."""
    return [place - 2 for place, text in enumerate(shown) if text == "−"]
