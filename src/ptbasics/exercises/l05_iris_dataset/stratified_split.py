"""A stratified split in three."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integers
from ptbasics.exercises._results import named
from ptbasics.exercises.l05_iris_dataset._rows import is_block


def split_cases(generator: torch.Generator) -> list[Case]:
    def split(
        shares: tuple[int, ...], whole: int, validation: int, test: int, *, mixed: bool = True
    ) -> tuple[Any, ...]:
        """The last three are numbers of portions, each of which has the classes in these shares."""
        y = torch.repeat_interleave(torch.arange(len(shares)), whole * torch.tensor(shares))
        y = y[torch.randperm(len(y), generator=generator)] if mixed else y
        [seed] = integers(generator, 0, 10_000, 1)
        return y, validation * sum(shares), test * sum(shares), seed

    def drawn(*ranges: tuple[int, int]) -> list[int]:
        return [number for one in ranges for number in integers(generator, *one, 1)]

    return [
        Case(
            "three equal classes in file order",
            split((1, 1, 1), *drawn((40, 60), (8, 12), (8, 12)), mixed=False),
        ),
        Case("classes of different sizes", split((6, 3, 1), *drawn((9, 14), (2, 3), (1, 1)))),
        Case("two classes, one of them rare", split((9, 1), *drawn((16, 24), (3, 4), (5, 6)))),
        Case("a small validation part", split((2, 1, 1), *drawn((16, 24), (2, 3), (5, 7)))),
    ]


def _split_found(seen: Any, labels: Tensor, _validation: int, _test: int, _seed: int) -> Any:
    """What must be true of a split, whichever rows are in which part."""
    splits = seen["splits of six seeds"]
    parts, other = splits[:2]
    rows = [row for part in parts for row in part]
    # several, because one split may keep the shares by chance
    kept = [all(_keeps_shares(labels, part) for part in one) for one in zip(*splits, strict=True)]
    return {
        "sizes of train, validation, test": [len(part) for part in parts],
        "no row is in two parts": len(set(rows)) == len(rows),
        "every row is in a part": set(rows) == set(range(len(labels))),
        "how many parts keep the shares of the classes": sum(kept),
        "each class is cut in the order of the file": _cut_in_order(labels, parts),
        "the same seed gives the same split": seen["the first split again"] == parts,
        "another seed gives another split": all(
            part != different for part, different in zip(parts, other, strict=True)
        ),
    }


@exercise(
    title="A stratified split in three",
    points=3,
    difficulty=2,
    minutes=12,
    hint="`train_test_split` splits in two: call it twice. It can split a list of row numbers, and "
    "`test_size` may be a number of rows. For the second call, which labels belong to the rows "
    "that are left?",
    cases=split_cases,
    measure=_split_found,
)
def stratified_split(
    implementation: Implementation, labels: Tensor, validation: int, test: int, seed: int
) -> Any:
    def split(with_seed: int) -> list[list[int]]:
        parts = implementation(labels.clone(), validation, test, with_seed)
        found = named(parts, "train", "validation", "test")
        return [sorted(int(row) for row in part) for part in found.values()]

    return {
        "splits of six seeds": [split(seed + number) for number in range(6)],
        "the first split again": split(seed),
    }


def _keeps_shares(labels: Tensor, rows: Sequence[int]) -> bool:
    """Whether each class has the same share of some rows as of all of them."""
    counts = torch.bincount(labels)
    found = torch.bincount(labels[rows], minlength=len(counts))
    return torch.equal(found * len(labels), counts * len(rows))


def _cut_in_order(labels: Tensor, parts: Sequence[Sequence[int]]) -> bool:
    """Whether each part has neighbours only, when the rows of each class are counted."""
    place: dict[int, int] = {}
    for label in labels.unique():
        rows = (labels == label).nonzero().flatten().tolist()
        place.update((row, number) for number, row in enumerate(rows))
    return all(
        is_block([place[row] for row in part if labels[row] == label])
        for part in parts
        for label in labels.unique()
    )
