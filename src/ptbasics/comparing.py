"""`compare(softmax)`: after passing, the reference beside one's own code."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from textwrap import dedent, indent
from typing import Any

from ptbasics.checking import NotChecked, has_passed
from ptbasics.exercise import Exercise, Implementation
from ptbasics.history import Run, defining_run, runs_in, why_stale
from ptbasics.judging.describe import printable
from ptbasics.judging.display import GREEN, badge_html, block_html, inline_html
from ptbasics.judging.routes import difference_between, without_docstrings
from ptbasics.lookup import exercise_of, no_exercise
from ptbasics.references import references

#: Characters of the student's own code that are shown.
_MAX_OWN = 8_000
_NOT_GIVEN = (
    "The reference solutions of lesson {lesson} are not in this installation. An instructor gives "
    "them out in a bundle made with `ptbasics release --with-references`, as a rule after the "
    "deadline. `compare` reads nothing else, not even the sources in a clone of the course."
)
_NOT_PASSED = (
    "`compare({symbol})` shows the reference once `check({symbol})` has passed in this session, "
    "with the code that the notebook has now. Run `check({symbol})` first."
)
_NO_SOURCE = "Python has no source of your `{symbol}`. Define it in a cell of the notebook."


@dataclass(frozen=True)
class Comparison:
    """A student's own code and the reference, without their docstrings.

    `difference` is a sentence with `backticks` around code.
    """

    symbol: str
    own: str
    reference: str
    difference: str

    def __repr__(self) -> str:
        parts = [f"{self.symbol}: {self.difference}".replace("`", "")]
        for title, code in self._parts():
            parts += [f"── {title}", indent(code, "  ")]
        return printable("\n".join(parts))

    def _repr_html_(self) -> str:
        columns = "".join(
            f'<div style="flex:1 1 22em;min-width:0"><div style="font-weight:600">{title}</div>'
            '<pre style="margin:.2em 0;padding:0;border:0;white-space:pre-wrap;background:none;'
            f'overflow-wrap:anywhere">{escape(code)}</pre></div>'
            for title, code in self._parts()
        )
        return block_html(
            f"<div>{badge_html(self.symbol, GREEN)}</div>"
            f'<div style="margin:.4em 0">{inline_html(self.difference)}</div>'
            f'<div style="display:flex;flex-wrap:wrap;gap:0 1.5em">{columns}</div>',
            GREEN,
            f"{self.symbol} beside the reference",
        )

    def _parts(self) -> list[tuple[str, str]]:
        return [("yours", self.own), ("the reference", self.reference)]


def compare(implementation: Implementation) -> Comparison | NotChecked:
    """Show the reference beside your own code, once that passes.

    Args:
        implementation: the function or class that you wrote.

    Returns:
        Both, with a sentence on how they differ; or a sentence, where the check has not passed in
        this session or where the instructor has not given out the reference solutions. They are
        in a bundle made with `ptbasics release --with-references`. No date is looked at, because
        what lies on a disk can be read before it.
    """
    frame = inspect.currentframe()
    caller = frame.f_back.f_globals if frame and frame.f_back else {}
    exercise = exercise_of(implementation, caller)
    if exercise is None:
        return NotChecked(no_exercise("compare", implementation, caller))
    return _compared(exercise, implementation, runs_in(caller))


def _compared(
    exercise: Exercise, implementation: Any, runs: Sequence[Run]
) -> Comparison | NotChecked:
    symbol = exercise.symbol
    given: Mapping[str, str] = references(exercise.lesson)
    if symbol not in given:
        return NotChecked(_NOT_GIVEN.format(lesson=exercise.lesson))
    if reason := why_stale(symbol, runs):
        return NotChecked(reason)
    if not has_passed(exercise, runs):
        return NotChecked(_NOT_PASSED.format(symbol=symbol))
    own = _own_source(symbol, implementation, runs)
    if not own:
        return NotChecked(_NO_SOURCE.format(symbol=symbol))
    difference = difference_between(own, given[symbol])
    return Comparison(
        symbol,
        without_docstrings(own)[:_MAX_OWN],
        without_docstrings(given[symbol]),
        difference,
    )


def _own_source(symbol: str, implementation: Any, runs: Sequence[Run]) -> str:
    """The cell that the answer comes from; elsewhere its own source; "" where Python has none."""
    if run := defining_run(symbol, runs):
        return run.source
    try:
        return dedent(inspect.getsource(implementation))
    except (OSError, TypeError):
        return ""
