"""Code beside a TODO that was left standing is no blank answer."""

from __future__ import annotations

import pytest

from ptbasics.judging.display import headline
from ptbasics.judging.leftovers import told_of_leftovers
from ptbasics.judging.verdict import unobserved
from tests.core.sample import double

BLANK = unobserved(double, "not started", "the TODO has not been filled in yet")
TODO = "raise NotImplementedError()"


@pytest.mark.parametrize(
    "source",
    [
        f"def double(x):\n    '''Twice.'''\n    y = 2 * x\n    {TODO}",
        f"def double(x):\n    {TODO}\n    return 2 * x",
        "def double(x):\n    return_value = x\n    raise NotImplementedError",
        f"class double:\n    def __init__(self):\n        self.x = 1\n        {TODO}",
        f"%matplotlib inline\ndef double(x):\n    print(2 * x)\n    {TODO}",
    ],
)
def test_own_code_beside_the_raise(source: str) -> None:
    verdict = told_of_leftovers(BLANK, ["import torch", source, "check(double)"])
    assert verdict.status == "failed"
    assert "Delete that line" in verdict.reason
    assert headline(verdict) == "double: not finished"
    assert verdict.points == 0


@pytest.mark.parametrize(
    "source",
    [
        f"def double(x):\n    '''Twice.'''\n    # TODO\n    {TODO}",
        f"class double:\n    def a(self):\n        {TODO}\n    def b(self):\n        {TODO}",
        "double = 3",
        "def double(x:",
        "",
    ],
)
def test_a_blank_answer_stays_one(source: str) -> None:
    assert told_of_leftovers(BLANK, [source]) == BLANK


def test_a_method_that_is_still_to_be_written_is_named() -> None:
    source = f"class double:\n    def a(self):\n        return 1\n    def b(self):\n        {TODO}"
    verdict = told_of_leftovers(BLANK, [source])
    assert verdict.status == "failed"
    assert "`b` is still to be written" in verdict.reason


def test_only_the_newest_definition_counts() -> None:
    half, blank = f"def double(x):\n    y = x\n    {TODO}", f"def double(x):\n    {TODO}"
    assert told_of_leftovers(BLANK, [half, blank]) == BLANK


def test_what_was_observed_otherwise_is_left_alone() -> None:
    broken = unobserved(double, "broken", "it did not finish")
    assert told_of_leftovers(broken, [f"def double(x):\n    y = x\n    {TODO}"]) is broken
