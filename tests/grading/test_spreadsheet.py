"""Tables show what they were given, and nothing in them is computed."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from ptbasics.grading.spreadsheet import Value, as_cell, write_table


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_text_becomes_a_formula(sign: str) -> None:
    assert as_cell(f"{sign}1+1") == f"'{sign}1+1"


@pytest.mark.parametrize(
    ("number", "cell"),
    [(-1.5, "-1.5"), (-3, "-3"), (0.1 + 0.2, "0.3"), (-0.001, "0"), (12345.67, "12345.67")],
)
def test_numbers_stay_numbers(number: float, cell: str) -> None:
    assert as_cell(number) == cell


def test_a_table_is_read_back_as_it_was(tmp_path: Path) -> None:
    row: list[Value] = ['a "quote", a comma\nand a line', "فاطمة 👩‍💻", None, -2.5, "-2.5"]
    path = write_table(tmp_path / "new" / "table.csv", "abcde", [row])
    with path.open(newline="", encoding="utf-8") as stream:
        head, line = csv.reader(stream)
    assert head == list("abcde")
    assert line == [*row[:2], "", "-2.5", "'-2.5"]
