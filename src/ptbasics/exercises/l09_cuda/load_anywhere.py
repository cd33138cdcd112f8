"""Saved on one device, loaded on another."""

from __future__ import annotations

import warnings
from io import BytesIO
from pickle import UnpicklingError
from typing import Any
from unittest.mock import patch

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer
from ptbasics.exercises._results import named
from ptbasics.exercises.l09_cuda._classifier import classifier, weights

#: The device that the file names. No machine has so many GPUs, so it is missing everywhere.
_ELSEWHERE = "cuda:99"


class Stowaway:
    """An object in a file that should hold data only."""


def load_anywhere_cases(generator: torch.Generator) -> list[Case]:
    def case(name: str, samples: int, steps: int) -> Case:
        features = torch.randn(samples, 4, generator=generator)
        labels = torch.randint(3, (samples,), generator=generator)
        return Case(name, (features, labels, steps, integer(generator, 0, 10_000)))

    return [
        case("after one step", 6, 1),
        case("after two steps", 9, 2),
        case("after four steps", 12, 4),
        case("a single sample", 1, 3),
    ]


@exercise(
    title="Saved on one device, loaded on another",
    points=3,
    difficulty=3,
    minutes=15,
    hint="Who decides where the numbers in a file go? The optimizer has to get the parameters that "
    "the model has *after* it was moved.",
    cases=load_anywhere_cases,
)
def load_anywhere(
    implementation: Implementation, features: Tensor, labels: Tensor, steps: int, seed: int
) -> Any:
    def train(model: nn.Module, optimizer: torch.optim.Optimizer) -> None:
        for _ in range(steps):
            optimizer.zero_grad()
            loss = F.cross_entropy(model(features), labels)
            loss.backward()
            optimizer.step()

    def adam(parameters: Any) -> torch.optim.Optimizer:
        return torch.optim.Adam(parameters, lr=0.1)

    first = classifier(seed)
    optimizer = adam(first.parameters())
    train(first, optimizer)
    state = {"model": first.state_dict(), "optimizer": optimizer.state_dict(), "epoch": steps}
    near, far = classifier(seed + 1), classifier(seed + 2)
    cpu, meta = torch.device("cpu"), torch.device("meta")
    found = named(implementation(_file(state), near, adam, cpu), "optimizer", "epoch")
    train(near, found["optimizer"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that numbers cannot be copied to the meta device
        there = named(implementation(_file(state), far, adam, meta), "optimizer", "epoch")
    moved = there["optimizer"].param_groups[0]["params"]
    return {
        "epoch": found["epoch"],
        "weights after training on": weights(near),
        "devices of the model": sorted({p.device.type for p in far.parameters()}),
        "the optimizer has the model's parameters": list(map(id, moved))
        == list(map(id, far.parameters())),
        "a file with more than data": _refused(implementation, state, adam),
    }


def _file(state: dict[str, Any]) -> BytesIO:
    """What a run on a GPU would have saved."""
    file = BytesIO()
    with patch("torch.serialization.location_tag", lambda _storage: _ELSEWHERE):
        torch.save(state, file)
    file.seek(0)
    return file


def _refused(implementation: Implementation, state: dict[str, Any], adam: Any) -> str:
    file = _file({**state, "note": Stowaway()})
    try:
        implementation(file, classifier(0), adam, torch.device("cpu"))
    except UnpicklingError:
        return "refused"
    return "opened"
