"""A random generator for each worker."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer
from ptbasics.exercises.l08_dataloader_workers._inputs import SECONDS, distinct_numbers
from ptbasics.exercises.l08_dataloader_workers._workers import (
    NoisyPhotos,
    forked_loader,
    with_worker,
)


def give_own_rng_cases(generator: torch.Generator) -> list[Case]:
    def photos(workers: int) -> tuple[Tensor, int, int, int]:
        """As many photos for each worker, and the seeds of two loaders."""
        count = workers * integer(generator, 3, 5)
        seed = integer(generator, 0, 10_000)
        return (
            NoisyPhotos.loudest * distinct_numbers(count, generator).long(),
            workers,
            seed,
            seed + 100,
        )

    return [
        Case("two workers", photos(2)),
        Case("three workers", photos(3)),
        Case("one worker", photos(1)),
    ]


def _of_the_noise(
    seen: dict[str, list[dict[int, list[int]]]], photos: Tensor, workers: int, *_seeds: int
) -> dict[str, bool]:
    """What must be true of the noise on the photos, whichever numbers were drawn."""
    shares = photos.view(workers, -1).tolist()  # one batch for each worker

    def noise(epoch: dict[int, list[int]]) -> list[list[int]]:
        return [
            [item - photo for item, photo in zip(epoch[worker], share, strict=True)]
            for worker, share in enumerate(shares)
        ]

    found = {name: [noise(epoch) for epoch in epochs] for name, epochs in seen.items()}
    first, second = found["two epochs"]
    drawn = [each for epochs in found.values() for epoch in epochs for one in epoch for each in one]
    inherited = NoisyPhotos(photos)
    return {
        "each item is its photo and some noise": all(
            0 <= each < NoisyPhotos.loudest for each in drawn
        ),
        "each worker has numbers of its own": len(set(map(tuple, first))) == workers,
        "the same seed repeats the epoch": found["the same seed"] == [first],
        "a second epoch is another one": first != second,
        "another seed gives other numbers": found["another seed"] != [first],
        "the generator is still the main process's": seen["two epochs"][0][0]
        == [inherited[index] for index in range(len(shares[0]))],
    }


@exercise(
    title="A random generator for each worker",
    points=3,
    difficulty=2,
    minutes=12,
    hint="`get_worker_info()` has two things that you need: the worker's copy of the dataset, and "
    "a seed that torch has derived from the loader's generator, another for each worker and epoch.",
    cases=give_own_rng_cases,
    seconds=SECONDS,
    measure=_of_the_noise,
    teaches=("worker_init_fn", "generator"),
)
def give_own_rng(
    implementation: Implementation, photos: Tensor, workers: int, seed: int, other_seed: int
) -> dict[str, Any]:
    def epochs(loader_seed: int, count: int) -> list[dict[int, list[int]]]:
        with forked_loader(
            NoisyPhotos(photos),
            workers,
            batch_size=len(photos) // workers,
            collate_fn=with_worker,
            worker_init_fn=implementation,
            generator=torch.Generator().manual_seed(loader_seed),
        ) as loader:
            return [dict(loader) for _ in range(count)]

    return {
        "two epochs": epochs(seed, 2),
        "the same seed": epochs(seed, 1),
        "another seed": epochs(other_seed, 1),
    }
