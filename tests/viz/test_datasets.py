"""The pictures of data sets show the rows, indices, splits and models that were passed in."""

from __future__ import annotations

import pandas as pd
import pytest
import torch
from matplotlib.colors import to_hex
from torch import nn
from torch.utils.data import ConcatDataset, Subset, TensorDataset

from ptbasics.viz.datasets import (
    confusion_picture,
    decision_regions,
    index_arrows,
    pair_plot,
    reads,
    row_to_item,
    split_bars,
    statistics_from,
)
from ptbasics.viz.style import BLUE, GREEN, ORANGE
from tests.viz.pictures import cut_off, texts

FEATURES = ["length (cm)", "width (cm)"]
CLASSES = ["small", "large"]


def table() -> pd.DataFrame:
    return pd.DataFrame(
        {"length (cm)": [1.5, 2.5, 3.5], "width (cm)": [4, 5, 6], "kind": [0, 1, 0]}
    )


@pytest.mark.parametrize(("row", "shown"), [(0, ["row 0"]), (2, ["row 0", "row 1", "row 2"])])
def test_a_row_becomes_an_item(row: int, shown: list[str]) -> None:
    item = torch.tensor([7.25, 8.5]), torch.tensor(1)
    picture = row_to_item(table(), row, item)
    seen = texts(picture)
    assert [text for text in seen if text.startswith("row")] == shown
    assert {"7.25", "8.5", "float32, shape (2,)", "int64, shape ()"} <= set(seen)
    assert "length\n(cm)" in seen
    assert cut_off(picture) == []


def test_arrows_lead_where_a_subset_points() -> None:
    picture = index_arrows(Subset(TensorDataset(torch.arange(5)), [3, 0, 3]))
    assert texts(picture)[2:] == ["0", "1", "2", "3", "4", *[t for i in "012" for t in (i, "")]]
    used = [to_hex(box.get_facecolor()) != "#ffffff" for box in picture.axes[0].patches[:5]]
    assert used == [True, False, False, True, False]
    assert cut_off(picture) == []


def test_arrows_lead_into_the_parts_of_a_concatenation() -> None:
    parts = [TensorDataset(torch.arange(count)) for count in (2, 3)]
    picture = index_arrows(ConcatDataset(parts))
    assert [t for t in texts(picture) if t][2:] == [*"01", *"012", *"01234"]
    assert cut_off(picture) == []


def test_other_data_sets_have_no_arrows() -> None:
    with pytest.raises(TypeError, match="TensorDataset"):
        index_arrows(TensorDataset(torch.arange(2)))


def test_reads_are_drawn_in_their_order() -> None:
    picture = reads({"random": [2, 0, 1], "stream": [0, 1, 2]})
    assert [ax.get_title() for ax in picture.axes] == ["random", "stream"]
    assert picture.axes[0].lines[0].get_ydata().tolist() == [2, 0, 1]  # type: ignore[union-attr]


def test_bars_count_the_classes_of_each_part() -> None:
    labels = torch.tensor([0, 0, 0, 1, 1, 1])
    picture = split_bars(labels, {"one": [[0, 1, 3], [2], [4, 5]], "two": [[0], [1], [2]]}, CLASSES)
    counts = [text for text in texts(picture) if text]
    assert counts == [*("2", "1", "0"), *("1", "0", "2"), *("1", "1", "1"), *("0", "0", "0")]
    ends = [bar.get_x() + bar.get_width() for bar in picture.axes[0].patches[3:]]
    assert ends == [1, 1, 1], "shares add up"


def test_a_leak_moves_the_test_part_towards_the_middle() -> None:
    train, test = torch.tensor([-1.0, 1.0]), torch.tensor([5.0, 7.0])
    picture = statistics_from(train, test)
    assert texts(picture)[:2] == ["test: mean 6.0", "train: mean 0.0"]
    known = torch.cat([train, test])
    z = ((test - known.mean()) / known.std(correction=0)).mean().item()
    assert texts(picture)[2] == f"test: mean {z:.2f}"


def test_the_pair_plot_has_every_pair() -> None:
    X, y = torch.tensor([[1.0, 10.0], [2.0, 20.0], [3.0, 30.0]]), torch.tensor([0, 1, 1])
    picture = pair_plot(X, y, FEATURES, CLASSES)
    assert len(picture.axes) == 4
    large = picture.axes[2].collections[1]
    assert large.get_offsets().tolist() == [[2.0, 20.0], [3.0, 30.0]]  # type: ignore[union-attr]
    assert [text.get_text() for text in picture.legends[0].get_texts()] == CLASSES


def test_histograms_of_one_feature_share_their_bins() -> None:
    X, y = torch.tensor([[0.0], [1.0], [5.0], [30.0]]), torch.tensor([0, 0, 1, 1])
    [ax] = pair_plot(X, y, FEATURES[:1], CLASSES).axes
    lefts = [bar.get_x() for bar in ax.patches]  # type: ignore[attr-defined]
    half = len(lefts) // 2
    assert lefts[:half] == lefts[half:]


def test_the_confusion_matrix_is_drawn_row_by_row() -> None:
    picture = confusion_picture(torch.tensor([[5, 1], [0, 7]]), CLASSES)
    assert [text for text in texts(picture) if text.isdigit()] == [*"51", *"07"]
    colours = [to_hex(box.get_facecolor()).upper() for box in picture.axes[0].patches]
    assert colours == [GREEN, ORANGE, "#FFFFFF", GREEN]
    assert cut_off(picture) == []


class LeftOrRight(nn.Module):
    """Class 1 where the first feature is positive; notes which values of the second it saw."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[list[float]] = []

    def forward(self, X: torch.Tensor) -> torch.Tensor:
        self.seen.append(X[:, 1].unique().tolist())
        return torch.stack([-X[:, 0], X[:, 0]], dim=1)


def test_regions_are_what_the_model_predicts() -> None:
    X = torch.tensor([[-1.0, 4.0, 1.0], [1.0, 6.0, 2.0], [2.0, 2.0, 3.0]])
    y = torch.tensor([0, 1, 0])
    names = ["a", "b", "c"]
    picture = decision_regions(LeftOrRight(), X, y, names, CLASSES, pair=(0, 2))
    [ax] = picture.axes
    regions, *points, wrong = ax.collections
    left, right = regions.get_paths()
    assert left.vertices[:, 0].max() <= right.vertices[:, 0].min() + 0.05  # type: ignore[operator]
    assert to_hex(points[0].get_facecolor()[0]) == BLUE.lower()  # type: ignore[index]
    assert wrong.get_offsets().tolist() == [[2.0, 3.0]]  # type: ignore[union-attr]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("a", "c")


def test_features_off_the_plane_stay_at_their_mean() -> None:
    model, X = LeftOrRight(), torch.tensor([[-1.0, 4.0, 1.0], [1.0, 6.0, 2.0]])
    decision_regions(model, X, torch.tensor([0, 1]), ["a", "b", "c"], CLASSES, pair=(0, 2))
    assert model.seen[0] == [5.0]
