"""Observing and judging: points, hints, and what may be shown of hidden cases."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch._utils import ExceptionWrapper

from ptbasics.exercise import Implementation
from ptbasics.judging.codec import Raised
from ptbasics.judging.compare import Tolerance, compare
from ptbasics.judging.display import verdict_html, verdict_text
from ptbasics.judging.observing import draw_cases, observe_cases
from ptbasics.judging.verdict import Expected, Verdict, judge, measured, unobserved
from tests.core.sample import HINTS, double, inplace, on_floats_only, right, square, todo

CASES = draw_cases(double)
EXPECTED = Expected(
    observe_cases(double, right, CASES),
    {wrong.__name__: [observe_cases(double, wrong, CASES)] for wrong in (square, inplace)},
    HINTS,
)


def verdict_on(implementation: Implementation, *, hidden: bool = False) -> Verdict:
    observed = observe_cases(double, implementation, CASES)
    return judge(double, CASES, observed, EXPECTED, hidden=hidden)


def test_same_seed_same_cases_other_seed_other_cases() -> None:
    def entries(seed: str) -> list[Any]:
        return [case.inputs[0].tolist() for case in draw_cases(double, seed)]

    assert entries("a") == entries("a")
    assert entries("a")[:2] != entries("b")[:2]
    assert entries("a")[2:] == entries("b")[2:], "edge cases do not depend on the seed"


def test_a_right_answer() -> None:
    verdict = verdict_on(lambda x: x + x)
    assert verdict.passed
    assert (verdict.points, verdict.max_points, verdict.hint) == (4, 4, "")


def test_points_in_proportion_to_the_cases() -> None:
    verdict = verdict_on(lambda x: 2 * x if x.dim() == 1 else x)
    assert (verdict.status, verdict.points) == ("failed", 3.0)
    assert [case.passed for case in verdict.cases] == [True, False, True, True]


@pytest.mark.parametrize(("wrong", "key"), [(square, "square"), (inplace, "inplace")])
def test_a_misconception_gets_its_hint(wrong: Implementation, key: str) -> None:
    verdict = verdict_on(wrong)
    assert verdict.misconception == key
    assert verdict.hint == HINTS[key]


def test_another_spelling_of_a_misconception_gets_the_same_hint() -> None:
    def negative(x: torch.Tensor) -> torch.Tensor:
        return -x

    spellings = [observe_cases(double, wrong, CASES) for wrong in (square, negative)]
    both = Expected(EXPECTED.right, {"square": spellings}, HINTS)
    verdicts = [judge(double, CASES, observed, both) for observed in spellings]
    assert [verdict.misconception for verdict in verdicts] == ["square", "square"]
    assert {verdict.hint for verdict in verdicts} == {HINTS["square"]}


def test_gradients_that_were_switched_off_stay_off_in_no_other_case() -> None:
    def careless(x: torch.Tensor) -> torch.Tensor:
        torch.set_grad_enabled(False)
        return torch.tensor(torch.is_inference_mode_enabled())

    def mode(x: torch.Tensor) -> torch.Tensor:
        return torch.tensor(torch.is_grad_enabled())

    observe_cases(double, careless, CASES)
    assert torch.is_grad_enabled()
    with torch.no_grad():
        seen = observe_cases(double, mode, CASES)
        assert not torch.is_grad_enabled()
    assert all(found.item() for found, _ in seen)


def test_an_error_that_is_returned_was_not_raised() -> None:
    def refuse(x: torch.Tensor) -> Any:
        raise ValueError("not this one")

    expected = Expected(observe_cases(double, refuse, CASES))
    for wrong in (ValueError("not this one"), ValueError, {1, 2}):
        observed = observe_cases(double, lambda x, wrong=wrong: wrong, CASES)
        verdict = judge(double, CASES, observed, expected)
        assert verdict.points == 0, wrong
        assert "cannot be compared" in verdict_text(verdict)
    returned = observe_cases(double, lambda x: ValueError("not this one"), CASES)
    assert "reported with `raise`" in verdict_text(judge(double, CASES, returned, expected))


def test_a_misconception_among_other_mistakes_gets_its_hint() -> None:
    def mostly_square(x: torch.Tensor) -> torch.Tensor:
        return x * x if x.is_floating_point() else x - 7

    verdict = verdict_on(mostly_square)
    assert [case.passed for case in verdict.cases] == [False, False, False, True]
    assert verdict.misconception == "square"
    once = verdict_on(lambda x: x * x if x.dim() == 2 else x - 7)
    assert once.misconception == "", "one of four is no explanation"


def test_an_unknown_mistake_gets_no_hint() -> None:
    assert verdict_on(lambda x: x**3 + 2 * x - 5 * x.abs()).hint == ""


def test_a_slip_that_no_misconception_knows_gets_a_sentence_for_public_cases_only() -> None:
    verdict = verdict_on(lambda x: 3 * x)
    assert (verdict.misconception, verdict.hint) == (
        "",
        "Every number is 1.5 times what it should be.",
    )
    assert verdict_on(lambda x: 3 * x, hidden=True).hint == ""


def test_an_input_that_was_changed_costs_the_case_and_is_named() -> None:
    def in_place(x: torch.Tensor) -> torch.Tensor:
        result = 2 * x
        x.zero_()
        return result

    verdict = verdict_on(in_place)
    assert verdict.points == 1.0, "an empty tensor has nothing to change"
    assert "“x” was changed" in verdict.cases[0].what
    assert "changed `x`" in verdict.hint
    hidden = verdict_on(in_place, hidden=True)
    assert [case.what for case in hidden.cases if not case.passed] == ["an input was changed"] * 3


def test_not_started_and_half_started() -> None:
    blank = verdict_on(todo)
    assert (blank.status, blank.points, blank.cases) == ("not started", 0.0, ())
    half = verdict_on(on_floats_only)
    assert (half.status, half.points) == ("failed", 3.0)
    assert "NotImplementedError" in half.reason


def test_a_todo_whose_inputs_were_changed_before_is_not_started_either() -> None:
    def prepared(x: torch.Tensor) -> torch.Tensor:
        x.resize_(0)
        return todo(x)

    assert verdict_on(prepared).status == "not started"


def test_a_todo_in_a_worker_is_not_started_either() -> None:
    def from_worker(x: torch.Tensor) -> torch.Tensor:
        try:
            todo(x)
        except NotImplementedError:
            ExceptionWrapper(where="in DataLoader worker process 0").reraise()
        raise AssertionError

    def torchs_own(x: torch.Tensor) -> torch.Tensor:
        raise NotImplementedError("Could not run 'aten::and' with arguments from the CPU")

    assert verdict_on(from_worker).status == "not started"
    assert verdict_on(torchs_own).status == "failed"


@pytest.mark.parametrize(
    ("broken", "kind"),
    [
        (lambda x: 1 / 0, "ZeroDivisionError"),
        (lambda x: exit(), "SystemExit"),
        (lambda x: object(), "NotData"),
        (lambda: 0, "TypeError"),
    ],
)
def test_whatever_is_raised_is_observed(broken: Implementation, kind: str) -> None:
    for observation in observe_cases(double, broken, CASES):
        assert isinstance(observation, Raised)
        assert observation.type == kind


def test_inputs_are_fresh_for_every_call() -> None:
    observe_cases(double, inplace, CASES)
    assert verdict_on(right).passed


def test_global_random_state_is_seeded_and_restored() -> None:
    def noisy(x: torch.Tensor) -> torch.Tensor:
        return 2 * x + 0 * torch.rand(1) + random.random() + float(np.random.rand())

    state = torch.get_rng_state(), random.getstate(), np.random.get_state()[1].tolist()
    first, second = (observe_cases(double, noisy, CASES) for _ in range(2))
    assert torch.equal(first[0][0], second[0][0])
    assert torch.equal(torch.get_rng_state(), state[0])
    assert random.getstate() == state[1]
    assert np.random.get_state()[1].tolist() == state[2]


@pytest.mark.parametrize("render", [verdict_text, verdict_html])
def test_a_failed_public_case_shows_inputs_and_values(render: Callable[[Verdict], str]) -> None:
    verdict = verdict_on(square)
    failed = [case for case in verdict.cases if not case.passed]
    shown = render(verdict)
    for part in (f"{4 - len(failed)} of 4 cases pass", failed[0].name, "That is the square."):
        assert part in shown
    assert f"{CASES[0].inputs[0][0].item():.4f}" in shown, "the inputs, as torch prints them"
    assert "expected" in shown


def test_a_hidden_case_shows_no_value() -> None:
    verdict = verdict_on(lambda x: 3 * x, hidden=True)
    assert not any(case.inputs or case.expected or case.got for case in verdict.cases)
    values = {f"{number:.3f}" for case in CASES[:2] for number in case.inputs[0].flatten().tolist()}
    assert not [value for value in values if value.strip("-0.") in verdict_text(verdict)]
    assert "a vector" in verdict_text(verdict)


def raising(secret: str) -> Any:
    raise type(f"Its {secret}", (Exception,), {})(secret)


@pytest.mark.parametrize(
    "leak",
    [
        raising,
        lambda secret: exec(f"def its_{secret}(): raise ValueError\nits_{secret}()"),
        lambda secret: {secret: 1},
        lambda secret: [0] * int(secret),
        lambda secret: torch.zeros(int(secret)),
        lambda secret: np.zeros((int(secret), 0)),
        lambda secret: type(f"Its_{secret}", (), {})(),
        lambda secret: torch.zeros(3).index_fill(0, torch.tensor(int(secret) % 3), 1.0),
    ],
)
def test_a_wrong_answer_cannot_tell_what_the_hidden_inputs_are(leak: Callable[[str], Any]) -> None:
    def answer(x: torch.Tensor) -> Any:
        return leak(str(int(x.abs().sum() * 1e4)))

    secrets = [str(int(case.inputs[0].abs().sum() * 1e4)) for case in CASES[:2]]
    verdict = verdict_on(answer, hidden=True)
    told = verdict_text(verdict) + verdict_html(verdict)
    assert not [secret for secret in secrets if secret in told]
    assert "[" not in verdict_text(verdict), "a position tells something, too"


def test_what_is_measured_is_compared_in_place_of_the_observation() -> None:
    def rows(seen: Any, x: torch.Tensor) -> int:
        return len(seen[0]) - len(x)

    any_double = replace(double, measure=rows)
    expected = Expected(measured(any_double, CASES, EXPECTED.right))
    any_values = observe_cases(double, lambda x: torch.rand(x.shape), CASES)
    assert judge(any_double, CASES, any_values, expected).passed
    no_tensor = observe_cases(double, lambda x: 3, CASES)
    verdict = judge(any_double, CASES, no_tensor, expected)
    assert verdict.points == 0
    assert "cannot be measured" in verdict.cases[0].got


def test_html_is_escaped() -> None:
    verdict = unobserved(double, "broken", "<script>alert(1)</script>")
    assert "<script>" not in verdict_html(verdict)


def test_observing_in_several_threads_draws_the_same_numbers() -> None:
    def slow_noise(x: torch.Tensor) -> torch.Tensor:
        parts = [torch.rand(()) for _ in range(200)]
        return torch.stack(parts)

    alone = observe_cases(double, slow_noise, CASES)
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda _: observe_cases(double, slow_noise, CASES), range(8)))
    for observed in together:
        assert compare(observed, alone, Tolerance(0.0, 0.0)) is None


@pytest.mark.parametrize("render", [verdict_text, verdict_html])
def test_the_same_exception_is_told_once_with_the_number_of_cases(
    render: Callable[[Verdict], str],
) -> None:
    def broken(x: torch.Tensor) -> torch.Tensor:
        raise ValueError(f"not {len(x)}")

    told = render(verdict_on(broken))
    assert told.count("ValueError was raised") == 1
    assert "4 cases, such as" in told
    assert "more failing" not in told


def test_two_exceptions_are_told_both() -> None:
    def broken(x: torch.Tensor) -> torch.Tensor:
        raise ValueError if x.dim() == 1 else KeyError

    told = verdict_text(verdict_on(broken))
    assert "3 cases, such as “a vector”: ValueError was raised" in told
    assert "Case “a matrix”: KeyError was raised" in told


def test_a_reason_is_set_as_hints_are() -> None:
    told = verdict_html(unobserved(double, "forbidden", "Write it without `torch.mul` <here>."))
    assert "<code>torch.mul</code> &lt;here&gt;" in told
