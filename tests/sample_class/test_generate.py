"""Submissions are made once, and again when anything changes that they follow from."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from autograder.sample_class import generate
from autograder.sample_class.generate import KEPT, submitted_folder, whole_class
from autograder.sample_class.submissions import Submission
from ptbasics.exercise import grade_id

FEW = [
    Submission("ada", "02_operations", "", b"first"),
    Submission("bob", "01_tensors", "", b"second"),
]


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Has an entry for each time that a class was made."""
    calls: list[str] = []
    monkeypatch.setattr(generate, "whole_class", lambda: calls.append("made") or FEW)
    return calls


def test_a_second_call_makes_nothing(made: list[str], tmp_path: Path) -> None:
    folder = submitted_folder(tmp_path)
    assert submitted_folder(tmp_path) == folder
    assert made == ["made"]
    assert (folder / "ada/02_operations/02_operations.ipynb").read_bytes() == b"first"
    for path in KEPT.glob("*/*/*"):
        assert (folder / path.relative_to(KEPT)).read_bytes() == path.read_bytes()
    assert not (folder / "README.md").exists()


def test_a_change_makes_the_class_anew_and_removes_the_old_one(
    made: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = submitted_folder(tmp_path / "classes")
    ingredient = tmp_path / "ingredient"
    ingredient.write_text("new")
    monkeypatch.setattr(generate, "ROOT", tmp_path)
    monkeypatch.setattr(generate, "_INGREDIENTS", ("ingredient",))
    after = submitted_folder(tmp_path / "classes")
    ingredient.write_text("newer")
    newest = submitted_folder(tmp_path / "classes")
    assert made == ["made"] * 3
    assert len({before, after, newest}) == 3
    assert list((tmp_path / "classes").iterdir()) == [newest]


def test_the_key_follows_from_sources_notebooks_and_kept_files() -> None:
    paths = {str(path.relative_to(generate.ROOT)) for path in generate._ingredients()}
    assert {
        "course/01_tensors/01_tensors.ipynb",
        "solutions/01_tensors/01_tensors.ipynb",
        "src/ptbasics/registry.py",
        "src/ptbasics/reference/l02_operations/softmax.py",
        "autograder/sample_class/general.py",
        "autograder/sample_class/kept/empty_file/02_operations/02_operations.ipynb",
    } <= paths


def test_every_answer_that_is_said_to_be_wrong_stands_in_the_notebook() -> None:
    for submission in whole_class():
        if not submission.mistakes:
            continue
        cells = nbformat.reads(submission.content.decode(), as_version=4).cells
        sources = {grade_id(cell): cell.source for cell in cells}
        for symbol in submission.mistakes:
            assert symbol in sources[symbol], (submission.student, symbol)
            assert "NotImplementedError()" not in sources[symbol]
