"""The pictures of training show what really happened, and the live curves work everywhere."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from ptbasics.viz import training
from ptbasics.viz.training import (
    LiveCurves,
    drawers,
    labelled_points,
    learning_curves,
    line_fits,
    loop_circle,
    loss_surface,
    progress_bar,
    two_directions,
)
from tests.viz.pictures import cut_off, texts


class Mixed(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.gain = nn.Parameter(torch.ones(3))
        self.register_buffer("mean", torch.zeros(2, 1))
        self.head = nn.Linear(3, 2)
        self.lost = torch.ones(4)
        self.layers = [nn.Linear(2, 2)]


def test_drawers_hold_what_is_registered_and_what_is_not() -> None:
    picture = drawers(Mixed())
    shown = texts(picture)
    assert {"gain: Parameter (3,)", "mean: Tensor (2, 1)", "head: Linear"} <= set(shown)
    assert {"lost: Tensor (4,)", "layers: list of 1"} <= set(shown)
    assert "nothing" not in shown
    assert cut_off(picture) == []


def test_empty_drawers_say_so() -> None:
    assert texts(drawers(nn.Module())).count("nothing") == 4


def test_two_directions_show_shapes_and_lengths_of_a_real_run() -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, 3))
    x, y = torch.randn(5, 4), torch.tensor([0, 1, 2, 1, 0])
    picture = two_directions(model, F.cross_entropy, x, y)
    shown = texts(picture)
    assert [text for text in shown if text.startswith("(")] == [
        "(5, 4)", "(5, 6)", "(5, 6)", "(5, 3)",
    ]  # fmt: skip
    assert f"loss {F.cross_entropy(model(x), y).item():.3g}" in shown

    leaf = x.clone().requires_grad_()
    model.zero_grad()
    F.cross_entropy(model(leaf), y).backward()
    assert leaf.grad is not None
    assert f"|∇| {leaf.grad.norm().item():.3g}" in shown
    own = torch.cat([parameter.grad.flatten() for parameter in model[0].parameters()])
    assert f"Linear\nkeeps |∇| {own.norm().item():.3g}" in shown
    assert cut_off(picture) == []
    assert x.grad is None, "the caller's batch is left alone"


@pytest.mark.parametrize("count", [3, 4, 5])
def test_the_loop_has_each_step_in_order(count: int) -> None:
    names = ["zero_grad", "loss", "backward", "clip", "step"][:count]
    picture = loop_circle({name: f"what {name} did" for name in names})
    assert texts(picture)[:count] == [
        f"{place} · {name}\nwhat {name} did" for place, name in enumerate(names, 1)
    ]
    assert cut_off(picture) == []


def test_lines_go_through_the_points_they_should() -> None:
    picture = line_fits(torch.tensor([[0.0], [2.0]]), torch.tensor([1.0, 5.0]), {"fit": (2.0, 1.0)})
    [line] = picture.axes[0].lines
    assert line.get_ydata().tolist() == [1.0, 5.0]  # type: ignore[union-attr]


def test_paths_on_the_surface_are_those_passed_in() -> None:
    path = torch.tensor([[-1.0, 1.0], [0.0, 0.5], [0.0, 0.0]], requires_grad=True)
    picture = loss_surface(lambda w, b: w**2 + b**2, {"SGD": path})
    [way, end] = picture.axes[0].lines
    assert way.get_xydata().tolist() == path.tolist()  # type: ignore[union-attr]
    assert end.get_xydata().tolist() == [[0.0, 0.0]]  # type: ignore[union-attr]
    low, high = picture.axes[0].get_xlim()
    assert low < -1 < 0 < high


def test_regions_are_what_the_model_sees() -> None:
    class LeftOrRight(nn.Module):
        def forward(self, places: torch.Tensor) -> torch.Tensor:
            return torch.stack([-places[:, 0], places[:, 0]], dim=1)

    places = torch.tensor([[-1.0, 0.0], [1.0, 0.5], [2.0, 1.0]])
    labels = torch.tensor([0, 1, 1])
    plain, with_regions = labelled_points(places, labels), labelled_points(
        places, labels, LeftOrRight()
    )  # fmt: skip
    assert len(with_regions.axes[0].collections) == len(plain.axes[0].collections) + 1
    left, right = with_regions.axes[0].collections[0].get_paths()
    assert left.vertices[:, 0].max() <= right.vertices[:, 0].min() + 0.05  # type: ignore[operator]


def test_learning_curves_hold_the_measured_values() -> None:
    picture = learning_curves({"train": [1.0, 0.5], "validation": []}, logarithmic=True)
    first, second = picture.axes[0].lines
    assert first.get_ydata().tolist() == [1.0, 0.5]  # type: ignore[union-attr]
    assert len(second.get_xdata()) == 0  # type: ignore[arg-type]
    assert picture.axes[0].get_yscale() == "log"


def test_live_curves_outside_a_notebook(capsys: pytest.CaptureFixture[str]) -> None:
    live = LiveCurves(range(3))
    seen = []
    for epoch in live:
        live.add(train=torch.tensor(1.0 / (epoch + 1), requires_grad=True).detach())
        seen.append(epoch)
    assert seen == [0, 1, 2]
    assert live.curves["train"] == pytest.approx([1, 1 / 2, 1 / 3])
    output = capsys.readouterr()
    assert "3/3" in output.out
    assert output.err == "", "text on stderr looks like a failure in a notebook"
    assert live.picture().axes[0].lines


def test_live_curves_replace_the_picture_in_a_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[int] = []
    monkeypatch.setattr(training, "in_notebook", lambda: True)
    monkeypatch.setattr(training, "progress_bar", lambda rounds: rounds)
    handle = SimpleNamespace(update=lambda picture: shown.append(len(picture.axes[0].lines)))
    monkeypatch.setattr(training, "_replaceable", lambda _: handle)
    live = LiveCurves(range(4), every=2)
    for epoch in live:
        live.add(train=float(epoch))
    assert shown == [1, 1, 1], "after rounds 2 and 4, and at the end"


@pytest.mark.parametrize("missing", ["tqdm", "ipywidgets"])
def test_the_bar_does_with_what_is_installed(
    missing: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(training, "in_notebook", lambda: True)
    monkeypatch.setattr(training, "find_spec", lambda name: None if name == missing else object())
    assert list(progress_bar(range(2))) == [0, 1]
    output = capsys.readouterr()
    assert ("2/2" in output.out) is (missing == "ipywidgets")
    assert output.err == ""


def test_the_bar_of_a_notebook_is_a_widget(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("ipywidgets")
    monkeypatch.setattr(training, "in_notebook", lambda: True)
    bar = progress_bar(range(2))
    assert type(bar).__module__ == "tqdm.notebook"
    assert list(bar) == [0, 1]
