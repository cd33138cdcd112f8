"""A process group of `torch.distributed` whose messages travel through pipes between processes.

Every message has a header: the name of the operation and the shape and dtype of the tensor. Ranks
that meet in different operations therefore get an error, where other backends would wait.
"""

# torch declares overloads with fewer options; its own callers always pass them
# mypy: disable-error-code="override, assignment"

from __future__ import annotations

import pickle
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor
from torch._C._distributed_c10d import _create_work_from_future  # type: ignore[attr-defined]
from torch.distributed import ReduceOp
from torch.futures import Future

_Header = tuple[str, tuple[int, ...], torch.dtype]
#: What a rank tells the one that it waits for a message of.
_WAITING = b"waiting"
_REDUCTIONS: dict[Any, Callable[[Tensor], Tensor]] = {
    ReduceOp.SUM: lambda stacked: stacked.sum(0),
    ReduceOp.AVG: lambda stacked: stacked.sum(0) / len(stacked),
    ReduceOp.PRODUCT: lambda stacked: stacked.prod(0),
    ReduceOp.MIN: lambda stacked: stacked.amin(0),
    ReduceOp.MAX: lambda stacked: stacked.amax(0),
}


class PipeGroup(dist.ProcessGroup):
    """The operations of a process group, each finished when its call returns.

    Only a message that is to be received is waited for later: by `wait()` of its request, or before
    the next operation with its sender.

    Attributes:
        messages: what this rank has contributed so far: the name of the operation, the receiver
            (-1: all ranks) and a copy of the tensor.
    """

    def __init__(self, rank: int, links: Mapping[int, tuple[Connection, Connection]]) -> None:
        """Make the group of one rank.

        Args:
            rank: the number of this process.
            links: for each other rank, the pipe that comes from it and the one that goes to it.
        """
        super().__init__(rank, len(links) + 1)  # type: ignore[call-arg]
        self._own, self._links = rank, dict(sorted(links.items()))
        self._requests: dict[int, list[_Reception]] = {peer: [] for peer in self._links}
        self.messages: list[tuple[str, int, Tensor]] = []

    def getBackendName(self) -> str:
        """The name that the backend is registered with."""
        return "pipes"

    def wait_for_peers(self, seconds: float) -> None:
        """Wait until all other ranks have entered an operation with this one, or have left.

        Args:
            seconds: the longest time for all of them together.
        """
        deadline = time.monotonic() + seconds
        for incoming, _ in self._links.values():
            wait([incoming], max(0.0, deadline - time.monotonic()))

    def allreduce(self, tensors: Sequence[Tensor], options: Any = None) -> Any:
        """Overwrite each tensor, in all ranks, with the reduction over all ranks."""
        for tensor in tensors:
            parts = self._exchange("all_reduce", tensor)
            tensor.detach().copy_(_reduced(parts, options))
        return _done(list(tensors))

    def allreduce_coalesced(self, tensors: Sequence[Tensor], options: Any = None) -> Any:
        """As `allreduce`."""
        return self.allreduce(tensors, options)

    def reduce(self, tensors: Sequence[Tensor], options: Any) -> Any:
        """Overwrite each tensor, in the rank `rootRank` alone, with the reduction."""
        for tensor in tensors:
            parts = self._exchange("reduce", tensor)
            if options.rootRank == self._own:
                tensor.detach().copy_(_reduced(parts, options))
        return _done(list(tensors))

    def broadcast(self, tensors: Sequence[Tensor], options: Any) -> Any:
        """Overwrite each tensor with that of the rank `rootRank`."""
        for tensor in tensors:
            tensor.detach().copy_(self._exchange("broadcast", tensor)[options.rootRank])
        return _done(list(tensors))

    def allgather(
        self, outputs: Sequence[Sequence[Tensor]], tensors: Sequence[Tensor], _: Any = None
    ) -> Any:
        """Fill each list of outputs with the tensors of all ranks, in their order."""
        for places, tensor in zip(outputs, tensors, strict=True):
            for place, part in zip(places, self._exchange("all_gather", tensor), strict=True):
                place.detach().copy_(part)
        return _done(list(outputs))

    def all_gather_single(self, output: Tensor, tensor: Tensor, _: Any = None) -> Any:
        """Fill the output with the tensors of all ranks, one behind the other."""
        parts = self._exchange("all_gather", tensor)
        output.detach().copy_(torch.stack(parts).reshape(output.shape))
        return _done(output)

    _allgather_base = all_gather_single  # its name in earlier releases of torch

    def gather(
        self, outputs: Sequence[Sequence[Tensor]], tensors: Sequence[Tensor], options: Any
    ) -> Any:
        """As `allgather`, in the rank `rootRank` alone."""
        for number, tensor in enumerate(tensors):
            parts = self._exchange("gather", tensor)
            if options.rootRank == self._own:
                for place, part in zip(outputs[number], parts, strict=True):
                    place.detach().copy_(part)
        return _done(list(outputs))

    def scatter(
        self, outputs: Sequence[Tensor], tensors: Sequence[Sequence[Tensor]], options: Any
    ) -> Any:
        """Fill each output with this rank's part of what the rank `rootRank` has in its list."""
        for number, output in enumerate(outputs):
            if options.rootRank == self._own:
                own = torch.stack(list(tensors[number]))
            else:
                own = output.new_zeros(self.size(), *output.shape)
            output.detach().copy_(self._exchange("scatter", own)[options.rootRank][self._own])
        return _done(list(outputs))

    def reduce_scatter(
        self, outputs: Sequence[Tensor], tensors: Sequence[Sequence[Tensor]], options: Any = None
    ) -> Any:
        """Fill each output with this rank's part of the reduction of all ranks' lists."""
        for output, parts in zip(outputs, tensors, strict=True):
            everybody = self._exchange("reduce_scatter", torch.stack(list(parts)))
            output.detach().copy_(_reduced(everybody, options)[self._own])
        return _done(list(outputs))

    def reduce_scatter_single(self, output: Tensor, tensor: Tensor, options: Any = None) -> Any:
        """As `reduce_scatter`, with the parts one behind the other in one tensor."""
        return self.reduce_scatter(
            [output], [tensor.reshape(self.size(), *output.shape).unbind()], options
        )

    _reduce_scatter_base = reduce_scatter_single  # its name in earlier releases of torch

    def barrier(self, opts: Any = None) -> Any:
        """Return when all ranks have come here; there are no options to heed."""
        del opts
        self._exchange("barrier", torch.zeros(0))
        return _done(None)

    def send(self, tensors: Sequence[Tensor], receiver: int, _tag: int) -> Any:
        """Send each tensor to one rank."""
        for tensor in tensors:
            self.messages.append(("send", receiver, tensor.detach().clone()))
            self._send(receiver, pickle.dumps(_header("send", tensor)))
            self._send(receiver, _bytes_of(tensor))
        return _done(list(tensors))

    def recv(self, tensors: Sequence[Tensor], sender: int, _tag: int) -> Any:
        """Overwrite each tensor with one that comes from one rank, when the request is waited for.

        The order of requests to one sender is that of its messages.
        """
        reception = _Reception(self, tensors, sender)
        self._requests[sender].append(reception)
        return reception

    def finish_requests(self, sender: int, until: _Reception | None = None) -> None:
        """Receive what was asked of one rank: all of it, or up to a certain request."""
        requests = self._requests[sender]
        if until is not None and until not in requests:  # finished already
            return
        while requests:
            request = requests.pop(0)
            for tensor in request.tensors:
                self._tell_waiting(sender)
                self._check(sender, _header("send", tensor))
                tensor.detach().copy_(_tensor_of(self._receive(sender), tensor))
            if request is until:
                return

    def _tell_waiting(self, sender: int) -> None:
        incoming, outgoing = self._links[sender]
        if not incoming.poll():
            with suppress(OSError):  # it has left, perhaps after the message was sent
                outgoing.send_bytes(_WAITING)

    def _exchange(self, operation: str, tensor: Tensor) -> list[Tensor]:
        """The tensors of all ranks, in the order of ranks."""
        self.messages.append((operation, -1, tensor.detach().clone()))
        header = _header(operation, tensor)
        for peer in self._links:
            self.finish_requests(peer)
        for peer in self._links:  # so short that no pipe fills up
            self._send(peer, pickle.dumps(header))
        for peer in self._links:
            self._check(peer, header)
        parts = {self._own: tensor.detach().clone()}
        for peer in self._links:  # of each pair the lower rank speaks first: no circle of waiting
            if self._own < peer:
                self._send(peer, _bytes_of(tensor))
            parts[peer] = _tensor_of(self._receive(peer), tensor)
            if self._own > peer:
                self._send(peer, _bytes_of(tensor))
        return [parts[rank] for rank in sorted(parts)]

    def _check(self, peer: int, own: _Header) -> None:
        while (content := self._receive(peer)) == _WAITING:
            pass
        other: _Header = pickle.loads(content)
        if other != own:
            raise RuntimeError(
                f"rank {self._own} is in {_described(own)}, and rank {peer} in {_described(other)}"
            )

    def _send(self, peer: int, content: bytes) -> None:
        try:
            self._links[peer][1].send_bytes(content)
        except OSError:
            raise ConnectionError(f"rank {peer} has left") from None

    def _receive(self, peer: int) -> bytes:
        try:
            return self._links[peer][0].recv_bytes()
        except (EOFError, OSError):
            raise ConnectionError(f"rank {peer} has left") from None


class _Reception(dist.Work):
    """The request for a message of another rank."""

    def __init__(self, group: PipeGroup, tensors: Sequence[Tensor], sender: int) -> None:
        super().__init__()
        self._group, self.tensors, self._sender = group, tensors, sender

    def wait(self, timeout: Any = None) -> bool:
        """Return when the message is in the tensors; how long that takes is not limited here."""
        del timeout
        self._group.finish_requests(self._sender, until=self)
        return True


def pipe_group() -> PipeGroup:
    """The group of this rank, for those who want to see its messages.

    Raises:
        ValueError: this process is no rank.
    """
    group = dist.distributed_c10d._get_default_group()
    assert isinstance(group, PipeGroup)
    return group


def _reduced(parts: list[Tensor], options: Any) -> Tensor:
    operation = ReduceOp.SUM if options is None else options.reduceOp
    for known, reduction in _REDUCTIONS.items():
        if operation == known:
            return reduction(torch.stack(parts))
    raise NotImplementedError(f"{operation} is not among what can be done over pipes")


def _header(operation: str, tensor: Tensor) -> _Header:
    return operation, tuple(tensor.shape), tensor.dtype


def _described(header: _Header) -> str:
    operation, shape, dtype = header
    return f"{operation} with {shape} {str(dtype).removeprefix('torch.')}"


def _bytes_of(tensor: Tensor) -> bytes:
    return tensor.detach().contiguous().reshape(-1).view(torch.uint8).numpy().tobytes()


def _tensor_of(content: bytes, like: Tensor) -> Tensor:
    if not content:
        return torch.empty(like.shape, dtype=like.dtype)
    return torch.frombuffer(bytearray(content), dtype=like.dtype).reshape(like.shape)


def _done(value: Any) -> Any:
    future: Future[Any] = Future()
    future.set_result(value)
    return _create_work_from_future(future)
