"""Plots of values and of accuracies show what was measured."""

from __future__ import annotations

import pytest
import torch

from ptbasics.viz.augmentation import accuracies, channel_histograms
from tests.viz.pictures import texts


def test_histograms_count_every_pixel_of_every_channel() -> None:
    image = torch.rand(3, 5, 4, generator=torch.Generator().manual_seed(0))
    picture = channel_histograms(("scaled", image), ("normalised", 4 * image - 2))
    for ax in picture.axes:
        assert [patch.get_data().values.sum() for patch in ax.patches] == [20, 20, 20]
    means = ", ".join(f"{mean:.2f}" for mean in image.mean(dim=(1, 2)).tolist())
    assert f"scaled: means {means} and" in picture.alt


def test_accuracies_show_each_run_and_their_mean() -> None:
    measured = {
        "linear": {"as they are": [0.9, 0.8], "shifted": [0.7, 0.7]},
        "MLP": {"as they are": [0.95, 0.97], "shifted": [0.5, 0.6]},
    }
    picture = accuracies(measured, "test images")
    [ax] = picture.axes
    assert texts(picture) == ["0.85", "0.70", "0.96", "0.55"]
    assert [bar.get_height() for bar in ax.patches] == pytest.approx([0.85, 0.7, 0.96, 0.55])
    assert [list(line.get_ydata()) for line in ax.lines] == [
        runs for ways in measured.values() for runs in ways.values()
    ]
    assert "linear, as they are: 0.850; linear, shifted: 0.700" in picture.alt
