"""The files that a data set holds open."""

from __future__ import annotations

import io
from typing import Any


def open_files(dataset: Any) -> list[io.IOBase]:
    """The open files among the attributes of a data set, and in lists or dictionaries there."""
    held: list[Any] = []
    for value in vars(dataset).values():
        inside = value.values() if isinstance(value, dict) else value
        held.extend(inside if isinstance(value, dict | list | tuple) else [value])
    return [one for one in held if isinstance(one, io.IOBase) and not one.closed]


def close_files(dataset: Any) -> None:
    for file in open_files(dataset):
        file.close()
