"""What is kept between runs: verdicts and the secret seed."""

from __future__ import annotations

import json
import stat
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ptbasics.grading.course import Course, CourseProblem
from ptbasics.grading.expecting import Expecting
from ptbasics.grading.grader import Grader
from ptbasics.grading.result import SubmissionResult
from ptbasics.grading.seed import secret_seed
from ptbasics.grading.store import Store
from ptbasics.runner import Limits
from ptbasics.runner.job import Job, RunResult
from tests.grading.handed_in import BEST, LESSON, SEED, InProcess, answered, hand_in, mistaken


class Killed(BaseException):
    """As if the machine went down."""


class KilledAfter(InProcess):
    def __init__(self, jobs: int) -> None:
        super().__init__()
        self.left = jobs

    def run(self, job: Job) -> RunResult:
        if not self.left:
            raise Killed
        self.left -= 1
        return super().run(job)


def results(grader: Grader, students: str) -> list[tuple[SubmissionResult, bool]]:
    return [grader.result(grader.take_in(student, LESSON)) for student in students]


def test_killed_and_started_again_nothing_is_run_twice(course: Course, tmp_path: Path) -> None:
    for number, student in enumerate("abcd"):
        hand_in(tmp_path / "submitted", student, answered(softmax=f"softmax = {number}"))
    with pytest.raises(Killed):
        results(Grader(course, seed=SEED, runner=KilledAfter(2)), "abcd")
    runner = InProcess()
    again = results(Grader(course, seed=SEED, runner=runner), "abcd")
    assert [cached for _, cached in again] == [True, True, False, False]
    assert len(runner.jobs) == 2
    fresh = results(Grader(course, seed=SEED, runner=InProcess(), regrade=True), "abcd")
    assert [cached for _, cached in fresh] == [False] * 4
    assert [result.verdicts for result, _ in fresh] == [result.verdicts for result, _ in again]


def test_whatever_could_change_a_verdict_makes_it_anew(course: Course, tmp_path: Path) -> None:
    hand_in(tmp_path / "submitted", "ada", answered())
    [(_, cached)] = results(Grader(course, seed=SEED, runner=InProcess()), ["ada"])
    assert not cached
    for other in (
        Grader(course, seed="another", runner=InProcess()),
        Grader(course, seed=SEED, limits=Limits(cell_seconds=3), runner=InProcess()),
    ):
        assert not results(other, ["ada"])[0][1]
    hand_in(tmp_path / "submitted", "ada", answered(softmax=mistaken("overflow")))
    [(result, cached)] = results(Grader(course, seed=SEED, runner=InProcess()), ["ada"])
    assert not cached
    assert result.points < BEST


def test_answers_are_observed_once_per_grader_whatever_number_of_threads_it_has(
    course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    observed: Counter[str] = Counter()
    begin = Expecting.__init__

    def counted(self: Expecting, lesson: str, seeds: Sequence[str]) -> None:
        observed[lesson] += 1
        begin(self, lesson, seeds)

    monkeypatch.setattr(Expecting, "__init__", counted)
    for number, student in enumerate("abcd"):
        hand_in(tmp_path / "submitted", student, answered(softmax=f"softmax = {number}"))
    with (
        Grader(course, seed=SEED, runner=InProcess()) as grader,
        ThreadPoolExecutor(4) as pool,
    ):
        assert len([*pool.map(lambda student: results(grader, student), "abcd")]) == 4
        assert observed == {LESSON: 1}
        grader._cases.prepare("01_tensors")
        process = grader._cases._observing["01_tensors"]._process
        assert process.poll() is None
    assert process.poll() is not None, "nobody has asked for these answers"


def test_notes_are_those_of_the_file_whoever_was_graded_first(
    course: Course, tmp_path: Path
) -> None:
    hand_in(tmp_path / "submitted", "ada", answered(), "mine.ipynb")
    hand_in(tmp_path / "submitted", "bob", answered())
    found = results(Grader(course, seed=SEED, runner=InProcess()), ["ada", "bob", "ada"])
    assert [cached for _, cached in found] == [False, True, True]
    assert ["mine.ipynb" in str(result.notes) for result, _ in found] == [True, False, True]


def test_a_damaged_file_in_the_store_is_as_good_as_none(tmp_path: Path) -> None:
    store = Store(tmp_path / "verdicts")
    assert store.get("key") is None
    for content in ("", "{", "[]", '{"lesson": "x"}', '{"verdicts": [{}], "cells": []}'):
        (tmp_path / "verdicts" / "key.json").write_text(content)
        assert store.get("key") is None
    result = SubmissionResult(LESSON, (), notes=("a",), reason="b", seconds=1.5)
    store.put("key", result)
    assert store.get("key") == result
    assert [path.name for path in (tmp_path / "verdicts").iterdir()] == ["key.json"]


def test_neither_seed_nor_its_hash_is_in_the_store(course: Course, tmp_path: Path) -> None:
    hand_in(tmp_path / "submitted", "ada", answered())
    results(Grader(course, seed=SEED, runner=InProcess()), ["ada"])
    [kept] = (course.private / "verdicts").iterdir()
    assert SEED not in kept.read_text() + kept.name
    assert json.loads(kept.read_text())["lesson"] == LESSON


def test_the_seed_is_made_once_for_its_owner(course: Course) -> None:
    with ThreadPoolExecutor(8) as pool:
        seeds = set(pool.map(lambda _: secret_seed(course.private), range(32)))
    assert len(seeds) == 1
    assert len(seeds.pop()) == 64
    [path] = course.private.iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(course.private.stat().st_mode) == 0o700


def test_an_empty_seed_is_refused(course: Course) -> None:
    (course.private / "secret_seed").write_text("\n")
    with pytest.raises(CourseProblem, match="secret_seed is empty"):
        Grader(course)
