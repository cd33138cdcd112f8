"""Tables in CSV that a spreadsheet shows and does not compute."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

#: What a cell of a table may hold; None is an empty cell.
Value = str | float | None
#: What a spreadsheet takes for the start of a formula, or skips to look for one.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def write_table(path: Path, head: Iterable[str], rows: Iterable[Iterable[Value]]) -> Path:
    """Write a table in UTF-8: numbers as numbers, and text as text.

    Args:
        path: the file, in place of an earlier one; its folder is made where it is missing.
        head: the names of the columns.
        rows: their values, one sequence per line.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as stream:
        table = csv.writer(stream)
        for row in (head, *rows):
            table.writerow(map(as_cell, row))
    return path


def as_cell(value: Value) -> str:
    """A value as a spreadsheet shows it and does not compute it.

    Numbers have two decimals at most, also negative ones. Text that a spreadsheet would take for a
    formula begins with an apostrophe.
    """
    if value is None:
        return ""
    if not isinstance(value, str):
        return f"{round(value, 2) + 0.0:.15g}"  # adding zero takes the sign from -0.0
    return f"'{value}" if looks_like_formula(value) else value


def looks_like_formula(text: str) -> bool:
    """Whether a spreadsheet may compute a text instead of showing it."""
    return text.startswith(_FORMULA)
