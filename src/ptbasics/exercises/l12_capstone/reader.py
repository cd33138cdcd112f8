"""A small reader of images."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer
from ptbasics.exercises.l12_capstone._digits import patterned

_GOAL = 0.9
_MAX_PARAMETERS = 50_000
_STEPS, _BATCH = 40, 32


def reader_cases(generator: torch.Generator) -> list[Case]:
    def seed() -> int:
        return integer(generator, 0, 9_999)

    return [
        Case("ten classes", (10, 0.25, seed())),
        Case("four classes", (4, 0.25, seed())),
        Case("seven classes, without dropout", (7, 0.0, seed())),
    ]


def _parts(classes: int, seed: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Images and labels to train on, and others to be measured on."""
    generator = torch.Generator().manual_seed(seed)
    images, labels = patterned(generator, [40] * classes)
    cut = 30 * classes
    return images[:cut], labels[:cut], images[cut:], labels[cut:]


def _of_the_reader(
    seen: dict[str, Any], classes: int, _dropout: float, seed: int
) -> dict[str, Any]:
    """What must be true of the outputs for pictures that were not trained on."""
    *_, labels = _parts(classes, seed)
    logits = seen["logits"]
    found = {
        "shape of the outputs": list(logits.shape),
        "dtype of the outputs": logits.dtype,
        f"at most {_MAX_PARAMETERS} parameters": seen["parameters"] <= _MAX_PARAMETERS,
        "shape for a single picture": list(seen["of one"].shape),
        "shape on another device": seen["shape on another device"],
    }
    if list(logits.shape) != [len(labels), classes] or seen["of one"].shape != logits[:1].shape:
        return found
    right = (logits.argmax(dim=1) == labels).double().mean().item()
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
    implementation: Implementation, classes: int, dropout: float, seed: int
) -> dict[str, Any]:
    images, labels, others, _ = _parts(classes, seed)
    torch.manual_seed(seed)
    model = implementation(classes, dropout)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(_STEPS):
        rows = torch.randint(len(labels), (_BATCH,))
        optimizer.zero_grad()
        F.cross_entropy(model(images[rows]), labels[rows]).backward()  # type: ignore[no-untyped-call]
        optimizer.step()
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


def _shape_on_meta(model: nn.Module, images: Tensor) -> list[int]:
    """The device `meta` computes shapes only, and refuses tensors of other devices."""
    return list(model.to("meta")(images.to("meta")).shape)
