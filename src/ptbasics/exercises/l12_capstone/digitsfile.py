"""Read a file that has broken rows."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer, integers

_HEADER = ",".join([*(f"p{place}" for place in range(64)), "label"])


def digitsfile_cases(generator: torch.Generator) -> list[Case]:
    def row() -> str:
        return ",".join(map(str, [*integers(generator, 0, 16, 64), integer(generator, 0, 9)]))

    def changed(place: int, value: str) -> str:
        values = row().split(",")
        values[place] = value
        return ",".join(values)

    def text(*rows: str) -> str:
        return "\n".join([_HEADER, *rows]) + "\n"

    short = row().rsplit(",", integer(generator, 1, 40))[0]
    return [
        Case("no broken row", (text(*(row() for _ in range(5))),)),
        Case("a row that breaks off", (text(row(), short, row(), row()),)),
        Case("a row that is too long", (text(row(), row(), row() + ",3", row()),)),
        Case(
            "words among the numbers",
            (text(changed(integer(generator, 0, 63), "ink"), row(), changed(64, "?"), row()),),
        ),
        Case(
            "numbers out of range",
            (
                text(
                    row(),
                    changed(integer(generator, 0, 63), str(integer(generator, 17, 99))),
                    changed(64, str(integer(generator, 10, 20))),
                    changed(integer(generator, 0, 63), "-1"),
                    row(),
                ),
            ),
        ),
    ]


@exercise(
    title="Read a file that has broken rows",
    points=3,
    difficulty=2,
    minutes=20,
    hint="Decide for one row at a time, in a `try`: does it have 65 whole numbers, and are they in "
    "their ranges? Count the lines of the file with `enumerate`.",
    cases=digitsfile_cases,
    rtol=1e-6,
    atol=1e-6,
)
def DigitsFile(implementation: Implementation, text: str) -> dict[str, Any]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "digits.csv"
        path.write_text(text, encoding="utf-8")
        dataset = implementation(path)
    images, labels = zip(*(dataset[index] for index in range(len(dataset))), strict=True)
    return {
        "len(dataset)": len(dataset),
        "images": torch.stack(images),
        "labels": torch.stack(labels),
        "broken": dataset.broken,
    }
