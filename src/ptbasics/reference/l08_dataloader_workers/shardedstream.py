"""Answers: A stream that workers share."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch.utils.data import IterableDataset, get_worker_info

from ptbasics.exercise import alternative, misconception


class ShardedStream(IterableDataset):
    """The numbers of a tensor as a stream that workers share.

    Whatever the number of workers, each number comes exactly once an epoch, in any order, and the
    numbers are spread over the workers. Without workers, all of them come, in their order.
    """

    def __init__(self, values: torch.Tensor) -> None:
        """Keep the numbers, a tensor of shape (N,)."""
        self.values = values

    def __iter__(self) -> Iterator[torch.Tensor]:
        """The share of the process that asks: tensors without dimensions, or plain numbers."""
        info = get_worker_info()
        first, step = (0, 1) if info is None else (info.id, info.num_workers)
        return iter(self.values[first::step])


@misconception(
    "whole",
    hint="Every worker went through the whole stream, so each value came once per worker.",
)
class ShardedStreamWhole(ShardedStream):
    def __iter__(self) -> Iterator[torch.Tensor]:
        return iter(self.values)


@misconception(
    "no main",
    hint="Without workers, `get_worker_info()` gives None: all values belong to the one process "
    "that there is.",
)
class ShardedStreamNoMain(ShardedStream):
    def __iter__(self) -> Iterator[torch.Tensor]:
        info = get_worker_info()
        return iter(self.values[info.id :: info.num_workers])


@misconception(
    "worker 0 only",
    hint="Nothing comes twice, but only because one worker does everything and the others "
    "nothing. Share.",
)
class ShardedStreamWorker0(ShardedStream):
    def __iter__(self) -> Iterator[torch.Tensor]:
        info = get_worker_info()
        return iter(self.values if info is None or info.id == 0 else [])


@misconception(
    "remainder lost",
    hint="When the values cannot be divided evenly, the last ones are nobody's. Try 7 values and "
    "2 workers on paper.",
)
class ShardedStreamRemainderLost(ShardedStream):
    def __iter__(self) -> Iterator[torch.Tensor]:
        info = get_worker_info()
        if info is None:
            return iter(self.values)
        size = len(self.values) // info.num_workers
        return iter(self.values[info.id * size : (info.id + 1) * size])


@misconception(
    "by value",
    hint="Whose turn it is was read off the value. With values that are all even, one of two "
    "workers gets everything. Go by the place in the stream.",
)
class ShardedStreamByValue(ShardedStream):
    def __iter__(self) -> Iterator[torch.Tensor]:
        info = get_worker_info()
        for value in self.values:
            if info is None or int(value) % info.num_workers == info.id:
                yield value


@misconception(
    "shrinking",
    hint="`__iter__` changed `self.values`. Workers that stay for a second epoch then share what "
    "is left of the first.",
)
class ShardedStreamShrinking(ShardedStream):
    def __iter__(self) -> Iterator[torch.Tensor]:
        info = get_worker_info()
        if info is not None:
            self.values = self.values[info.id :: info.num_workers]
        return iter(self.values)


@misconception(
    "one pass",
    hint="The second epoch is empty: an iterator made in `__init__` can be used up only once. "
    "Make it in `__iter__`.",
)
class ShardedStreamOnePass(IterableDataset):
    def __init__(self, values: torch.Tensor) -> None:
        self.values = iter(values)

    def __iter__(self) -> Iterator[torch.Tensor]:
        info = get_worker_info()
        for place, value in enumerate(self.values):
            if info is None or place % info.num_workers == info.id:
                yield value


@alternative
class StreamInStretches(IterableDataset):
    def __init__(self, values):
        super().__init__()
        self.values = values

    def __iter__(self):
        info = get_worker_info()
        if info is None:
            yield from self.values
            return
        size = -(-len(self.values) // info.num_workers)
        yield from self.values[info.id * size : (info.id + 1) * size]


@alternative
class StreamByRemainder(IterableDataset):
    def __init__(self, values):
        self.values = values.tolist()

    def __iter__(self):
        info = get_worker_info()
        for place, value in enumerate(self.values):
            if info is None or place % info.num_workers == info.id:
                yield torch.tensor(value)
