"""Answers: Share the indices among processes."""

from __future__ import annotations

import math

import torch
from torch.utils.data import DistributedSampler

from ptbasics.exercise import alternative, misconception


def distributed_indices(
    length: int,
    num_replicas: int,
    rank: int,
    epoch: int = 0,
    seed: int = 0,
    shuffle: bool = True,
    drop_last: bool = False,
) -> list[int]:
    """The indices that `DistributedSampler` gives to one of several processes, in their order.

    Args:
        length: how many items the dataset has, 1 or more.
        num_replicas: how many processes share them.
        rank: which of these processes asks, from 0 to num_replicas - 1.
        epoch, seed: with `shuffle`, the order of all indices is
            `torch.randperm(length, generator=…)` with a generator seeded by their sum. The global
            generator is left as it was.
        shuffle: whether to shuffle before sharing.
        drop_last: what makes the list divisible: True cuts its end off, False repeats it from its
            start, as often as needed.

    Returns:
        As many indices for each rank.

    Raises:
        ValueError: there is no such rank.
    """
    if not 0 <= rank < num_replicas:
        raise ValueError(f"rank {rank} is not one of the {num_replicas}")
    order = list(range(length))
    if shuffle:
        generator = torch.Generator().manual_seed(seed + epoch)
        order = torch.randperm(length, generator=generator).tolist()
    each = length // num_replicas if drop_last else math.ceil(length / num_replicas)
    total = each * num_replicas
    order = (order * math.ceil(total / length))[:total]
    return order[rank::num_replicas]


def _whole_order(length, epoch, seed, shuffle):
    if not shuffle:
        return list(range(length))
    return torch.randperm(length, generator=torch.Generator().manual_seed(seed + epoch)).tolist()


def _divisible(order, num_replicas, drop_last):
    if drop_last:
        return order[: len(order) // num_replicas * num_replicas]
    missing = -len(order) % num_replicas
    return order + (order * missing)[:missing]


def _check_rank(rank, num_replicas):
    if rank not in range(num_replicas):
        raise ValueError("no such rank")


@misconception(
    "blocks",
    hint="Each rank takes a block of neighbours. PyTorch deals the indices out in turn: rank 1 of "
    "4 takes the places 1, 5, 9, …",
)
def distributed_blocks(length, num_replicas, rank, epoch=0, seed=0, shuffle=True, drop_last=False):
    _check_rank(rank, num_replicas)
    order = _divisible(_whole_order(length, epoch, seed, shuffle), num_replicas, drop_last)
    each = len(order) // num_replicas
    return order[rank * each : (rank + 1) * each]


@misconception(
    "not padded",
    hint="The ranks get different numbers of indices. One would wait for ever for the others' "
    "last batch; indices from the start of the list are repeated instead.",
)
def distributed_not_padded(
    length, num_replicas, rank, epoch=0, seed=0, shuffle=True, drop_last=False
):
    _check_rank(rank, num_replicas)
    order = _whole_order(length, epoch, seed, shuffle)
    if drop_last:
        order = _divisible(order, num_replicas, drop_last)
    return order[rank::num_replicas]


@misconception(
    "last repeated",
    hint="The list is filled up with its last index. PyTorch repeats from the start of the list.",
)
def distributed_last_repeated(
    length, num_replicas, rank, epoch=0, seed=0, shuffle=True, drop_last=False
):
    _check_rank(rank, num_replicas)
    order = _whole_order(length, epoch, seed, shuffle)
    if drop_last:
        order = _divisible(order, num_replicas, drop_last)
    order += [order[-1]] * (-len(order) % num_replicas)
    return order[rank::num_replicas]


@misconception(
    "epoch ignored",
    hint="Each epoch has the same order: `epoch` must take part in the seed.",
)
def distributed_epoch_ignored(
    length, num_replicas, rank, epoch=0, seed=0, shuffle=True, drop_last=False
):
    return distributed_indices(length, num_replicas, rank, 0, seed, shuffle, drop_last)


@misconception(
    "rank in the seed",
    hint="Each rank shuffles differently, so some indices come several times, others never. All "
    "ranks need one common order.",
)
def distributed_rank_in_the_seed(
    length, num_replicas, rank, epoch=0, seed=0, shuffle=True, drop_last=False
):
    return distributed_indices(length, num_replicas, rank, epoch, seed + rank, shuffle, drop_last)


@misconception(
    "never dropped",
    hint="With `drop_last`, the list is cut to a divisible length, not filled up.",
)
def distributed_never_dropped(
    length, num_replicas, rank, epoch=0, seed=0, shuffle=True, drop_last=False
):
    return distributed_indices(length, num_replicas, rank, epoch, seed, shuffle, False)


@misconception(
    "any rank",
    hint="A rank outside 0 … num_replicas - 1 must be a `ValueError`.",
)
def distributed_any_rank(
    length, num_replicas, rank, epoch=0, seed=0, shuffle=True, drop_last=False
):
    order = _divisible(_whole_order(length, epoch, seed, shuffle), num_replicas, drop_last)
    return order[rank::num_replicas]


@misconception(
    "seeds everything",
    hint="The indices are right, but `torch.manual_seed` reseeds the *whole program*, in each "
    "process and each epoch. Use a generator of your own.",
)
def distributed_seeds_everything(
    length, num_replicas, rank, epoch=0, seed=0, shuffle=True, drop_last=False
):
    torch.manual_seed(seed + epoch)
    return distributed_indices(length, num_replicas, rank, epoch, seed, shuffle, drop_last)


@misconception(
    "padded once",
    hint="With very few indices, repeating the list one time is not enough.",
)
def distributed_padded_once(
    length, num_replicas, rank, epoch=0, seed=0, shuffle=True, drop_last=False
):
    _check_rank(rank, num_replicas)
    order = _whole_order(length, epoch, seed, shuffle)
    if drop_last:
        order = _divisible(order, num_replicas, drop_last)
    order += order[: -len(order) % num_replicas]
    return order[rank::num_replicas]


@alternative
def distributed_by_torch(
    length, num_replicas, rank, epoch=0, seed=0, shuffle=True, drop_last=False
):
    sampler = DistributedSampler(range(length), num_replicas, rank, shuffle, seed, drop_last)
    sampler.set_epoch(epoch)
    return list(sampler)


@alternative
def distributed_by_rows(length, num_replicas, rank, epoch=0, seed=0, shuffle=True, drop_last=False):
    if rank < 0 or rank >= num_replicas:
        raise ValueError(rank)
    order = torch.arange(length)
    if shuffle:
        order = torch.randperm(length, generator=torch.Generator().manual_seed(epoch + seed))
    rows = length // num_replicas + (not drop_last and length % num_replicas > 0)
    places = torch.arange(rows * num_replicas) % length
    return order[places].reshape(rows, num_replicas)[:, rank].tolist()
