"""Run an answer once more on a case, and tell which of its lines makes which shape of which."""

from __future__ import annotations

import inspect
import math
import os
import sys
import traceback
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from typing import NamedTuple

import torch

from ptbasics.exercise import Data, Exercise, Implementation
from ptbasics.judging.codec import decode
from ptbasics.judging.observing import run_case
from ptbasics.judging.shape_recorder import (
    Line,
    Recorder,
    Start,
    Step,
    cut,
    function_of,
    listed,
    shape_of,
)
from ptbasics.judging.shapes import (
    MAX_LINES,
    MAX_NOTE,
    MAX_STEPS,
    Shape,
    ShapeLine,
    ShapeQuestion,
    Shapes,
    value_at,
)

#: How many lines are shown after the marked one, where there are too many.
_LINES_AFTER = 2


def trace_shapes(
    exercise: Exercise, implementation: Implementation, inputs: bytes, question: ShapeQuestion
) -> Shapes | None:
    """The shapes in one case, line by line through the student's own code.

    The answer gets inputs of its own, and the random numbers that it had when it was observed;
    what it prints is thrown away. It never raises: where it takes too long, is interrupted or ends
    in another way than before, there is nothing to show.

    Args:
        exercise: what to call.
        implementation: the answer.
        inputs: those of the case, encoded.
        question: what went wrong in it.
    """
    try:
        recorder = Recorder(_files_of(implementation))
        with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):  # noqa: PTH123
            outcome = _run(recorder, exercise, implementation, inputs, question.number)
        return _told(recorder, outcome, question)
    except BaseException:  # time is over, an interruption, or an answer that breaks the recorder
        return None


def _run(
    recorder: Recorder,
    exercise: Exercise,
    implementation: Implementation,
    inputs: bytes,
    number: int,
) -> Data | BaseException:
    """What the observer returned, or the exception that ended it."""
    values = decode(inputs)
    recorder.outermost = sys._getframe()
    try:
        with recorder:
            return run_case(exercise, implementation, values, number)
    except (Exception, SystemExit) as error:
        return error


def _files_of(implementation: Implementation) -> set[str]:
    """Where an answer that no notebook defines is written."""
    try:
        return {inspect.getfile(implementation)}
    except TypeError:
        return set()


class _Finding(NamedTuple):
    """The line to mark, if one is known, the sentence on it, and which pass of it to show."""

    line: Line | None
    note: str
    number: int = 0
    steps: Sequence[Step] = ()


def _told(
    recorder: Recorder, outcome: Data | BaseException, question: ShapeQuestion
) -> Shapes | None:
    if isinstance(outcome, BaseException):
        same = type(outcome).__name__[:100] == question.error
        finding = _of_error(recorder, outcome) if same else None
    else:
        tensor = value_at(outcome, question.path)
        same = isinstance(tensor, torch.Tensor) and shape_of(tensor) == question.got
        finding = _of_result(recorder, tensor, question) if same and not question.error else None
    lines = [*recorder.lines.values()]
    if finding is None or not any(line.last for line in lines):
        return None
    end = len(lines)
    if finding.line is not None:
        end = min(end, max(MAX_LINES, finding.line.order + 1 + _LINES_AFTER))
    kept = lines[max(0, end - MAX_LINES) : end]
    several = len({line.function for line in lines}) > 1
    rows = tuple(
        ShapeLine(
            _where(line, several),
            line.code,
            _shown(line, finding),
            line is finding.line,
        )
        for line in kept
    )
    place = _where(finding.line, several) if finding.line else ""
    left_out = len(lines) - len(kept)
    more = f" ({left_out} more line{'s' * (left_out > 1)})" if left_out else ""
    return Shapes(rows, cut(finding.note.format(place) + more, MAX_NOTE))


def _of_error(recorder: Recorder, error: BaseException) -> _Finding | None:
    """The innermost line of the student's that the exception left."""
    own = [
        ((frame.f_code.co_filename, number), function_of(frame))
        for frame, number in traceback.walk_tb(error.__traceback__)
        if recorder.is_own(frame.f_code.co_filename)
    ]
    if not own:
        return None
    key, function = own[-1]
    line = recorder.lines.get(key) or recorder.add_line(key, function)
    if recorder.failed is None or recorder.failed[0] is not error:
        return _Finding(line, "The error comes from {}.", line.passes, line.last)
    _, given = recorder.failed
    met = f", where {listed(given)} meet" if len(given) > 1 else ""
    if len(given) == 1:
        met = f", which was given {given[0]}"
    return _Finding(line, f"The error comes from {{}}{met}.", line.passes, line.last)


def _of_result(recorder: Recorder, tensor: torch.Tensor, question: ShapeQuestion) -> _Finding:
    """The line since which the shape is wrong, or the one that made the result."""
    got, expected = question.got, f"Expected: {question.expected}."
    origin = recorder.origin(tensor)
    if origin is not None and origin.start and _departs(origin.start, question):
        line, given, number, steps = origin.start
        of = f", out of {listed(given)}" if given else ""
        later = "" if line is origin.line else "; no later line changes it"
        note = f"The shape {got} comes from {{}}{of}{later}. {expected}"
        return _Finding(line, note, number, steps)
    if origin is not None:
        return _Finding(
            origin.line, f"What came back is made in {{}} and has the shape {got}. {expected}"
        )
    makers = [line for line in recorder.lines.values() if got in line.results]
    if len(makers) == 1:
        return _Finding(makers[0], f"The only line that makes the shape {got} is {{}}. {expected}")
    who = "Several of these lines make" if makers else "None of these lines makes"
    return _Finding(None, f"{who} the shape {got}, which came back. {expected}")


def _departs(start: Start, question: ShapeQuestion) -> bool:
    """Whether a shape is wrong from where it was made.

    Where it only has more dimensions than are expected, what is missing may be a later line. It is
    not where two tensors were spread out against each other, or dimensions of length 1 were kept.
    """
    got, expected = question.got, question.expected
    if len(got) <= len(expected):
        return True
    is_spread = all(math.prod(got) > math.prod(shape) for shape in start.given)
    return is_spread or _without_ones(got) == _without_ones(expected)


def _without_ones(shape: Shape) -> list[int]:
    return [length for length in shape if length != 1]


def _where(line: Line, several: bool) -> str:
    return f"{line.function[:24]}, line {line.number}" if several else f"line {line.number}"


def _shown(line: Line, finding: _Finding) -> str:
    """The first pass through a line; of the marked one the pass that counts."""
    if line.passes < 2:
        return _fitting(line.last, "")
    if line is finding.line and finding.steps and [*finding.steps] != line.first:
        return _fitting(finding.steps, f"pass {finding.number}: ")
    return _fitting(line.first, f"{line.passes} ×: ")


def _fitting(steps: Sequence[Step], before: str) -> str:
    """The last steps that change shapes, as many as there is room for."""
    telling = [step.text for step in steps if not step.keeps_shape]
    texts = telling or [step.text for step in steps[-1:]]
    kept = ""
    for number, step in enumerate(reversed(texts)):
        longer = f"{step}; {kept}" if kept else step
        if len(before) + len(longer) + 2 > MAX_STEPS:
            return cut(before + (f"… {kept}" if number else step), MAX_STEPS)
        kept = longer
    return before + kept
