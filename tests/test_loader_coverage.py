"""Every option of DataLoader and every sampler is taught somewhere, and practised."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch.utils.data
from torch.utils.data import DataLoader

from ptbasics.authoring import coverage
from ptbasics.registry import find_exercise

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


@pytest.mark.parametrize(
    ("option", "problem"),
    [
        (
            "timeout",
            "dataloader_workers.salvage is said to use timeout, and does not name it",
        ),
        (
            "teleport",
            "dataloader_workers.salvage uses teleport, which torch does not have",
        ),
    ],
)
def test_what_an_exercise_is_said_to_use_must_be_in_it(
    monkeypatch: pytest.MonkeyPatch, option: str, problem: str
) -> None:
    salvage = replace(find_exercise("salvage"), teaches=(option,))
    monkeypatch.setattr(coverage, "exercises", lambda _lesson: [salvage])
    assert problem in coverage.problems(ROOT)


@pytest.mark.parametrize(
    ("heading", "problem"),
    [
        ("2 · A timeline", "'2 · A timeline' is said to teach in_order, and does not name it"),
        ("99 · Teleporting", "'99 · Teleporting', said to teach in_order, is not there"),
    ],
)
def test_what_a_section_is_said_to_teach_must_be_in_it(
    monkeypatch: pytest.MonkeyPatch, heading: str, problem: str
) -> None:
    said = {"in_order": [coverage.Section("08_dataloader_workers", heading)]}
    monkeypatch.setattr(coverage, "_sections", lambda _root: defaultdict(list, said))
    assert f"08_dataloader_workers: section {problem}" in coverage.problems(ROOT)


def test_a_name_is_a_word_of_its_own() -> None:
    assert coverage._names("the `sampler` of a loader", "sampler")
    assert not coverage._names("a batch_sampler, or several samplers", "sampler")


def test_the_page_is_what_the_code_makes() -> None:
    made = coverage.page(ROOT)
    kept = (ROOT / coverage.PAGE).read_text(encoding="utf-8")
    assert kept == made, "run `ptbasics build`"
