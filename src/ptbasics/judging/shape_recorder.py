"""A mode that notes which line of a student's makes which shape of which."""

from __future__ import annotations

import linecache
import sys
import weakref
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from types import FrameType
from typing import Any, NamedTuple

import torch
from torch.overrides import TorchFunctionMode, resolve_name

from ptbasics.judging.observing import is_student_file
from ptbasics.judging.shapes import MAX_CODE, Shape

#: After so many calls of torch functions the run ends.
_MAX_CALLS = 20_000
#: Steps kept of one pass through a line, and values looked at in the arguments of one call.
_MAX_PASS, _MAX_VISITED = 20, 200
#: So many shapes are listed one by one.
_MAX_LISTED = 3
_SIGNS = {"__getitem__": "[…]", "__setitem__": "[…] =", "__eq__": "eq", "__rpow__": "pow"}


class _Place(NamedTuple):
    """A line of the student's that is running, and what it has called, if not torch itself."""

    frame: FrameType
    called: FrameType | None

    @property
    def key(self) -> tuple[str, int]:
        return self.frame.f_code.co_filename, self.frame.f_lineno


class Step(NamedTuple):
    """A call of a torch function, in words, and whether it gave the one shape that it was given."""

    text: str
    keeps_shape: bool


@dataclass
class Line:
    """A line that made tensors. A pass is one run through it, as in a loop."""

    order: int
    function: str
    number: int
    code: str
    first: list[Step] = field(default_factory=list)
    last: list[Step] = field(default_factory=list)
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

    def add(self, step: Step) -> None:
        """One step more of the pass that is going on."""
        if len(self.last) < _MAX_PASS:
            self.last.append(step)
        if self.passes == 1:
            self.first = self.last


class Start(NamedTuple):
    """Where a shape was made that has not changed since, of which shapes, and in which pass."""

    line: Line
    given: tuple[Shape, ...]
    number: int
    steps: Sequence[Step]


class Origin(NamedTuple):
    """Where a tensor comes from: `start` is None where it has the shape of one that was given."""

    line: Line
    start: Start | None


class _Enough(BaseException):
    """There were too many calls."""


class Recorder(TorchFunctionMode):
    """Notes each call of a torch function that a line of the student's leads to."""

    def __init__(self, files: set[str]) -> None:
        super().__init__()
        self.outermost: FrameType | None = None
        self.lines: dict[tuple[str, int], Line] = {}
        self.failed: tuple[BaseException, tuple[Shape, ...]] | None = None
        self._files = files
        self._origins: dict[int, tuple[weakref.ref[torch.Tensor], Origin]] = {}
        self._calls = 0

    def __torch_function__(
        self, func: Any, types: Any, args: Sequence[Any] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        self._calls += 1
        if self._calls > _MAX_CALLS:
            raise _Enough
        place = self._place(sys._getframe(1))
        given = [(tensor, shape_of(tensor)) for tensor in _tensors((args, kwargs))]
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
            line.add(_step(func, shapes, [shape_of(tensor) for tensor in made]))
            line.results.update(map(shape_of, made))
            for tensor in made:
                self._note(tensor, Origin(line, _start(line, origins, shapes, shape_of(tensor))))
        return result

    def origin(self, tensor: torch.Tensor) -> Origin | None:
        """Where a tensor comes from; None where it was given."""
        reference, origin = self._origins.get(id(tensor), (None, None))
        return origin if reference is not None and reference() is tensor else None

    def is_own(self, filename: str) -> bool:
        """Whether a file or cell is the student's."""
        return is_student_file(filename) or filename in self._files

    def _note(self, tensor: torch.Tensor, origin: Origin) -> None:
        self._origins[id(tensor)] = (weakref.ref(tensor), origin)

    def _carry(
        self,
        origins: Sequence[Origin | None],
        shapes: Sequence[Shape],
        made: Sequence[torch.Tensor],
    ) -> None:
        """What an observer makes of a tensor, such as a copy, comes from where that does."""
        for tensor in made:
            for origin, shape in zip(origins, shapes, strict=True):
                if origin is not None and shape == shape_of(tensor):
                    self._note(tensor, origin)

    def _place(self, frame: FrameType | None) -> _Place | None:
        """The innermost line of the student's; None where an observer calls torch itself."""
        called = None
        while frame is not None and frame is not self.outermost:
            if self.is_own(frame.f_code.co_filename):
                return _Place(frame, called)
            called, frame = frame, frame.f_back
        return None

    def _line(self, place: _Place) -> Line:
        if place.key not in self.lines:
            self.add_line(place.key, function_of(place.frame))
        line = self.lines[place.key]
        line.enter(place)
        return line

    def add_line(self, key: tuple[str, int], function: str) -> Line:
        """A line that has not been met before."""
        code = cut(" ".join(linecache.getline(*key).split()), MAX_CODE)
        self.lines[key] = Line(len(self.lines), function, key[1], code)
        return self.lines[key]


def _start(
    line: Line, origins: Sequence[Origin | None], shapes: tuple[Shape, ...], made: Shape
) -> Start | None:
    """Where the shape of a result was made: here, unless something that it is made of has it."""
    same = [origin for origin, shape in zip(origins, shapes, strict=True) if shape == made]
    if not same:
        return Start(line, shapes, line.passes, line.last)
    starts = [origin.start for origin in same if origin is not None and origin.start is not None]
    return max(starts, key=lambda start: start.line.order, default=None)


def _step(func: Any, given: Sequence[Shape], made: Sequence[Shape] | None) -> Step:
    """`matmul (3, 4), (4, 5) → (3, 5)`; nothing is made where an error is raised."""
    parts = [_name(func), listed(given, ", ")]
    result = "error" if made is None else listed(made, ", ")
    if made and len(made) > 1 and len({*made}) == 1:
        result = f"{len(made)} × {made[0]}"
    keeps_shape = made is not None and len(given) == 1 and [*made] == [*given]
    return Step(f"{' '.join(filter(None, parts))} → {result}", keeps_shape)


def _name(func: Any) -> str:
    path = (resolve_name(func) or getattr(func, "__name__", "") or "call").split(".")
    name = path[-2] if path[-1] == "__get__" and len(path) > 1 else path[-1]
    return _SIGNS.get(name, name.strip("_"))[:24]


def listed(shapes: Sequence[Shape], last: str = " and ") -> str:
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


def function_of(frame: FrameType) -> str:
    """The function that a frame belongs to, also where it is of a comprehension in it."""
    names = frame.f_code.co_qualname.split(".")
    return next((name for name in reversed(names) if name[0] != "<"), names[-1])


def shape_of(tensor: torch.Tensor) -> Shape:
    """The lengths of its dimensions."""
    return tuple(tensor.shape)


def _tensors(value: Any) -> Iterator[torch.Tensor]:
    """The tensors in what a function was given or gave, as far as they are near."""
    held = [value]
    for _ in range(_MAX_VISITED):
        if not held:
            return
        value = held.pop()
        if isinstance(value, torch.Tensor):
            yield value
        elif isinstance(value, list | tuple):
            held += reversed(value[:_MAX_VISITED])
        elif isinstance(value, dict):
            held += reversed([*value.values()][:_MAX_VISITED])


def cut(text: str, most: int) -> str:
    """The text, shortened to `most` characters."""
    return text if len(text) <= most else text[: most - 1] + "…"
