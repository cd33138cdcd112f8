"""A small reader of images."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer
from ptbasics.exercises._threads import one_thread
from ptbasics.exercises.l12_capstone._digits import patterned

_GOAL = 0.6
_MAX_PARAMETERS = 50_000
_STEPS, _BATCH = 30, 24
_TO_TRAIN, _OTHERS = 12, 4  # pictures of each class


def reader_cases(generator: torch.Generator) -> list[Case]:
    def pictures(classes: int, dropout: float) -> tuple[Any, ...]:
        images, labels = patterned(generator, [_TO_TRAIN + _OTHERS] * classes, noise=0.1)
        rows = [(labels == label).nonzero().flatten() for label in range(classes)]
        train = torch.cat([own[:_TO_TRAIN] for own in rows])
        others = torch.cat([own[_TO_TRAIN:] for own in rows])
        others = others[torch.randperm(len(others), generator=generator)]
        seed = integer(generator, 0, 9_999)
        return classes, dropout, images[train], labels[train], images[others], seed

    return [
        Case("six classes", pictures(6, 0.25)),
        Case("four classes", pictures(4, 0.25)),
        Case("five classes, without dropout", pictures(5, 0.0)),
    ]


def _nearest(images: Tensor, labels: Tensor, others: Tensor) -> Tensor:
    """The labels of the other pictures, which are never sent to the model's process.

    Patterns of two classes are about 3.3 apart, and the noise is 0.1: the nearest mean is right.
    """
    means = torch.stack([images[labels == label].mean(dim=0) for label in labels.unique()])
    return torch.cdist(others.flatten(1), means.flatten(1)).argmin(dim=1)


def _of_the_reader(
    seen: dict[str, Any],
    classes: int,
    _dropout: float,
    images: Tensor,
    labels: Tensor,
    others: Tensor,
    _seed: int,
) -> dict[str, Any]:
    """What must be true of the outputs for pictures that were not trained on."""
    actual = _nearest(images, labels, others)
    logits = seen["logits"]
    found = {
        "shape of the outputs": list(logits.shape),
        "dtype of the outputs": logits.dtype,
        f"at most {_MAX_PARAMETERS} parameters": seen["parameters"] <= _MAX_PARAMETERS,
        "shape for a single picture": list(seen["of one"].shape),
        "shape on another device": seen["shape on another device"],
    }
    if list(logits.shape) != [len(others), classes] or seen["of one"].shape != logits[:1].shape:
        return found
    right = (logits.argmax(dim=1) == actual).double().mean().item()
    sums = logits.logsumexp(dim=1), logits.sum(dim=1)
    first, second = seen["two passes in training"]
    return {
        **found,
        f"accuracy on other pictures is at least {_GOAL}": right >= _GOAL,
        "outputs are probabilities": bool(
            (sums[0].abs() < 1e-3).all() or ((sums[1] - 1).abs() < 1e-3).all()
        ),
        "a picture's outputs depend on the others in its batch": not torch.allclose(
            logits[:1], seen["of one"], rtol=1e-3, atol=1e-3
        ),
        "outputs are never negative": bool((logits >= 0).all()),
        "chance in evaluation": not torch.equal(logits, seen["logits again"]),
        "chance in training": not torch.equal(first, second),
    }


@exercise(
    title="A small reader of images",
    points=4,
    difficulty=2,
    minutes=20,
    hint="Two convolutions with `padding=1` and ReLU, a pooling behind each, and one linear layer. "
    "How many numbers are left of a picture then? Where a layer behaves differently in training, "
    "use the module rather than the function: it knows the mode.",
    cases=reader_cases,
    measure=_of_the_reader,
    seconds=20.0,
)
def Reader(
    implementation: Implementation,
    classes: int,
    dropout: float,
    images: Tensor,
    labels: Tensor,
    others: Tensor,
    seed: int,
) -> dict[str, Any]:
    with one_thread():
        model = _trained(implementation, classes, dropout, images, labels, seed)
        with torch.no_grad():
            in_training = [model(others[:5]) for _ in range(2)]
            model.eval()
            return {
                "logits": model(others),
                "logits again": model(others),
                "of one": model(others[:1]),
                "two passes in training": in_training,
                "parameters": sum(parameter.numel() for parameter in model.parameters()),
                "shape on another device": _shape_on_meta(model, others),
            }


def _trained(
    implementation: Implementation,
    classes: int,
    dropout: float,
    images: Tensor,
    labels: Tensor,
    seed: int,
) -> nn.Module:
    torch.manual_seed(seed)
    model: nn.Module = implementation(classes, dropout)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(_STEPS):
        rows = torch.randint(len(labels), (_BATCH,))
        optimizer.zero_grad()
        F.cross_entropy(model(images[rows]), labels[rows]).backward()
        optimizer.step()
    return model


def _shape_on_meta(model: nn.Module, images: Tensor) -> list[int]:
    """The device `meta` computes shapes only, and refuses tensors of other devices."""
    return list(model.to("meta")(images.to("meta")).shape)
