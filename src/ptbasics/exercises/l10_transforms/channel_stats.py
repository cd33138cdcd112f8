"""What to normalise with."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._results import named
from ptbasics.exercises.l10_transforms._photos import noise


def channel_stats_cases(generator: torch.Generator) -> list[Case]:
    def photo(height: int, width: int) -> Tensor:
        """A photo whose channels differ in brightness and contrast, unlike the next photo's."""
        bounds = torch.randint(0, 128, (3, 2), generator=generator)
        channels = [
            noise(generator, height, width, low=low, high=low + 20 + spread)
            for low, spread in bounds.minimum(torch.tensor(110)).tolist()
        ]
        return torch.stack(channels)

    def chosen(count: int, of: int) -> list[int]:
        return torch.randperm(of, generator=generator)[:count].tolist()

    same_size = [photo(40, 30) for _ in range(6)]
    other_sizes = [photo(20 + 16 * step, 60 - 8 * step) for step in range(5)]
    small_and_large = [photo(30 + 60 * (step % 2), 45 + 30 * (step % 2)) for step in range(4)]
    dark = [photo(40, 20 + 20 * step) // 8 for step in range(4)]
    return [
        Case("photos of one size", (same_size, sorted(chosen(4, 6)))),
        Case("photos of different sizes", (other_sizes, chosen(3, 5))),
        Case("small ones and large ones", (small_and_large, [*chosen(1, 2), 3, 2])),
        Case("dark photos", (dark, chosen(3, 4))),
        Case("a single training photo", ([photo(50, 45), photo(50, 45)], chosen(1, 2))),
    ]


@exercise(
    title="What to normalise with",
    points=3,
    difficulty=2,
    minutes=12,
    hint="Think of all pixels of all training photos as one long table with three columns. Which "
    "dimensions go away? Photos of different sizes cannot be stacked, but once the pixels of each "
    "are in a row, they can be joined.",
    cases=channel_stats_cases,
    # dividing by the number of pixels or by one less is the same to three digits
    rtol=0.002,
    atol=0.0002,
)
def channel_stats(
    implementation: Implementation, photos: list[Tensor], training: list[int]
) -> dict[str, Any]:
    return named(implementation(photos, training), "mean", "std")
