"""Answers: How many workers pay?"""

from __future__ import annotations

import torch

from ptbasics.exercise import alternative, misconception


def best_workers(workers: torch.Tensor, seconds: torch.Tensor) -> int:
    """The smallest number of workers that is about as fast as the best.

    Args:
        workers: int64 tensor of shape (W,): numbers of workers, ascending.
        seconds: float tensor of shape (W, R): how long an epoch took with each of them, measured
            R times, R odd. Some measurements may have been disturbed.

    Returns:
        The first of `workers` whose median time is at most 1.1 times the smallest median, as an
        int.
    """
    typical = seconds.median(dim=1).values
    enough = typical <= 1.1 * typical.min()
    return workers[enough].min().item()


@misconception(
    "the very fastest",
    hint="A percent or two faster is not worth twice the processes. Take the smallest number of "
    "workers that comes within a tenth of the best.",
)
def best_workers_fastest(workers: torch.Tensor, seconds: torch.Tensor) -> int:
    return workers[seconds.median(dim=1).values.argmin()].item()


@misconception(
    "mean",
    hint="One disturbed measurement moved the mean. The median does not care.",
)
def best_workers_mean(workers: torch.Tensor, seconds: torch.Tensor) -> int:
    typical = seconds.mean(dim=1)
    return workers[typical <= 1.1 * typical.min()][0].item()


@misconception(
    "only one",
    hint="One measurement of each row was looked at, and just that one had been disturbed. That "
    "is why there are several.",
)
def best_workers_only_one(workers: torch.Tensor, seconds: torch.Tensor) -> int:
    return best_workers(workers, seconds[:, :1])


@misconception(
    "luckiest",
    hint="The smallest time of a row is its luckiest, and once it was far too small to be true. "
    "What is *typical* of the row?",
)
def best_workers_luckiest(workers: torch.Tensor, seconds: torch.Tensor) -> int:
    return best_workers(workers, seconds.min(dim=1, keepdim=True).values)


@misconception(
    "most",
    hint="Of all that are fast enough, this is the largest number; take the smallest.",
)
def best_workers_most(workers: torch.Tensor, seconds: torch.Tensor) -> int:
    typical = seconds.median(dim=1).values
    return workers[typical <= 1.1 * typical.min()][-1].item()


@misconception(
    "place",
    hint="This is the place in the table, not the number of workers that stands there.",
)
def best_workers_place(workers: torch.Tensor, seconds: torch.Tensor) -> int:
    typical = seconds.median(dim=1).values
    return (typical <= 1.1 * typical.min()).nonzero()[0].item()


@alternative
def best_workers_in_a_loop(workers, seconds):
    middle = [sorted(row)[len(row) // 2] for row in seconds.tolist()]
    for number, time in zip(workers.tolist(), middle, strict=True):
        if time <= 1.1 * min(middle):
            return number
    raise AssertionError
