"""Run an answer once more on a case, and note which of its lines makes which shape of which."""

from __future__ import annotations

import inspect
import linecache
import math
import os
import sys
import traceback
import weakref
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from types import FrameType
from typing import Any, NamedTuple

import torch
from torch.overrides import TorchFunctionMode, resolve_name

from ptbasics.exercise import Data, Exercise, Implementation
from ptbasics.judging.codec import decode
from ptbasics.judging.observing import is_student_file, run_case
from ptbasics.judging.shapes import (
    MAX_CODE,
    MAX_LINES,
    MAX_NOTE,
    MAX_STEPS,
    Shape,
    ShapeLine,
    ShapeQuestion,
    Shapes,
    value_at,
)

#: After so many calls of torch functions the run ends, and nothing is shown.
_MAX_CALLS = 20_000
#: Steps kept of one pass through a line, and tensors looked at in the arguments of one call.
_MAX_PASS, _MAX_TENSORS = 20, 50
#: So many shapes are listed one by one.
_MAX_LISTED = 3
#: How many lines are shown after the marked one, where there are too many.
_LINES_AFTER = 2
_SIGNS = {"__getitem__": "[…]", "__setitem__": "[…] =", "__eq__": "eq", "__rpow__": "pow"}


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
        recorder = _Recorder(_files_of(implementation))
        with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):  # noqa: PTH123
            outcome = _run(recorder, exercise, implementation, inputs, question.number)
        return _told(recorder, outcome, question)
    except BaseException:  # time is over, an interruption, or an answer that breaks the recorder
        return None


def _run(
    recorder: _Recorder,
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


class _Place(NamedTuple):
    """A line of the student's that is running, and what it has called, if not torch itself."""

    frame: FrameType
    called: FrameType | None

    @property
    def key(self) -> tuple[str, int]:
        return self.frame.f_code.co_filename, self.frame.f_lineno


class _Step(NamedTuple):
    """A call of a torch function, in words, and whether it gave the one shape that it was given."""

    text: str
    keeps_shape: bool


@dataclass
class _Line:
    """A line that made tensors. A pass is one run through it, as in a loop."""

    order: int
    function: str
    number: int
    code: str
    first: list[_Step] = field(default_factory=list)
    last: list[_Step] = field(default_factory=list)
    results: set[Shape] = field(default_factory=set)
    passes: int = 0
    # where the pass stands
    frame: FrameType | None = None
    called: FrameType | None = None
    instruction: int = -1

    def enter(self, place: _Place) -> None:
        """Begin another pass, unless this call belongs to the one that is going on."""
        at = place.frame.f_lasti
        goes_on = self.frame is place.frame and (
            at > self.instruction
            or (at == self.instruction and place.called and place.called is self.called)
        )
        if not goes_on:
            self.passes += 1
            self.last = []
        self.frame, self.called, self.instruction = place.frame, place.called, at

    def add(self, step: _Step) -> None:
        """One step more of the pass that is going on."""
        if len(self.last) < _MAX_PASS:
            self.last.append(step)
        if self.passes == 1:
            self.first = self.last


class _Start(NamedTuple):
    """Where a shape was made that has not changed since, of which shapes, and in which pass."""

    line: _Line
    given: tuple[Shape, ...]
    number: int
    steps: Sequence[_Step]


class _Origin(NamedTuple):
    """Where a tensor comes from: `start` is None where it has the shape of one that was given."""

    line: _Line
    start: _Start | None


class _Enough(BaseException):
    """There were too many calls."""


class _Recorder(TorchFunctionMode):
    """Notes each call of a torch function that a line of the student's leads to."""

    def __init__(self, files: set[str]) -> None:
        super().__init__()
        self.outermost: FrameType | None = None
        self.lines: dict[tuple[str, int], _Line] = {}
        self.failed: tuple[BaseException, tuple[Shape, ...]] | None = None
        self._files = files
        self._origins: dict[int, tuple[weakref.ref[torch.Tensor], _Origin]] = {}
        self._calls = 0

    def __torch_function__(
        self, func: Any, types: Any, args: Sequence[Any] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        self._calls += 1
        if self._calls > _MAX_CALLS:
            raise _Enough
        place = self._place(sys._getframe(1))
        given = [(tensor, _shape(tensor)) for tensor in _tensors((args, kwargs))]
        origins = [self.origin(tensor) for tensor, _ in given]
        shapes = tuple(shape for _, shape in given)
        try:
            result = func(*args, **(kwargs or {}))
        except Exception as error:
            if place is not None:
                self._line(place).add(_step(func, shapes, None))
                self.failed = (error, shapes)
            raise
        made = [*_tensors(result)]
        if place is None:
            self._carry(origins, shapes, made)
        elif made:
            line = self._line(place)
            line.add(_step(func, shapes, [_shape(tensor) for tensor in made]))
            line.results.update(map(_shape, made))
            for tensor in made:
                self._note(tensor, _Origin(line, _start(line, origins, shapes, _shape(tensor))))
        return result

    def origin(self, tensor: torch.Tensor) -> _Origin | None:
        """Where a tensor comes from; None where it was given."""
        reference, origin = self._origins.get(id(tensor), (None, None))
        return origin if reference is not None and reference() is tensor else None

    def is_own(self, filename: str) -> bool:
        """Whether a file or cell is the student's."""
        return is_student_file(filename) or filename in self._files

    def _note(self, tensor: torch.Tensor, origin: _Origin) -> None:
        self._origins[id(tensor)] = (weakref.ref(tensor), origin)

    def _carry(
        self,
        origins: Sequence[_Origin | None],
        shapes: Sequence[Shape],
        made: Sequence[torch.Tensor],
    ) -> None:
        """What an observer makes of a tensor, such as a copy, comes from where that does."""
        for tensor in made:
            for origin, shape in zip(origins, shapes, strict=True):
                if origin is not None and shape == _shape(tensor):
                    self._note(tensor, origin)

    def _place(self, frame: FrameType | None) -> _Place | None:
        """The innermost line of the student's; None where an observer calls torch itself."""
        called = None
        while frame is not None and frame is not self.outermost:
            if self.is_own(frame.f_code.co_filename):
                return _Place(frame, called)
            called, frame = frame, frame.f_back
        return None

    def _line(self, place: _Place) -> _Line:
        if place.key not in self.lines:
            self.add_line(place.key, _function(place.frame))
        line = self.lines[place.key]
        line.enter(place)
        return line

    def add_line(self, key: tuple[str, int], function: str) -> _Line:
        """A line that has not been met before."""
        code = _cut(" ".join(linecache.getline(*key).split()), MAX_CODE)
        self.lines[key] = _Line(len(self.lines), function, key[1], code)
        return self.lines[key]


def _start(
    line: _Line, origins: Sequence[_Origin | None], shapes: tuple[Shape, ...], made: Shape
) -> _Start | None:
    """Where the shape of a result was made: here, unless something that it is made of has it."""
    same = [origin for origin, shape in zip(origins, shapes, strict=True) if shape == made]
    if not same:
        return _Start(line, shapes, line.passes, line.last)
    starts = [origin.start for origin in same if origin is not None and origin.start is not None]
    return max(starts, key=lambda start: start.line.order, default=None)


# --- what is told of it


class _Finding(NamedTuple):
    """The line to mark, if one is known, the sentence on it, and which pass of it to show."""

    line: _Line | None
    note: str
    number: int = 0
    steps: Sequence[_Step] = ()


def _told(
    recorder: _Recorder, outcome: Data | BaseException, question: ShapeQuestion
) -> Shapes | None:
    if isinstance(outcome, BaseException):
        same = type(outcome).__name__[:100] == question.error
        finding = _of_error(recorder, outcome) if same else None
    else:
        tensor = value_at(outcome, question.path)
        same = isinstance(tensor, torch.Tensor) and _shape(tensor) == question.got
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
    return Shapes(rows, _cut(finding.note.format(place) + more, MAX_NOTE))


def _of_error(recorder: _Recorder, error: BaseException) -> _Finding | None:
    """The innermost line of the student's that the exception left."""
    own = [
        ((frame.f_code.co_filename, number), _function(frame))
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
    met = f", where {_listed(given)} meet" if len(given) > 1 else ""
    if len(given) == 1:
        met = f", which was given {given[0]}"
    return _Finding(line, f"The error comes from {{}}{met}.", line.passes, line.last)


def _of_result(recorder: _Recorder, tensor: torch.Tensor, question: ShapeQuestion) -> _Finding:
    """The line since which the shape is wrong, or the one that made the result."""
    got, expected = question.got, f"Expected: {question.expected}."
    origin = recorder.origin(tensor)
    if origin is not None and origin.start and _departs(origin.start, question):
        line, given, number, steps = origin.start
        of = f", out of {_listed(given)}" if given else ""
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


def _departs(start: _Start, question: ShapeQuestion) -> bool:
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


def _where(line: _Line, several: bool) -> str:
    return f"{line.function[:24]}, line {line.number}" if several else f"line {line.number}"


def _shown(line: _Line, finding: _Finding) -> str:
    """The first pass through a line; of the marked one the pass that counts."""
    if line.passes < 2:
        return _fitting(line.last, "")
    if line is finding.line and finding.steps and [*finding.steps] != line.first:
        return _fitting(finding.steps, f"pass {finding.number}: ")
    return _fitting(line.first, f"{line.passes} ×: ")


def _fitting(steps: Sequence[_Step], before: str) -> str:
    """The last steps that change shapes, as many as there is room for."""
    telling = [step.text for step in steps if not step.keeps_shape]
    texts = telling or [step.text for step in steps[-1:]]
    kept = ""
    for number, step in enumerate(reversed(texts)):
        longer = f"{step}; {kept}" if kept else step
        if len(before) + len(longer) + 2 > MAX_STEPS:
            return _cut(before + (f"… {kept}" if number else step), MAX_STEPS)
        kept = longer
    return before + kept


def _step(func: Any, given: Sequence[Shape], made: Sequence[Shape] | None) -> _Step:
    """`matmul (3, 4), (4, 5) → (3, 5)`; nothing is made where an error is raised."""
    parts = [_name(func), _listed(given, ", ")]
    result = "error" if made is None else _listed(made, ", ")
    if made and len(made) > 1 and len({*made}) == 1:
        result = f"{len(made)} × {made[0]}"
    keeps_shape = made is not None and len(given) == 1 and [*made] == [*given]
    return _Step(f"{' '.join(filter(None, parts))} → {result}", keeps_shape)


def _name(func: Any) -> str:
    path = (resolve_name(func) or getattr(func, "__name__", "") or "call").split(".")
    name = path[-2] if path[-1] == "__get__" and len(path) > 1 else path[-1]
    return _SIGNS.get(name, name.strip("_"))[:24]


def _listed(shapes: Sequence[Shape], last: str = " and ") -> str:
    """`(3, 4) and (4,)`; of many, how many have the same shape: `(5,), 8 × (3,)`."""
    if len(shapes) <= _MAX_LISTED:
        texts = [str(shape) for shape in shapes]
    else:
        counts = Counter(shapes)
        texts = [
            f"{count} × {shape}" if count > 1 else f"{shape}" for shape, count in counts.items()
        ]
        if len(texts) > _MAX_LISTED:
            return ", ".join([*texts[:_MAX_LISTED], "…"])
    return ", ".join(texts[:-1]) + (last if len(texts) > 1 else "") + "".join(texts[-1:])


def _function(frame: FrameType) -> str:
    """The function that a frame belongs to, also where it is of a comprehension in it."""
    names = frame.f_code.co_qualname.split(".")
    return next((name for name in reversed(names) if name[0] != "<"), names[-1])


def _shape(tensor: torch.Tensor) -> Shape:
    return tuple(tensor.shape)


def _tensors(value: Any) -> Iterator[torch.Tensor]:
    """The tensors in what a function was given or gave, as far as they are near."""
    held = [value]
    found = 0
    while held and found < _MAX_TENSORS:
        value = held.pop(0)
        if isinstance(value, torch.Tensor):
            found += 1
            yield value
        elif isinstance(value, list | tuple):
            held[:0] = value[:_MAX_TENSORS]
        elif isinstance(value, dict):
            held[:0] = [*value.values()][:_MAX_TENSORS]


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
