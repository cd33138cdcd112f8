"""How long does an epoch take?"""

from __future__ import annotations

import torch

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer


def epoch_seconds_cases(generator: torch.Generator) -> list[Case]:
    def times(load: int, pin: int, copy: int, compute: int, batches: int) -> list[int]:
        """Milliseconds of each stage, about as given, and a number of batches."""
        near = [part * 10 + integer(generator, 0, 9) for part in (load, pin, copy, compute)]
        return [*near, batches]

    def many(low: int, high: int) -> int:
        return integer(generator, low, high)

    return [
        Case("computing takes longest", (times(2, 1, 3, 9, many(5, 40)),)),
        Case("loading takes longest", (times(9, 1, 2, 5, many(5, 40)),)),
        Case("copying takes longest", (times(1, 2, 8, 3, many(5, 40)),)),
        Case("pinning takes longest", (times(1, 9, 2, 3, many(5, 40)),)),
        Case("copy and compute are the longest together", (times(6, 1, 4, 5, many(5, 40)),)),
        Case("a single batch", (times(3, 2, 4, 5, 1),)),
        Case("no batch at all", (times(3, 2, 4, 5, 0),)),
    ]


@exercise(
    title="How long does an epoch take?",
    points=3,
    difficulty=3,
    minutes=15,
    hint="Draw the first three batches, a row per station, as in the picture. The first "
    "batch passes all stations; then a batch leaves as often as the slowest station allows. Which "
    "work is one station, and which is two?",
    cases=epoch_seconds_cases,
)
def epoch_seconds(implementation: Implementation, times: list[int]) -> dict[str, object]:
    load, pin, copy, compute, batches = times
    arguments = (load / 1000, pin / 1000, copy / 1000, compute / 1000, batches)
    return {
        "pinned": implementation(*arguments, True),
        "pageable": implementation(*arguments, False),
    }
