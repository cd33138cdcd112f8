"""Keep workers while they are right."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer
from ptbasics.exercises.l08_dataloader_workers._inputs import SECONDS, distinct_numbers
from ptbasics.exercises.l08_dataloader_workers._workers import Bright, forking


def brightened_epochs_cases(generator: torch.Generator) -> list[Case]:
    low = integer(generator, 2, 5)
    high = low + integer(generator, 1, 4)
    return [
        Case("always as bright", (distinct_numbers(5, generator), [low, low, low], 2)),
        Case("brighter once", (distinct_numbers(8, generator), [low, high, high], 2)),
        Case("brighter and back again", (distinct_numbers(4, generator), [low, high, low], 1)),
        Case("no workers", (distinct_numbers(3, generator), [high, high, low], 0)),
    ]


@exercise(
    title="Keep workers while they are right",
    points=3,
    difficulty=2,
    minutes=12,
    hint="Workers belong to a loader: they stay as long as it does, and a new loader starts new "
    "ones, who copy the dataset as it is then. So when do you need another loader? And when may "
    "workers not be asked to stay?",
    cases=brightened_epochs_cases,
    seconds=SECONDS,
    teaches=("persistent_workers", "num_workers"),
)
def brightened_epochs(
    implementation: Implementation, values: Tensor, brightness: list[int], workers: int
) -> Any:
    with forking():
        epochs = implementation(Bright(values), brightness, workers)
    crews: list[set[int]] = []  # the processes of each epoch, without repetitions
    numbers = []
    for batches in epochs:
        crew = {pid for _, pids in batches for pid in pids.tolist()}
        if crew not in crews:
            crews.append(crew)
        numbers.append(crews.index(crew))
    return {
        "values": [[values for values, _ in batches] for batches in epochs],
        "epoch by epoch, which workers fetched": numbers,
    }
