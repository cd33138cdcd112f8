"""Three parts without copies."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer
from ptbasics.exercises.l12_capstone._digits import patterned

_OTHER_SEEDS = 3


def make_parts_cases(generator: torch.Generator) -> list[Case]:
    def part(counts: list[int], copies: int) -> tuple[Tensor, Tensor, int]:
        images, labels = patterned(generator, counts)
        again = torch.randint(len(labels), (copies,), generator=generator)
        rows = torch.cat([torch.arange(len(labels)), again])
        rows = rows[torch.randperm(len(rows), generator=generator)]
        return images[rows], labels[rows], integer(generator, 0, 9_999)

    def count() -> int:
        return 5 * integer(generator, 4, 8)

    return [
        Case("no copies", part([count(), count()], 0)),
        Case("some copies", part([count(), count(), count()], 15)),
        Case("many copies", part([count(), count()], 60)),
        Case("a rare class", part([count(), 5, count()], 25)),
    ]


def _of_the_parts(
    seen: dict[str, Any], images: Tensor, labels: Tensor, _seed: int
) -> dict[str, Any]:
    """What must be true of three parts, however they were drawn."""
    parts = seen["parts"]
    length = len(labels)
    if any(not isinstance(i, int) or not 0 <= i < length for part in parts for i in part):
        return {"indices of the data": False}
    flat = images.flatten(1)
    _, picture = flat.unique(dim=0, return_inverse=True)
    kinds = [[int(picture[i]) for i in part] for part in parts]
    sets = [set(kind) for kind in kinds]
    others = seen["with other seeds"]
    return {
        "indices of the data": True,
        "indices of each class in each part": [
            torch.bincount(labels[part], minlength=int(labels.max()) + 1).tolist() for part in parts
        ],
        "different pictures in all": len(set.union(*sets)),
        "pictures in two parts": any(a & b for a, b in combinations(sets, 2)),
        "pictures twice in one part": any(len(kind) > len({*kind}) for kind in kinds),
        "same seed, same parts": [sorted(p) for p in parts]
        == [sorted(p) for p in seen["with the same seed"]],
        "other seeds, other parts": all(sorted(parts[0]) != sorted(other[0]) for other in others),
    }


@exercise(
    title="Three parts without copies",
    points=4,
    difficulty=3,
    minutes=20,
    hint="First find which rows stay, one of each picture; a `set` remembers what was there "
    "before, if a picture becomes something that can stand in it, such as `tuple(image.flatten()"
    ".tolist())`. Then go through the classes, one after another.",
    cases=make_parts_cases,
    measure=_of_the_parts,
)
def make_parts(
    implementation: Implementation, images: Tensor, labels: Tensor, seed: int
) -> dict[str, Any]:
    def draw(seed: int, surroundings: int) -> list[list[Any]]:
        torch.manual_seed(surroundings)
        return [list(part) for part in implementation(images, labels, seed)]

    return {
        "parts": draw(seed, 1),
        "with the same seed": draw(seed, 2),
        "with other seeds": [draw(seed + more, 1) for more in range(1, _OTHER_SEEDS + 1)],
    }
