"""Two images, two labels, one weight."""

from __future__ import annotations

import math
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer
from ptbasics.exercises.l10_transforms._photos import named_tensors

_CALLS = 80
_NEARLY = 0.07  # how far the spread of so many weights may be from that of their distribution
_CLOSE = 1e-4
_PARTS = ("images", "labels")


def mixup_cases(generator: torch.Generator) -> list[Case]:
    def batch(count: int, classes: int, alpha: float) -> tuple[Any, ...]:
        images = torch.rand(count, 1, 4, 4, generator=generator)
        # all classes are there, so that a mixture of two can be told by its label
        labels = torch.cat([torch.arange(classes), torch.arange(count - classes) % classes])
        order = torch.randperm(count, generator=generator)
        return images, labels[order], classes, alpha

    return [
        Case("any weight is as likely", batch(integer(generator, 6, 8), 3, 1.0)),
        Case("most images stay nearly alone", batch(6, integer(generator, 4, 5), 0.2)),
        Case("most images are mixed in halves", batch(5, 4, 8.0)),
        Case("two classes", batch(integer(generator, 4, 7), 2, 2.0)),
    ]


def _mixtures_found(
    seen: list[dict[str, Tensor]], images: Tensor, labels: Tensor, classes: int, alpha: float
) -> Any:
    """What must be true of the mixtures, whichever partners and weights were drawn."""
    one_hot = F.one_hot(labels, classes).float()
    batches = [_Batch(batch["images"], batch["labels"], images, one_hot) for batch in seen]
    weights = [batch.weight for batch in batches]
    known = torch.tensor([weight for weight in weights if weight is not None])
    spread = known.std().item() if len(known) > 1 else math.nan
    expected = math.sqrt(1 / (4 * (2 * alpha + 1)))  # the standard deviation of Beta(alpha, alpha)
    return {
        "number of batches": len(seen),
        "shapes of images and labels": [tuple(seen[0][name].shape) for name in _PARTS],
        "dtypes of images and labels": [seen[0][name].dtype for name in _PARTS],
        "every image is a mixture of two": all(batch.fits.any(dim=1).all() for batch in batches),
        "one weight for each batch": len(known) == len(weights),
        "weights are spread as alpha says": abs(spread - expected) < _NEARLY,
        "partners are drawn anew": len({batch.partners for batch in batches}) > 1,
        "every label adds up to 1": all(b.adds_up() for b in batches),
        "every label has the classes of its image": all(b.has_its_classes() for b in batches),
        "every label has them in the shares of its image": all(b.has_its_shares() for b in batches),
        "every label is of one class": all(b.is_of_one_class() for b in batches),
    }


class _Batch:
    """A batch of mixtures, and which two images each of them can have been made of.

    `fits` says of N mixtures and N partners whether mixture i can be made of image i and image j.
    """

    def __init__(self, mixed: Tensor, labels: Tensor, images: Tensor, one_hot: Tensor) -> None:
        first, second = images.flatten(1)[:, None], images.flatten(1)[None]
        apart = first - second
        parts = ((mixed.flatten(1)[:, None] - second) * apart).sum(-1) / (apart**2).sum(-1)
        weights = parts.nan_to_num(1.0).clamp(0, 1)[
            ..., None
        ]  # an image and itself: all is its own
        again = weights * first + (1 - weights) * second
        self.fits = (again - mixed.flatten(1)[:, None]).abs().amax(dim=-1) < _CLOSE
        self.labels, self._one_hot, self._weights = labels, one_hot, weights
        self._has_rows = labels.shape == one_hot.shape
        # an image that stayed as it was fits every partner, and says nothing about the weight
        self._alone = self.fits.sum(dim=1) == 1

    @property
    def weight(self) -> float | None:
        """The weight with which all images were mixed; None where they do not agree."""
        found = self._weights[..., 0][self.fits & self._alone[:, None]]
        if not len(found):
            return 1.0
        return found[0].item() if found.max() - found.min() < 10 * _CLOSE else None

    @property
    def partners(self) -> tuple[int, ...]:
        """The partner of each image that has a single one; -1 for the others."""
        return tuple(torch.where(self._alone, self.fits.int().argmax(dim=1), -1).tolist())

    def adds_up(self) -> bool:
        """Whether each label is a row of shares."""
        return self._has_rows and bool(((self.labels.sum(dim=1) - 1).abs() < _CLOSE).all())

    def is_of_one_class(self) -> bool:
        """Whether there is no label with a share of two classes."""
        return self._has_rows and bool((self.labels.amax(dim=1) == 1).all())

    def has_its_classes(self) -> bool:
        """Whether each label has no share but in the classes of the two that its image is of."""
        if not self._has_rows:
            return False
        both = torch.maximum(self._one_hot[:, None], self._one_hot[None])
        rest = (self.labels[:, None] * (1 - both)).abs().amax(dim=-1)
        return bool(((rest < _CLOSE) & self.fits).any(dim=1).all())

    def has_its_shares(self) -> bool:
        """Whether each label is mixed of the same two, with the same weight, as its image."""
        if not self._has_rows:
            return False
        right = self._weights * self._one_hot[:, None] + (1 - self._weights) * self._one_hot[None]
        apart = (right - self.labels[:, None]).abs().amax(dim=-1)
        return bool(((apart < 10 * _CLOSE) & self.fits).any(dim=1).all())


@exercise(
    title="Two images, two labels, one weight",
    points=5,
    difficulty=3,
    minutes=20,
    hint="Draw one weight and one order of the batch; everything else follows from the two. What "
    "is half of class 3 and half of class 5? Not class 4: labels have to become rows of numbers "
    "before they can be mixed.",
    cases=mixup_cases,
    measure=_mixtures_found,
    forbids={
        ".MixUp": "Mix by hand: `v2.MixUp` is what you are writing.",
    },
)
def mixup(
    implementation: Implementation, images: Tensor, labels: Tensor, classes: int, alpha: float
) -> list[dict[str, Tensor]]:
    return [
        named_tensors(implementation(images, labels, classes, alpha), *_PARTS)
        for _ in range(_CALLS)
    ]
