"""Strict comparison of two observations, and where they first part."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch

from ptbasics.exercise import Data
from ptbasics.judging.codec import Changed, Raised
from ptbasics.judging.describe import count_of, kind_of, shown

#: A way into an observation: the key of a dict, the index in a list, a position in a tensor.
Step = str | tuple[Any, ...]
Path = tuple[Step, ...]


@dataclass(frozen=True)
class Difference:
    """The first place where an observation departs from the expected one.

    `what` is a sentence, `expected` and `got` the values there. `summary` and `part` say less, for
    a hidden case: the submission chooses no word and no number in them, or it could print its
    hidden inputs by way of its mistakes.
    """

    path: Path
    what: str
    summary: str
    expected: str = ""
    got: str = ""

    @property
    def place(self) -> str:
        """`the loss, [0][2, 1]` for element (2, 1) of the first of "the loss"; "" for the whole."""
        place = ""
        for step in self.path:
            text = step if isinstance(step, str) else f"[{', '.join(map(str, step))}]"
            joined = place and not (place.endswith("]") and text.startswith("["))
            place += f", {text}" if joined else text
        return place

    @property
    def part(self) -> str:
        """The place as far as it has a name: `the loss`."""
        return ", ".join(step for step in self.path if isinstance(step, str))


@dataclass(frozen=True)
class Tolerance:
    """How far floating-point values may be apart; None means the default for their dtype."""

    rtol: float | None = None
    atol: float | None = None


def compare(
    got: Data, expected: Data, tolerance: Tolerance | None = None, *, exact_errors: bool = False
) -> Difference | None:
    """The first difference between two observations, or None where they agree.

    Types, dtypes, shapes and `requires_grad` must be the same: nothing is converted and nothing is
    broadcast. Floating-point values agree within the tolerance; NaN agrees with NaN only.
    An exception agrees with one of the same class or of a class derived from it; its text counts
    only with `exact_errors`, and without the numbers and names in it.
    """
    return _Comparison(tolerance or Tolerance(), exact_errors).compare(got, expected, ())


@dataclass(frozen=True)
class _Comparison:
    tolerance: Tolerance
    exact_errors: bool

    def compare(self, got: Data, expected: Data, where: Path) -> Difference | None:
        if isinstance(got, Changed) or isinstance(expected, Changed):
            return self._changed(got, expected, where)
        if isinstance(got, Raised) or isinstance(expected, Raised):
            return self._raised(got, expected, where)
        if type(got) is not type(expected):
            what = f"expected {kind_of(expected)}, got {kind_of(got)}"
            return _between(got, expected, where, what, "the type is wrong")
        if isinstance(expected, torch.Tensor):
            return self._tensors(got, expected, where)
        if isinstance(expected, np.ndarray | np.generic):
            return self._arrays(np.asarray(got), np.asarray(expected), where)
        if isinstance(expected, dict):
            return self._dicts(got, expected, where)
        if isinstance(expected, list | tuple):
            return self._sequences(got, expected, where)
        if isinstance(expected, float | complex):
            return self._values(torch.tensor(got), torch.tensor(expected), where)
        if got != expected:
            # a wrong bool gives the right one away in any case
            is_bool = isinstance(expected, bool)
            what = f"expected {expected}, got {got}" if is_bool else "the value is wrong"
            return _between(got, expected, where, what, what)
        return None

    def _changed(self, got: Data, expected: Data, where: Path) -> Difference | None:
        mine, seen = _parted(got)
        other, right = _parted(expected)
        if stray := [name for name in mine if name not in other]:
            what = f"the input “{stray[0]}” was changed, and it belongs to the caller"
            return Difference(where, what, "an input was changed")
        if missing := [name for name in other if name not in mine]:
            what = f"the input “{missing[0]}” was not changed, and should have been"
            return Difference(where, what, what)
        return self.compare(seen, right, where)

    def _raised(self, got: Data, expected: Data, where: Path) -> Difference | None:
        is_answer = isinstance(expected, Raised) and not expected.bases  # a known wrong one
        if isinstance(got, Raised) and not got.bases and not is_answer:
            what = got.text.partition(":")[0]
            return _between(got, expected, where, what, "the result cannot be compared")
        if not isinstance(expected, Raised):
            # which error it is would be the submission's choice
            difference = _between(
                got, expected, where, f"{got.type} was raised", "an error was raised"
            )
            # many values at once are no help where none was reached
            return replace(difference, expected="") if isinstance(expected, dict) else difference
        summary = f"expected {expected.type} to be raised"
        if not isinstance(got, Raised):
            return _between(got, expected, where, f"{summary}, got {kind_of(got)}", summary)
        if expected.type not in (got.type, *got.bases):
            return _between(got, expected, where, f"{summary}, got {got.type}", summary)
        if self.exact_errors and _kind_of_error(got) != _kind_of_error(expected):
            what = "the error's message differs"
            return _between(got, expected, where, what, what)
        return None

    def _sequences(self, got: Any, expected: Any, where: Path) -> Difference | None:
        if len(got) != len(expected):
            what = f"expected {count_of(expected)}, got {count_of(got)}"
            return _between(got, expected, where, what, "the number of items is wrong")
        for index, (mine, other) in enumerate(zip(got, expected, strict=True)):
            if found := self.compare(mine, other, (*where, (index,))):
                return found
        return None

    def _dicts(self, got: Any, expected: Any, where: Path) -> Difference | None:
        for key in expected:
            if key not in got:
                what = f"there is no {key!r}"
                return _between(list(got), list(expected), where, what, what)
            step = key if isinstance(key, str) else (key,)
            if found := self.compare(got[key], expected[key], (*where, step)):
                return found
        if extra := [key for key in got if key not in expected]:
            what = f"{shown(extra[0], 80)} should not be there"
            return _between(got, expected, where, what, "there is something too many")
        return None

    def _tensors(self, got: torch.Tensor, expected: torch.Tensor, where: Path) -> Difference | None:
        for name, mine, other in (
            ("dtype", got.dtype, expected.dtype),
            ("shape", tuple(got.shape), tuple(expected.shape)),
            ("requires_grad", got.requires_grad, expected.requires_grad),
        ):
            if mine != other:
                what = f"expected {name} {other}, got {mine}"
                return _between(got, expected, where, what, f"the {name} is wrong")
        return self._values(got, expected, where)

    def _arrays(
        self, got: np.ndarray[Any, Any], expected: np.ndarray[Any, Any], where: Path
    ) -> Difference | None:
        for name, mine, other in (
            ("dtype", got.dtype, expected.dtype),
            ("shape", got.shape, expected.shape),
        ):
            if mine != other:
                what = f"expected an array of {name} {other}, got {mine}"
                return _between(got, expected, where, what, f"the {name} is wrong")
        if expected.dtype.kind in "fc":
            return self._values(torch.from_numpy(got), torch.from_numpy(expected), where)
        return _first_of(got == expected, got, expected, where)

    def _values(self, got: torch.Tensor, expected: torch.Tensor, where: Path) -> Difference | None:
        mine, other = _comparable(got.detach()), _comparable(expected.detach())
        rtol, atol = self._tolerances(other.dtype)
        try:
            torch.testing.assert_close(mine, other, rtol=rtol, atol=atol, equal_nan=True)
            return None
        except AssertionError:
            close = torch.isclose(mine, other, rtol=rtol, atol=atol, equal_nan=True)
        if mine.is_floating_point() and (stray := mine.isnan() & ~other.isnan()).any():
            found = _first_of(~stray, mine, other, where)
            what = "nan where a number is expected"
            return found and replace(found, what=what, summary=what)
        return _first_of(close, mine, other, where)

    def _tolerances(self, dtype: torch.dtype) -> tuple[float, float]:
        if not (dtype.is_floating_point or dtype.is_complex):
            return 0.0, 0.0
        if self.tolerance.rtol is not None and self.tolerance.atol is not None:
            return self.tolerance.rtol, self.tolerance.atol
        rtol, atol = torch.testing._comparison.default_tolerances(dtype)
        return rtol, atol


def _parted(observation: Data) -> tuple[tuple[str, ...], Data]:
    """The names of changed inputs, and what was seen."""
    if isinstance(observation, Changed):
        return observation.names, observation.seen
    return (), observation


def _comparable(tensor: torch.Tensor) -> torch.Tensor:
    """The same values in a dtype that torch can subtract (it cannot, in float8 and the like)."""
    if tensor.dtype.is_floating_point and tensor.dtype.itemsize == 1:
        return tensor.float()
    return tensor


def _first_of(close: Any, got: Any, expected: Any, where: Path) -> Difference | None:
    """The first element that is not close, with a count of those that are not."""
    wrong = np.argwhere(~np.asarray(close))
    if not len(wrong):
        return None
    position = tuple(int(i) for i in wrong[0])
    path = (*where, position) if position else where
    total = np.asarray(close).size
    what = "the value is wrong" if total == 1 else f"{len(wrong)} of {total} values are wrong"
    summary = "the value is wrong" if total == 1 else "not all values are right"
    right, seen = _apart(expected[position], got[position])
    return Difference(path, what, summary, right, seen)


#: What differs between two errors of one kind: numbers, and what is quoted.
_DETAILS = re.compile(r"'[^']*'|\"[^\"]*\"|`[^`]*`|[-+]?\d[\d.,x]*")


def _kind_of_error(error: Raised) -> tuple[str, str]:
    """The type and the first line of the message, without what differs from case to case."""
    return error.type, _DETAILS.sub("…", error.text.partition("\n")[0]).strip()


def _apart(expected: Any, got: Any) -> tuple[str, str]:
    """Two numbers, with as many digits as it takes to tell them apart."""
    right, seen = (_number(element, 6) for element in (expected, got))
    for digits in range(7, _ALL_DIGITS + 1):
        if right != seen:
            break
        right, seen = (_number(element, digits) for element in (expected, got))
    return right, seen


#: Every double differs from every other in as many.
_ALL_DIGITS = 17


def _number(element: Any, digits: int) -> str:
    value = element.item() if hasattr(element, "item") else element
    return f"{value:.{digits}g}" if isinstance(value, float | complex) else shown(value)


def _between(got: Data, expected: Data, where: Path, what: str, summary: str) -> Difference:
    return Difference(where, what, summary, shown(expected), shown(got))
