"""Comparison is strict where it teaches, and says where two observations part."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
import torch

from ptbasics.judging.codec import Raised
from ptbasics.judging.compare import Tolerance, compare

NAN = float("nan")
ERROR = ("Exception", "BaseException")


@pytest.mark.parametrize(
    "value",
    [
        1,
        1.5,
        True,
        None,
        "text",
        [1, (2.0, {"a": torch.ones(2)})],
        torch.tensor([1.0, NAN]),
        torch.tensor([], dtype=torch.int64),
        torch.tensor(1.0, dtype=torch.float8_e4m3fn),
        np.array([1.0, 2.0]),
        np.array(["a"]),
        torch.float32,
        Raised("ValueError", ("Exception",), "no"),
        NAN,
        1j,
    ],
    ids=repr,
)
def test_equal_values_agree(value: Any) -> None:
    assert compare(value, value) is None


@pytest.mark.parametrize(
    ("got", "expected", "what"),
    [
        ([1, 2], (1, 2), "expected a tuple of 2 items, got a list of 2 items"),
        (1, 1.0, "expected a float, got an int"),
        (True, 1, "expected an int, got a bool"),
        (torch.tensor(1), 1, "expected an int, got an int64 tensor"),
        (torch.ones(3), torch.ones(3, 1), r"expected shape \(3, 1\), got \(3,\)"),
        (torch.ones(1), torch.ones(3), r"expected shape \(3,\), got \(1,\)"),
        (torch.ones(2).double(), torch.ones(2), "expected dtype torch.float32, got torch.float64"),
        (torch.ones(2), torch.ones(2, requires_grad=True), "expected requires_grad True"),
        (torch.tensor([1.0, NAN]), torch.tensor([1.0, 2.0]), "nan where a number is expected"),
        (torch.tensor([1.0]), torch.tensor([NAN]), "wrong"),
        (torch.tensor([1, 2, 4]), torch.tensor([1, 2, 3]), "1 of 3 values are wrong"),
        (np.ones(2, dtype="f4"), np.ones(2), "dtype float64, got float32"),
        (np.ones((2, 1)), np.ones(2), r"shape \(2,\), got \(2, 1\)"),
        ([1], [1, 2], "expected a list of 2 items, got a list of 1 item"),
        ({"a": 1}, {"b": 1}, "there is no 'b'"),
        ({"a": 1, "b": 1}, {"a": 1}, "'b' should not be there"),
        (Raised("KeyError", ERROR, "x"), 1, "KeyError was raised"),
        (1, Raised("ValueError", ERROR, "x"), "expected ValueError to be raised, got an int"),
        (Raised("KeyError", ERROR, ""), Raised("ValueError", ERROR, ""), "got KeyError"),
        (Raised("NotData", (), "no use: why"), Raised("ValueError", ERROR, ""), "^no use$"),
        ([1], torch.Size([1]), "expected a torch.Size of 1 item, got a list of 1 item"),
        ("a", "b", "the value is wrong"),
        (False, True, "expected True, got False"),
        (np.float32(1), 1.0, "expected a float, got a NumPy float32 number"),
    ],
)
def test_what_differs_is_said(got: Any, expected: Any, what: str) -> None:
    difference = compare(got, expected)
    assert difference is not None
    assert re.search(what, difference.what)


def test_a_result_that_cannot_be_used_is_like_itself_only() -> None:
    one, other = Raised("NotData", (), "object"), Raised("NotData", (), "set")
    assert compare(one, one, exact_errors=True) is None
    assert compare(one, other, exact_errors=True) is not None


def test_the_first_place_is_named() -> None:
    expected = {"loss": [torch.zeros(2, 3)]}
    wrong = torch.zeros(2, 3)
    wrong[1, 2] = 5.0
    difference = compare({"loss": [wrong]}, expected)
    assert difference is not None
    assert difference.place == "loss, [0][1, 2]"
    assert (difference.expected, difference.got) == ("0", "5")


def test_an_error_of_a_derived_class_is_accepted() -> None:
    derived = Raised("MyIndexError", ("IndexError", "Exception"), "out")
    assert compare(derived, Raised("IndexError", (), "other text")) is None
    assert compare(derived, Raised("MyIndexError", (), "other"), exact_errors=True) is not None


def test_tolerance() -> None:
    near = torch.tensor([1.001])
    assert compare(near, torch.ones(1)) is not None
    assert compare(near, torch.ones(1), Tolerance(rtol=0.01, atol=0.0)) is None
    assert compare(1.001, 1.0, Tolerance(rtol=0.01, atol=0.0)) is None
    assert compare([1], [2], Tolerance(rtol=1.0, atol=5.0)) is not None, "integers are exact"
    assert compare(torch.tensor([1]), torch.tensor([2]), Tolerance(9.0, 9.0)) is not None


def test_what_shows_no_value() -> None:
    """`what` may be shown for hidden cases; only `expected` and `got` may hold values."""
    difference = compare(torch.tensor([123.0]), torch.tensor([456.0]))
    assert difference is not None
    assert "456" not in difference.what
    assert "456" in difference.expected


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.complex64])
def test_what_differs_is_shown_with_digits_that_differ(dtype: torch.dtype) -> None:
    right = torch.tensor([17.1472], dtype=dtype)
    for factor in (1 + 3e-7, 1 + 3e-5, 1.5):
        difference = compare(right * factor, right, Tolerance(0.0, 0.0))
        assert difference is not None
        assert difference.expected != difference.got
    assert len(difference.expected.rstrip("j")) <= len("17.1472+0"), "no more than it takes"


def test_after_an_exception_not_all_that_was_expected_is_shown() -> None:
    raised = Raised.from_exception(ValueError("no"), "")
    everything = compare(raised, {"loss": 1.0, "weights": torch.ones(9)})
    assert everything is not None
    assert everything.expected == ""
    single = compare(raised, torch.ones(2))
    assert single is not None
    assert single.expected == "tensor([1., 1.])"
