"""Two views of one dataset."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer
from ptbasics.exercises._results import named
from ptbasics.exercises.l10_transforms._photos import plain

_BRIGHTEST = 1000  # what is added to an image at most: seldom the same twice


def split_transforms_cases(generator: torch.Generator) -> list[Case]:
    def split(training: int, validation: int) -> tuple[Any, ...]:
        """Images, their labels, two parts that leave some images out, and mean and deviation."""
        count = training + validation + 2
        images = torch.randint(0, 100, (count, 2, 3), generator=generator).float()
        labels = torch.randint(0, 10, (count,), generator=generator).tolist()
        order = torch.randperm(count, generator=generator).tolist()
        mean, std = (torch.rand(2, generator=generator) + torch.tensor([40.3, 7.1])).tolist()
        return images, labels, order[:training], order[-validation:], mean, std

    return [
        Case("two parts", split(integer(generator, 4, 6), 3)),
        Case("a single image to validate with", split(integer(generator, 3, 5), 1)),
        Case("more to validate with than to train on", split(2, integer(generator, 4, 6))),
    ]


def _views_found(
    seen: dict[str, Any],
    images: Tensor,
    labels: list[int],
    training: list[int],
    validation: list[int],
    mean: float,
    std: float,
) -> Any:
    """What must be true of the two views, whatever was drawn."""

    def added(epochs: Sequence[list[dict[str, Any]]], part: list[int]) -> list[list[float | None]]:
        """What each image of each epoch has gained; None where that is not the same everywhere."""
        return [
            [_gain(item["image"], images[i], mean, std) for item, i in zip(e, part, strict=False)]
            for e in epochs
        ]

    trained, validated = added(seen["train"], training), added(seen["valid"], validation)
    return {
        "lengths": seen["lengths"],
        "labels of the training part": [item["label"] for item in seen["train"][0]]
        == [labels[i] for i in training],
        "labels of the validation part": [item["label"] for item in seen["valid"][0]]
        == [labels[i] for i in validation],
        "validation images are prepared and not augmented": all(
            gain == 0 for epoch in validated for gain in epoch
        ),
        "training images are augmented, then prepared": _all_augmented(trained[:1]),
        "so they are when there is a second view": _all_augmented(trained[1:]),
        "each epoch draws anew": all(
            first != later for first in trained for later in trained if first is not later
        ),
    }


def _all_augmented(epochs: Sequence[list[float | None]]) -> bool:
    return all(gain is not None and gain > 0 for epoch in epochs for gain in epoch)


def _gain(now: Tensor, was: Tensor, mean: float, std: float) -> float | None:
    """The whole number that was added to an image before it was prepared."""
    if now.shape != was.shape:
        return None
    gains = now * std + mean - was
    gain = float(gains.mean().round())
    return gain if torch.allclose(gains, torch.tensor(gain), atol=0.02) else None


@exercise(
    title="Two views of one dataset",
    points=4,
    difficulty=2,
    minutes=15,
    hint="Each view remembers which items are its own and what to do with them, and asks the "
    "dataset when it is asked itself. What belongs to one view alone must not be kept where the "
    "other one, or the dataset, can see it.",
    cases=split_transforms_cases,
    measure=_views_found,
)
def SplitTransforms(
    implementation: Implementation,
    images: Tensor,
    labels: list[int],
    training: list[int],
    validation: list[int],
    mean: float,
    std: float,
) -> dict[str, Any]:
    dataset = [(image.clone(), label) for image, label in zip(images, labels, strict=True)]

    def brighten(image: Tensor) -> Tensor:
        return image + torch.randint(1, _BRIGHTEST, ())

    def prepare(image: Tensor) -> Tensor:
        return (image - mean) / std

    def epoch(view: Any) -> list[dict[str, Any]]:
        return [item(view, i) for i in range(len(view))]

    def item(view: Any, i: int) -> dict[str, Any]:
        parts = named(view[i], "image", "label")
        return {"image": plain(parts["image"]), "label": parts["label"]}

    train = implementation(dataset, list(training), prepare, brighten)
    alone = epoch(train)
    valid = implementation(dataset, list(validation), prepare)
    return {
        "lengths": [len(train), len(valid)],
        "train": [alone, epoch(train), epoch(train)],
        "valid": [epoch(valid), epoch(valid)],
    }
