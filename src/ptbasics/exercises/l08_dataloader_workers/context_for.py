"""Can they all travel?"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import torch

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer
from ptbasics.exercises.l08_dataloader_workers._inputs import mixed
from ptbasics.exercises.l08_dataloader_workers._workers import (
    SENDABLE,
    UNSENDABLE,
    part_of_a_loader,
)


def context_for_cases(generator: torch.Generator) -> list[Case]:
    def loader(*parts: str | None) -> tuple[int, list[str]]:
        """With workers, and with these parts; None: any that can be sent."""
        return integer(generator, 1, 3), [part or _drawn(SENDABLE, generator) for part in parts]

    def alone(*parts: str | None) -> tuple[int, list[str]]:
        return 0, loader(*parts)[1]

    def any_stuck() -> tuple[int, list[str]]:
        return loader(None, _drawn(UNSENDABLE, generator))

    def several(name: str, *kinds: Callable[[], Any]) -> Case:
        return Case(name, (mixed(generator, integer(generator, 4, 6), *kinds),))

    free = partial(loader, None, None)
    lambda_later = partial(loader, None, "a lambda")
    inner_first = partial(loader, "a function in a function", None)
    lock_later = partial(loader, None, "a dataset with a lock in it")
    return [
        several("all can be sent, with and without workers", free, partial(alone, None, None)),
        several("a lambda, later, or none", lambda_later, free),
        several("a function in a function, first, or none", inner_first, free),
        several("a dataset with a lock in it, or none", lock_later, free),
        several("a part that is drawn, or none", any_stuck, free),
        several(
            "a lambda, with and without workers", lambda_later, partial(alone, None, "a lambda")
        ),
    ]


def _drawn(names: tuple[str, ...], generator: torch.Generator) -> str:
    return names[integer(generator, 0, len(names) - 1)]


@exercise(
    title="Can they all travel?",
    points=2,
    difficulty=2,
    minutes=10,
    hint="You need not recognise what cannot be sent: try to turn each part into bytes "
    "(`pickle.dumps`), and see whether it works. The errors that may come are of several kinds. "
    "And what does a loader without workers accept here?",
    cases=context_for_cases,
    teaches=("multiprocessing_context", "num_workers"),
)
def context_for(implementation: Implementation, loaders: list[tuple[int, list[str]]]) -> list[Any]:
    return [
        implementation(num_workers, [part_of_a_loader(name) for name in parts])
        for num_workers, parts in loaders
    ]
