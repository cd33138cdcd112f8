"""Legal or not?"""

from __future__ import annotations

from typing import Any

import torch

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises.l08_dataloader_workers._legality import legality_groups, spelled

_RULES = "Predict with rules of your own; making a loader would be asking for the answer."


def verdict_on_cases(generator: torch.Generator) -> list[Case]:
    return [Case(name, (group,)) for name, group in legality_groups(generator).items()]


@exercise(
    title="Legal or not?",
    points=3,
    difficulty=2,
    minutes=15,
    hint="Sort the rules of the table by what they are about: workers, the order of indices, whole "
    "batches, the kind of dataset. What raises at once comes before what raises on iteration. "
    "`options.get(name, default)` gives an option or what the loader takes without it. "
    '`"name" in options` is not the same as the option being in force.',
    cases=verdict_on_cases,
    forbids={"torch.utils.data.DataLoader": _RULES, ".DataLoader": _RULES},
    teaches=(
        "batch_size",
        "shuffle",
        "sampler",
        "batch_sampler",
        "drop_last",
        "num_workers",
        "timeout",
        "multiprocessing_context",
        "prefetch_factor",
        "persistent_workers",
        "pin_memory",
        "pin_memory_device",
        "in_order",
    ),
)
def verdict_on(implementation: Implementation, group: list[dict[str, Any]]) -> Any:
    return {spelled(options): implementation(dict(options)) for options in group}
