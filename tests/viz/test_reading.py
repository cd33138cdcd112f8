"""The pictures of lesson 12 show what they are given, and say it in their text alternatives."""

from __future__ import annotations

import torch

from ptbasics.viz.reading import class_counts, confusions, digit_wall, resumed_curve
from tests.viz.pictures import cut_off, texts


def test_each_digit_stands_under_its_label() -> None:
    images = torch.rand(7, 1, 8, 8)
    picture = digit_wall(images, torch.arange(7), columns=4)
    assert texts(picture) == ["0", "1", "2", "3", "4", "5", "6"]
    shown = [torch.tensor(image.get_array().data) for image in picture.axes[0].images]
    assert torch.equal(torch.stack(shown), images[:, 0])
    assert cut_off(picture) == []


def test_a_bar_for_each_class_of_each_part() -> None:
    picture = class_counts({"training": [6, 1, 4], "test": [2, 0, 1]})
    heights = [[bar.get_height() for bar in group] for group in picture.axes[0].containers]
    assert heights == [[6, 1, 4], [2, 0, 1]]
    assert "training: 6, 1, 4" in picture.alt


def test_a_class_has_a_row_and_what_it_was_read_as_a_column() -> None:
    picture = confusions(torch.tensor([[5, 2], [0, 3]]))
    written = {text.get_position(): text.get_text() for text in picture.axes[0].texts}
    assert written == {(0, 0): "5", (1, 0): "2", (1, 1): "3"}
    assert picture.alt.endswith("Mistakes: 0 read as 1 2 times")
    assert confusions(torch.eye(3, dtype=torch.int64)).alt.endswith("none")


def test_two_runs_are_drawn_over_each_other() -> None:
    picture = resumed_curve([3.0, 2.0, 1.0], [3.0, 2.0, 1.5], broken=2)
    straight, resumed = (line.get_ydata() for line in picture.axes[0].lines[:2])
    assert list(straight) == [3.0, 2.0, 1.0]
    assert list(resumed) == [3.0, 2.0, 1.5]
    assert list(picture.axes[0].lines[2].get_xdata()) == [2, 2]
    assert "interrupted after epoch 2" in picture.alt
    assert "at most 0.5 apart" in picture.alt
