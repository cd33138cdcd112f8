"""Every option of DataLoader and every sampler is taught somewhere, and practised."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch.utils.data
from torch.utils.data import DataLoader

from ptbasics.authoring import coverage

ROOT = Path(__file__).parents[1]


def test_everything_is_taught_and_practised() -> None:
    assert coverage.problems(ROOT) == []


def test_the_options_are_those_of_the_installed_torch() -> None:
    names = [row.name for row in coverage.option_rows(ROOT)]
    assert {"dataset", "num_workers", "in_order"} <= set(names)
    assert "self" not in names
    for name in (row.name for row in coverage.sampler_rows(ROOT)):
        assert isinstance(getattr(torch.utils.data, name), type)


def test_a_new_option_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def newer(self: Any, dataset: Any, teleport: bool = False) -> None: ...

    monkeypatch.setattr(DataLoader, "__init__", newer)
    found = coverage.problems(ROOT)
    assert "no lesson teaches teleport" in found
    assert "no exercise uses teleport" in found


def test_a_new_sampler_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.utils.data.sampler, "__all__", ["Sampler", "DiceSampler"])
    assert "no lesson teaches DiceSampler" in coverage.problems(ROOT)


def test_the_page_is_what_the_code_makes() -> None:
    made = coverage.page(ROOT)
    kept = (ROOT / coverage.PAGE).read_text(encoding="utf-8")
    assert kept == made, "run `python -m ptbasics.authoring.coverage`"
