"""Answers: The mean of everybody's numbers."""

from __future__ import annotations

import torch
import torch.distributed as dist

from ptbasics.exercise import alternative, misconception


def global_mean(values: torch.Tensor) -> float:
    """The mean of the numbers of all ranks together.

    Args:
        values: this rank's numbers, flat, float32. Ranks have different numbers of them; some may
            have none, but not all.

    Returns:
        The mean as a Python float, the same in every rank.
    """
    total_and_count = torch.tensor([values.sum().item(), len(values)])
    dist.all_reduce(total_and_count)
    return (total_and_count[0] / total_and_count[1]).item()


@misconception(
    "mean of means",
    hint="You average the ranks' means, as if every rank had equally many numbers.",
)
def global_mean_mean_of_means(values):
    mean = values.mean()
    dist.all_reduce(mean)
    return (mean / dist.get_world_size()).item()


@misconception(
    "own count",
    hint="The sum is that of all ranks, but you divide by a number that is only known from this "
    "rank's share.",
)
def global_mean_own_count(values):
    total = values.sum()
    dist.all_reduce(total)
    return (total / (len(values) * dist.get_world_size())).item()


@misconception(
    "only rank 0",
    hint="Only rank 0 has the mean. Which collective gives the result to everybody?",
)
def global_mean_only_rank_0(values):
    pair = torch.tensor([values.sum().item(), len(values)])
    dist.reduce(pair, dst=0)
    return (pair[0] / pair[1]).item() if len(values) or dist.get_rank() == 0 else 0.0


@misconception("alone", hint="This is the mean of the rank's own numbers. Nobody was asked.")
def global_mean_alone(values):
    return values.mean().item()


@misconception(
    "divided by ranks",
    hint="You divide the sum by the number of *ranks*. The mean is over numbers.",
)
def global_mean_divided_by_ranks(values):
    total = values.sum()
    dist.all_reduce(total)
    return (total / dist.get_world_size()).item()


@alternative
def global_mean_by_objects(values):
    everybody = [None] * dist.get_world_size()
    dist.all_gather_object(everybody, values.tolist())
    numbers = [number for share in everybody for number in share]
    return sum(numbers) / len(numbers)


@alternative
def global_mean_in_two_calls(values):
    total, count = values.double().sum(), torch.tensor(values.numel())
    dist.all_reduce(total)
    dist.all_reduce(count)
    return float(total / count)


@alternative
def global_mean_passed_on(values):
    rank, last = dist.get_rank(), dist.get_world_size() - 1
    so_far = torch.zeros(2, dtype=torch.float64)
    if rank > 0:
        dist.recv(so_far, rank - 1)
    so_far += torch.tensor([values.double().sum(), values.numel()])
    if rank < last:
        dist.send(so_far, rank + 1)
    dist.broadcast(so_far, src=last)
    total, count = so_far.tolist()
    return total / count
