"""Four steps in order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer
from ptbasics.exercises.l04_training_loop._training import fill, values
from ptbasics.judging.describe import kind_of


def training_order_cases(generator: torch.Generator) -> list[Case]:
    four = ["backward", "loss", "step", "zero_grad"]

    def shuffled(names: list[str]) -> tuple[Any, ...]:
        order = torch.randperm(len(names), generator=generator)
        return [names[i] for i in order], integer(generator, 0, 10_000)

    back_to_front = ["step", "backward", "loss", "zero_grad"]
    return [
        Case("the four steps back to front", (back_to_front, integer(generator, 0, 10_000))),
        Case("the four steps, shuffled", shuffled(four)),
        Case("with clipping", shuffled([*four, "clip"])),
        Case("with clipping, shuffled again", shuffled([*four, "clip"])),
    ]


@exercise(
    title="Four steps in order",
    points=2,
    difficulty=1,
    minutes=6,
    hint="Ask of each step what it needs and who leaves that behind. Which step reads `.grad`? "
    "Which one writes it, and does it replace or add? Then keep, from your order, the names that "
    "were given.",
    cases=training_order_cases,
)
def training_order(implementation: Implementation, steps: list[str], seed: int) -> Any:
    order = implementation(list(steps))
    if not isinstance(order, list | tuple):
        raise TypeError(f"return a list of names; what came back is {kind_of(order)}")
    seen = _run_in_order(order, seed)
    if seen["what went wrong"] is not None:
        seen["returned in the order given"] = list(order) == steps
    return {"each step comes once": sorted(order) == sorted(steps), **seen}


def _run_in_order(order: Sequence[str], seed: int) -> dict[str, Any]:
    """Really train in this order: three rounds, then the first two moves, or what went wrong.

    The order is a circle. One that is entered at `step` has nothing to go by in its first round,
    and learns all the same: so moves are counted, not rounds.
    """
    generator = torch.Generator().manual_seed(seed)
    x, y = torch.randn(8, 3, generator=generator), torch.randn(8, 1, generator=generator) + 5
    model = nn.Linear(3, 1)
    fill(model, seed)
    places = [values(model)]
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    losses: list[Tensor] = []
    lengths: list[Tensor] = []
    actions = {
        "zero_grad": optimizer.zero_grad,
        "loss": lambda: losses.append(F.mse_loss(model(x), y)),
        "backward": lambda: losses.pop().backward(),
        "clip": lambda: lengths.append(nn.utils.clip_grad_norm_(model.parameters(), 0.5)),
        "step": optimizer.step,
    }
    for name in [*order] * 3:
        if name not in actions:
            return {"what went wrong": f"there is no step called {name!r}"}
        if name == "backward" and not losses:
            return {"what went wrong": "backward needs a loss that has not gone backward yet"}
        actions[name]()
        if not all(map(torch.equal, places[-1], values(model))):
            places.append(values(model))
    if len(places) == 1:
        left = any(one.grad is not None for one in model.parameters())
        return {"what went wrong": "the weights never moved", "slopes are left at the end": left}
    seen: dict[str, Any] = {"what went wrong": None, "weights after the first moves": places[1:3]}
    if lengths:
        seen["clipping found gradients to shorten"] = any(length > 0 for length in lengths)
    return seen
