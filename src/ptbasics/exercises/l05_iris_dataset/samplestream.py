"""A stream of samples."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch
from torch.utils.data import IterableDataset

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integers
from ptbasics.exercises.l05_iris_dataset._files import close_files
from ptbasics.exercises.l05_iris_dataset._rows import csv_row


def stream_cases(generator: torch.Generator) -> list[Case]:
    def lines(count: int, features: int = 4) -> list[str]:
        values = (70 * torch.rand(count, features, generator=generator)).round() / 10
        labels = integers(generator, 0, 2, count)
        return [csv_row(row, label) for row, label in zip(values.tolist(), labels, strict=True)]

    noted = lines(4)
    noted[1:1] = ["# the second day", ""]
    return [
        Case("five samples", (lines(5), [], 10)),
        Case("two features", (lines(3, 2), [], 10)),
        Case("comments and empty lines", ([*noted, "", "#end"], ["", *lines(1)], 10)),
        Case("lines that are added later", (lines(2), lines(2), 10)),
        Case("a broken line that is not reached", ([*lines(3), "5.1,?,1.4,0.2,0"], [], 3)),
        Case("a broken line that is reached", ([*lines(3), "5.1,?,1.4,0.2,0"], [], 10)),
        Case("an empty file", ([], [], 10)),
    ]


@exercise(
    title="A stream of samples",
    points=3,
    difficulty=2,
    minutes=15,
    hint="A method with `yield` in it is a generator function: each call starts a new run, which "
    "goes on only as far as somebody asks for the next value. `with open(path) as file:` inside "
    "it, and `for line in file:` reads line by line.",
    cases=stream_cases,
)
def SampleStream(
    implementation: Implementation, lines: list[str], later: list[str], count: int
) -> Any:
    with TemporaryDirectory() as folder, ExitStack() as files:
        path = Path(folder) / "flowers.txt"
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        stream = implementation(str(path))
        files.callback(close_files, stream)

        def begun() -> Iterator[Any]:
            iterator: Iterator[Any] = iter(stream)
            files.callback(getattr(iterator, "close", lambda: None))
            return iterator

        seen = {
            "the class is derived from IterableDataset": isinstance(stream, IterableDataset),
            "first pass": _taken(begun(), count),
        }
        half_way = begun()
        seen["before lines are added"] = _taken(half_way, 1)
        with path.open("a", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in later)
        seen["the same pass, after lines were added"] = _taken(half_way, count - 1)
        seen["a pass from the start"] = _taken(begun(), count)
        one, other = begun(), begun()
        turns = _taken(one, 1), _taken(other, 2), _taken(one, 1)
        seen["two passes at the same time"] = list(turns)
    return seen


def _taken(iterator: Iterator[Any], count: int) -> list[Any]:
    """Up to so many items; an error that ends the iteration is the last of them."""
    taken: list[Any] = []
    try:
        taken.extend(islice(iterator, count))
    except ValueError:
        taken.append("ValueError")
    return taken
