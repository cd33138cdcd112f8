"""The table of expected scores knows the whole course, and says what it holds for a reason."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from autograder.sample_class import answers
from autograder.sample_class.answers import wrong_points
from autograder.sample_class.generate import kept_submissions
from autograder.sample_class.table import (
    COMMAND,
    KEPT_SCORES,
    Row,
    read_kept_rows,
    read_table,
    stale,
)
from ptbasics.exercise import Exercise
from ptbasics.registry import all_exercises, exercises, misconceptions

LESSON = "02_operations"
Table = dict[tuple[str, str], Row]


@pytest.fixture
def table() -> Table:
    return read_table()


def test_every_exercise_misconception_and_submission_has_its_row(table: Table) -> None:
    found = stale(table)
    assert not found, "\n".join([*found, f"Run `{COMMAND}` and commit the table."])


def forgotten(table: Table, part: str) -> Table:
    """The table as it was before the course had something that the rows say."""
    return {
        key: replace(row, why="; ".join(one for one in row.why.split("; ") if part not in one))
        for key, row in table.items()
    }


def test_a_new_misconception_is_noticed(table: Table) -> None:
    assert "operations.softmax: 'overflow' has no row" in stale(
        forgotten(table, "softmax: overflow")
    )


def test_a_new_exercise_is_noticed(table: Table) -> None:
    assert "operations.softmax has no rows" in stale(forgotten(table, "softmax: "))


def test_a_row_too_few_or_too_many_is_noticed(table: Table) -> None:
    table[LESSON, "nobody"] = table.pop((LESSON, "blank"))
    assert stale(table) == [
        f"{LESSON}/blank has no row",
        f"{LESSON}/nobody has a row, and is no submission any more",
    ]


def test_other_points_are_noticed(table: Table) -> None:
    table[LESSON, "blank"] = replace(table[LESSON, "blank"], max_score=1.0)
    [sentence] = stale(table)
    assert sentence.startswith(f"{LESSON}/blank has changed")


def test_a_kept_file_without_a_row_is_refused(tmp_path: Path) -> None:
    rows = KEPT_SCORES.read_text().splitlines(keepends=True)
    fewer = tmp_path / "scores.csv"
    fewer.write_text("".join(row for row in rows if not row.startswith("old_format,")))
    with pytest.raises(LookupError, match=r"kept/old_format/02_operations has no row"):
        read_kept_rows(fewer)


def test_at_least_five_notebooks_of_an_earlier_release_are_kept(table: Table) -> None:
    earlier = [key for key in kept_submissions() if key[1].startswith("earlier_")]
    assert len(earlier) >= 5
    assert len({lesson for lesson, _ in earlier}) >= 3
    assert len({table[key].score / table[key].max_score for key in earlier}) >= 3


def test_an_exercise_is_observed_once_for_all_its_misconceptions(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    observed: list[str] = []

    def counting(exercise: Exercise, *rest: object) -> object:
        observed.append(exercise.name)
        return observe_expected(exercise, *rest)

    observe_expected = answers.observe_expected
    monkeypatch.setattr(answers, "observe_expected", counting)
    wrong_points.cache_clear()
    names = [exercise.name for exercise in exercises(LESSON)]
    for name in names * 2:
        assert set(wrong_points(name)) == set(misconceptions(all_exercises()[name]))
    assert observed == names
