"""A sampler that can be resumed."""

from __future__ import annotations

import json
from itertools import islice
from typing import Any

import torch

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer
from ptbasics.exercises.l06_dataloader_batches._epochs import complete, epochs_of, vary


def resumable_cases(generator: torch.Generator) -> list[Case]:
    def seed() -> int:
        return integer(generator, 0, 9_999)

    def length() -> int:
        return integer(generator, 9, 23)

    def taken() -> int:
        return integer(generator, 2, 7)

    whole = length()
    return [
        Case("stopped in the first epoch", (length(), seed(), 0, taken())),
        Case("stopped in the third epoch", (length(), seed(), 2, taken())),
        Case("stopped before it began", (length(), seed(), 0, 0)),
        Case("stopped before the last index", (whole, seed(), 1, whole - 1)),
        Case("a longer dataset", (integer(generator, 25, 49), seed(), 1, taken())),
    ]


def _of_the_restart(
    seen: dict[str, Any], length: int, _seed: int, epoch: int, taken: int
) -> dict[str, Any]:
    """What must be true of epochs without a stop, of one with a stop, and of what came after."""
    whole, part, rest = seen["epochs without a stop"], seen["before the stop"], seen["after it"]
    return {
        "len of a new one, of one that stopped, of one that was resumed": seen["lengths"],
        "each epoch has every index once": [complete(one, length) for one in whole],
        "epochs differ": vary(whole),
        "another seed, another order": seen["with another seed"] != whole[0],
        "same seed, same order": seen["epochs of the same seed"] == whole[: epoch + 1],
        "indices after the stop": len(rest),
        "indices that came twice": sorted(part.index(one) - taken for one in rest if one in part),
        "the epoch is finished as if nothing had happened": part + rest == whole[epoch],
        "so is the next one": seen["the next epoch"] == whole[epoch + 1],
    }


@exercise(
    title="A sampler that can be resumed",
    points=4,
    difficulty=3,
    minutes=20,
    hint="If the order of an epoch follows from `seed` and the number of the epoch alone, little "
    "has to be saved. While a `yield` waits, the lines after it have not run: where must an index "
    "be counted so that the state is right *while the caller has it*?",
    cases=resumable_cases,
    measure=_of_the_restart,
    teaches=("sampler", "Sampler"),
)
def ResumableSampler(
    implementation: Implementation, length: int, seed: int, epoch: int, taken: int
) -> dict[str, Any]:
    torch.manual_seed(seed)
    whole = epochs_of(implementation(length, seed), epoch + 3)
    torch.manual_seed(seed + 1)
    stopped = implementation(length, seed)
    earlier = epochs_of(stopped, epoch)
    running = iter(stopped)
    part = list(islice(running, taken))
    state = stopped.state_dict()
    lengths = [len(implementation(length, seed)), len(stopped)]
    ran_on = part + list(running)
    torch.manual_seed(seed + 2)
    resumed = implementation(length, seed)
    resumed.load_state_dict(json.loads(json.dumps(state)))
    lengths.append(len(resumed))
    rest, following = epochs_of(resumed, 2)
    return {
        "lengths": lengths,
        "epochs without a stop": whole,
        "epochs of the same seed": [*earlier, ran_on],
        "with another seed": list(implementation(length, seed + 1)),
        "before the stop": part,
        "after it": rest,
        "the next epoch": following,
    }
