"""Answers: Cut the range before the start."""

from __future__ import annotations

import numpy as np
from torch.utils.data import get_worker_info

from ptbasics.exercise import alternative, misconception


def assign_share(worker_id: int) -> None:
    """A `worker_init_fn`: leave this worker's dataset nothing but its share of a range.

    The dataset is a stream of the whole numbers from `dataset.start` up to, not including,
    `dataset.end`. Change both, in this worker's copy, so that all workers together go through the
    range once. Each share has no gaps, and the sizes of any two shares differ by 1 at most.

    Args:
        worker_id: the number of this worker; torch hands it over.
    """
    info = get_worker_info()
    dataset = info.dataset
    start, count = dataset.start, dataset.end - dataset.start
    dataset.start = start + count * worker_id // info.num_workers
    dataset.end = start + count * (worker_id + 1) // info.num_workers


@misconception(
    "rounded up",
    hint="Rounding every share up leaves too little for the last worker. Shares may differ by one "
    "value at most.",
)
def assign_share_rounded_up(worker_id: int) -> None:
    info = get_worker_info()
    dataset = info.dataset
    size = -(-(dataset.end - dataset.start) // info.num_workers)
    dataset.start += worker_id * size
    dataset.end = min(dataset.start + size, dataset.end)


@misconception(
    "rounded down",
    hint="Rounding every share down leaves values at the end to nobody.",
)
def assign_share_rounded_down(worker_id: int) -> None:
    info = get_worker_info()
    dataset = info.dataset
    size = (dataset.end - dataset.start) // info.num_workers
    dataset.start += worker_id * size
    dataset.end = dataset.start + size


@misconception(
    "own variables",
    hint="The bounds were worked out and forgotten: the worker's dataset still has the old ones. "
    "Write them into its attributes.",
)
def assign_share_own_variables(worker_id: int) -> None:
    info = get_worker_info()
    count = info.dataset.end - info.dataset.start
    start = info.dataset.start + count * worker_id // info.num_workers
    end = info.dataset.start + count * (worker_id + 1) // info.num_workers
    assert start <= end


@misconception(
    "from zero",
    hint="The range does not begin at 0; the shares do.",
)
def assign_share_from_zero(worker_id: int) -> None:
    info = get_worker_info()
    dataset = info.dataset
    count = dataset.end - dataset.start
    dataset.start = count * worker_id // info.num_workers
    dataset.end = count * (worker_id + 1) // info.num_workers


@misconception(
    "overwritten",
    hint="`start` was changed before `end` was worked out with its help, so the shares drift. "
    "Keep the old bounds until you have both new ones.",
)
def assign_share_overwritten(worker_id: int) -> None:
    info = get_worker_info()
    dataset = info.dataset
    count = dataset.end - dataset.start
    dataset.start += count * worker_id // info.num_workers
    dataset.end = dataset.start + count * (worker_id + 1) // info.num_workers


@misconception(
    "rest to the last",
    hint="One worker takes everything that an integer division left over. Shares may differ by one "
    "value at most: deal the rest out.",
)
def assign_share_rest_to_the_last(worker_id: int) -> None:
    info = get_worker_info()
    dataset = info.dataset
    size = (dataset.end - dataset.start) // info.num_workers
    dataset.start += worker_id * size
    if worker_id < info.num_workers - 1:
        dataset.end = dataset.start + size


@alternative
def share_by_divmod(worker_id):
    info = get_worker_info()
    start, end = info.dataset.start, info.dataset.end
    size, rest = divmod(end - start, info.num_workers)
    info.dataset.start = start + worker_id * size + min(worker_id, rest)
    info.dataset.end = info.dataset.start + size + (worker_id < rest)


@alternative
def share_by_array_split(worker_id):
    info = get_worker_info()
    numbers = np.arange(info.dataset.start, info.dataset.end)
    mine = np.array_split(numbers, info.num_workers)[worker_id]
    info.dataset.start, info.dataset.end = int(mine[0]), int(mine[-1]) + 1


@misconception("overwritten")
def assign_share_overwritten_and_used_again(worker_id: int) -> None:
    info = get_worker_info()
    data = info.dataset
    data.start += worker_id * (data.end - data.start) // info.num_workers
    data.end = data.start + (worker_id + 1) * (data.end - data.start) // info.num_workers
