"""Why is this loader slow?"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import torch

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer
from ptbasics.exercises.l08_dataloader_workers._inputs import mixed
from ptbasics.exercises.l08_dataloader_workers._timelines import (
    Fetch,
    Wait,
    jittered,
    simulated_epoch,
    training_for,
)


def diagnose_cases(generator: torch.Generator) -> list[Case]:
    def began() -> float:
        return 20 + 80 * torch.rand((), generator=generator).item()  # no clock starts at 0

    def epoch(each: float, *pace: float, enormous: int = 0, **more: Any) -> Any:
        batches = jittered(each, 24, generator)
        first = 2 * integer(generator, 3, 5)
        for batch in range(first, first + 7 * enormous, 7):  # an even one, then an odd one
            batches[batch] = 1.2
        return simulated_epoch(batches, pace, began=began(), **more)

    def waiting(share: float) -> Any:
        batches = jittered(0.05, 24, generator)
        training = training_for(share, batches, [1])
        return simulated_epoch(batches, [1], began=began(), training=training)

    def several(name: str, *kinds: Callable[[], Any]) -> Case:
        return Case(name, (mixed(generator, integer(generator, 5, 8), *kinds),))

    slow_items = partial(epoch, 0.08, 1, 1, training=0.005)
    slow_start = partial(epoch, 0.002, 1, 1, training=0.01, start_up=0.15)
    very_slow_start = partial(epoch, 0.002, 1, 1, training=0.01, start_up=1.5)
    slow_disk = partial(epoch, 0.04, 4, 2, 1, training=0.004)
    slower_disk = partial(epoch, 0.04, 1, 2.5, training=0.004)
    unnoticed_disk = partial(epoch, 0.004, 1, 6, training=0.05)
    one_enormous = partial(epoch, 0.03, 1, 1, enormous=1, training=0.004)
    two_enormous = partial(epoch, 0.03, 1, 1, enormous=2, training=0.004)
    both = partial(epoch, 0.004, 1, 6, training=0.02, start_up=0.6)
    return [
        several(
            "waiting 8 % of the epoch, or 12 %", partial(waiting, 0.08), partial(waiting, 0.12)
        ),
        several("slow items, or workers that start slowly", slow_items, slow_start),
        several("slow items, or workers that start very slowly", slow_items, very_slow_start),
        several("one worker much slower than another, or not so much", slow_disk, slower_disk),
        several("a slow disk, or one that nobody notices", slow_disk, unnoticed_disk),
        several("a slow disk and workers that start slowly, or just one of them", both, slow_disk),
        several("one enormous photo, or a slow disk", one_enormous, slow_disk),
        several("two enormous photos, or a slow disk", two_enormous, slow_disk),
    ]


@exercise(
    title="Why is this loader slow?",
    points=4,
    difficulty=3,
    minutes=20,
    hint="Go through the four rules in their order and return as soon as one holds. For the third, "
    "collect the durations of each worker's fetches in a dict; `statistics.median` or "
    "`torch.median` gives the middle one.",
    cases=diagnose_cases,
)
def diagnose(
    implementation: Implementation, epochs: list[tuple[list[Fetch], list[Wait], float]]
) -> list[Any]:
    return [implementation(fetches, waits, ended) for fetches, waits, ended in epochs]
