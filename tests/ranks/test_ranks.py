"""Ranks over pipes: their operations, and what becomes of those that hang or die."""

from __future__ import annotations

import os
import time

import psutil
import pytest
import torch
import torch.distributed as dist
import torch.nn.functional as F
from torch import nn
from torch.nn.parallel import DistributedDataParallel

from ptbasics.ranks import RankDied, pipe_group, run_ranks


def every_operation() -> dict[str, object]:
    rank, size = dist.get_rank(), dist.get_world_size()
    own = torch.arange(3) + 10 * rank
    total, greatest, sent = own.clone(), own.clone(), own.clone()
    dist.all_reduce(total)
    dist.all_reduce(greatest, op=dist.ReduceOp.MAX)
    dist.broadcast(sent, src=1)
    at_zero = own.clone()
    dist.reduce(at_zero, dst=0)
    parts = [torch.empty_like(own) for _ in range(size)]
    dist.all_gather(parts, own)
    flat = torch.empty(size * 3, dtype=own.dtype)
    dist.all_gather_into_tensor(flat, own)
    places = [torch.empty_like(own) for _ in range(size)] if rank == 0 else None
    dist.gather(own, places, dst=0)
    dealt = torch.empty_like(own)
    dist.scatter(dealt, [own + 100 * peer for peer in range(size)] if rank == 2 else None, src=2)
    piece, smallest = torch.empty(1, dtype=own.dtype), torch.empty(1, dtype=own.dtype)
    dist.reduce_scatter(piece, list(own.split(1)))
    dist.reduce_scatter_tensor(smallest, own, op=dist.ReduceOp.MIN)
    objects: list[object] = [None] * size
    dist.all_gather_object(objects, {"rank": rank})
    received = torch.empty_like(own)
    request = dist.isend(own, (rank + 1) % size)
    dist.recv(received, (rank - 1) % size)
    request.wait()
    dist.barrier()
    named = {"total": total, "greatest": greatest, "sent": sent, "at zero": at_zero}
    named |= {"parts": torch.stack(parts), "flat": flat, "received": received}
    named |= {"dealt": dealt, "piece": piece, "smallest": smallest}
    named |= {"places": torch.stack(places)} if places else {}
    return {name: tensor.tolist() for name, tensor in named.items()} | {"objects": objects}


def test_every_operation() -> None:
    parts = [[0, 1, 2], [10, 11, 12], [20, 21, 22]]
    results = run_ranks(every_operation, 3)
    for rank, seen in enumerate(results):
        assert seen["total"] == [30, 33, 36]
        assert seen["greatest"] == parts[2]
        assert seen["sent"] == parts[1]
        assert seen["at zero"] == ([30, 33, 36] if rank == 0 else parts[rank])
        assert seen["parts"] == parts
        assert seen["flat"] == [number for part in parts for number in part]
        assert seen["objects"] == [{"rank": 0}, {"rank": 1}, {"rank": 2}]
        assert seen["dealt"] == [100 * rank + number for number in parts[2]]
        assert seen["piece"] == [30 + 3 * rank]
        assert seen["smallest"] == [rank]
        assert seen["received"] == parts[rank - 1]
    assert results[0]["places"] == parts


def test_requests_are_finished_when_they_are_waited_for() -> None:
    def told() -> list[float]:
        rank, size = dist.get_rank(), dist.get_world_size()
        first, second, last = torch.zeros(3).unbind()
        requests = [dist.irecv(tensor, (rank - 1) % size) for tensor in (first, second)]
        for number in (rank, 10 + rank, 20 + rank):
            dist.send(torch.tensor(float(number)), (rank + 1) % size)
        requests[1].wait()
        dist.irecv(last, (rank - 1) % size)
        dist.barrier()
        return [first.item(), second.item(), last.item()]

    assert run_ranks(told, 3)[0] == [2, 12, 22]


def test_a_batch_may_receive_before_it_sends() -> None:
    def told() -> float:
        other, arriving = 1 - dist.get_rank(), torch.zeros(1)
        own = torch.tensor([float(dist.get_rank())])
        operations = [dist.P2POp(dist.irecv, arriving, other), dist.P2POp(dist.isend, own, other)]
        for request in dist.batch_isend_irecv(operations):
            request.wait()
        return arriving.item()

    assert run_ranks(told, 2) == [1, 0]


def test_what_was_sent_arrives_although_the_sender_has_left() -> None:
    def told() -> float:
        number = torch.full((1,), 3.0)
        if dist.get_rank() == 1:
            dist.send(number, 0)
            return 0
        pipe_group().wait_for_peers(10)
        time.sleep(0.2)
        dist.recv(number.zero_(), 1)
        return number.item()

    assert run_ranks(told, 2) == [3, 0]


@pytest.mark.parametrize("what", ["receives", "is in a barrier", "has left"])
def test_peers_that_wait_or_have_left_are_noticed(what: str) -> None:
    def waited() -> float:
        rank, word = dist.get_rank(), torch.zeros(1)
        started = time.monotonic()
        if rank == 0:
            pipe_group().wait_for_peers(10)
        seconds = time.monotonic() - started
        if what == "receives":
            dist.recv(word, 0) if rank else [dist.send(word, peer) for peer in (1, 2)]
        elif what == "is in a barrier":
            dist.barrier()
        return seconds

    assert run_ranks(waited, 3)[0] < 5


def test_peers_that_do_something_else_are_waited_for() -> None:
    def waited() -> float:
        started = time.monotonic()
        if dist.get_rank() == 0:
            pipe_group().wait_for_peers(0.5)
        else:
            time.sleep(2)
        return time.monotonic() - started

    assert 0.5 <= run_ranks(waited, 3)[0] < 1.5


def test_messages_larger_than_a_pipe() -> None:
    def total() -> float:
        numbers = torch.ones(200_000)
        dist.all_reduce(numbers)
        return numbers.sum().item()

    assert run_ranks(total, 3) == [600_000.0] * 3


def test_ddp_gives_the_gradients_of_the_whole_batch() -> None:
    features, targets = torch.randn(8, 3), torch.randn(8, 1)
    start = nn.Linear(3, 1).state_dict()

    def gradient(share: slice) -> torch.Tensor:
        model = nn.Linear(3, 1)
        model.load_state_dict(start)
        wrapped = DistributedDataParallel(model) if dist.is_initialized() else model
        F.mse_loss(wrapped(features[share]), targets[share]).backward()
        assert model.weight.grad is not None
        return model.weight.grad

    alone = gradient(slice(None))
    for shared in run_ranks(lambda: gradient(slice(dist.get_rank(), None, 2)), 2):
        torch.testing.assert_close(shared, alone)


def test_the_messages_of_a_rank_are_kept() -> None:
    def contributed() -> list[object]:
        dist.all_reduce(torch.full((2,), float(dist.get_rank())))
        return [
            (name, receiver, tensor.tolist()) for name, receiver, tensor in pipe_group().messages
        ]

    assert run_ranks(contributed, 2)[1] == [("all_reduce", -1, [1.0, 1.0])]


def leaves() -> None:
    if dist.get_rank() == 1:
        return
    dist.barrier()


def dies() -> None:
    if dist.get_rank() == 1:
        os._exit(3)
    dist.barrier()


def fails() -> None:
    if dist.get_rank() == 1:
        raise KeyError("of rank 1")
    dist.barrier()


def meets_nobody() -> None:
    dist.barrier() if dist.get_rank() else dist.all_reduce(torch.zeros(2))


@pytest.mark.parametrize(
    ("function", "error", "text"),
    [
        (leaves, ConnectionError, "rank 1 has left"),
        (dies, RankDied, "rank 1 ended"),
        (fails, KeyError, "of rank 1"),
        (meets_nobody, RuntimeError, r"rank \d is in .* with \(\d,\) float32, and rank \d in"),
    ],
)
def test_what_goes_wrong_is_told(function: object, error: type[Exception], text: str) -> None:
    before = psutil.Process().children(recursive=True)
    with pytest.raises(error, match=text):
        run_ranks(function, 2)  # type: ignore[arg-type]
    assert psutil.Process().children(recursive=True) == before


def test_ranks_that_hang_are_ended() -> None:
    before = psutil.Process().children(recursive=True)
    started = time.monotonic()
    with pytest.raises(TimeoutError, match="still waiting: rank 0, 1"):
        run_ranks(lambda: dist.recv(torch.zeros(1), 1 - dist.get_rank()), 2, seconds=0.5)
    assert time.monotonic() - started < 20
    assert psutil.Process().children(recursive=True) == before
