"""Timelines of epochs, computed rather than measured."""

from __future__ import annotations

from collections.abc import Sequence

import torch

Fetch = tuple[int, int, float, float]
Wait = tuple[int, float, float]


def simulated_epoch(
    batches: Sequence[float],
    pace: Sequence[float],
    *,
    training: float,
    start_up: float = 0.02,
    prefetch: int = 2,
    began: float = 0.0,
) -> tuple[list[Fetch], list[Wait], float]:
    """The timeline of an epoch as a DataLoader with `in_order=True` would run it.

    Args:
        batches: seconds that fetching each batch takes at pace 1.
        pace: for each worker, how many times as long it takes.
        training: seconds that the main process works on each batch.
        start_up: seconds until workers are ready.
        prefetch: batches that each worker fetches ahead.
        began: what the clock showed when the epoch began.

    Returns:
        (worker, batch, start, end) of each fetch, (batch, asked, got) of each batch in the main
        process, and the time at which the last batch was done with.
    """
    workers = len(pace)
    free = [began + start_up] * workers
    fetches: list[Fetch] = []
    waits: list[Wait] = []
    asked = began
    for batch, seconds in enumerate(batches):
        worker, room = batch % workers, batch - prefetch * workers
        ordered = waits[room][2] if room >= 0 else began
        start = max(ordered, free[worker])
        free[worker] = start + seconds * pace[worker]
        got = max(asked, free[worker])
        fetches.append((worker, batch, start, free[worker]))
        waits.append((batch, asked, got))
        asked = got + training
    return fetches, waits, asked


def jittered(seconds: float, count: int, generator: torch.Generator) -> list[float]:
    """`count` times around `seconds`, each up to a fifth more or less."""
    return [float(time) for time in seconds * (0.8 + 0.4 * torch.rand(count, generator=generator))]


def training_for(share: float, batches: Sequence[float], pace: Sequence[float]) -> float:
    """How long a model must train on each batch if it is to wait for this share of the epoch."""
    low, high = 0.0, 100.0 * max(batches)
    for _ in range(40):  # the longer it trains, the smaller the share that it waits
        middle = (low + high) / 2
        _, waits, ended = simulated_epoch(batches, pace, training=middle)
        if sum(got - asked for _, asked, got in waits) > share * ended:
            low = middle
        else:
            high = middle
    return high
