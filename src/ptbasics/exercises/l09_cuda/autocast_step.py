"""One step in mixed precision."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer
from ptbasics.exercises.l09_cuda._classifier import classifier, weights


def autocast_step_cases(generator: torch.Generator) -> list[Case]:
    def case(name: str, samples: int, steps: int) -> Case:
        features = torch.randn(samples, 4, generator=generator)
        labels = torch.randint(3, (samples,), generator=generator)
        return Case(name, (features, labels, steps, integer(generator, 0, 10_000)))

    return [
        case("one step", 6, 1),
        case("two steps", 8, 2),
        case("three steps", 5, 3),
        case("a single sample", 1, 2),
    ]


@exercise(
    title="One step in mixed precision",
    points=3,
    difficulty=2,
    minutes=10,
    hint="Only forward and loss belong into the context. Where does it have to end? And which "
    "gradients are still there from the step before?",
    cases=autocast_step_cases,
    rtol=1e-3,
    atol=1e-4,
)
def autocast_step(
    implementation: Implementation, features: Tensor, labels: Tensor, steps: int, seed: int
) -> Any:
    model = classifier(seed)
    seen: dict[str, Any] = {"scores": [], "in autocast during": set(), "gradients": []}

    def during(what: str) -> None:
        if torch.is_autocast_enabled("cpu"):
            seen["in autocast during"].add(what)

    def forward(_model: Any, _inputs: Any, scores: Tensor) -> None:
        during("forward")
        seen["scores"].append(str(scores.dtype))

    def arrived(gradient: Tensor) -> None:
        during("backward")
        seen["gradients"].append(gradient.clone())

    model.register_forward_hook(forward)
    list(model.parameters())[-1].register_hook(arrived)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.3)
    optimizer.register_step_pre_hook(lambda *_: during("step"))
    losses = [implementation(model, optimizer, features, labels) for _ in range(steps)]
    return {
        "losses": losses,
        **seen,
        "in autocast during": sorted(seen["in autocast during"]),
        "weights": weights(model),
    }
