"""Combinations of DataLoader options, legal and not, as data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import torch

from ptbasics.exercises._drawing import integer

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
    "prefetch_factor": (None, None, 3),
    "persistent_workers": (None, False, True),
    "timeout": (None, None, 0, 5),
    "multiprocessing_context": (None, None, "fork"),
    "in_order": (None, None, False),
    "pin_memory": (None, None, False),
}


def mixture(names: Iterable[str], generator: torch.Generator) -> Options:
    """Options of which a few, drawn at random among `names`, are given."""
    pool = sorted(set(names) & set(_CHOICES) - {"dataset"})
    kept = torch.randperm(len(pool), generator=generator)[:4]
    drawn = {"dataset": _drawn("dataset", generator)} if "dataset" in names else {}
    for name in sorted(pool[place] for place in kept):
        if (value := _drawn(name, generator)) is not None:
            drawn[name] = value
    if drawn.pop("unbatched", False):
        drawn["batch_size"] = None
    return drawn


def _drawn(name: str, generator: torch.Generator) -> Any:
    choices = _CHOICES[name]
    return choices[integer(generator, 0, len(choices) - 1)]


def legality_groups(generator: torch.Generator) -> dict[str, list[Options]]:
    """What the combinations of a group have in common → the combinations."""

    def few() -> int:
        return integer(generator, 1, 8)

    def many() -> int:
        return integer(generator, 9, 99)

    groups: dict[str, list[Options]] = {
        "options that are about workers": [
            {"num_workers": 0, "prefetch_factor": many()},
            {"num_workers": 2, "prefetch_factor": many()},
            {"persistent_workers": True},
            {"persistent_workers": False},
            {"num_workers": 1, "persistent_workers": True},
            {"multiprocessing_context": "fork"},
            {"num_workers": few(), "multiprocessing_context": "fork"},
            {"in_order": False},
        ],
        "a timeout, and somebody to wait for": [
            {"timeout": many()},
            {"timeout": 0},
            {"num_workers": 2, "timeout": many()},
            {"num_workers": 0, "timeout": many(), "shuffle": True},
            {"timeout": many(), "persistent_workers": True},
            {"timeout": many(), "sampler": [2, 0, 1], "shuffle": True},
        ],
        "a sampler, and who else decides": [
            {"sampler": [2, 0, 1], "shuffle": True},
            {"sampler": [2, 0, 1], "shuffle": False},
            {"sampler": [2, 0, 1], "batch_size": many(), "drop_last": True},
            {"batch_sampler": [[0, 1], [2]], "shuffle": True},
            {"batch_sampler": [[0, 1], [2]], "batch_size": many()},
            {"batch_sampler": [[0, 1], [2]], "batch_size": 1},
            {"batch_sampler": [[0, 1], [2]], "sampler": [0, 1, 2]},
            {"batch_sampler": [[0, 1], [2]], "drop_last": False},
        ],
        "what there is to drop": [
            {"batch_size": None, "drop_last": True},
            {"batch_size": None, "drop_last": False},
            {"batch_size": None, "shuffle": True},
            {"batch_sampler": [[0, 1], [2]], "drop_last": True},
            {"batch_size": many(), "drop_last": True},
        ],
        "streams": [
            {"dataset": "iterable", "shuffle": True},
            {"dataset": "iterable", "shuffle": False},
            {"dataset": "iterable", "sampler": [0, 1]},
            {"dataset": "iterable", "batch_sampler": [[0, 1], [2]]},
            {"dataset": "iterable", "batch_size": many(), "drop_last": True},
            {"dataset": "iterable", "num_workers": 2, "persistent_workers": True},
        ],
        "what torch only frowns at": [
            {"pin_memory": True},
            {"num_workers": 2, "pin_memory": True},
            {"pin_memory_device": "cuda"},
            {"pin_memory": True, "pin_memory_device": "cuda"},
            {"num_workers": 64 + many()},
        ],
    }
    for group in groups.values():
        names = {name for options in group for name in options}
        group += [mixture(names, generator) for _ in range(6)]
    groups["any mixture"] = [mixture(_CHOICES, generator) for _ in range(40)]
    return {
        name: [{"dataset": "map"} | group[place] for place in _shuffled(group, generator)]
        for name, group in groups.items()
    }


def _shuffled(group: list[Options], generator: torch.Generator) -> list[int]:
    return torch.randperm(len(group), generator=generator).tolist()


def spelled(options: Options) -> str:
    """Options as they stand in a call: `DataLoader(map, batch_size=4)`."""
    rest = [f"{name}={value!r}" for name, value in options.items() if name != "dataset"]
    return f"DataLoader({', '.join([options['dataset'], *rest])})"
