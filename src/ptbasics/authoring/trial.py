"""Run what a notebook says an answer is: the instructor's must get all points, the blank none."""

from __future__ import annotations

import ast
import io
from contextlib import redirect_stderr, redirect_stdout
from typing import Any

from nbformat import NotebookNode

from ptbasics.exercise import Exercise
from ptbasics.expected import observe_expected
from ptbasics.judging.cells import statements
from ptbasics.judging.observing import draw_cases, observe_case
from ptbasics.judging.rules import broken_rules
from ptbasics.judging.verdict import Verdict, judge, unobserved


def set_up_problem(notebook: NotebookNode) -> str:
    """Why the first code cell is not the set-up that every answer can rely on; "" if it is."""
    try:
        names = _run(_set_up(notebook))
    except Exception as error:  # any statement of the lesson may fail
        return f"the set-up (the first code cell) fails: {type(error).__name__}: {error}"
    if "check" not in names:
        return "the set-up (the first code cell) does not say `from ptbasics import check`"
    return ""


def source_problem(exercise: Exercise, notebook: NotebookNode) -> str:
    """Why the answer in the instructor's notebook is not worth all points; "" if it is."""
    verdict = _verdict(exercise, notebook)
    if verdict.passed:
        return ""
    return (
        f"the answer to {exercise.symbol}, run after the set-up cell alone, gets "
        f"{verdict.points:g} of {exercise.points} points: {_why(verdict)}. It may use only what "
        "the first code cell imports"
    )


def blank_problem(exercise: Exercise, notebook: NotebookNode) -> str:
    """Why the student's notebook is worth points before anything is done; "" if it is not."""
    verdict = _verdict(exercise, notebook)
    if verdict.points == 0 and verdict.status != "broken":
        return ""
    if verdict.status == "broken":
        return f"the blank {exercise.symbol} cannot be defined: {verdict.reason}"
    passed = [case.name for case in verdict.cases if case.passed]
    return (
        f"the blank {exercise.symbol} gets {verdict.points:g} points, in the cases "
        f"{', '.join(passed)}: observe something there that an unwritten answer does not give"
    )


def _verdict(exercise: Exercise, notebook: NotebookNode) -> Verdict:
    source = next(cell.source for cell in notebook.cells if cell.id == exercise.symbol)
    if broken := broken_rules(exercise, [_set_up(notebook), source]):
        return unobserved(exercise, "forbidden", " ".join(broken))
    try:
        answer = _run(_set_up(notebook), source)[exercise.symbol]
    except Exception as error:  # any statement of the lesson may fail
        return unobserved(exercise, "broken", f"{type(error).__name__}: {error}")
    cases = draw_cases(exercise)
    observed = [observe_case(exercise, answer, case, number) for number, case in enumerate(cases)]
    return judge(exercise, cases, observed, observe_expected(exercise, cases))


def _set_up(notebook: NotebookNode) -> str:
    return next((cell.source for cell in notebook.cells if cell.cell_type == "code"), "")


def _run(*cells: str) -> dict[str, Any]:
    """The names that some cells define, run in a namespace of their own."""
    names: dict[str, Any] = {"__name__": "__main__"}
    for cell in cells:
        module = ast.Module(statements(cell), type_ignores=[])
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            exec(compile(module, "<cell>", "exec"), names)
    return names


def _why(verdict: Verdict) -> str:
    if verdict.cases:
        failed = next(case for case in verdict.cases if not case.passed)
        values = " ".join(f"expected {failed.expected}, got {failed.got}".split())
        return f"in the case {failed.name!r}, {failed.what} ({values})"
    return verdict.reason
