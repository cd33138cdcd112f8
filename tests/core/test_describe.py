"""Whatever a submission returns, it is put into words, quickly."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings

from ptbasics.judging.codec import Raised, decode, encode
from ptbasics.judging.compare import compare
from ptbasics.judging.describe import kind_of, printable, shown
from tests.core.test_codec import DTYPES, values

LIMIT = 300
ODD: dict[str, Any] = {
    "an integer that Python does not write in decimals": 10**5000,
    "a list of such": [10**5000],
    "a tensor of twenty dimensions": torch.zeros((2,) * 20),
    "an array of twenty dimensions": np.zeros((2,) * 20),
    "many small tensors": [torch.tensor(1.0)] * 50_000,
    "characters that there are not": np.frombuffer(b"\xff" * 4, dtype="<U1"),
    "half a character": "\ud800",
    "half a character as a key": {"\ud800": 1},
    "a very long text": "x" * 100_000,
    "a very long key": {"x" * 100_000: 1},
    "a date beyond all calendars": np.array([2**62], dtype="i8").view("M8[Y]"),
    "an exception with an odd name": Raised("\ud800" * 1000, (), "\ud800"),
}


def told(value: Any, expected: Any) -> None:
    """Everything that is said about a difference can be said, and written down."""
    texts = [shown(value), kind_of(value)]
    for one, other in ((value, expected), (expected, value)):
        if difference := compare(one, other):
            texts += [difference.what, difference.summary, difference.place, difference.part]
            texts += [difference.expected, difference.got]
    assert len(shown(value)) <= LIMIT
    for text in texts:
        text.encode(errors="backslashreplace")


@pytest.mark.timeout(60)  # torch takes minutes to print some of these
@pytest.mark.parametrize("value", ODD.values(), ids=list(ODD))
def test_odd_values(value: Any) -> None:
    arrived = decode(encode(value))
    told(arrived, 1.5)
    told([arrived], [torch.zeros(3)])
    told({"result": arrived}, {"result": "a text"})


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("shape", [(), (3,), (2, 3)])
def test_every_dtype_of_torch(dtype: torch.dtype, shape: tuple[int, ...]) -> None:
    tensor = torch.empty(shape, dtype=dtype)
    told(decode(encode(tensor)), torch.zeros(3))
    told(decode(encode([tensor])), [torch.zeros(3)])


@given(values, values)
@settings(deadline=None, max_examples=200)
def test_any_two_values(one: Any, other: Any) -> None:
    told(decode(encode(one)), decode(encode(other)))


@pytest.mark.parametrize(
    "value",
    [
        {"b": 1, "a": [1, (2,)]},
        ["a", None, 1.5],
        (torch.tensor([1.0, 2.0]),),
        np.arange(3),
        torch.Size([2, 3]),
    ],
)
def test_ordinary_values_read_as_python_prints_them(value: Any) -> None:
    assert shown(value) == repr(value)


def test_what_is_long_is_cut() -> None:
    assert shown(list(range(41))).endswith("39, ...]")
    assert shown("x" * 1000).endswith("x…")


def test_a_terminal_gets_no_command() -> None:
    assert printable("two\n\tlines, \x1b[2J and \x07") == "two\n\tlines, \\x1b[2J and \\x07"


def test_nothing_is_cut_within_a_number() -> None:
    numbers = torch.linspace(-3, 3, 60).reshape(3, 4, 5)
    whole = shown(numbers, 10_000)
    for limit in range(60, len(whole)):
        kept = shown(numbers, limit)
        assert len(kept) <= limit
        before, after = kept[-2], whole[len(kept) - 1]
        assert not (before in "-.0123456789" and after in ".0123456789"), kept
