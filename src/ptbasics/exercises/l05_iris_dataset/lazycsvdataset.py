"""A table that stays on disk."""

from __future__ import annotations

import io
import pickle
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integers
from ptbasics.exercises.l05_iris_dataset._files import close_files, open_files
from ptbasics.exercises.l05_iris_dataset._rows import csv_row, item_at


def csv_cases(generator: torch.Generator) -> list[Case]:
    def text(count: int, header: str = "length,width,species") -> str:
        columns = header.count(",")
        values = (700 * torch.rand(count, columns, generator=generator)).round() / 10
        labels = integers(generator, 0, 2, count)
        rows = [csv_row(row, label) for row, label in zip(values.tolist(), labels, strict=True)]
        return "\n".join([header, *rows]) + "\n"

    def order(count: int) -> list[int]:
        return torch.randperm(count, generator=generator).tolist()

    return [
        Case("six rows in any order", (text(6), order(6))),
        Case("negative, and out of range", (text(4), [-1, -4, 4, -5])),
        Case("no line break at the end", (text(3).rstrip(), [2, *order(3)])),
        Case("a header beyond ASCII", (text(5, "länge,größe,breite,species"), order(5))),
        Case("a header and no rows", (text(0), [0, -1])),
    ]


@exercise(
    title="A table that stays on disk",
    points=5,
    difficulty=3,
    minutes=25,
    hint="Go through the file once, in *binary* mode, and note at which byte each line begins: "
    "the lengths of the lines, added up. Later, `file.seek(position)` and `file.readline()` read "
    "one row. `__getstate__` decides what pickle keeps of an object; it returns a dictionary.",
    cases=csv_cases,
)
def LazyCsvDataset(implementation: Implementation, text: str, indices: list[int]) -> Any:
    with TemporaryDirectory() as folder, ExitStack() as files:
        path = Path(folder) / "flowers.csv"
        path.write_text(text, encoding="utf-8", newline="")
        dataset = implementation(str(path))
        files.callback(close_files, dataset)
        seen: dict[str, Any] = {
            "len(dataset)": len(dataset),
            "a file is open before any row was asked for": bool(open_files(dataset)),
        }
        if open_files(dataset):
            return seen  # whatever else it does, this is the mistake
        changed = _first_digit_changed(text)
        path.write_text(changed, encoding="utf-8", newline="")
        seen["after the file has changed"] = [item_at(dataset, index) for index in indices]
        for file in open_files(dataset):
            file.seek(0)  # as a forked worker would, which shares the place in the file
        seen["after somebody moved the open file"] = [item_at(dataset, index) for index in indices]
        try:
            copy = _as_worker_gets_it(dataset)
        except (TypeError, AttributeError, pickle.PicklingError):
            seen["in another process"] = "it cannot be pickled"
            return seen
        files.callback(close_files, copy)
        path.write_text(text, encoding="utf-8", newline="")
        seen["in another process, after the file has changed again"] = [
            item_at(copy, index) for index in indices
        ]
        # as it was when the first one read it: an open file keeps some of what it has read, which
        # is no mistake
        path.write_text(changed, encoding="utf-8", newline="")
        seen["and still in this one"] = [item_at(dataset, index) for index in indices]
    return seen


def _first_digit_changed(text: str) -> str:
    """The same text with another first digit in every row, so that all lines keep their length."""
    header, *rows = text.split("\n")
    return "\n".join([header, *(str(9 - int(row[0])) + row[1:] if row else row for row in rows)])


def _as_worker_gets_it(dataset: Any) -> Any:
    """A copy by way of pickle. The class is not looked up by its name, which a notebook's class
    need not be found under."""
    cls, stream = type(dataset), io.BytesIO()

    class Pickler(pickle.Pickler):
        def persistent_id(self, thing: Any) -> str | None:
            return "its class" if thing is cls else None

    class Unpickler(pickle.Unpickler):
        def persistent_load(self, _: str) -> type:
            return cls

    Pickler(stream).dump(dataset)
    stream.seek(0)
    return Unpickler(stream).load()
