"""Combinations of DataLoader options, legal and not, as data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

Options = dict[str, Any]

#: What an option is drawn from in a mixture. None: the option is not given.
_CHOICES: dict[str, Sequence[Any]] = {
    "dataset": ("map", "map", "map", "iterable"),
    "batch_size": (None, None, 1, 4),
    "unbatched": (False, False, False, True),
    "shuffle": (None, None, False, True),
    "drop_last": (None, None, False, True),
    "sampler": (None, None, [2, 0, 1]),
    "batch_sampler": (None, None, [[0, 1], [2]]),
    "num_workers": (None, 0, 2, 2, 2),
    "prefetch_factor": (None, None, 0, 3),
    "persistent_workers": (None, False, True),
    "timeout": (None, None, 0, 5),
    "multiprocessing_context": (None, None, "fork", "teleport"),
    "in_order": (None, None, False),
    "pin_memory": (None, None, False),
}


def mixture(generator: torch.Generator) -> Options:
    """Options of which a few, drawn at random, are given."""
    names = [name for name in _CHOICES if name != "dataset"]
    kept = torch.randperm(len(names), generator=generator)[:4]
    drawn = {"dataset": _drawn("dataset", generator)}
    for name in sorted(names[place] for place in kept):
        if (value := _drawn(name, generator)) is not None:
            drawn[name] = value
    if drawn.pop("unbatched", False):
        drawn["batch_size"] = None
    return drawn


def _drawn(name: str, generator: torch.Generator) -> Any:
    choices = _CHOICES[name]
    return choices[int(torch.randint(len(choices), (), generator=generator))]


def legality_groups(generator: torch.Generator) -> dict[str, list[Options]]:
    """What the combinations of a group have in common → the combinations."""
    few = int(torch.randint(1, 9, (), generator=generator))
    groups: dict[str, list[Options]] = {
        "options that are about workers": [
            {"num_workers": 0, "prefetch_factor": few},
            {"num_workers": 2, "prefetch_factor": few},
            {"persistent_workers": True},
            {"persistent_workers": False},
            {"num_workers": 1, "persistent_workers": True},
            {"multiprocessing_context": "fork"},
            {"num_workers": few, "multiprocessing_context": "fork"},
            {"in_order": False},
        ],
        "numbers and names that are none": [
            {"num_workers": -few},
            {"num_workers": 2, "timeout": -few},
            {"num_workers": 2, "prefetch_factor": -few},
            {"num_workers": 2, "multiprocessing_context": "teleport"},
            {"num_workers": 2, "multiprocessing_context": few},
            {"multiprocessing_context": few},
            {"batch_size": 0},
            {"batch_size": few},
        ],
        "the wrong number at the wrong time": [
            {"timeout": few},
            {"timeout": 0},
            {"num_workers": 2, "timeout": few},
            {"num_workers": 2, "prefetch_factor": 0},
            {"num_workers": 0, "prefetch_factor": 0},
            {"timeout": few, "persistent_workers": True},
        ],
        "a sampler, and who else decides": [
            {"sampler": [2, 0, 1], "shuffle": True},
            {"sampler": [2, 0, 1], "shuffle": False},
            {"sampler": [2, 0, 1], "batch_size": few + 1, "drop_last": True},
            {"batch_sampler": [[0, 1], [2]], "shuffle": True},
            {"batch_sampler": [[0, 1], [2]], "batch_size": few + 1},
            {"batch_sampler": [[0, 1], [2]], "batch_size": 1},
            {"batch_sampler": [[0, 1], [2]], "sampler": [0, 1, 2]},
            {"batch_sampler": [[0, 1], [2]], "drop_last": False},
        ],
        "what there is to drop": [
            {"batch_size": None, "drop_last": True},
            {"batch_size": None, "drop_last": False},
            {"batch_size": None, "shuffle": True},
            {"batch_sampler": [[0, 1], [2]], "drop_last": True},
            {"batch_size": few + 1, "drop_last": True},
        ],
        "streams": [
            {"dataset": "iterable", "shuffle": True},
            {"dataset": "iterable", "shuffle": False},
            {"dataset": "iterable", "sampler": [0, 1]},
            {"dataset": "iterable", "batch_sampler": [[0, 1], [2]]},
            {"dataset": "iterable", "batch_size": few + 1, "drop_last": True},
            {"dataset": "iterable", "num_workers": 2, "persistent_workers": True},
        ],
        "what torch only frowns at": [
            {"pin_memory": True},
            {"num_workers": 2, "pin_memory": True},
            {"pin_memory_device": "cuda"},
            {"pin_memory": True, "pin_memory_device": "cuda"},
            {"num_workers": 64 + few},
        ],
        "any mixture": [mixture(generator) for _ in range(40)],
    }
    return {
        name: [{"dataset": "map"} | options for options in group] for name, group in groups.items()
    }


def spelled(options: Options) -> str:
    """Options as they stand in a call: `DataLoader(map, batch_size=4)`."""
    rest = [f"{name}={value!r}" for name, value in options.items() if name != "dataset"]
    return f"DataLoader({', '.join([options['dataset'], *rest])})"
