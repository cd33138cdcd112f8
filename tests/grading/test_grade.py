"""Verdicts on submissions, without processes: points, what is told, and what is kept back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from nbformat import NotebookNode

from ptbasics.exercise import DEMONSTRATION, Data
from ptbasics.grading.cases import Cases, CaseSource
from ptbasics.grading.grade import grade
from ptbasics.grading.intake.files import take_in
from ptbasics.grading.result import SubmissionResult, from_json, to_json
from ptbasics.judging.describe import shown
from ptbasics.judging.display import verdict_html, verdict_text
from ptbasics.judging.verdict import Verdict
from ptbasics.registry import exercises, find_exercise
from tests.grading.handed_in import (
    BEST,
    LESSON,
    SEED,
    VICTIM,
    WORTH,
    InProcess,
    answered,
    blank,
    cell,
    hand_in,
    mistaken,
    release,
    with_cell,
)


@pytest.fixture(scope="module")
def cases() -> Mapping[str, Cases]:
    return CaseSource(SEED).of(LESSON)


@pytest.fixture
def graded(tmp_path: Path, cases: Mapping[str, Cases]):
    def run(content: bytes | NotebookNode) -> SubmissionResult:
        submission = take_in(hand_in(tmp_path, "ada", content), LESSON, release())
        return grade(submission, InProcess(), cases)

    return run


def of_victim(result: SubmissionResult) -> Verdict:
    [verdict] = [verdict for verdict in result.verdicts if verdict.exercise.endswith(f".{VICTIM}")]
    return verdict


def test_right_answers_get_all_points(graded, cases: Mapping[str, Cases]) -> None:
    result = graded(answered())
    assert (result.points, result.status, result.explanation) == (BEST, "perfect", "")
    assert len(of_victim(result).cases) == len(cases[f"operations.{VICTIM}"].inputs)


def test_a_blank_notebook_gets_none(graded) -> None:
    result = graded(blank())
    assert (result.points, result.status) == (0, "no points")
    assert {verdict.status for verdict in result.verdicts} == {"not started"}


@pytest.mark.parametrize("changed", [False, True])
def test_a_demonstration_is_run_only_where_it_was_changed(
    tmp_path: Path, cases: Mapping[str, Cases], changed: bool
) -> None:
    notebook = answered()
    [shown] = [cell for cell in release().cells if DEMONSTRATION in cell.metadata.get("tags", ())]
    shown.source = shown.source + "\nown = 1" if changed else shown.source
    notebook.cells.append(shown)
    runner = InProcess()
    submission = take_in(hand_in(tmp_path, "ada", notebook), LESSON, release())
    result = grade(submission, runner, cases)
    assert (shown.source in [code.source for code in runner.jobs[0].cells]) is changed
    [outcome] = [outcome for outcome in result.cells if outcome.id == shown.id]
    assert outcome.status == ("ok" if changed else "not run")
    assert ("while grading" in outcome.reason) is not changed
    assert result.points == BEST


def test_points_count_hidden_cases_and_the_hint_is_given(graded) -> None:
    result = graded(answered(softmax=mistaken("overflow")))
    verdict = of_victim(result)
    hidden = [case for case in verdict.cases if case.name.endswith(", hidden")]
    passed = sum(case.passed for case in hidden)
    assert verdict.points == round(WORTH * passed / len(hidden), 2)
    assert 0 < result.points < BEST
    assert verdict.misconception == "overflow"
    assert verdict.hint


def test_hidden_cases_are_named_without_values(graded) -> None:
    result = graded(answered(softmax=mistaken("overflow")))
    for case in of_victim(result).cases:
        if case.name.endswith(", hidden"):
            assert (case.inputs, case.expected, case.got) == ((), "", "")


def test_an_answer_that_knows_the_public_cases_by_heart_fails(
    graded, cases: Mapping[str, Cases]
) -> None:
    asked = cases[f"operations.{VICTIM}"]
    firsts = [case.inputs[0].flatten()[0].item() for case in asked.public]
    by_heart = (
        f"known = {firsts!r}\n"
        "def softmax(x, dim):\n"
        "    if x.flatten()[0].item() not in known:\n        return x\n"
        "    shifted = (x - x.amax(dim=dim, keepdim=True)).exp()\n"
        "    return shifted / shifted.sum(dim=dim, keepdim=True)"
    ).replace("-inf", "-float('inf')")
    result = graded(answered(softmax=by_heart))
    verdict = of_victim(result)
    failed = [case for case in verdict.cases if not case.passed]
    assert verdict.status == "failed"
    assert failed
    assert all(case.name.endswith(", hidden") for case in failed)
    told = verdict_text(verdict) + verdict_html(verdict)
    assert failed[0].name in told
    public = {shown(part) for case in asked.public for part in case.inputs}
    for case in asked.hidden:
        for part in case.inputs:
            text = shown(part)
            assert text in public or len(text) < 6 or text not in told


def test_what_can_be_read_from_the_public_cases_counts_beside_another_case(graded) -> None:
    def points_of(source: str) -> tuple[float, str]:
        [verdict] = [v for v in graded(answered(one_hot=source)).verdicts if v.symbol == "one_hot"]
        return verdict.points, verdict.reason

    refusal = "def one_hot(labels, num_classes):\n    raise ValueError('a label')"
    points, reason = points_of(refusal)
    assert points == 0, "what is wanted of bad labels is the same under every seed"
    assert "public cases" in reason
    some = "def one_hot(labels, num_classes):\n    return torch.eye(num_classes).long()[labels]"
    assert points_of(some)[0] > 0


def test_missing_and_moved_answers(graded) -> None:
    notebook = answered()
    gone = cell(notebook, VICTIM)
    notebook.cells.remove(gone)
    result = graded(notebook)
    assert result.points == BEST - WORTH
    assert of_victim(result).status == "missing"
    assert "It is gone." in result.explanation
    elsewhere = with_cell(notebook, gone.source, f"{VICTIM}-check")
    assert graded(elsewhere).points == BEST


def test_rules_are_kept_wherever_the_answer_stands(graded) -> None:
    forbidden = "import torch\ndef softmax(x, dim):\n    return torch.softmax(x, dim)"
    verdict = of_victim(graded(answered(softmax=forbidden)))
    assert (verdict.status, verdict.points) == ("forbidden", 0)
    notebook = answered()
    notebook.cells.remove(cell(notebook, VICTIM))
    hidden_away = with_cell(notebook, forbidden, f"{VICTIM}-check")
    assert of_victim(graded(hidden_away)).status == "forbidden"


def test_what_cannot_be_read_has_a_reason_for_every_exercise(graded) -> None:
    result = graded(b"")
    assert (result.points, result.status) == (0, "unreadable")
    assert "is empty" in result.explanation
    assert len(result.verdicts) == len(exercises(LESSON))


def test_same_submission_and_seed_same_verdicts(graded, cases: Mapping[str, Cases]) -> None:
    notebook = answered(softmax=mistaken("overflow"))
    assert graded(notebook).verdicts == graded(notebook).verdicts
    others = CaseSource("another").of(LESSON)
    inputs = [made[f"operations.{VICTIM}"].inputs for made in (cases, others)]
    split = len(inputs[0]) // 2
    assert inputs[0][:split] == inputs[1][:split]
    assert inputs[0][split:] != inputs[1][split:]


def test_a_result_survives_json(graded) -> None:
    result = graded(answered(softmax=mistaken("overflow")))
    assert from_json(to_json(result)) == result


def test_a_result_that_breaks_the_comparison_costs_its_own_exercise_only(
    graded, monkeypatch: pytest.MonkeyPatch
) -> None:
    verdict = Cases.verdict

    def fragile(self: Cases, observed: Sequence[Data]) -> Verdict:
        if self.exercise.symbol == VICTIM:
            raise ArithmeticError("nobody thought of this")
        return verdict(self, observed)

    monkeypatch.setattr(Cases, "verdict", fragile)
    result = graded(answered())
    assert result.points == BEST - WORTH
    assert (of_victim(result).status, of_victim(result).points) == ("broken", 0)
    assert "cannot be compared (ArithmeticError)" in of_victim(result).reason


@pytest.mark.parametrize("slip", ["def twice(x, x):\n    return x", "n = 1\nglobal n"])
def test_a_cell_that_is_no_python_costs_nothing_else(graded, slip: str) -> None:
    lost = find_exercise("operations.warmest").points
    assert graded(answered(warmest=slip)).points == BEST - lost


@pytest.mark.parametrize(
    "source",
    [
        "%%time\ndef softmax(x, dim):\n    return torch.softmax(x, dim)",
        "def softmax(x, dim):\n    return torch.nn.functional.softmin(-x, dim)",
        "def softmax(x, dim):\n    return torch.nn.Softmax2d()(x)",
        "def softmax(x, dim):\n    return eval('torch.soft' + 'max')(x, dim)",
    ],
)
def test_other_words_for_what_is_forbidden(graded, source: str) -> None:
    assert of_victim(graded(answered(softmax=source))).status == "forbidden"


def test_rules_that_cannot_be_checked_are_not_kept(graded) -> None:
    hidden = "def softmax(x, dim):\n    return (x - x.amax(dim, True)).softmax(dim)\nif 0:\n    "
    verdict = of_victim(graded(answered(softmax=hidden + "1 + " * 500 + "1")))
    assert (verdict.status, verdict.points) == ("broken", 0)
    assert "nobody can tell" in verdict.reason
