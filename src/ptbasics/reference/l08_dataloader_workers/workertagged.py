"""Answers: Who fetched it?"""

from __future__ import annotations

from typing import Any

from torch.utils.data import Dataset, get_worker_info

from ptbasics.exercise import alternative, misconception


class WorkerTagged(Dataset):
    """Another map-style dataset, whose items come with the number of the worker at work.

    An item is the tuple `(item of the other dataset, worker)`. `worker` is an int: the number of
    the worker process that fetches the item, or -1 where it is fetched in the main process.
    """

    def __init__(self, dataset: Dataset) -> None:
        """Keep the other dataset."""
        self.dataset = dataset

    def __len__(self) -> int:
        """As many items as the other dataset has."""
        return len(self.dataset)  # type: ignore[arg-type]

    def __getitem__(self, index: int) -> tuple[Any, int]:
        """The tuple (item, worker)."""
        info = get_worker_info()
        worker = -1 if info is None else info.id
        return self.dataset[index], worker


@misconception(
    "asked too early",
    hint="The question was asked in `__init__`, which runs once, in the main process. Only items "
    "are fetched in workers.",
)
class WorkerTaggedAskedTooEarly(Dataset):
    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset
        info = get_worker_info()
        self.worker = -1 if info is None else info.id

    def __len__(self) -> int:
        return len(self.dataset)  # type: ignore[arg-type]

    def __getitem__(self, index: int) -> tuple[Any, int]:
        return self.dataset[index], self.worker


@misconception(
    "main is 0",
    hint="The first worker has number 0. The main process is none of them: -1.",
)
class WorkerTaggedMainIs0(WorkerTagged):
    def __getitem__(self, index: int) -> tuple[Any, int]:
        info = get_worker_info()
        return self.dataset[index], info.id if info else 0


@misconception(
    "how many",
    hint="This is how many workers there are; the statement asks for the number of the one that "
    "is at work.",
)
class WorkerTaggedHowMany(WorkerTagged):
    def __getitem__(self, index: int) -> tuple[Any, int]:
        info = get_worker_info()
        return self.dataset[index], info.num_workers if info else -1


@misconception(
    "no check",
    hint="Without workers, `get_worker_info()` gives None, which has no number. Handle that first.",
)
class WorkerTaggedNoCheck(WorkerTagged):
    def __getitem__(self, index: int) -> tuple[Any, int]:
        return self.dataset[index], get_worker_info().id


@alternative
class TaggedByGetattr(Dataset):
    def __init__(self, dataset):
        self.inner = dataset

    def __getitem__(self, index):
        return (self.inner[index], getattr(get_worker_info(), "id", -1))

    def __len__(self):
        return len(self.inner)
