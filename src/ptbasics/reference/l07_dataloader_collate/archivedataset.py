"""Answers: One trip for a whole batch."""

from __future__ import annotations

from typing import Any

import torch
from torch.utils.data import Dataset

from ptbasics.exercise import alternative, misconception


class ArchiveDataset(Dataset):
    """A dataset of the rows of a far archive: a batch costs one trip, not one for each row."""

    def __init__(self, archive: Any) -> None:
        """Keep the archive; nothing is read yet.

        Args:
            archive: `len(archive)` is its number of rows. `archive.read(rows)` takes a list of
                row numbers, **in increasing order and none twice** (else it raises a
                ValueError), and gives a float32 tensor of shape (len(rows), F). It is slow.
        """
        self.archive = archive

    def __len__(self) -> int:
        """The number of rows."""
        return len(self.archive)

    def __getitem__(self, index: int) -> torch.Tensor:
        """One row, of shape (F,), for an index from 0 on."""
        row: torch.Tensor = self.archive.read([index])[0]
        return row

    def __getitems__(self, indices: list) -> list:
        """The rows of a batch with a single `archive.read`, of these rows and no others.

        Args:
            indices: row numbers in any order, as a `batch_sampler` yields them; one may occur
                twice.

        Returns:
            A list of tensors of shape (F,), one for each index, in the order of `indices`.
        """
        rows = sorted(set(indices))
        read = dict(zip(rows, self.archive.read(rows), strict=True))
        return [read[index] for index in indices]


class _Archived(Dataset):
    """What the wrong answers below have in common."""

    def __init__(self, archive: Any) -> None:
        self.archive = archive

    def __len__(self) -> int:
        return len(self.archive)

    def __getitem__(self, index: int) -> Any:
        return self.archive.read([index])[0]


@misconception(
    "one by one",
    hint="The rows are right, but each of them took a trip of its own. `archive.read` can bring "
    "many at once.",
)
class ArchiveDatasetOneByOne(_Archived):
    def __getitems__(self, indices: list) -> list:
        return [self[index] for index in indices]


@misconception(
    "as asked",
    hint="The archive refuses rows that do not increase. Ask in its order, and put the answers in "
    "yours.",
)
class ArchiveDatasetAsAsked(_Archived):
    def __getitems__(self, indices: list) -> list:
        return list(self.archive.read(indices))


@misconception(
    "sorted",
    hint="The rows came back in the archive's order. The loader relies on its own: the first "
    "index belongs to the first sample.",
)
class ArchiveDatasetSorted(_Archived):
    def __getitems__(self, indices: list) -> list:
        return list(self.archive.read(sorted(set(indices))))


@misconception(
    "twice",
    hint="A sampler with replacement may want a row twice. The archive gives none twice, so ask "
    "for each row once.",
)
class ArchiveDatasetTwice(_Archived):
    def __getitems__(self, indices: list) -> list:
        rows = sorted(indices)
        read = dict(zip(rows, self.archive.read(rows), strict=True))
        return [read[index] for index in indices]


@misconception(
    "everything",
    hint="The batches are right, but each trip brought the whole archive, which may not even fit "
    "into memory. Ask for the rows of the batch.",
)
class ArchiveDatasetEverything(_Archived):
    def __getitems__(self, indices: list) -> list:
        rows = self.archive.read(list(range(len(self))))
        return [rows[index] for index in indices]


@misconception(
    "from first to last",
    hint="The batches are right, but a trip brought all rows from the smallest number to the "
    "largest. Ask for those of the batch, without those between.",
)
class ArchiveDatasetFromFirstToLast(_Archived):
    def __getitems__(self, indices: list) -> list:
        first = min(indices)
        rows = self.archive.read(list(range(first, max(indices) + 1)))
        return [rows[index - first] for index in indices]


@misconception(
    "plain tensor",
    hint="`__getitems__` gave one tensor with all rows. What comes next, collating, wants a "
    "*list* with a tensor for each sample.",
)
class ArchiveDatasetPlainTensor(_Archived):
    def __getitems__(self, indices: list) -> Any:
        rows = sorted(set(indices))
        return self.archive.read(rows)[[rows.index(index) for index in indices]]


@misconception(
    "collated",
    hint="The samples were stacked already, and then the loader collates: the batch has a "
    "dimension too many. `__getitems__` gives a list of samples.",
)
class ArchiveDatasetCollated(_Archived):
    def __getitems__(self, indices: list) -> Any:
        rows = sorted(set(indices))
        read = dict(zip(rows, self.archive.read(rows), strict=True))
        return [torch.stack([read[index] for index in indices])]


@alternative
class ArchiveByUnique(Dataset):
    def __init__(self, archive):
        self.archive = archive

    def __len__(self):
        return len(self.archive)

    def __getitem__(self, index):
        return self.__getitems__([index])[0]

    def __getitems__(self, indices):
        rows, places = torch.tensor(indices).unique(return_inverse=True)
        return list(self.archive.read(rows.tolist())[places])
