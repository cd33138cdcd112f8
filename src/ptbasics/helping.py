"""`hint(softmax)` and `failing(softmax)`: help in steps, and a case to try code on."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from textwrap import indent

import torch

from ptbasics import progress
from ptbasics.checking import NotChecked, examine
from ptbasics.exercise import Case, Data, Exercise, Implementation
from ptbasics.expected import ExpectedMissing, public_expected
from ptbasics.history import runs_in, why_stale
from ptbasics.judging.codec import Changed, Raised, encode
from ptbasics.judging.describe import shown
from ptbasics.judging.display import GREY, badge_html, block_html, inline_html
from ptbasics.judging.observing import draw_cases
from ptbasics.judging.shapes import Shapes
from ptbasics.judging.verdict import measured
from ptbasics.lookup import exercise_of, no_exercise
from ptbasics.outlines import outline

_STEPS = ("where to read again", "the hint", "a small case")
#: Characters of one value; a case that is chosen for being small needs less.
_MAX_SHOWN = 600


@dataclass(frozen=True)
class Step:
    """One step of help: plain text in which `backticks` mark code, a link, and values by name."""

    title: str
    text: str
    link: str = ""
    values: tuple[tuple[str, str], ...] = ()

    def lines(self) -> list[str]:
        """As text."""
        indented = [
            f"    {name}: " + value.replace("\n", "\n" + " " * (len(name) + 6))
            for name, value in self.values
        ]
        return [f"{self.title}: {self.text}".replace("`", ""), *indented]

    def html(self) -> str:
        """As HTML."""
        text = inline_html(self.text)
        if self.link:
            text = f'<a href="{escape(self.link)}">{text}</a>'
        rows = "".join(
            f'<pre style="margin:0 0 0 1em;padding:0;white-space:pre-wrap;background:none">'
            f"{escape(name)}: {escape(value)}</pre>"
            for name, value in self.values
        )
        return f"<div><b>{escape(self.title)}:</b> {text}{rows}</div>"


@dataclass(frozen=True)
class Help:
    """The help that `hint` gives at one time."""

    symbol: str
    steps: tuple[Step, ...]
    note: str

    def __repr__(self) -> str:
        lines = [line for step in self.steps for line in step.lines()]
        return "\n".join([f"Help with {self.symbol}", *lines, self.note.replace("`", "")])

    def _repr_html_(self) -> str:
        note = f'<div style="font-size:.85em;opacity:.75">{inline_html(self.note)}</div>'
        steps = "".join(step.html() for step in self.steps)
        title = f"Help with {self.symbol}"
        return block_html(f"<div>{badge_html(title, GREY)}</div>{steps}{note}", GREY, title)


def hint(implementation: Implementation) -> Help | NotChecked:
    """Ask for the next step of help with an exercise. Asking costs no points.

    Args:
        implementation: the function or class of the exercise, finished or not.

    Returns:
        First where to read again, then the exercise's hint, then a small case with what is
        expected of it; after that, all three together.
    """
    frame = inspect.currentframe()
    caller = frame.f_back.f_globals if frame and frame.f_back else {}
    exercise = exercise_of(implementation, caller)
    if exercise is None:
        return NotChecked(no_exercise("hint", implementation, caller))
    given = progress.known().hints.get(exercise.name, 0)
    try:
        if given >= len(_STEPS):
            steps = tuple(_step(exercise, number) for number in range(len(_STEPS)))
        else:
            steps = (_step(exercise, given),)
    except ExpectedMissing as error:
        return NotChecked(str(error))
    progress.record_hint(exercise.name, given + 1)
    return Help(exercise.symbol, steps, _note(exercise.symbol, given + 1))


def _note(symbol: str, given: int) -> str:
    if given < len(_STEPS):
        return f"Asking costs no points. `hint({symbol})` again gives {_STEPS[given]}."
    return (
        f"That is all the help there is. When `check({symbol})` fails, `failing({symbol})` gives "
        "you the case, to try your code on."
    )


def _step(exercise: Exercise, number: int) -> Step:
    title = f"Step {number + 1} of {len(_STEPS)}, {_STEPS[number]}"
    if number == 0:
        known = outline(exercise.lesson)
        section = known.sections.get(exercise.symbol, "") if known else ""
        if known is None or not section:
            return Step(title, f"what stands above the exercise in lesson {exercise.lesson}")
        return Step(title, f"“{section}”", known.link(exercise.symbol))
    if number == 1:
        return Step(title, " ".join(exercise.hint.split()))
    case, right = _smallest(exercise)
    values = (*_named(exercise, case).items(), (_wanted(exercise), right))
    return Step(
        title,
        f"“{case.name}”. Get there by hand first, then line by line in a cell of your own.",
        values=tuple((name, shown(value, _MAX_SHOWN)) for name, value in values),
    )


def _wanted(exercise: Exercise) -> str:
    return "must be so" if exercise.measure else "expected"


def _named(exercise: Exercise, case: Case) -> dict[str, Data]:
    return dict(zip(exercise.input_names, case.inputs, strict=False))


def _smallest(exercise: Exercise) -> tuple[Case, Data]:
    """The public case that takes least to read, and what is expected of it.

    Cases that end in an error, or have an input with nothing in it, show less than others.
    """

    def burden(pair: tuple[Case, Data]) -> tuple[bool, bool, int]:
        case, right = pair
        is_empty = any(isinstance(x, torch.Tensor) and not x.numel() for x in case.inputs)
        return isinstance(right, Raised), is_empty, len(encode(case.inputs)) + len(encode(right))

    pairs = zip(draw_cases(exercise), public_expected(exercise).right, strict=True)
    return min(pairs, key=burden)


@dataclass(frozen=True)
class FailingCase:
    """A public case that an answer fails.

    Its inputs are attributes, under the names that `check` shows: `case.x`. `given` has them all,
    in their order. `what` says in which way `got` is not as `expected`; `shapes`, where that is
    known, which line of the answer makes which shape.
    """

    case_name: str
    what: str
    expected: Data
    got: Data
    given: Mapping[str, Data] = field(default_factory=dict)
    shapes: Shapes | None = None

    def __getattr__(self, name: str) -> Data:
        given = self.__dict__.get("given", {})
        if name in given:
            return given[name]
        raise AttributeError(f"this case has {', '.join([*given, 'expected', 'got'])}, no {name}")

    def __repr__(self) -> str:
        values = {**self.given, "expected": self.expected, "got": self.got}
        lines = [
            f"  .{name} = " + shown(value, _MAX_SHOWN).replace("\n", "\n" + " " * (len(name) + 6))
            for name, value in values.items()
        ]
        if self.shapes:
            lines += ["  shapes, line by line:", indent(self.shapes.text(), "    ")]
        return "\n".join([f"case “{self.case_name}”: {self.what}", *lines])


def failing(implementation: Implementation) -> FailingCase | NotChecked:
    """The first public case that an answer fails, to try code on: `case = failing(softmax)`.

    Args:
        implementation: the function or class that you wrote.

    Returns:
        The case, with fresh copies of its inputs, or a sentence where none fails.
    """
    frame = inspect.currentframe()
    caller = frame.f_back.f_globals if frame and frame.f_back else {}
    exercise = exercise_of(implementation, caller)
    if exercise is None:
        return NotChecked(no_exercise("failing", implementation, caller))
    if reason := why_stale(exercise.symbol, runs_in(caller)):
        return NotChecked(reason)
    try:
        verdict, observed = examine(exercise, implementation, caller)
        right = public_expected(exercise).right
    except ExpectedMissing as error:
        return NotChecked(str(error))
    if verdict.passed:
        return NotChecked(f"No public case of `{exercise.symbol}` fails.")
    if not verdict.cases:
        return NotChecked(f"There is no failing case of `{exercise.symbol}`: {verdict.reason}.")
    cases = draw_cases(exercise)
    number = next(number for number, case in enumerate(verdict.cases) if not case.passed)
    got = measured(exercise, cases, observed)[number]
    return FailingCase(
        cases[number].name,
        verdict.cases[number].what,
        right[number],
        got.seen if isinstance(got, Changed) else got,
        _named(exercise, cases[number]),
        verdict.cases[number].shapes,
    )
