"""Answers: Rows, slices and whole batches."""

from __future__ import annotations

import torch
from torch.utils.data import Dataset

from ptbasics.exercise import alternative, misconception


class TableDataset(Dataset):
    """N samples in two tensors: features of shape (N, D), and labels of shape (N,)."""

    def __init__(self, X: torch.Tensor, y: torch.Tensor) -> None:
        """Keep both tensors.

        Raises:
            ValueError: they have different lengths.
        """
        if len(X) != len(y):
            raise ValueError(f"{len(X)} rows of features, but {len(y)} labels")
        self.X, self.y = X, y

    def __len__(self) -> int:
        """The number of samples, N."""
        return len(self.y)

    def __getitem__(self, index: int | slice) -> tuple[torch.Tensor, torch.Tensor]:
        """One sample, or the batch that a slice stands for.

        Args:
            index: a number, negative ones from the end, or a slice as lists know it: with any
                step, backwards too.

        Returns:
            For a number, its sample: features of shape (D,), and a label without dimensions.
            For a slice of n rows (n may be 0 or 1), a batch: shapes (n, D) and (n,).

        Raises:
            IndexError: a number is out of range.
        """
        if isinstance(index, slice):
            index = list(range(len(self))[index])
        return self.X[index], self.y[index]

    def __getitems__(self, indices: list[int]) -> list[tuple[torch.Tensor, torch.Tensor]]:
        """The samples at several places, in the order asked for, as a list of samples."""
        return list(zip(self.X[indices], self.y[indices], strict=True))


@misconception(
    "no backwards",
    hint="Tensors refuse slices with a negative step. Which rows does such a slice stand for? "
    "Work that out first, then index with them.",
)
class TableNoBackwards(TableDataset):
    def __getitem__(self, index):
        return self.X[index], self.y[index]


@misconception(
    "list for a slice",
    hint="A slice gives a list of samples here. It should give a batch: all features in one "
    "tensor, all labels in another.",
)
class TableListForASlice(TableDataset):
    def __getitem__(self, index):
        if isinstance(index, slice):
            return [self[i] for i in range(len(self))[index]]
        return self.X[index], self.y[index]


@misconception(
    "stack",
    hint="`torch.stack` fails where a slice selects no row. Index the tensors with all rows at "
    "once: that works for none, too.",
)
class TableStack(TableDataset):
    def __getitem__(self, index):
        if isinstance(index, slice):
            samples = [self[i] for i in range(len(self))[index]]
            return torch.stack([x for x, _ in samples]), torch.stack([y for _, y in samples])
        return self.X[index], self.y[index]


@misconception(
    "one row squeezed",
    hint="A slice of one row lost its first dimension. A batch of one sample is still a batch, of "
    "shape (1, D).",
)
class TableSqueezed(TableDataset):
    def __getitem__(self, index):
        X, y = super().__getitem__(index)
        return (X[0], y[0]) if len(y.shape) == 1 and len(y) == 1 else (X, y)


@misconception(
    "batch for getitems",
    hint="`__getitems__` gives one pair of large tensors. Its contract is a *list of samples*; "
    "putting them together is somebody else's work.",
)
class TableBatchForGetitems(TableDataset):
    def __getitems__(self, indices):
        return self.X[indices], self.y[indices]


@misconception(
    "length of columns",
    hint="`len` is the number of features; it must be the number of samples.",
)
class TableLengthOfColumns(TableDataset):
    def __len__(self):
        return self.X.shape[1]

    def __getitem__(self, index):
        if isinstance(index, slice):
            index = list(range(len(self.y))[index])
        return self.X[index], self.y[index]


@misconception(
    "no check",
    hint="Features and labels of different lengths are accepted. The mistake would show much "
    "later, or never: refuse them at once.",
)
class TableNoCheck(TableDataset):
    def __init__(self, X, y):
        self.X, self.y = X, y


@alternative
class TableOfSamples(Dataset):
    """A list of samples; batches are stacked where there is something to stack."""

    def __init__(self, X, y):
        if X.size(0) != y.size(0):
            raise ValueError("not the same length")
        self.samples = list(zip(X.unbind(), y.unbind(), strict=True))
        self.empty = X[:0], y[:0]

    def __len__(self):
        return len(self.samples)

    def __getitem__(self, index):
        chosen = self.samples[index]
        if not isinstance(index, slice):
            return chosen
        if not chosen:
            return self.empty
        return tuple(torch.stack(part) for part in zip(*chosen, strict=True))

    def __getitems__(self, indices):
        return [self[index] for index in indices]


@alternative
class TableByArange(Dataset):
    def __init__(self, X, y):
        if y.shape != X.shape[:1]:
            raise ValueError(f"{X.shape} and {y.shape}")
        self.tensors = X, y

    def __len__(self):
        return len(self.tensors[0])

    def __getitem__(self, index):
        if isinstance(index, slice):
            index = torch.arange(*index.indices(len(self)))
        return tuple(tensor[index] for tensor in self.tensors)

    def __getitems__(self, indices):
        return list(map(self.__getitem__, indices))
