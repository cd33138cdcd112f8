"""Sentences about mistakes that can happen in any exercise, for when no misconception fits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import torch

from ptbasics.exercise import Data
from ptbasics.judging.codec import Changed, Raised
from ptbasics.judging.compare import Tolerance, compare
from ptbasics.judging.describe import kind_of
from ptbasics.judging.errors import meaning_of

#: Wrong by less than this share of the expected value, a number is called imprecise.
_IMPRECISE = 1e-3
#: More elements than these are not searched for a pattern.
_MAX_ELEMENTS = 100_000
_NUMBERS = (bool, int, float)
#: Lists with more items than these are not searched for one.
_MAX_ITEMS = 200


def slip(got: Data, expected: Data, tolerance: Tolerance | None = None) -> str:
    """What kind of mistake lies between two observations, as Markdown; "" where none is known.

    It goes by the first place where they differ: by the values there, then by the lists that they
    stand in. Neither fails nor takes long, whatever was observed.
    """
    nested = _first_difference(got, expected, tolerance or Tolerance())
    for mine, other in reversed(nested):
        for known in _KNOWN:
            if sentence := known(mine, other):
                return sentence
    return ""


def _first_difference(got: Data, expected: Data, tolerance: Tolerance) -> list[tuple[Data, Data]]:
    """The values at the first difference, after the dicts, lists and tuples that they stand in."""
    pairs: Iterable[tuple[Data, Data]] = ()
    if type(got) is type(expected):
        if isinstance(expected, dict) and expected.keys() == got.keys():
            pairs = [(got[key], value) for key, value in expected.items()]
        elif isinstance(expected, list | tuple) and len(got) == len(expected):
            pairs = zip(got, expected, strict=True)
    for mine, other in pairs:
        if nested := _first_difference(mine, other, tolerance):
            return [(got, expected), *nested]
    return [(got, expected)] if not pairs and compare(got, expected, tolerance) else []


# --- each looks for one mistake, the most telling first


def _error(got: Data, expected: Data) -> str:
    if not isinstance(got, Raised) or not got.bases or isinstance(expected, Raised):
        return ""
    return meaning_of(got)


def _changed_input(got: Data, expected: Data) -> str:
    if not isinstance(got, Changed):
        return ""
    kept = () if not isinstance(expected, Changed) else expected.names
    stray = [name for name in got.names if name not in kept]
    if not stray:
        return slip(got.seen, expected.seen if isinstance(expected, Changed) else expected)
    return (
        f"Your code changed `{stray[0]}`, which belongs to the caller. Operations that end in `_`, "
        "`+=` and assignments to elements write into what they are given: work on a new tensor or "
        "a copy."
    )


def _nothing(got: Data, expected: Data) -> str:
    if got is not None or expected is None or isinstance(expected, Raised):
        return ""
    return "`None` came back. Is a `return` missing? What is printed is not returned."


def _not_refused(got: Data, expected: Data) -> str:
    if not isinstance(expected, Raised) or not expected.bases or isinstance(got, Raised):
        return ""
    return f"This input has to be refused: `raise {expected.type}(...)` before anything is done."


def _number_or_tensor(got: Data, expected: Data) -> str:
    if isinstance(got, _NUMBERS) and isinstance(expected, torch.Tensor) and not expected.ndim:
        return (
            "A Python number came back where a tensor without dimensions is asked for: `item()`, "
            "`int()` and `float()` take the number out of its tensor."
        )
    if isinstance(got, torch.Tensor) and isinstance(expected, _NUMBERS):
        return "A tensor came back where a Python number is asked for."
    if isinstance(got, np.ndarray | np.generic) and isinstance(expected, torch.Tensor):
        return "A NumPy value came back where a tensor is asked for."
    if type(got) is float and type(expected) is int:
        if 0 <= got <= 1 < expected:
            return f"A share ({got:.4g}) came back where a count is asked for."
        return "A `float` came back where an `int` is asked for: `/` gives floats, `//` does not."
    return ""


def _container(got: Data, expected: Data) -> str:
    kinds: dict[type, str] = {list: "list", tuple: "tuple", torch.Size: "torch.Size"}
    mine, other = kinds.get(type(got)), kinds.get(type(expected))
    if mine and other and mine != other:
        return f"A `{mine}` came back where a `{other}` is asked for."
    if isinstance(expected, list | tuple) and isinstance(got, torch.Tensor):
        return f"A tensor came back where {kind_of(expected)} is asked for."
    if mine and isinstance(expected, torch.Tensor):
        return (
            f"A `{mine}` came back where a tensor is asked for: `torch.tensor(...)` makes one of "
            "numbers, `torch.stack(...)` of tensors."
        )
    return ""


def _items(got: Data, expected: Data) -> str:
    """Items of a list, or rows of a tensor, that are right, and too few, too many or shifted."""
    mine, other = _in_a_row(got), _in_a_row(expected)
    if mine is None or other is None or type(got) is not type(expected):
        return ""
    short, long = sorted((mine, other), key=len)
    word, more = "item" if isinstance(got, list | tuple) else "row", len(long) - len(short)
    if not more:
        if len(mine) >= 3 and _agree(mine[:-1], other[1:]):
            return f"Each {word} is the one that should stand one place later: it comes too early."
        if len(mine) >= 3 and _agree(mine[1:], other[:-1]):
            return f"Each {word} is the one that should have stood one place before: it is late."
        return ""
    which = [
        end
        for end, rest in (("first", long[more:]), ("last", long[: len(short)]))
        if short and _agree(short, rest)
    ]
    if len(which) != 1:  # where all are equal, nobody can tell which is missing
        return ""
    number = f"{word} is" if more == 1 else f"{more} {word}s are"
    missing = "missing" if len(mine) < len(other) else "too many"
    return f"The {which.pop()} {number} {missing}; the others are right."


def _requires_grad(got: Data, expected: Data) -> str:
    if not _tensors(got, expected) or got.requires_grad == expected.requires_grad:
        return ""
    if got.requires_grad:
        return (
            "The result still belongs to the graph (`requires_grad` is True): calculate it under "
            "`torch.no_grad()`, or `detach()` it."
        )
    return (
        "The result is cut off from the graph: `detach()`, `.data`, `item()`, `torch.tensor(...)` "
        "of a result or `torch.no_grad()` lose the way back to the inputs."
    )


def _dtype(got: Data, expected: Data) -> str:
    if not _tensors(got, expected) or got.dtype == expected.dtype or got.shape != expected.shape:
        return ""
    names = [str(tensor.dtype).removeprefix("torch.") for tensor in (got, expected)]
    right = torch.equal(got.detach().to(expected.dtype), expected.detach())
    rest = "the values are right" if right else "that may be why the values differ"
    return f"The dtype is `{names[0]}` and should be `{names[1]}`; {rest}."


def _shape(got: Data, expected: Data) -> str:
    if not _tensors(got, expected) or got.shape == expected.shape:
        return ""
    mine, other = tuple(got.shape), tuple(expected.shape)
    if [size for size in mine if size != 1] == [size for size in other if size != 1]:
        more = len(mine) > len(other)
        return (
            f"The shape is `{mine}` and should be `{other}`: a dimension of length 1 is "
            f"{'too many (`keepdim`, `unsqueeze`, a slice)' if more else 'missing'}."
            if len(mine) != len(other)
            else f"The shape is `{mine}` and should be `{other}`: the dimension of length 1 stands "
            "in another place."
        )
    if mine == other[::-1] and _close(got.permute(*range(got.ndim)[::-1]), expected):
        return "The numbers are right, but rows and columns are exchanged: it is transposed."
    if got.numel() == expected.numel() and _close(got.reshape(other), expected):
        return f"The numbers are right; the shape is `{mine}` and should be `{other}`."
    return ""


def _values(got: Data, expected: Data) -> str:
    """Numbers of the right type and shape: how do they differ as a whole?"""
    mine, other = _as_numbers(got), _as_numbers(expected)
    if mine is None or other is None or mine.shape != other.shape:
        return ""
    if (mine.isnan() & ~other.isnan()).any():
        return (
            "`nan` where a number is expected: 0 / 0, `inf - inf` (`exp` of a large number is "
            "`inf`), or the root or the logarithm of a negative number."
        )
    if not (mine.isfinite().all() and other.isfinite().all()):
        return ""
    if mine.ndim > 1 and mine.shape == mine.mT.shape and _close(mine.mT, other):
        return "The numbers are right, but rows and columns are exchanged: it is transposed."
    if _close(mine.flatten().sort().values, other.flatten().sort().values):
        return "The numbers are right, but in another order."
    return _factor_or_constant(mine, other)


def _factor_or_constant(mine: torch.Tensor, other: torch.Tensor) -> str:
    """Both are double precision and finite. One number alone shows no pattern but its sign."""
    if other.any() and _close(mine, -other):
        return "Only the sign is wrong."
    distance = (mine - other).abs()
    if (distance <= _IMPRECISE * other.abs()).all():
        return (
            "The result is nearly right: it differs in the last digits only. Is precision lost on "
            "the way, in `float32`, or in rounding, or is a small term missing?"
        )
    if mine.numel() < 3:
        return ""
    if other.all() and mine.any():
        ratios = mine / other
        if _close(ratios, ratios.flatten()[0].expand_as(ratios)):
            return f"Every number is {ratios.flatten()[0].item():.4g} times what it should be."
    differences = mine - other
    first = differences.flatten()[0]
    if _close(differences, first.expand_as(differences)):
        word = "large" if first > 0 else "small"
        return f"Every number is too {word} by {first.abs().item():.4g}."
    return ""


_KNOWN: tuple[Callable[[Data, Data], str], ...] = (
    _changed_input,
    _error,
    _nothing,
    _not_refused,
    _number_or_tensor,
    _container,
    _items,
    _shape,
    _dtype,
    _requires_grad,
    _values,
)


def _in_a_row(value: Data) -> Sequence[Data] | None:
    """The items of a list, or the rows of a tensor, if they are few enough to be compared."""
    if isinstance(value, list | tuple):
        return value if len(value) <= _MAX_ITEMS else None
    if _tensors(value, value) and value.ndim and value.layout == torch.strided:
        return list(value.detach()) if len(value) <= _MAX_ITEMS else None
    return None


def _agree(mine: Sequence[Data], other: Sequence[Data]) -> bool:
    return compare(list(mine), list(other), Tolerance()) is None


def _tensors(got: Data, expected: Data) -> bool:
    """Whether both are tensors of a size that may be searched for a pattern."""
    return all(
        isinstance(value, torch.Tensor) and value.numel() <= _MAX_ELEMENTS
        for value in (got, expected)
    )


def _as_numbers(value: Any) -> torch.Tensor | None:
    """A tensor, array or number in double precision; None for everything else."""
    if isinstance(value, np.ndarray | np.generic) and value.dtype.kind in "fiu":
        value = torch.from_numpy(np.asarray(value, dtype=np.float64))
    elif isinstance(value, float):
        value = torch.tensor(value, dtype=torch.float64)
    if not _tensors(value, value) or value.dtype.is_complex or value.dtype == torch.bool:
        return None
    numbers: torch.Tensor = value.detach().double()
    return numbers


def _close(mine: torch.Tensor, other: torch.Tensor) -> bool:
    mine, other = mine.detach(), other.detach()
    if mine.dtype.is_complex or other.dtype.is_complex:
        return False
    return torch.allclose(mine.double(), other.double(), rtol=1e-5, atol=1e-8, equal_nan=True)
