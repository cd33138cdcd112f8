"""A transform of your own."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer
from ptbasics.exercises._results import named
from ptbasics.exercises.l10_transforms._photos import noise, plain

_DRAWS = 80  # enough that every shift of at most two pixels is drawn
_AGAIN = 6


def random_shift_cases(generator: torch.Generator) -> list[Case]:
    def sample(height: int, width: int, most: int) -> tuple[Tensor, Tensor, int, int, int]:
        """An image and its mask, in which nothing is 0, a label, the longest shift, a seed."""
        image = noise(generator, 3, height, width, low=1)
        mask = torch.randint(1, 9, (height, width), generator=generator)
        label, seed = integer(generator, 0, 9), integer(generator, 0, 10_000)
        return image, mask, label, most, seed

    return [
        Case("by one pixel at most", sample(7, 9, 1)),
        Case("by two pixels at most", sample(8, 6, 2)),
        Case("by no pixel at all", sample(5, 6, 0)),
        Case("a digit", sample(8, 8, 1)),
    ]


def _shifts_found(
    seen: dict[str, Any], image: Tensor, mask: Tensor, label: int, most: int, _seed: int
) -> Any:
    """What must be true of the shifted samples, whichever shifts were drawn."""
    samples = seen["samples"]
    images = [*map(_Shifts(image, most).of, (sample["image"] for sample in samples))]
    masks = [*map(_Shifts(mask, most).of, (sample["mask"] for sample in samples))]
    known = [shift for shift in images if shift is not None]
    return {
        "types of image, mask and label": seen["types"],
        "labels": sorted({sample["label"] for sample in samples}) == [label],
        "every image is shifted": len(known) == _DRAWS,
        "shifts downward": sorted({down for down, _, _ in known}),
        "shifts to the right": sorted({right for _, right, _ in known}),
        "the two are drawn independently": len({shift[:2] for shift in known}) > 2 * most + 1
        or most == 0,
        "what comes in at the edge": sorted({edge for _, _, edge in known if edge}),
        "each mask is shifted as its image is": all(
            a is not None and b is not None and a[:2] == b[:2]
            for a, b in zip(images, masks, strict=True)
        ),
        "the same seed gives the same samples": all(
            torch.equal(first[name], second[name])
            for first, second in zip(samples, seen["again"], strict=False)
            for name in ("image", "mask")
        ),
    }


class _Shifts:
    """How a picture may have been shifted, and how it looks then."""

    def __init__(self, still: Tensor, most: int) -> None:
        self._still = still
        self._all = []
        for down, right in product(range(-most, most + 1), repeat=2):
            inside = torch.zeros(still.shape[-2:], dtype=torch.bool)
            inside[_kept(down), _kept(right)] = True
            self._all.append((down, right, inside, still.roll((down, right), (-2, -1))))

    def of(self, moved: Tensor) -> tuple[int, int, str] | None:
        """How far down and to the right, and what came in at the edge; None if it is no shift."""
        if moved.shape != self._still.shape or moved.dtype != self._still.dtype:
            return None
        for down, right, inside, rolled in self._all:
            if torch.equal(moved[..., inside], rolled[..., inside]):
                return down, right, _edge(moved[..., ~inside], rolled[..., ~inside])
        return None


def _kept(shift: int) -> slice:
    """The places that a shift fills with what was in the image before."""
    return slice(shift, None) if shift >= 0 else slice(None, shift)


def _edge(came_in: Tensor, other_side: Tensor) -> str:
    if not came_in.numel():
        return ""
    if torch.equal(came_in, other_side):
        return "the other side"
    return "something else" if came_in.any() else "zeros"


@exercise(
    title="A transform of your own",
    points=5,
    difficulty=3,
    minutes=20,
    hint="`make_params` is called once for each call of the transform, `transform` once for each "
    "image and mask in it: which of the two may draw? Which of v2's functionals cuts out a part "
    "that may reach beyond the image, and keeps the type?",
    cases=random_shift_cases,
    measure=_shifts_found,
)
def RandomShift(
    implementation: Implementation, image: Tensor, mask: Tensor, label: int, most: int, seed: int
) -> dict[str, Any]:
    shift = implementation(most)

    from ptbasics.vision import tv_tensors

    sample = tv_tensors.Image(image), tv_tensors.Mask(mask), label

    def draw(count: int) -> Sequence[dict[str, Any]]:
        torch.manual_seed(seed)
        return [named(shift(*sample), "image", "mask", "label") for _ in range(count)]

    def data(parts: dict[str, Any]) -> dict[str, Any]:
        return {**parts, "image": plain(parts["image"]), "mask": plain(parts["mask"])}

    samples, again = draw(_DRAWS), draw(_AGAIN)
    return {
        "types": sorted({tuple(type(part).__name__ for part in s.values()) for s in samples}),
        "samples": [data(parts) for parts in samples],
        "again": [data(parts) for parts in again],
    }
