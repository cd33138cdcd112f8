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

    def pixel(value: str) -> str:
        return changed(integer(generator, 0, 63), value)

    short = row().rsplit(",", integer(generator, 1, 40))[0]
    bright, dark = pixel(str(integer(generator, 17, 99))), pixel("-1")
    no_digit, negative = changed(64, str(integer(generator, 10, 20))), changed(64, "-1")
    return [
        Case("no broken row", (text(*(row() for _ in range(5))),)),
        Case("a row too short, another too long", (text(row(), short, row() + ",3", row()),)),
        Case("pixels out of range", (text(row(), bright, row(), dark, row()),)),
        Case(
            "labels out of range, and a row too long",
            (text(no_digit, row() + ",3", row(), negative),),
        ),
        Case(
            "faults of all kinds",
            (text(pixel("ink"), row(), bright, changed(64, "?"), row(), row() + ",3", no_digit),),
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
