"""Answers: Round the ring."""

from __future__ import annotations

import torch
import torch.distributed as dist

from ptbasics.exercise import alternative, misconception


def ring_all_reduce(tensor: torch.Tensor) -> torch.Tensor:
    """The sum over all ranks, made in 2(n - 1) rounds with messages to the right neighbour alone.

    Rank r receives from rank r - 1 and sends to rank r + 1; the last one sends to rank 0. A
    message holds one chunk: an n-th of the tensor, where n is the number of ranks.

    Args:
        tensor: this rank's numbers, flat. The length is the same in all ranks, and divisible by n.

    Returns:
        The elementwise sum of all ranks' tensors, the same in every rank.
    """
    rank, ranks = dist.get_rank(), dist.get_world_size()
    right, left = (rank + 1) % ranks, (rank - 1) % ranks
    chunks = [chunk.clone() for chunk in tensor.chunk(ranks)]
    arriving = torch.empty_like(chunks[0])
    for step in range(2 * (ranks - 1)):
        dist.send(chunks[(rank - step) % ranks], right)
        dist.recv(arriving, left)
        place = (rank - step - 1) % ranks
        chunks[place] = chunks[place] + arriving if step < ranks - 1 else arriving.clone()
    return torch.cat(chunks)


@misconception(
    "one lap",
    hint="Only some of your chunks are complete. After the first lap every rank owns *one* "
    "finished chunk; who tells the others?",
)
def ring_all_reduce_one_lap(tensor):
    rank, ranks = dist.get_rank(), dist.get_world_size()
    chunks = [chunk.clone() for chunk in tensor.chunk(ranks)]
    arriving = torch.empty_like(chunks[0])
    for step in range(ranks - 1):
        dist.send(chunks[(rank - step) % ranks], (rank + 1) % ranks)
        dist.recv(arriving, (rank - 1) % ranks)
        chunks[(rank - step - 1) % ranks] += arriving
    return torch.cat(chunks)


@misconception(
    "whole tensor",
    hint="The sum is right, but each message holds the whole tensor. A rank then sends more the "
    "more ranks there are.",
)
def ring_all_reduce_whole_tensor(tensor):
    rank, ranks = dist.get_rank(), dist.get_world_size()
    total, passing = tensor.clone(), tensor.clone()
    for _ in range(ranks - 1):
        arriving = torch.empty_like(tensor)
        dist.send(passing, (rank + 1) % ranks)
        dist.recv(arriving, (rank - 1) % ranks)
        total += arriving
        passing = arriving
    return total


@misconception(
    "all to one",
    hint="Every message goes to or comes from one rank, which has all the work. In a ring a rank "
    "talks to its neighbours only.",
)
def ring_all_reduce_all_to_one(tensor):
    rank, ranks = dist.get_rank(), dist.get_world_size()
    total = tensor.clone()
    if rank:
        dist.send(total, 0)
        dist.recv(total, 0)
        return total
    for other in range(1, ranks):
        arriving = torch.empty_like(tensor)
        dist.recv(arriving, other)
        total += arriving
    for other in range(1, ranks):
        dist.send(total, other)
    return total


@misconception(
    "overwrites",
    hint="In the first lap, what arrives takes the place of what the rank had. Nothing is ever "
    "added up.",
)
def ring_all_reduce_overwrites(tensor):
    rank, ranks = dist.get_rank(), dist.get_world_size()
    chunks = [chunk.clone() for chunk in tensor.chunk(ranks)]
    for step in range(2 * (ranks - 1)):
        arriving = torch.empty_like(chunks[0])
        dist.send(chunks[(rank - step) % ranks], (rank + 1) % ranks)
        dist.recv(arriving, (rank - 1) % ranks)
        chunks[(rank - step - 1) % ranks] = arriving
    return torch.cat(chunks)


@misconception(
    "adds twice",
    hint="You add in the second lap, too. There the chunks that arrive are finished sums.",
)
def ring_all_reduce_adds_twice(tensor):
    rank, ranks = dist.get_rank(), dist.get_world_size()
    chunks = [chunk.clone() for chunk in tensor.chunk(ranks)]
    arriving = torch.empty_like(chunks[0])
    for step in range(2 * (ranks - 1)):
        dist.send(chunks[(rank - step) % ranks], (rank + 1) % ranks)
        dist.recv(arriving, (rank - 1) % ranks)
        chunks[(rank - step - 1) % ranks] += arriving
    return torch.cat(chunks)


@alternative
def ring_all_reduce_in_two_loops(tensor):
    rank, ranks = dist.get_rank(), dist.get_world_size()
    result = tensor.clone()
    table = result.view(ranks, -1)
    for step in range(ranks - 1):
        arriving = torch.empty_like(table[0])
        request = dist.isend(table[(rank + 1 - step) % ranks].clone(), (rank + 1) % ranks)
        dist.recv(arriving, (rank - 1) % ranks)
        request.wait()
        table[(rank - step) % ranks] += arriving
    for step in range(ranks - 1):
        request = dist.isend(table[(rank + 2 - step) % ranks].clone(), (rank + 1) % ranks)
        dist.recv(arriving, (rank - 1) % ranks)
        request.wait()
        table[(rank + 1 - step) % ranks] = arriving
    return result


@alternative
def ring_all_reduce_with_a_parcel(tensor):
    rank, ranks = dist.get_rank(), dist.get_world_size()
    own = tensor.reshape(ranks, -1)
    sums = torch.zeros_like(own)
    parcel = own[rank]
    for place in range(rank - 1, rank - ranks, -1):
        parcel = own[place % ranks] + _swapped(parcel)
    sums[(rank + 1) % ranks] = parcel
    for place in range(rank, rank + 1 - ranks, -1):
        parcel = _swapped(parcel)
        sums[place % ranks] = parcel
    return sums.flatten()


def _swapped(parcel):
    """What the left neighbour hands over, when this rank has handed its parcel to the right."""
    rank, ranks = dist.get_rank(), dist.get_world_size()
    arriving = torch.empty_like(parcel)
    if rank % 2:
        dist.recv(arriving, (rank - 1) % ranks)
        dist.send(parcel, (rank + 1) % ranks)
    else:
        dist.send(parcel, (rank + 1) % ranks)
        dist.recv(arriving, (rank - 1) % ranks)
    return arriving


@alternative
def ring_all_reduce_in_batches(tensor):
    rank, ranks = dist.get_rank(), dist.get_world_size()
    chunks = list(tensor.clone().split(len(tensor) // ranks))
    for step in range(2 * (ranks - 1)):
        going, coming = (rank - step) % ranks, (rank - step - 1) % ranks
        arriving = torch.empty_like(chunks[coming])
        requests = dist.batch_isend_irecv(
            [
                dist.P2POp(dist.irecv, arriving, (rank - 1) % ranks),
                dist.P2POp(dist.isend, chunks[going], (rank + 1) % ranks),
            ]
        )
        for request in requests:
            request.wait()
        if step < ranks - 1:
            arriving += chunks[coming]
        chunks[coming] = arriving
    return torch.cat(chunks)
