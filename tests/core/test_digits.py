"""The file of lesson 12."""

from __future__ import annotations

from pathlib import Path

from ptbasics.digits import BROKEN, COPIES, RARE, RARE_KEPT, write_digits


def test_same_seed_same_bytes(tmp_path: Path) -> None:
    first, again, other = (tmp_path / name for name in ("first", "again", "other"))
    write_digits(first)
    write_digits(again)
    write_digits(other, seed=13)
    assert first.read_bytes() == again.read_bytes() != other.read_bytes()


def test_faults_are_those_that_are_announced(tmp_path: Path) -> None:
    path = tmp_path / "digits.csv"
    write_digits(path)
    rows = [line.split(",") for line in path.read_text().splitlines()[1:]]
    right = [
        tuple(row)
        for row in rows
        if len(row) == 65 and all(field in {*map(str, range(17))} for field in row)
    ]
    assert len(rows) - len(right) == BROKEN
    assert len(right) - len({*right}) == COPIES
    assert sum(row[-1] == str(RARE) for row in {*right}) == RARE_KEPT
