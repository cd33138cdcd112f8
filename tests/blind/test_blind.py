"""What the course says to answers that it has not seen is what was judged, and is mostly right."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.blind.bank import HERE, answers, judgements, outcome

FILES = sorted(path.stem for path in HERE.glob("*.toml"))


@pytest.mark.slow
@pytest.mark.parametrize("file", FILES)
def test_what_is_said_is_what_was_judged(file: str) -> None:
    """Where this fails, read what is said now, and judge it again in `judged.csv`."""
    judged = {row["answer"]: row["key"] for row in judgements()}
    seen = {answer: outcome(answer) for answer in answers(file)}
    wrong = {answer: one for answer, one in seen.items() if answer.mistake}
    assert {
        answer.name: (one.key, one.said)
        for answer, one in wrong.items()
        if one.key != judged[answer.name]
    } == {}
    assert [
        (answer.name, one.said)
        for answer, one in seen.items()
        if answer.route and not (one.public.passed and one.share == 1)
    ] == []


def test_most_are_told_their_mistake() -> None:
    """What has been reached is not to be lost again."""
    rows = {row["answer"]: row["judgement"] for row in judgements()}
    told = Counter(rows[answer.name] for answer in answers() if answer.mistake)
    counted = told.total() - told.pop("right in fact", 0)
    assert counted > 300
    assert told["right"] / counted >= 0.98
    assert told["misleading"] == told["passed"] == 0
    assert set(told) <= {"right", "unhelpful", "misleading", "passed"}
