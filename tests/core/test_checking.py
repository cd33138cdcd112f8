"""check(): what a student reads under an exercise."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from html import escape
from pathlib import Path
from typing import Any

import pytest
import torch

from ptbasics import check, checking, frontend, progress, registry
from ptbasics.checking import Checked, NotChecked
from ptbasics.exercise import Exercise
from ptbasics.expected import ExpectedMissing, pack_expected, public_expected, store_name


@pytest.fixture(autouse=True)
def _fresh_progress(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_session", progress.Progress())
    monkeypatch.chdir(tmp_path)


def softmax(x: torch.Tensor, dim: int) -> torch.Tensor:
    powers = (x - x.amax(dim, keepdim=True)).exp()
    return powers / powers.sum(dim, keepdim=True)


def checked(implementation: Any) -> Checked:
    result = check(implementation)
    assert isinstance(result, Checked), result
    return result


def test_a_right_answer_and_the_lessons_progress() -> None:
    result = checked(softmax)
    assert result.verdict.passed
    total = len(registry.exercises("02_operations"))
    assert f"1 of {total} exercises pass" in repr(result)
    assert "all" in result._repr_html_()


def test_a_known_mistake_gets_its_hint() -> None:
    def softmax(x: torch.Tensor, dim: int) -> torch.Tensor:
        return x.exp() / x.exp().sum(dim, keepdim=True)

    result = checked(softmax)
    exercise = registry.find_exercise("operations.softmax")
    assert result.verdict.hint in [one.hint for one in registry.misconceptions(exercise).values()]
    assert result.verdict.hint in repr(result)
    assert "nan" in repr(result)


def test_an_unfilled_todo_is_not_an_error() -> None:
    def softmax(x: torch.Tensor, dim: int) -> torch.Tensor:
        raise NotImplementedError

    result = checked(softmax)
    assert result.verdict.status == "not started"
    assert "Traceback" not in repr(result)
    assert "NotImplementedError" not in repr(result)


def test_own_code_above_a_leftover_raise_is_told_to_delete_it() -> None:
    def softmax(x: torch.Tensor, dim: int) -> torch.Tensor:
        x.exp()
        raise NotImplementedError

    result = checked(softmax)
    assert result.verdict.status == "failed"
    assert "Delete that line" in repr(result)
    assert "not started" not in repr(result)


def test_points_are_shown_as_the_grader_counts_them() -> None:
    points = registry.find_exercise("operations.softmax").points
    assert f"{points} of {points} points on the public cases" in repr(checked(softmax))
    wrong = checked_wrong()
    told = f"{wrong.points:g} of {points} points on the public cases"
    assert told in repr(wrong)
    assert told in wrong._repr_html_()


def test_an_error_of_torch_is_no_unfilled_todo() -> None:
    def softmax(x: torch.Tensor, dim: int) -> torch.Tensor:
        return x & 1.0  # type: ignore[operator]

    result = checked(softmax)
    assert result.verdict.status == "failed"
    assert "NotImplementedError" in repr(result)


def test_a_rule_of_the_statement() -> None:
    def softmax(x: torch.Tensor, dim: int) -> torch.Tensor:
        return torch.softmax(x, dim)

    assert checked(softmax).verdict.status == "forbidden"


@pytest.mark.parametrize(
    ("cells", "status"),
    [
        (["from torch import nn", "class LinearLayer(nn.Linear):\n    pass"], "forbidden"),
        (["from torch.nn import Linear as L", "class LinearLayer(L):\n    pass"], "forbidden"),
        (["%time 1", "import torch", "class LinearLayer(torch.nn.Linear): 1"], "forbidden"),
        (["from torch.nn import Linear as LinearLayer"], "forbidden"),
        (["import torch", "LinearLayer = torch.nn.Linear", "class LinearLayer: 1"], "failed"),
        (["import torch", "class LinearLayer: 1\nassert LinearLayer != torch.nn.Linear"], "failed"),
    ],
)
def test_a_rule_in_a_notebook_sees_what_the_answer_is_made_of(
    cells: list[str], status: str
) -> None:
    notebook: dict[str, Any] = {"__name__": "__main__", "In": cells, "check": check}
    for cell in cells:
        if not cell.startswith("%"):
            exec(compile(cell, "<cell>", "exec"), notebook)
    assert eval("check(LinearLayer)", notebook).verdict.status == status


@pytest.mark.parametrize("stranger", [3, "softmax", None, len, lambda x: x])
def test_something_else_gets_a_sentence(stranger: Any) -> None:
    result = check(stranger)
    assert isinstance(result, NotChecked)
    assert "check(softmax)" in repr(result)
    assert escape(repr(stranger)) in result._repr_html_(), "a browser hides <function …>"


def test_a_name_in_quotation_marks_is_told_what_to_write() -> None:
    assert "Write check(softmax), without quotation marks" in repr(check("softmax"))


@pytest.mark.parametrize("where", ["names", "file", "nowhere"])
def test_only_the_exercises_of_the_lesson_at_hand_are_listed(
    where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    notebook: dict[str, Any] = {"check": check}
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    if where == "names":
        notebook |= {"fit_line": 1, "evaluate": 2}
    elif where == "file":
        monkeypatch.setenv("JPY_SESSION_NAME", "/home/ada/course/04_training_loop.ipynb")
    said = repr(eval("check(3)", notebook))
    if where == "nowhere":
        assert "ptbasics exercises" in said
    symbols = [exercise.symbol for exercise in registry.exercises("04_training_loop")]
    assert all(symbol in said for symbol in symbols) == (where != "nowhere")
    assert "one_hot" not in said


def test_stored_observations_judge_as_the_reference_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A student's installation: no reference, only the store."""
    from ptbasics import expected

    (tmp_path / store_name("02_operations")).write_bytes(pack_expected("02_operations"))
    monkeypatch.setattr(expected, "_STORE", tmp_path)
    monkeypatch.setattr(expected, "reference_module", lambda exercise: None)
    public_expected.cache_clear()
    expected._stored.cache_clear()
    try:
        assert checked(softmax).verdict.passed
        wrong = checked_wrong()
        assert wrong.verdict.hint
        assert not wrong.verdict.passed
    finally:
        public_expected.cache_clear()
        expected._stored.cache_clear()


def checked_wrong() -> Checked:
    def softmax(x: torch.Tensor, dim: int) -> torch.Tensor:
        return x.exp() / x.exp().sum(dim, keepdim=True)

    return checked(softmax)


def test_without_expected_results_the_way_out_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(exercise: Exercise) -> None:
        raise ExpectedMissing("the expected results are not installed: reinstall ptbasics")

    monkeypatch.setattr(checking, "public_expected", nothing)
    assert "reinstall" in repr(check(softmax))


NOTEBOOK_CELLS = '''
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
def run(source):
    result = shell.run_cell(source, store_history=True)
    assert result.success, source
    return result.result
run("""import torch
from ptbasics import check""")
run("""def helper(x):
    return x.no_such_attribute

def softmax(x, dim):
    return helper(x)""")
print(repr(run("check(softmax)")))
run("""softmax = lambda x, dim: x""")
print(repr(run("check(softmax)")))
run("""def softmax(x, dim):
    import torch.nn.functional as F
    return F.softmax(x, dim)""")
print(repr(run("check(softmax)")))
'''


def test_in_ipython_the_trace_is_cut_to_the_students_lines() -> None:
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(NOTEBOOK_CELLS)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "softmax, line 5: return helper(x)" in done.stdout
    assert "helper, line 2: return x.no_such_attribute" in done.stdout
    assert "observing.py" not in done.stdout
    assert "uses what the statement forbids" in done.stdout


def test_a_plain_interpreter_is_no_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not frontend.in_notebook()
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    assert not frontend.in_notebook()


def test_in_a_notebook_the_plain_text_is_the_points(monkeypatch: pytest.MonkeyPatch) -> None:
    right, wrong, nothing = checked(softmax), checked_wrong(), check(len)
    assert right._repr_mimebundle_() is None
    monkeypatch.setattr(checking, "in_notebook", lambda: True)
    points = registry.find_exercise("operations.softmax").points
    assert right._repr_mimebundle_()["text/plain"] == repr(float(points))
    assert 0 < float(wrong._repr_mimebundle_()["text/plain"]) < points
    assert nothing._repr_mimebundle_()["text/plain"] == "0.0"
    assert wrong._repr_mimebundle_()["text/html"] == wrong._repr_html_()
