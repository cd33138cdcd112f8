"""The digits of lesson 12: a file with the faults of a real one, made from a seed."""

from __future__ import annotations

import csv
import random
from pathlib import Path

#: The digit of which few are kept, and how many.
RARE, RARE_KEPT = 8, 20
BROKEN, COPIES = 24, 60


def write_digits(path: Path, seed: int = 12) -> None:
    """Write the digits that come with scikit-learn as a CSV file, with faults.

    A row holds 64 pixels, whole numbers from 0 to 16, and the label. Most eights are left out,
    some rows stand twice, and some additional ones are broken: too short, with a word in them, or
    with a number out of range. Same seed, same bytes.
    """
    from sklearn.datasets import load_digits  # takes a second

    digits = load_digits()
    chance = random.Random(seed)
    rows = [
        [*map(int, pixels), int(label)]
        for pixels, label in zip(digits.data, digits.target, strict=True)
    ]
    rare = [row for row in rows if row[-1] == RARE]
    rows = [row for row in rows if row[-1] != RARE] + chance.sample(rare, RARE_KEPT)
    written: list[list[object]] = [[*row] for row in [*rows, *chance.choices(rows, k=COPIES)]]
    for number in range(BROKEN):
        row: list[object] = [*chance.choice(rows)]
        fault = number % 4
        if fault == 0:
            row = row[: chance.randrange(1, 64)]
        else:
            row[chance.randrange(64)] = {1: "ink", 2: chance.randrange(17, 256), 3: -1}[fault]
        written.append(row)
    chance.shuffle(written)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([*(f"p{place}" for place in range(64)), "label"])
        writer.writerows(written)
