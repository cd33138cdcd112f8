"""Mistakes that can happen anywhere get a sentence of their own."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from ptbasics.judging.codec import Raised
from ptbasics.judging.slips import slip

MATRIX = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]])
SQUARE = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
REFUSED = Raised("ValueError", ("Exception", "BaseException"), "no")


@pytest.mark.parametrize(
    ("got", "expected", "words"),
    [
        (None, MATRIX, "`return`"),
        (None, 3, "`return`"),
        (6.0, torch.tensor(6.0), "tensor without dimensions"),
        (torch.tensor(6), 6, "A tensor came back where a Python number"),
        (np.ones(2), torch.ones(2), "A NumPy value"),
        ([1, 2], (1, 2), "A `list` came back where a `tuple`"),
        ((1, 2), [1, 2], "A `tuple` came back where a `list`"),
        (torch.Size([1]), (1,), "`torch.Size`"),
        (torch.ones(2), [1, 1], "a list of 2 items"),
        (MATRIX.double(), MATRIX, "`float64` and should be `float32`; the values are right"),
        (MATRIX.long() + 1, MATRIX, "`int64` and should be `float32`; that may be why"),
        (MATRIX[None], MATRIX, "too many"),
        (torch.ones(3), torch.ones(3, 1), "length 1 is missing"),
        (torch.ones(1, 3), torch.ones(3, 1), "in another place"),
        (MATRIX.T, MATRIX, "transposed"),
        (SQUARE.T, SQUARE, "transposed"),
        (MATRIX.flatten(), MATRIX, "the shape is `(6,)` and should be `(2, 3)`"),
        (MATRIX.flip(0), MATRIX, "in another order"),
        (MATRIX.clone().requires_grad_(), MATRIX, "belongs to the graph"),
        (MATRIX, MATRIX.clone().requires_grad_(), "cut off from the graph"),
        (torch.full((2, 3), torch.nan), MATRIX, "`nan`"),
        (-MATRIX, MATRIX, "sign"),
        (-2.0, 2.0, "sign"),
        (MATRIX / 6, MATRIX, "0.1667 times"),
        (MATRIX + 2, MATRIX, "too large by 2"),
        (MATRIX - 2, MATRIX, "too small by 2"),
        (MATRIX * torch.tensor([1.0002, 1.0003, 1.0]), MATRIX, "nearly right"),
        (MATRIX, REFUSED, "raise ValueError(...)"),
        (Raised("AttributeError", ("Exception",), "'NoneType' object has no …"), MATRIX, "`None`"),
        ({"loss": 1.0, "weights": MATRIX.T}, {"loss": 1.0, "weights": MATRIX}, "transposed"),
        ([MATRIX, -MATRIX], [MATRIX, MATRIX], "sign"),
        ([[1.0, 2.0], [3.0, 4.0]], SQUARE, "A `list` came back where a tensor"),
        (0.6667, 8, "A share (0.6667) came back where a count"),
        (8.0, 8, "A `float` came back where an `int`"),
        (MATRIX[1:], MATRIX, "The first row is missing; the others are right"),
        ([1, 2, 3, 4], [1, 2], "The last 2 items are too many"),
        ([0.4, 0.3, 0.2, 0.1], [0.5, 0.4, 0.3, 0.2], "comes too early"),
        ([0.5, 0.5, 0.4, 0.3], [0.5, 0.4, 0.3, 0.2], "it is late"),
    ],
)
def test_a_slip_is_named(got: Any, expected: Any, words: str) -> None:
    assert words in slip(got, expected)


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        (MATRIX, MATRIX),
        (MATRIX * torch.tensor([1.0, 3.0, 1.0]), MATRIX),
        ("a", "b"),
        (3, 4),
        (3.0, 4.0),
        (True, False),
        (REFUSED, REFUSED),
        (Raised("KeyError", ("Exception",), "'x'"), MATRIX),
        (torch.tensor([1j]), torch.tensor([2j])),
        (torch.ones(2).to(torch.float8_e4m3fn), torch.zeros(2).to(torch.float8_e4m3fn)),
        (torch.tensor([True, False]), torch.tensor([False, False])),
        (torch.tensor([torch.inf, 1.0]), torch.tensor([1.0, 1.0])),
    ],
)
def test_what_is_no_slip_gets_no_sentence(got: Any, expected: Any) -> None:
    assert slip(got, expected) == ""
