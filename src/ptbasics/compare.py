"""Strict comparison of two observations, and where they first part."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch

from ptbasics.codec import Raised
from ptbasics.exercise import Data


@dataclass(frozen=True)
class Difference:
    """The first place where an observation departs from the expected one.

    `where` is a path into the observation (empty for the whole), `what` a sentence without values
    that may be shown even when the case is hidden, `expected` and `got` the values there.
    """

    where: str
    what: str
    expected: str = ""
    got: str = ""


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
    only with `exact_errors`.
    """
    return _Comparison(tolerance or Tolerance(), exact_errors).compare(got, expected, "")


@dataclass(frozen=True)
class _Comparison:
    tolerance: Tolerance
    exact_errors: bool

    def compare(self, got: Data, expected: Data, where: str) -> Difference | None:
        if isinstance(got, Raised) or isinstance(expected, Raised):
            return self._raised(got, expected, where)
        if type(got) is not type(expected):
            what = f"expected {kind_of(expected)}, got {kind_of(got)}"
            return _between(got, expected, where, what)
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
            return _between(got, expected, where, what)
        return None

    def _raised(self, got: Data, expected: Data, where: str) -> Difference | None:
        is_answer = isinstance(expected, Raised) and not expected.bases  # a known wrong one
        if isinstance(got, Raised) and not got.bases and not is_answer:
            return _between(got, expected, where, got.text.partition(":")[0])
        if not isinstance(expected, Raised):
            return _between(got, expected, where, f"{got.type} was raised")
        if not isinstance(got, Raised):
            what = f"expected {expected.type} to be raised, got {kind_of(got)}"
            return _between(got, expected, where, what)
        if expected.type not in (got.type, *got.bases):
            what = f"expected {expected.type} to be raised, got {got.type}"
            return _between(got, expected, where, what)
        if self.exact_errors and (got.type, got.text) != (expected.type, expected.text):
            return _between(got, expected, where, "the error's message differs")
        return None

    def _sequences(self, got: Any, expected: Any, where: str) -> Difference | None:
        if len(got) != len(expected):
            what = f"expected {_count(expected)}, got {_count(got)}"
            return _between(got, expected, where, what)
        for index, (mine, other) in enumerate(zip(got, expected, strict=True)):
            if found := self.compare(mine, other, _inside(where, index)):
                return found
        return None

    def _dicts(self, got: Any, expected: Any, where: str) -> Difference | None:
        for key in expected:
            if key not in got:
                return _between(list(got), list(expected), where, f"there is no {key!r}")
            if found := self.compare(got[key], expected[key], _inside(where, key)):
                return found
        if extra := [key for key in got if key not in expected]:
            return _between(got, expected, where, f"{extra[0]!r} should not be there")
        return None

    def _tensors(self, got: torch.Tensor, expected: torch.Tensor, where: str) -> Difference | None:
        for name, mine, other in (
            ("dtype", got.dtype, expected.dtype),
            ("shape", tuple(got.shape), tuple(expected.shape)),
            ("requires_grad", got.requires_grad, expected.requires_grad),
        ):
            if mine != other:
                return _between(got, expected, where, f"expected {name} {other}, got {mine}")
        return self._values(got, expected, where)

    def _arrays(
        self, got: np.ndarray[Any, Any], expected: np.ndarray[Any, Any], where: str
    ) -> Difference | None:
        for name, mine, other in (
            ("dtype", got.dtype, expected.dtype),
            ("shape", got.shape, expected.shape),
        ):
            if mine != other:
                what = f"expected an array of {name} {other}, got {mine}"
                return _between(got, expected, where, what)
        if expected.dtype.kind in "fc":
            return self._values(torch.from_numpy(got), torch.from_numpy(expected), where)
        return _first_of(got == expected, got, expected, where)

    def _values(self, got: torch.Tensor, expected: torch.Tensor, where: str) -> Difference | None:
        mine, other = _comparable(got.detach()), _comparable(expected.detach())
        rtol, atol = self._tolerances(other.dtype)
        try:
            torch.testing.assert_close(mine, other, rtol=rtol, atol=atol, equal_nan=True)
            return None
        except AssertionError:
            close = torch.isclose(mine, other, rtol=rtol, atol=atol, equal_nan=True)
        if mine.is_floating_point() and (stray := mine.isnan() & ~other.isnan()).any():
            found = _first_of(~stray, mine, other, where)
            return found and replace(found, what="nan where a number is expected")
        return _first_of(close, mine, other, where)

    def _tolerances(self, dtype: torch.dtype) -> tuple[float, float]:
        if not (dtype.is_floating_point or dtype.is_complex):
            return 0.0, 0.0
        if self.tolerance.rtol is not None and self.tolerance.atol is not None:
            return self.tolerance.rtol, self.tolerance.atol
        rtol, atol = torch.testing._comparison.default_tolerances(dtype)
        return rtol, atol


def _comparable(tensor: torch.Tensor) -> torch.Tensor:
    """The same values in a dtype that torch can subtract (it cannot, in float8 and the like)."""
    if tensor.dtype.is_floating_point and tensor.dtype.itemsize == 1:
        return tensor.float()
    return tensor


def _first_of(close: Any, got: Any, expected: Any, where: str) -> Difference | None:
    """The first element that is not close, with a count of those that are not."""
    wrong = np.argwhere(~np.asarray(close))
    if not len(wrong):
        return None
    position = tuple(int(i) for i in wrong[0])
    place = _inside(where, *position) if position else where
    total = np.asarray(close).size
    what = "the value is wrong" if total == 1 else f"{len(wrong)} of {total} values are wrong"
    return Difference(place, what, _number(expected[position]), _number(got[position]))


def _inside(where: str, *key: Any) -> str:
    """The place of a part: `the loss, [0][2, 1]` for element (2, 1) of the first of "the loss"."""
    if isinstance(key[0], str):
        return f"{where}, {key[0]}" if where else key[0]
    index = f"[{', '.join(map(str, key))}]"
    return f"{where}, {index}" if where and not where.endswith("]") else f"{where}{index}"


def _number(element: Any) -> str:
    value = element.item() if hasattr(element, "item") else element
    return f"{value:.6g}" if isinstance(value, float) else repr(value)


def _count(items: Any) -> str:
    name = "torch.Size" if isinstance(items, torch.Size) else type(items).__name__
    return f"a {name} of {len(items)} item{'s' * (len(items) != 1)}"


def _a(noun: str) -> str:
    return f"{'an' if noun[0] in 'AEIOaeio' else 'a'} {noun}"


def kind_of(value: Data) -> str:
    """What a value is, in the words of a beginner's course: `a tuple of 2 items`."""
    if isinstance(value, torch.Tensor):
        dtype = str(value.dtype).removeprefix("torch.")
        return f"{_a(dtype)} tensor of shape {tuple(value.shape)}"
    if isinstance(value, np.ndarray):
        return f"a NumPy array of shape {value.shape} and dtype {value.dtype}"
    if isinstance(value, np.generic):
        return f"a NumPy {value.dtype} number"
    if isinstance(value, list | tuple):
        return _count(value)
    if isinstance(value, Raised):
        return _a(value.type)
    words = {bool: "a bool", int: "an int", float: "a float", str: "a string", dict: "a dict"}
    return "None" if value is None else words.get(type(value), _a(type(value).__name__))


def shown(value: Data, limit: int = 300) -> str:
    """A value as Python and torch print it, cut to `limit` characters."""
    if isinstance(value, Raised):
        text = f"{value.type}: {value.text}" if value.bases else value.text
    else:
        text = repr(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _between(got: Data, expected: Data, where: str, what: str) -> Difference:
    return Difference(where, what, shown(expected), shown(got))
