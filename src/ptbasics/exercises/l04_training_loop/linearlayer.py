"""A linear layer from nothing."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.judging.describe import kind_of

_LINEAR = "The layer is to be made from nothing: do without PyTorch's own `nn.Linear`."


def linear_layer_cases(generator: torch.Generator) -> list[Case]:
    def layer(features: int, results: int, *batch: int, bias: bool = True) -> tuple[Any, ...]:
        weight = torch.randn(results, features, generator=generator)
        offset = torch.randn(results, generator=generator) if bias else None
        return weight, offset, torch.randn(*batch, features, generator=generator)

    return [
        Case("three features to two", layer(3, 2, 5)),
        Case("as many results as features", layer(4, 4, 3)),
        Case("without a bias", layer(2, 3, 4, bias=False)),
        Case("a single sample, one result", layer(5, 1)),
        Case("two leading dimensions", layer(3, 4, 2, 6)),
    ]


@exercise(
    title="A linear layer from nothing",
    points=3,
    difficulty=2,
    minutes=12,
    hint="Read the shape of `weight` carefully: each *row* holds the weights of one output. "
    "`F.linear` knows this layout, and takes None for a bias that is not there. "
    "`torch.empty(…).uniform_(low, high)` draws numbers from an interval.",
    cases=linear_layer_cases,
    forbids={
        "torch.nn.Linear": _LINEAR,
        "torch.nn.LazyLinear": _LINEAR,
        "torch.nn.modules.linear": _LINEAR,
    },
)
def LinearLayer(implementation: Implementation, weight: Tensor, bias: Any, x: Tensor) -> Any:
    layer = implementation(weight.shape[1], weight.shape[0], bias=bias is not None)
    learned = dict(sorted(layer.named_parameters()))
    shapes = {name: list(one.shape) for name, one in learned.items()}
    state = {"bias": bias, "weight": weight} if bias is not None else {"weight": weight}
    seen: dict[str, Any] = {"parameters": shapes, "output": None}
    if bias is None:
        seen["what layer.bias is"] = kind_of(layer.bias) if hasattr(layer, "bias") else "missing"
    if shapes == {name: list(value.shape) for name, value in state.items()}:
        layer.load_state_dict(state)
        seen["output"] = layer(x).detach()
    return {**seen, **_start_of(implementation)}


def _start_of(implementation: Implementation) -> dict[str, bool]:
    """What can be said of random numbers for certain, on layers that are large enough.

    Biases are looked at when the weights are right, so that one slip in both is one mistake.
    """
    layer, other = implementation(400, 1000), implementation(400, 1000)
    weight, offset = layer.weight.detach(), layer.bias.detach()
    bound = 400**-0.5
    # numbers with the same chance everywhere in an interval spread by its length / √12
    evenness = (weight.max() - weight.min()) / weight.std() / 12**0.5
    weights = {
        "no weight lies outside of the interval": bool((weight.abs() <= bound).all()),
        "weights reach its lower end": bool(weight.min() < -0.98 * bound),
        "weights reach its upper end": bool(weight.max() > 0.98 * bound),
        "weights are spread evenly": bool(abs(evenness - 1) < 0.05),
        "two layers differ": not torch.equal(weight, other.weight.detach()),
    }
    if not all(weights.values()):
        return weights
    return {
        **weights,
        "no bias lies outside of the interval": bool((offset.abs() <= bound).all()),
        "biases fill the interval": bool(
            offset.min() < -0.9 * bound and offset.max() > 0.9 * bound
        ),
    }
