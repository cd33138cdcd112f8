"""Answers: How long does an epoch take?"""

from __future__ import annotations

from ptbasics.exercise import alternative, misconception


def epoch_seconds(
    load: float, pin: float, copy: float, compute: float, batches: int, pinned: bool
) -> float:
    """The seconds from the first request to the end of the last batch's computation.

    A worker loads. With pinned memory a thread pins, the copy engine copies and the GPU computes,
    so all four work at the same time, each on another batch. From pageable memory nothing is
    pinned, and a batch is copied and computed by one after the other: no batch is copied while
    another is computed. Queues between stations are as long as needed.

    Args:
        load, pin, copy, compute: seconds per batch.
        batches: how many there are; with none, nothing takes any time.
        pinned: whether the memory is pinned.

    Returns:
        The seconds of the epoch, a float.
    """
    if batches == 0:
        return 0.0
    stations = [load, pin, copy, compute] if pinned else [load, copy + compute]
    return sum(stations) + (batches - 1) * max(stations)


def _line(stations, batches):
    return sum(stations) + (batches - 1) * max(stations) if batches else 0.0


@misconception(
    "all added",
    hint="You let one station begin when the other has ended, for every batch. While one batch is "
    "computed, the next is already on its way.",
)
def epoch_seconds_all_added(load, pin, copy, compute, batches, pinned):
    return batches * (load + (pin if pinned else 0.0) + copy + compute)


@misconception(
    "no first batch",
    hint="The slowest station sets the pace, but it cannot begin before the first batch has "
    "reached it, and behind it the last one is not yet done.",
)
def epoch_seconds_no_first(load, pin, copy, compute, batches, pinned):
    stations = [load, pin, copy, compute] if pinned else [load, copy + compute]
    return float(batches * max(stations))


@misconception(
    "pageable overlaps",
    hint="From pageable memory, too, you copy one batch while another is computed. There the copy "
    "holds everything up.",
)
def epoch_seconds_pageable_overlaps(load, pin, copy, compute, batches, pinned):
    return _line([load, *([pin] if pinned else []), copy, compute], batches)


@misconception(
    "pinned twice",
    hint="Pinning is counted twice: the thread of the loader does it, so the copy does not do it "
    "again.",
)
def epoch_seconds_pinned_twice(load, pin, copy, compute, batches, pinned):
    stations = [load, pin, pin + copy, compute] if pinned else [load, copy + compute]
    return _line(stations, batches)


@misconception(
    "always pinned",
    hint="Nothing is pinned where memory is pageable, so it takes no time there.",
)
def epoch_seconds_always_pinned(load, pin, copy, compute, batches, pinned):
    stations = [load, pin, copy, compute] if pinned else [load, pin, copy + compute]
    return _line(stations, batches)


@misconception(
    "one batch too many",
    hint="The first batch is counted twice, in filling the line and in the pace after it.",
)
def epoch_seconds_one_too_many(load, pin, copy, compute, batches, pinned):
    stations = [load, pin, copy, compute] if pinned else [load, copy + compute]
    return sum(stations) + batches * max(stations) if batches else 0.0


@alternative
def epoch_seconds_simulated(load, pin, copy, compute, batches, pinned):
    stations = [load, pin, copy, compute] if pinned else [load, copy + compute]
    free = [0.0] * len(stations)
    for _ in range(batches):
        done = 0.0
        for place, seconds in enumerate(stations):
            free[place] = done = max(done, free[place]) + seconds
    return free[-1]


@alternative
def epoch_seconds_by_rest(load, pin, copy, compute, batches, pinned):
    if not batches:
        return 0.0
    if pinned:
        slowest = max(load, pin, copy, compute)
        return batches * slowest + (load + pin + copy + compute - slowest)
    return load + copy + compute + (batches - 1) * max(load, copy + compute)


@alternative
def epoch_seconds_sorted(load, pin, copy, compute, batches, pinned):
    stations = sorted((load, pin, copy, compute) if pinned else (load, copy + compute))
    return float(min(batches, 1)) * sum(stations[:-1]) + batches * stations[-1]
