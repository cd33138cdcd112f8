"""Values in words, for people. Nothing here fails, or takes long, whatever the value holds."""

from __future__ import annotations

import math
import re
import reprlib
from typing import Any

import numpy as np
import torch

from ptbasics.exercise import Data
from ptbasics.judging.codec import Raised

#: How many elements a tensor is printed with at most, after torch has left out those in between.
_MAX_PRINTED = 1000
_MAX_ITEMS = 40
_MAX_TEXT = 4_000
#: What a text ends with that may be the beginning of a number, and how a number goes on.
_LAST_NUMBER = re.compile(r"(?<![\w.+-])[\d.e+-]+$")
_IN_NUMBERS = "0123456789.e+-"


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
        return count_of(value)
    if isinstance(value, Raised):
        return _a(value.type or "error")
    words = {bool: "a bool", int: "an int", float: "a float", str: "a string", dict: "a dict"}
    return "None" if value is None else words.get(type(value), _a(type(value).__name__))


def count_of(items: list[Any] | tuple[Any, ...]) -> str:
    """`a list of 3 items`."""
    name = "torch.Size" if isinstance(items, torch.Size) else type(items).__name__
    return f"a {name} of {len(items)} item{'s' * (len(items) != 1)}"


def shown(value: Data, limit: int = 300) -> str:
    """A value as Python and torch print it, cut to `limit` characters, but not within a number."""
    if isinstance(value, Raised):
        text = f"{value.type}: {value.text}" if value.bases else value.text
    else:
        text = _PRINTER.repr(value)
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    if text[limit - 1] in _IN_NUMBERS and (number := _LAST_NUMBER.search(cut)):
        cut = cut[: number.start()] or cut
    return cut + "…"


def printable(text: str) -> str:
    r"""The text as a terminal may show it, its lines kept.

    What is not printable, such as the escape that begins a terminal's command, is spelled out:
    `\x1b`.
    """
    return "".join(
        sign if sign.isprintable() or sign in "\n\t" else ascii(sign)[1:-1] for sign in text
    )


def one_line(text: str) -> str:
    r"""The text as a table or a terminal may show it, on one line.

    Also a byte of a file name that is not UTF-8 is spelled out: `\udcff`.
    """
    return printable(" ".join(text.split()))


def _a(noun: str) -> str:
    return f"{'an' if noun[0] in 'AEIOaeio' else 'a'} {noun}"


class _Printer(reprlib.Repr):
    """Python's `repr`, but for what would be endless, or fail."""

    def __init__(self) -> None:
        super().__init__()
        self.maxlevel = 10
        self.maxlist = self.maxtuple = self.maxdict = _MAX_ITEMS
        self.maxstring = self.maxlong = self.maxother = _MAX_TEXT

    def repr_int(self, x: int, _: int) -> str:
        """Python refuses to write very long numbers in decimals."""
        return repr(x) if abs(x) < 10**100 else f"{x:#x}"[:_MAX_TEXT]

    def repr_dict(self, x: dict[Any, Any], level: int) -> str:
        """In the order that the dict has."""
        if level <= 0:
            return "{...}"
        pairs = [
            f"{self.repr1(key, level - 1)}: {self.repr1(item, level - 1)}"
            for key, item in list(x.items())[:_MAX_ITEMS]
        ]
        return f"{{{', '.join([*pairs, *['...'] * (len(x) > _MAX_ITEMS)])}}}"

    def repr_Tensor(self, x: torch.Tensor, _: int) -> str:
        """As torch prints it, if that is short."""
        if x.is_nested:
            return "a nested tensor"  # it has no one shape, and says so by an internal error
        edges = 2 * torch._tensor_str.PRINT_OPTS.edgeitems + 1
        return _printed(x, edges)

    def repr_ndarray(self, x: np.ndarray[Any, Any], _: int) -> str:
        """As NumPy prints it, if that is short."""
        return _printed(x, 2 * np.get_printoptions()["edgeitems"] + 1)

    def repr_instance(self, x: Any, _: int) -> str:
        """Everything else."""
        try:
            return repr(x)[:_MAX_TEXT]
        except Exception:  # NumPy's text may hold what is no character, for one
            return kind_of(x)


def _printed(x: Any, most: int) -> str:
    """What of each dimension is printed is `most` at most, where there are many elements."""
    if math.prod(min(size, most) for size in x.shape) > _MAX_PRINTED:
        return kind_of(x)
    try:
        return repr(x)
    except Exception:  # torch cannot print all the dtypes that it has
        return kind_of(x)


_PRINTER = _Printer()
