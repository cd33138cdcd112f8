"""Shapes line by line: which public case they are wanted of, what they are, and how they read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import torch

from ptbasics.exercise import Data, Exercise
from ptbasics.judging.codec import Changed, CodecError, Raised, decode, encode
from ptbasics.judging.compare import Path, Tolerance, compare

Shape = tuple[int, ...]

#: What the messages say with which torch, or Python on a tensor, refuses a shape.
_ABOUT_SHAPES = re.compile(
    r"\bshapes?\b|\bsizes?\b|\bdim(?:s|ension)?s?\b|\b\d-?d (?:or \d-?d )?tensor|scalar outputs"
    r"|more than one value|cannot be converted to Scalar|only one element|multi-target",
    re.IGNORECASE,
)
#: Longer messages are cut before they are searched.
_MAX_MESSAGE = 2_000
MAX_LINES, MAX_CODE, MAX_STEPS, MAX_NOTE = 12, 44, 60, 300
#: How long an answer may take when it is run once more.
MAX_SECONDS = 5.0
#: `line 12` behind the name of a function.
_MAX_WHERE = 40


@dataclass(frozen=True)
class ShapeLine:
    """A line of the student's that made a tensor: where it is, its code, and its shapes."""

    where: str
    code: str
    shapes: str
    marked: bool = False


@dataclass(frozen=True)
class Shapes:
    """The lines in the order in which they first ran, and a sentence on the one that is marked."""

    lines: tuple[ShapeLine, ...]
    note: str

    def text(self) -> str:
        """As aligned lines of text; an arrow points at the marked one."""
        wide = max(len(line.where) for line in self.lines)
        code = max(len(line.code) for line in self.lines)
        rows = [
            f"{'→' if line.marked else ' '} {line.where:<{wide}}  {line.code:<{code}}  "
            f"{line.shapes}".rstrip()
            for line in self.lines
        ]
        return "\n".join([*rows, self.note])

    def html(self) -> str:
        """As a table; an arrow points at the marked line, which is bold."""
        left = "text-align:left;vertical-align:top;padding:0 .8em 0 0;background:none"
        names = ("", "line", "code", "shapes")
        head = "".join(
            f'<th scope="col" style="{left};font-weight:400;opacity:.7">{name}</th>'
            if name
            else f'<td style="{left}"></td>'
            for name in names
        )
        return (
            '<table style="border-collapse:collapse;margin:.2em 0;background:none">'
            f"<thead><tr>{head}</tr></thead><tbody>"
            + "".join(_row(line, left) for line in self.lines)
            + f"</tbody></table><div>{escape(self.note)}</div>"
        )

    def packed(self) -> bytes:
        """As data that crosses between processes."""
        lines = [(line.where, line.code, line.shapes, line.marked) for line in self.lines]
        return encode((lines, self.note))

    @classmethod
    def unpacked(cls, packed: bytes) -> Shapes | None:
        """What `packed` made, cut to its bounds; None where the bytes are something else."""
        try:
            lines, note = decode(packed)
            kept = tuple(
                ShapeLine(
                    str(where)[:_MAX_WHERE],
                    str(code)[:MAX_CODE],
                    str(shapes)[:MAX_STEPS],
                    marked is True,
                )
                for where, code, shapes, marked in lines[:MAX_LINES]
            )
            return cls(kept, str(note)[:MAX_NOTE]) if kept else None
        except (CodecError, ValueError, TypeError):
            return None


def _row(line: ShapeLine, left: str) -> str:
    weight = "600" if line.marked else "400"
    mark = '<span role="img" aria-label="here">→</span>' if line.marked else ""
    cells = [mark, escape(line.where), f"<code>{escape(line.code)}</code>", escape(line.shapes)]
    return (
        f'<tr style="font-weight:{weight};background:none">'
        + "".join(
            f'<td style="{left};white-space:pre-wrap;overflow-wrap:anywhere">{cell}</td>'
            for cell in cells
        )
        + "</tr>"
    )


@dataclass(frozen=True)
class ShapeQuestion:
    """Which case to run once more, and what was wrong in it.

    Attributes:
        number: of the case.
        error: the type of the exception that ended it; "" where a wrong shape came back.
        path: the way into the observation to the tensor of the wrong shape.
        got, expected: its shape, and what it should be.
    """

    number: int
    error: str = ""
    path: Path = ()
    got: Shape = ()
    expected: Shape = ()

    def packed(self) -> bytes:
        """As data that crosses between processes."""
        return encode((self.number, self.error, self.path, self.got, self.expected))

    @classmethod
    def unpacked(cls, packed: bytes) -> ShapeQuestion:
        """What `packed` made."""
        return cls(*decode(packed))


def shape_question(
    exercise: Exercise, observed: Sequence[Data], right: Sequence[Data]
) -> ShapeQuestion | None:
    """The first case that fails because of a shape; None where none does.

    Args:
        exercise: what was observed.
        observed: what came of each case.
        right: what is expected of it, measured where the exercise measures.
    """
    for number, (got, wanted) in enumerate(zip(observed, right, strict=True)):
        seen = got.seen if isinstance(got, Changed) else got
        if isinstance(seen, Raised):
            if seen.bases and _is_about_shapes(seen.text) and compare(seen, wanted):
                return ShapeQuestion(number, seen.type)
        elif exercise.measure is None:
            question = _wrong_shape(exercise, number, seen, wanted)
            if question is not None:
                return question
    return None


def _wrong_shape(exercise: Exercise, number: int, seen: Data, wanted: Data) -> ShapeQuestion | None:
    if isinstance(wanted, Changed):
        wanted = wanted.seen
    difference = compare(seen, wanted, Tolerance(exercise.rtol, exercise.atol))
    if difference is None:
        return None
    mine, other = value_at(seen, difference.path), value_at(wanted, difference.path)
    if not (isinstance(mine, torch.Tensor) and isinstance(other, torch.Tensor)):
        return None
    got, expected = tuple(mine.shape), tuple(other.shape)
    return ShapeQuestion(number, "", difference.path, got, expected) if got != expected else None


def value_at(observation: Data, path: Path) -> Any:
    """What stands at a path; None where nothing does, or where the path leads into a tensor."""
    value = observation
    for step in path:
        try:
            match value:
                case dict():
                    value = value[step if isinstance(step, str) else step[0]]
                case list() | tuple():
                    value = value[step[0]]  # type: ignore[index]
                case _:
                    return None
        except (LookupError, TypeError):
            return None
    return value


def _is_about_shapes(message: str) -> bool:
    return bool(_ABOUT_SHAPES.search(message[:_MAX_MESSAGE]))
