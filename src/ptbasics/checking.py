"""`check(softmax)`: the instant answer under an exercise, in the student's own process."""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from textwrap import dedent
from typing import Any, NamedTuple

import torch

from ptbasics import progress
from ptbasics.exercise import Data, Exercise, Implementation
from ptbasics.expected import ExpectedMissing, public_expected
from ptbasics.forking import CannotFork
from ptbasics.frontend import in_notebook
from ptbasics.history import Run, defining_run, listen, runs_in, sources_in, why_stale
from ptbasics.judging.codec import encode
from ptbasics.judging.compare import compare
from ptbasics.judging.display import (
    inline_html,
    points_line,
    verdict_html,
    verdict_text,
)
from ptbasics.judging.leftovers import told_of_leftovers
from ptbasics.judging.observing import draw_cases, observe_case, student_trace
from ptbasics.judging.rules import broken_rules
from ptbasics.judging.shapes import MAX_SECONDS, shape_question
from ptbasics.judging.tracing import trace_shapes
from ptbasics.judging.verdict import Verdict, judge, unobserved
from ptbasics.limits import OutOfTime, time_limit
from ptbasics.lookup import exercise_of, no_exercise
from ptbasics.predictions import fingerprint, tally
from ptbasics.progress import Result
from ptbasics.references import references
from ptbasics.registry import UnknownName
from ptbasics.standing import standing

_WAYS_ON = "stuck? hint({symbol}) or failing({symbol})"


class Reply(ABC):
    """What `check` says: HTML in Jupyter, text elsewhere."""

    @property
    @abstractmethod
    def points(self) -> float:
        """What the public cases are worth."""

    @abstractmethod
    def _repr_html_(self) -> str: ...

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str] | None:
        """In a notebook, the points in place of the text that nobody sees there.

        It is where `nbgrader validate`, a button in JupyterLab, looks for them. Any other text
        counts as full marks, for blank answers, too.
        """
        if not in_notebook():
            return None
        return {"text/html": self._repr_html_(), "text/plain": repr(float(self.points))}


@dataclass(frozen=True)
class Checked(Reply):
    """A verdict on the public cases, with its points and the lesson's progress."""

    verdict: Verdict
    progress: str

    @property
    def points(self) -> float:
        """Of those that the exercise gives."""
        return self.verdict.points

    def __repr__(self) -> str:
        return f"{verdict_text(self.verdict)}\n{self.progress}"

    def _repr_html_(self) -> str:
        return (
            f"{verdict_html(self.verdict)}"
            f'<div style="font-size:.85em;opacity:.75;padding-left:1em">{self.progress}</div>'
        )


@dataclass(frozen=True)
class NotChecked(Reply):
    """Why `check` has nothing to say, as a sentence instead of a traceback."""

    reason: str

    @property
    def points(self) -> float:
        """None."""
        return 0.0

    def __repr__(self) -> str:
        return self.reason.replace("`", "")

    def _repr_html_(self) -> str:
        return f'<div class="ptbasics">{inline_html(self.reason)}</div>'


class Interrupted(KeyboardInterrupt):
    """The student interrupted a check, which shows where their own code was, and nothing else."""

    def __init__(self, symbol: str, trace: str) -> None:
        super().__init__(f"the check of {symbol} was interrupted")
        self._trace = trace

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in place of a traceback."""
        return [f"KeyboardInterrupt: {self}", *self._trace.splitlines()]


Interrupted.__name__ = "KeyboardInterrupt"  # what a front end writes beside the message


def check(implementation: Implementation) -> Checked | NotChecked:
    """Hold your answer to an exercise against the expected results on the public cases.

    Args:
        implementation: the function or class that you wrote, under the name that the exercise
            gives it.

    Returns:
        What passed; and for what did not, which case it was, on which inputs, what was expected,
        and a hint where the mistake is a known one. Jupyter shows it as the cell's result.
    """
    frame = inspect.currentframe()
    caller = frame.f_back.f_globals if frame and frame.f_back else {}
    exercise = exercise_of(implementation, caller)
    if exercise is None:
        return NotChecked(no_exercise("check", implementation, caller))
    runs = runs_in(caller)
    if reason := why_stale(exercise.symbol, runs):
        progress.forget_result(exercise.name)
        return NotChecked(reason)
    try:
        verdict = examine(exercise, implementation, caller).verdict
    except (ExpectedMissing, UnknownName) as error:
        return NotChecked(str(error))
    progress.record_result(exercise.name, Result(verdict.points, _source(exercise, runs)))
    known = progress.known()
    lines = [
        points_line(verdict),
        standing(exercise.lesson, known.results, partial(_holds, runs=runs)).line(),
        "" if verdict.passed else _WAYS_ON.format(symbol=exercise.symbol),
        _beside(exercise) if verdict.passed else "",
        tally(exercise.lesson, known.predictions),
    ]
    return Checked(verdict, " · ".join(filter(None, lines)))


def _beside(exercise: Exercise) -> str:
    """What shows the reference, where the instructor has given it out."""
    symbol = exercise.symbol
    is_given = symbol in references(exercise.lesson)
    return f"from ptbasics import compare; compare({symbol}) shows the reference" * is_given


def has_passed(exercise: Exercise, runs: Sequence[Run]) -> bool:
    """Whether this session has checked what the notebook says now, and all of it passed."""
    result = progress.known().results.get(exercise.name)
    return (
        result is not None
        and progress.seen_in_this_session(exercise.name)
        and result.points >= exercise.points
        and _holds(exercise, result, runs)
    )


def _source(exercise: Exercise, runs: Sequence[Run]) -> str:
    """The fingerprint of the cell that an answer comes from; "" where no cell defines it."""
    run = defining_run(exercise.symbol, runs)
    return fingerprint(run.source) if run else ""


def _holds(exercise: Exercise, result: Result, runs: Sequence[Run]) -> bool:
    """Whether what was checked is still what this session would check."""
    if why_stale(exercise.symbol, runs):
        return False
    return _source(exercise, runs) in ("", result.source)


class Examination(NamedTuple):
    """The verdict on public cases, and what was observed before it was clear."""

    verdict: Verdict
    observed: Sequence[Data] = ()


def examine(
    exercise: Exercise, implementation: Implementation, caller: Mapping[str, Any]
) -> Examination:
    """Observe an answer on the public cases, and judge it.

    Raises:
        ExpectedMissing: this installation has no expected results.
        Interrupted: the student interrupted it.
    """
    sources = _sources(implementation, caller)
    if broken := broken_rules(exercise, sources):
        return Examination(unobserved(exercise, "forbidden", " ".join(broken)))
    observed: list[Data] = []
    try:
        cases, expected = draw_cases(exercise), public_expected(exercise)
        with time_limit(exercise.seconds):
            for number, case in enumerate(cases):
                observed.append(observe_case(exercise, implementation, case, number))
    except OutOfTime as late:
        where = f"in case {len(observed) + 1} of {len(cases)} (“{cases[len(observed)].name}”)"
        reason = f"`{exercise.symbol}` did not finish within {exercise.seconds:g} s, {where}"
        at = student_trace(late).rpartition("\n")[2]
        told = f"{reason}. It was at `{at}`." if at else reason
        return Examination(unobserved(exercise, "broken", told), observed)
    except CannotFork as error:
        return Examination(unobserved(exercise, "broken", str(error)))
    except KeyboardInterrupt as error:
        raise Interrupted(exercise.symbol, student_trace(error)) from None
    verdict = told_of_leftovers(judge(exercise, cases, observed, expected), sources)
    question = shape_question(exercise, observed, expected.right) if verdict.cases else None
    if question is not None:
        shapes = None
        with suppress(OutOfTime), time_limit(min(exercise.seconds, MAX_SECONDS)):
            inputs = encode(cases[question.number].inputs)
            shapes = trace_shapes(exercise, implementation, inputs, question)
        verdict = verdict.with_shapes(question.number, shapes)
    return Examination(verdict, observed)


def _sources(implementation: Implementation, caller: Mapping[str, Any]) -> list[str]:
    """The cells that IPython has run so far; elsewhere the answer's own source."""
    if cells := sources_in(caller):
        return cells
    try:
        return [dedent(inspect.getsource(implementation))]
    except (OSError, TypeError):
        return []  # Python cannot find it, and no rule can be checked


if in_notebook():
    listen()
    # the first comparison of a process makes torch import for half a second: better here, where
    # everything is imported, than under the first exercise
    compare(torch.zeros(1), torch.zeros(1))
