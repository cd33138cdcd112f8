"""hint() and failing(): help in steps, and a failing case as variables."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from ptbasics import failing, helping, hint, progress
from ptbasics.checking import NotChecked
from ptbasics.exercise import Exercise
from ptbasics.helping import FailingCase, Help
from ptbasics.outlines import Outline
from ptbasics.registry import all_exercises, find_exercise


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(progress, "_session", progress.Progress())
    lesson = Outline("02_operations", "Operations", "", {"softmax": "7 · Softmax, <again>"})
    monkeypatch.setattr(helping, "outline", lambda name: lesson if name in lesson.lesson else None)


def softmax(x: torch.Tensor, dim: int) -> torch.Tensor:
    return x.exp() / x.exp().sum(dim, keepdim=True)


def test_three_steps_then_all_of_them() -> None:
    exercise = find_exercise("softmax")
    first, second, third, again = (repr(hint(softmax)) for _ in range(4))
    assert "Step 1 of 3, where to read again: “7 · Softmax, <again>”" in first
    assert " ".join(exercise.hint.split())[:40].replace("`", "") not in first
    assert "Step 2 of 3" in second
    assert " ".join(exercise.hint.split())[:40].replace("`", "") in second
    assert "Step 3 of 3" in third
    assert "expected: tensor(" in third
    assert all(f"Step {number} of 3" in again for number in (1, 2, 3))


def test_the_steps_are_counted_across_kernels() -> None:
    hint(softmax)
    progress._session = progress.Progress()
    assert "Step 2 of 3" in repr(hint(softmax))
    assert progress.known().hints == {"operations.softmax": 2}


def test_the_section_is_a_link_in_a_notebook() -> None:
    html = hint(softmax)._repr_html_()
    assert 'href="02_operations.ipynb#7-%C2%B7-Softmax%2C-%3Cagain%3E"' in html
    assert "<again>" not in html


def test_without_an_outline_the_lesson_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(helping, "outline", lambda name: None)
    assert "above the exercise in lesson 02_operations" in repr(hint(softmax))


@pytest.mark.parametrize("exercise", all_exercises().values(), ids=lambda each: each.name)
def test_every_exercise_has_a_small_case_and_names_that_are_free(exercise: Exercise) -> None:
    assert not {"case_name", "what", "expected", "got", "given"} & {*exercise.input_names}
    step = helping._step(exercise, 2)
    assert len(step.values) == len(exercise.input_names) + 1
    assert all(value for _, value in step.values)
    assert isinstance(Help(exercise.symbol, (step,), "")._repr_html_(), str)


def test_the_first_failing_case_as_variables() -> None:
    case = failing(softmax)
    assert isinstance(case, FailingCase)
    x, dim = case.given.values()
    assert case.x is x
    assert case.dim == dim
    torch.testing.assert_close(case.expected, torch.softmax(x, dim))
    assert softmax(x, dim).isnan().any()
    assert case.got.isnan().any()
    assert f".dim = {dim}" in repr(case)
    assert case.what in repr(case)
    with pytest.raises(AttributeError, match="this case has x, dim, expected, got, no y"):
        _ = case.y


def test_its_inputs_are_fresh() -> None:
    case = failing(softmax)
    assert isinstance(case, FailingCase)
    case.x.zero_()
    again = failing(softmax)
    assert isinstance(again, FailingCase)
    assert again.x.any()


def test_where_nothing_fails_a_sentence() -> None:
    def softmax(x: torch.Tensor, dim: int) -> torch.Tensor:
        powers = (x - x.amax(dim, keepdim=True)).exp()
        return powers / powers.sum(dim, keepdim=True)

    assert repr(failing(softmax)) == "No public case of softmax fails."

    def softmax(x: torch.Tensor, dim: int) -> torch.Tensor:  # type: ignore[no-redef]
        raise NotImplementedError

    assert "the TODO has not been filled in yet" in repr(failing(softmax))


@pytest.mark.parametrize("function", [hint, failing])
def test_something_else_gets_a_sentence(function) -> None:
    said = function("softmax")
    assert isinstance(said, NotChecked)
    assert f"Write {function.__name__}(softmax), without" in repr(said)
    assert progress.known().hints == {}
