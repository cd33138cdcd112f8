"""Answers: Can they all travel?"""

from __future__ import annotations

import io
import pickle
from multiprocessing.reduction import ForkingPickler
from typing import Any

from ptbasics.exercise import alternative, misconception


def context_for(num_workers: int, parts: list[Any]) -> str | None:
    """The `multiprocessing_context` for a loader with these parts: "spawn" wherever it can work.

    Args:
        num_workers: of the loader.
        parts: all that its workers need: the dataset, `collate_fn`, `worker_init_fn`.

    Returns:
        None where there are no workers. Otherwise "spawn", if all parts can be turned into bytes
        with pickle, and "fork", if one of them cannot.
    """
    if num_workers == 0:
        return None
    try:
        pickle.dumps(parts)
    except Exception:  # PicklingError, AttributeError, TypeError, or what a part raises by itself
        return "fork"
    return "spawn"


@misconception(
    "always spawn",
    hint="Not everything can be sent to a fresh process. Those workers would never start.",
)
def context_for_always_spawn(num_workers: int, parts: list[Any]) -> str | None:
    return "spawn" if num_workers else None


@misconception(
    "first part",
    hint="Only the first part was tried. One that cannot travel is enough, wherever it stands.",
)
def context_for_first_part(num_workers: int, parts: list[Any]) -> str | None:
    return context_for(num_workers, parts[:1])


@misconception(
    "lambdas only",
    hint="Lambdas are not the only ones: a function inside a function has no name to be found by "
    "either, and what a dataset *holds* has to travel, too.",
)
def context_for_lambdas_only(num_workers: int, parts: list[Any]) -> str | None:
    if num_workers == 0:
        return None
    names = [getattr(part, "__name__", "") for part in parts]
    return "fork" if "<lambda>" in names else "spawn"


@misconception(
    "one kind of error",
    hint="Turning something into bytes can fail in more than one way: `PicklingError`, "
    "`AttributeError`, `TypeError`.",
)
def context_for_one_kind_of_error(num_workers: int, parts: list[Any]) -> str | None:
    if num_workers == 0:
        return None
    try:
        pickle.dumps(parts)
    except pickle.PicklingError:
        return "fork"
    return "spawn"


@misconception(
    "workers forgotten",
    hint="Without workers, any `multiprocessing_context` is refused: None.",
)
def context_for_workers_forgotten(num_workers: int, parts: list[Any]) -> str | None:
    return context_for(1, parts)


@alternative
def context_by_trying_each(num_workers, parts):
    def travels(part):
        try:
            ForkingPickler(io.BytesIO()).dump(part)
        except BaseException:
            return False
        return True

    if num_workers:
        return "spawn" if all(map(travels, parts)) else "fork"
    return None
