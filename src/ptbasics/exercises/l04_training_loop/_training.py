"""What the exercises of lesson 4 share: tiny models with known numbers, and optimizers at work."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from ptbasics.exercise import Implementation

#: After how many steps an optimizer is looked at.
MILESTONES = (1, 2, 3, 10, 100)


def fill(module: nn.Module, seed: int) -> None:
    """Give every parameter numbers that depend on its shape and the seed only.

    So two modules with the same parameters compute the same, in whatever order and by whatever
    names they keep them.
    """
    with torch.no_grad():
        for parameter in module.parameters():
            shape = parameter.shape
            own = seed + sum(101**i * size for i, size in enumerate(shape, 1))
            generator = torch.Generator().manual_seed(own)
            parameter.copy_(torch.randn(shape, generator=generator) / shape[-1] ** 0.5)


def classifier(features: int, classes: int, seed: int, **parts: Any) -> nn.Module:
    """A small classifier with known parameters; `parts` go between its two layers."""
    middle = [make() for make in parts.values()]
    model = nn.Sequential(nn.Linear(features, 6), *middle, nn.ReLU(), nn.Linear(6, classes))
    fill(model, seed)
    return model


def values(module: nn.Module) -> list[Tensor]:
    """The parameters as they are now, without their history."""
    return [parameter.detach().clone() for parameter in module.parameters()]


class Watched(nn.Module):
    """Passes batches on to a model and notes how each was sent through it."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model
        self.sizes: list[int] = []
        self.modes: set[str] = set()
        self.recording: set[bool] = set()

    def forward(self, batch: Tensor) -> Tensor:
        """What the model makes of the batch."""
        self.sizes.append(len(batch))
        self.modes.add("training" if self.training else "evaluation")
        self.recording.add(torch.is_grad_enabled())
        result: Tensor = self.model(batch)
        return result


def descent(
    implementation: Implementation,
    starts: Sequence[Tensor],
    goals: Sequence[Tensor | None],
    settings: dict[str, Any],
    keep_gradients: bool,
) -> dict[str, Any]:
    """Let an optimizer walk towards goals in a long valley, and note where it is on the way.

    Args:
        implementation: the optimizer's class.
        starts: where each parameter begins.
        goals: where each would like to be; None for a parameter that is not in the loss, and so
            never gets a gradient.
        settings: keyword arguments for the optimizer.
        keep_gradients: clear gradients in place, as is done where memory is reused, rather than
            by the optimizer's `zero_grad`.
    """
    parameters = [start.clone().requires_grad_() for start in starts]
    optimizer = implementation(_once(parameters), **settings)
    seen: dict[str, Any] = {}
    for number in range(1, MILESTONES[-1] + 1):
        if keep_gradients:
            for parameter in parameters:
                if parameter.grad is not None:
                    parameter.grad.zero_()
        else:
            optimizer.zero_grad()
        _valley(parameters, goals).backward()
        optimizer.step()
        if number in MILESTONES:
            seen[f"after {number} steps"] = [one.detach().clone() for one in parameters]
    seen["last gradients"] = [
        one.grad if one.grad is None else one.grad.clone() for one in parameters
    ]
    optimizer.zero_grad()
    seen["cleared"] = [one.grad is None or not one.grad.any().item() for one in parameters]
    return seen


def _once(parameters: Sequence[Tensor]) -> Iterator[Tensor]:
    """An iterator that can be gone through once, as `model.parameters()` is."""
    yield from parameters


def _valley(parameters: Sequence[Tensor], goals: Sequence[Tensor | None]) -> Tensor:
    """Steep along the first element of each parameter, and flatter from one to the next."""
    total = torch.zeros((), dtype=torch.float64)
    for parameter, goal in zip(parameters, goals, strict=True):
        if goal is not None:
            slant = 1 / torch.arange(1, goal.numel() + 1, dtype=torch.float64) ** 2
            total = (
                total + (slant.view_as(goal) * ((parameter - goal) ** 2 + 0.1 * parameter**4)).sum()
            )
    return total
