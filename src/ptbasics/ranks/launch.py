"""Fork ranks, give each of them the process group over pipes, and bring all of them home."""

from __future__ import annotations

import pickle
import time
import warnings
from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch
import torch.distributed as dist

from ptbasics.forking import fork_context
from ptbasics.judging.codec import decode, encode
from ptbasics.ranks.group import PipeGroup

#: reader and writer of the pipe from one rank (first) to another (second)
_Links = dict[tuple[int, int], tuple[Connection, Connection]]


class RankDied(RuntimeError):
    """A rank ended without a result."""


def run_ranks(
    function: Callable[..., Any], world_size: int, *args: Any, seconds: float = 20.0
) -> list[Any]:
    """Call a function in several ranks at the same time; `torch.distributed` works in them.

    The ranks are forked, so the function may be any, also one of a notebook. None of them is alive
    when this returns or raises.

    Args:
        function: called as `function(*args)` in each rank; it gives plain data.
        world_size: how many ranks.
        seconds: after this time, ranks that have not finished are killed.

    Returns:
        What the function has given, rank by rank.

    Raises:
        TimeoutError: the time is over.
        RankDied: a rank has ended without a result.
        Exception: what the function has raised in a rank, the lowest such rank. That another rank
            has left is told only where nothing else went wrong.
    """
    fork = fork_context()
    links: _Links = {
        (sender, receiver): fork.Pipe(duplex=False)
        for sender in range(world_size)
        for receiver in range(world_size)
        if sender != receiver
    }
    answers: list[Connection] = []
    processes = []
    with TemporaryDirectory() as folder:
        try:
            for rank in range(world_size):
                reader, writer = fork.Pipe(duplex=False)
                answers.append(reader)
                process = fork.Process(
                    target=_be_rank,
                    args=(rank, world_size, links, Path(folder, "store"), writer, function, args),
                    daemon=False,
                )
                with warnings.catch_warnings():  # about threads, which a rank leaves alone
                    warnings.simplefilter("ignore", DeprecationWarning)
                    process.start()
                processes.append(process)
                writer.close()
            _close(links)
            return _results(answers, time.monotonic() + seconds, seconds)
        finally:
            _close(links)
            for process in processes:
                process.kill()
                process.join()
                process.close()
            for reader in answers:
                reader.close()


def _be_rank(
    rank: int,
    world_size: int,
    links: _Links,
    store: Path,
    answer: Connection,
    function: Callable[..., Any],
    args: tuple[Any, ...],
) -> None:
    torch.set_num_threads(1)
    own = {
        peer: (links[peer, rank][0], links[rank, peer][1])
        for peer in range(world_size)
        if peer != rank
    }
    kept = {id(end) for pair in own.values() for end in pair}
    for pair in links.values():  # only then is it noticed that the other side has gone
        for end in pair:
            if id(end) not in kept:
                end.close()
    try:
        _join(rank, world_size, own, store)
        content = b"\0" + encode(function(*args))
    except BaseException as error:
        content = b"\1" + _pickled(error)
    answer.send_bytes(content)


def _join(
    rank: int, world_size: int, own: dict[int, tuple[Connection, Connection]], store: Path
) -> None:
    if dist.is_initialized():  # the process that forked this one may be in a group of its own
        dist.destroy_process_group()
    if not hasattr(dist.Backend, "PIPES"):
        dist.Backend.register_backend("pipes", lambda *_: PipeGroup(rank, own), devices=["cpu"])
    dist.init_process_group(
        "pipes", init_method=f"file://{store}", rank=rank, world_size=world_size
    )


def _results(answers: list[Connection], deadline: float, seconds: float) -> list[Any]:
    results: dict[int, Any] = {}
    errors: dict[int, BaseException] = {}
    waiting = dict(zip(answers, range(len(answers)), strict=True))
    while waiting:
        ready = wait(list(waiting), max(0.0, deadline - time.monotonic()))
        if not ready:
            still = ", ".join(map(str, waiting.values()))
            raise TimeoutError(f"after {seconds:g} seconds, still waiting: rank {still}")
        for reader in ready:
            assert isinstance(reader, Connection)
            rank = waiting.pop(reader)
            try:
                content = reader.recv_bytes()
            except EOFError:
                errors[rank] = RankDied(f"rank {rank} ended without a result")
                continue
            if content[:1] == b"\0":
                results[rank] = decode(content[1:])
            else:
                errors[rank] = pickle.loads(content[1:])
    if errors:
        # whichever came first, so that the same mistake is told in the same words
        in_order = [errors[rank] for rank in sorted(errors)]
        raise min(in_order, key=lambda error: isinstance(error, ConnectionError))
    return [results[rank] for rank in sorted(results)]


def _pickled(error: BaseException) -> bytes:
    try:
        content = pickle.dumps(error)
        pickle.loads(content)
    except Exception:  # its class cannot be found, or wants other arguments
        content = pickle.dumps(RuntimeError(f"{type(error).__name__}: {error}"))
    return content


def _close(links: _Links) -> None:
    for pair in links.values():
        for end in pair:
            end.close()
