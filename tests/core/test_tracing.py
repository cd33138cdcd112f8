"""Shapes line by line: what a failing public case shows of the student's own code."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from itertools import count, pairwise
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from ptbasics import check, checking, failing, progress
from ptbasics.checking import Checked
from ptbasics.exercise import Exercise
from ptbasics.helping import FailingCase
from ptbasics.judging import observing, shape_recorder, shapes
from ptbasics.judging.codec import Raised, encode
from ptbasics.judging.display import verdict_html, verdict_text
from ptbasics.judging.observing import draw_cases, observe_cases
from ptbasics.judging.shape_recorder import listed
from ptbasics.judging.shapes import (
    MAX_CODE,
    MAX_LINES,
    MAX_NOTE,
    MAX_STEPS,
    ShapeLine,
    ShapeQuestion,
    Shapes,
    shape_question,
)
from ptbasics.judging.tracing import trace_shapes
from ptbasics.registry import find_exercise
from tests.core.sample import double


@pytest.fixture(autouse=True)
def _fresh_progress(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_session", progress.Progress())
    monkeypatch.chdir(tmp_path)


def verdict_on(answer: Any) -> Any:
    result = check(answer)
    assert isinstance(result, Checked), result
    return result.verdict


def shapes_of(answer: Any) -> Shapes | None:
    return next((case.shapes for case in verdict_on(answer).cases if case.shapes), None)


def shown(answer: Any) -> Shapes:
    found = shapes_of(answer)
    assert found is not None
    return found


def marked(found: Shapes) -> ShapeLine:
    [line] = [line for line in found.lines if line.marked]
    return line


# --- errors


def test_broadcasting_that_does_not_fit() -> None:
    def center_rows(x):
        mean = x.mean(dim=1)
        return x - mean

    found = shown(center_rows)
    assert [line.code for line in found.lines] == ["mean = x.mean(dim=1)", "return x - mean"]
    assert [line.shapes for line in found.lines] == [
        "mean (3, 4) → (3,)",
        "sub (3, 4), (3,) → error",
    ]
    assert marked(found) is found.lines[1]
    first = center_rows.__code__.co_firstlineno
    assert found.note == f"The error comes from line {first + 2}, where (3, 4) and (3,) meet."


def test_a_matrix_product_that_does_not_fit() -> None:
    def pairwise_distances(a, b):
        products = a @ b
        return products.sqrt()

    found = shown(pairwise_distances)
    assert marked(found).code == "products = a @ b"
    assert marked(found).shapes.startswith("matmul (")
    assert marked(found).shapes.endswith(" → error")


def test_view_with_wrong_sizes() -> None:
    def center_rows(x):
        flat = x.view(-1)
        return flat.view(5, -1)

    found = shown(center_rows)
    assert marked(found).shapes == "view (12,) → error"
    assert found.note.endswith("which was given (12,).")


def test_the_batch_dimension_lost_in_forward() -> None:
    class MLP(nn.Module):
        def __init__(self, sizes):
            super().__init__()
            self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in pairwise(sizes))

        def forward(self, x):
            x = x.flatten()
            for layer in self.layers:
                x = layer(x).relu()
            return x

    found = shown(MLP)
    assert {line.where.partition(",")[0] for line in found.lines} == {"__init__", "forward"}
    assert ("x = x.flatten()", "flatten (6, 2) → (12,)") in [
        (line.code, line.shapes) for line in found.lines
    ]
    assert marked(found).where.startswith("forward, line ")
    assert marked(found).code == "x = layer(x).relu()"
    assert "where (12,), (8, 2) and (8,) meet" in found.note


def test_an_error_in_a_nested_helper() -> None:
    def normalised(row, total):
        return row / total

    def softmax(x, dim):
        powers = x.exp()
        return normalised(powers, powers[0, :1, None, None].expand(7, 7, 7, 7)[:, :, :, :5])

    found = shown(softmax)
    line = marked(found)
    assert line.where == f"normalised, line {normalised.__code__.co_firstlineno + 1}"
    assert line.code == "return row / total"
    assert line.where in found.note
    assert {line.where.partition(",")[0] for line in found.lines} == {"softmax", "normalised"}


def test_an_error_that_python_raises_is_placed_too() -> None:
    def center_rows(x):
        total = x.sum()
        for row in total:
            x = x - row
        return x

    found = shown(center_rows)
    assert marked(found).code == "for row in total:"
    assert found.note.startswith("The error comes from line ")


def test_a_collate_function() -> None:
    def pad_collate(samples):
        lengths = torch.tensor([len(sample) for sample in samples])
        return torch.stack(samples), lengths

    found = shown(pad_collate)
    assert marked(found).code == "return torch.stack(samples), lengths"
    assert marked(found).shapes == "stack (3,), (5,), (2,) → error"
    assert found.lines[0].shapes == "tensor → (3,)"


def test_the_pass_of_a_loop_that_fails_is_shown() -> None:
    def center_rows(x):
        total = x[0]
        for width in (4, 4, 3):
            total = total + x[0, :width]
        return total

    found = shown(center_rows)
    assert marked(found).shapes == "pass 3: […] (3, 4) → (3,); add (4,), (3,) → error"


def test_only_so_much_of_the_arguments_is_looked_at() -> None:
    endless: list[Any] = [torch.zeros(2), {"a": torch.zeros(3)}]
    endless.append(endless)
    sizes = [tuple(tensor.shape) for tensor in shape_recorder._tensors((endless, None))]
    assert sizes[:3] == [(2,), (3,), (2,)]
    assert len(sizes) < shape_recorder._MAX_VISITED
    started = time.monotonic()
    deep = [[[[0.0] * 500] * 500] * 500] * 500
    assert [*shape_recorder._tensors(deep)] == []
    assert time.monotonic() - started < 0.1


def test_of_many_shapes_the_same_are_counted() -> None:
    assert listed([(2,)]) == "(2,)"
    assert listed([(2,), (3,)]) == "(2,) and (3,)"
    assert listed([(2,)] * 4) == "4 × (2,)"
    assert listed([(2,), (2,), (3,), (2,)]) == "3 × (2,) and (3,)"
    assert listed([(1,), (2,), (3,), (4,)]) == "(1,), (2,), (3,), …"


# --- wrong shapes


def test_a_dimension_that_was_kept() -> None:
    def cross_entropy(logits, labels):
        shifted = logits - logits.amax(1, keepdim=True)
        total = shifted.exp().sum()
        return total.log().reshape(1)

    found = shown(cross_entropy)
    assert marked(found).code == "return total.log().reshape(1)"
    assert "The shape (1,) comes from line" in found.note
    assert "out of ()" in found.note
    assert "Expected: ()." in found.note


def test_later_lines_that_keep_the_wrong_shape_are_not_marked() -> None:
    def center_rows(x):
        mean = x.mean(dim=1, keepdim=True)
        centred = (x - mean).squeeze()
        return centred * 1.0

    found = shown(center_rows)
    assert marked(found).code == "centred = (x - mean).squeeze()"
    assert found.note.endswith("out of (1, 5); no later line changes it. Expected: (1, 5).")


def test_a_wrong_dimension() -> None:
    def mean_squared_error(prediction, target):
        error = (prediction - target) ** 2
        return error.mean(dim=0)

    found = shown(mean_squared_error)
    assert marked(found).code == "return error.mean(dim=0)"


def test_a_loss_that_is_spread_out_by_broadcasting() -> None:
    def cross_entropy(logits, labels):
        total = logits.exp().sum(1).log()
        picked = logits.gather(1, labels[:, None])
        return total - picked

    found = shown(cross_entropy)
    assert marked(found).shapes == "sub (5,), (5, 1) → (5, 5)"
    assert "out of (5,) and (5, 1)" in found.note


def test_a_loss_that_is_not_reduced_blames_no_earlier_line() -> None:
    def cross_entropy(logits, labels):
        total = logits.exp().sum(1).log()
        picked = logits.gather(1, labels[:, None]).squeeze(1)
        return total - picked

    found = shown(cross_entropy)
    assert marked(found).code == "return total - picked"
    assert "What came back is made in line" in found.note
    assert "has the shape (5,). Expected: ()." in found.note


def test_a_loop_is_one_row_with_its_first_pass_and_a_count() -> None:
    def center_rows(x):
        rows = []
        for row in x:
            rows.append(row - row.mean())
        return torch.cat(rows)

    found = shown(center_rows)
    assert [line.shapes for line in found.lines] == [
        "unbind (3, 4) → 3 × (4,)",
        "3 ×: mean (4,) → (); sub (4,), () → (4,)",
        "cat (4,), (4,), (4,) → (12,)",
    ]
    assert found.note.endswith("Expected: (3, 4).")


def test_a_loop_on_one_line_is_counted() -> None:
    def center_rows(x):
        return torch.cat([row - row.mean() for row in x])

    found = shown(center_rows)
    assert len(found.lines) == 1
    assert marked(found).shapes.endswith("cat (4,), (4,), (4,) → (12,)")


def test_of_a_loop_the_pass_that_made_the_result_is_shown() -> None:
    def center_rows(x):
        kept = None
        for start in (0, 1, 2):
            part = x[start:]
            kept = part if start == 1 else kept
        return kept

    found = shown(center_rows)
    assert marked(found).shapes == "pass 2: […] (3, 4) → (2, 4)"


def test_what_the_answer_changes_in_place_is_followed() -> None:
    def center_rows(x):
        centred = x - x.mean(dim=1, keepdim=True)
        centred.unsqueeze_(0)
        centred += 0
        return centred

    found = shown(center_rows)
    assert marked(found).code == "centred.unsqueeze_(0)"


def test_where_the_line_cannot_be_known_none_is_marked() -> None:
    class Calibration(nn.Module):
        def __init__(self, mean, std):
            super().__init__()
            self.register_buffer("mean", mean)
            self.register_buffer("std", std)
            self.gain = nn.Parameter(torch.ones(1))
            self.offset = nn.Parameter(torch.zeros(1))

        def forward(self, readings):
            return (readings - self.mean) / self.std * self.gain + self.offset

    found = shown(Calibration)
    assert not any(line.marked for line in found.lines)
    assert found.note == (
        "Several of these lines make the shape (1,), which came back. Expected: (3,)."
    )


# --- nothing to show


def test_right_answers_and_wrong_values_show_nothing() -> None:
    def center_rows(x):
        return x - x.mean(dim=1, keepdim=True)

    assert verdict_on(center_rows).passed
    assert shapes_of(center_rows) is None

    def center_rows(x):  # type: ignore[no-redef]
        return x + x.mean(dim=1, keepdim=True)

    assert not verdict_on(center_rows).passed
    assert shapes_of(center_rows) is None


def test_an_answer_without_tensors_shows_nothing() -> None:
    def center_rows(x):
        raise ValueError("the shape is wrong")

    assert "ValueError" in verdict_text(verdict_on(center_rows))
    assert shapes_of(center_rows) is None


def test_an_answer_that_is_endless_shows_nothing() -> None:
    def softmax(x, dim):
        while True:
            x = x + 0

    verdict = verdict_on(softmax)
    assert verdict.status == "broken"
    assert "did not finish" in verdict.reason


def only_the_first_times(number: int, then: Callable[[], None]) -> Callable[..., Any]:
    """An answer that fails by a shape, and later, when it is run once more, does something else."""
    calls = count()

    def center_rows(x):
        if next(calls) >= number:
            then()
        return x - x.mean(dim=1)

    return center_rows


def endless() -> None:
    while True:
        time.sleep(0.01)


def interrupted() -> None:
    raise KeyboardInterrupt


def busy() -> None:
    x = torch.zeros(1)
    while True:
        x = x + 0


def another_error() -> None:
    raise ZeroDivisionError


@pytest.mark.parametrize("then", [endless, interrupted, busy, another_error, exit])
def test_a_second_run_that_ends_otherwise_shows_nothing_and_changes_nothing(
    then: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "MAX_SECONDS", 0.3 if then is endless else 30.0)
    cases = len(draw_cases(find_exercise("center_rows")))
    wrong = verdict_on(only_the_first_times(10**6, endless))
    verdict = verdict_on(only_the_first_times(cases, then))
    assert any(case.shapes for case in wrong.cases)
    assert not any(case.shapes for case in verdict.cases)
    assert (verdict.points, verdict.status, verdict.hint) == (
        wrong.points,
        wrong.status,
        wrong.hint,
    )


def test_what_fails_in_the_recorder_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object) -> None:
        raise RuntimeError("a recorder that breaks")

    def center_rows(x):
        return x - x.mean(dim=1)

    monkeypatch.setattr(shape_recorder, "_step", breaks)
    assert shapes_of(center_rows) is None
    assert verdict_on(center_rows).status == "failed"


# --- the run itself


def test_it_has_its_own_inputs_and_random_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    seen = []

    def center_rows(x):
        seen.append((x.clone(), torch.rand(1), random.random()))
        print("from the answer")
        x.zero_()
        return x - x.mean(dim=1)

    before = torch.get_rng_state(), random.getstate()
    exercise = find_exercise("center_rows")
    cases = draw_cases(exercise)
    observed = observe_cases(exercise, center_rows, cases)
    capsys.readouterr()
    question = ShapeQuestion(0, "RuntimeError")
    assert trace_shapes(exercise, center_rows, encode(cases[0].inputs), question)
    assert capsys.readouterr().out == ""
    assert len(seen) == len(observed) + 1
    assert torch.equal(seen[0][0], seen[-1][0])
    assert torch.equal(seen[0][1], seen[-1][1])
    assert seen[0][2] == seen[-1][2]
    assert torch.equal(before[0], torch.get_rng_state())
    assert before[1] == random.getstate()


def test_no_more_than_fits() -> None:
    body = "\n".join(f"    x = x.unsqueeze(0).squeeze(0) + {'0 + ' * 30}{n}" for n in range(30))
    names: dict[str, Any] = {}
    exec(compile(f"def center_rows(x):\n{body}\n    return x[0]", "<cell>", "exec"), names)
    found = shown(names["center_rows"])
    assert len(found.lines) == MAX_LINES
    assert marked(found).where == "line 32"
    assert "(19 more lines)" in found.note
    for line in found.lines:
        assert len(line.code) <= MAX_CODE
        assert len(line.shapes) <= MAX_STEPS


def test_lines_around_the_marked_one_are_kept() -> None:
    after = "\n".join("    x = x * 1" for _ in range(30))
    names: dict[str, Any] = {}
    exec(
        compile(f"def center_rows(x):\n    x = x[0]\n{after}\n    return x", "<cell>", "exec"),
        names,
    )
    found = shown(names["center_rows"])
    assert marked(found) is found.lines[0]
    assert len(found.lines) == MAX_LINES


# --- the question


def observed(answer: Callable[..., Any]) -> list[Any]:
    return observe_cases(double, answer, draw_cases(double))


def right() -> list[Any]:
    return observed(lambda x: 2 * x)


def test_the_question_names_the_first_case_and_the_place() -> None:
    question = shape_question(double, observed(lambda x: 2 * x[None]), right())
    assert question == ShapeQuestion(0, "", ((0,),), (1, 3), (3,))
    assert ShapeQuestion.unpacked(question.packed()) == question
    assert shape_question(double, right(), right()) is None
    assert shape_question(double, observed(lambda x: 3 * x), right()) is None


def test_only_errors_about_shapes_are_asked_about() -> None:
    for text, is_asked in {
        "mat1 and mat2 shapes cannot be multiplied (3x4 and 3x4)": True,
        "The size of tensor a (4) must match the size of tensor b (3)": True,
        "Dimension out of range (expected to be in range of [-1, 0], but got 1)": True,
        "1D tensors expected, but got 2D and 1D tensors": True,
        "grad can be implicitly created only for scalar outputs": True,
        "Boolean value of Tensor with more than one value is ambiguous": True,
        "name 'y' is not defined": False,
        "element 0 of tensors does not require grad": False,
        "unsupported operand type(s)": False,
    }.items():
        seen = [Raised("RuntimeError", ("Exception",), text)] * 4
        assert (shape_question(double, seen, right()) is not None) == is_asked, text


# --- how it reads


def test_text_and_html_and_the_failing_case() -> None:
    def center_rows(x):
        mean = x.mean(dim=1)  # <b>
        return x - mean

    verdict = verdict_on(center_rows)
    text, html = verdict_text(verdict), verdict_html(verdict)
    assert "    shapes, line by line:\n        line " in text
    assert "\n      → line " in text
    assert '<th scope="col"' in html
    assert "# &lt;b&gt;" in html
    assert "<b>" not in html.replace("<b>Hint:</b>", "")
    case = failing(center_rows)
    assert isinstance(case, FailingCase)
    assert case.shapes == shown(center_rows)
    assert "shapes, line by line" in repr(case)


def test_it_crosses_between_processes_as_data_within_bounds() -> None:
    lines = tuple(ShapeLine("line 1", "x", "(3,)", n == 1) for n in range(3))
    assert Shapes.unpacked(Shapes(lines, "so").packed()) == Shapes(lines, "so")
    large = Shapes((ShapeLine("w" * 999, "c" * 999, "s" * 999),) * 99, "n" * 9999)
    cut = Shapes.unpacked(large.packed())
    assert cut is not None
    assert len(cut.lines) == MAX_LINES
    assert {len(line.code) for line in cut.lines} == {MAX_CODE}
    assert len(cut.note) == MAX_NOTE
    for nonsense in (b"", b"x", encode(3), encode(([], "")), encode(([(1,)], "")), encode("ab")):
        assert Shapes.unpacked(nonsense) is None


def test_it_is_never_asked_for_where_cases_are_hidden() -> None:
    from ptbasics.grading.cases import Cases
    from ptbasics.judging.verdict import Expected, judge

    exercise: Exercise = find_exercise("center_rows")
    cases = draw_cases(exercise, "a secret seed")
    assert Cases(exercise, cases, cases, (), Expected(())).probe().shapes_of is None
    seen = observe_cases(exercise, lambda x: x[0], cases)
    right = observe_cases(exercise, lambda x: x - x.mean(1, keepdim=True), cases)
    verdict = judge(exercise, cases, seen, Expected(right), hidden=True)
    assert not any(case.shapes for case in verdict.cases)


def test_nothing_of_it_stays_behind() -> None:
    assert observing._ONE_AT_A_TIME.acquire(blocking=False)
    observing._ONE_AT_A_TIME.release()
    assert not torch.overrides._get_current_function_mode_stack()
    assert shapes.MAX_SECONDS <= 5
