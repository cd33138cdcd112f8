"""The picture of requests has an arrow for each, and says how many there were."""

from __future__ import annotations

from ptbasics.viz.requests import requests_made
from ptbasics.viz.style import Picture
from tests.viz.pictures import cut_off, texts


def arrows(picture: Picture) -> int:
    return sum(bool(getattr(text, "arrow_patch", None)) for text in picture.axes[0].texts)


def test_each_request_has_its_arrow_and_its_indices() -> None:
    picture = requests_made(slow=[0, 2, 1], fast=[[0, 2], [1]])
    shown = texts(picture)
    assert arrows(picture) == 5
    assert "slow: 3 requests" in shown
    assert "fast: 2 requests" in shown
    assert [text for text in shown if text.isdigit()] == ["0", "2", "1", "0", "2", "1"]


def test_nothing_is_cut_off() -> None:
    picture = requests_made(a_dataset_with_a_long_name=[[5]], other=list(range(6)))
    assert cut_off(picture) == []
    assert "a_dataset_with_a_long_name: 1 request" in texts(picture)
