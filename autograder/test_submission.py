"""One test for each exercise and case of the submission given with `--submission`."""

import pytest

from ptbasics.grading.result import SubmissionResult
from ptbasics.judging.display import verdict_text


def test_case(result: SubmissionResult, exercise: str, case: str) -> None:
    if result.reason:
        pytest.fail(result.reason, pytrace=False)
    verdict = next(verdict for verdict in result.verdicts if verdict.exercise == exercise)
    went = [judged.passed for judged in verdict.cases if judged.name == case]
    if not (went and all(went)):
        pytest.fail(verdict_text(verdict), pytrace=False)
