"""Answers: A table that stays on disk."""

from __future__ import annotations

import csv
import os
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.utils.data import Dataset

from ptbasics.exercise import alternative, misconception


class LazyCsvDataset(Dataset):
    """The rows of a CSV file, read one by one when they are asked for.

    The first line is a header. In every other line, commas separate numbers: the features, and
    last the class. The file is encoded in UTF-8.
    """

    def __init__(self, path: str) -> None:
        """Find out how many rows there are; no row is kept, and the file is not left open.

        Rows may change later, but not their number, nor where in the file each of them begins.
        """
        self.path = path
        self.file: Any = None
        with Path(path).open("rb") as file:
            ends = np.cumsum([len(line) for line in file])
        self.starts = ends[:-1]

    def __len__(self) -> int:
        """The number of rows, without the header."""
        return len(self.starts)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Read one row from the file, every time anew; negative indices count from the end.

        The file is opened when the first row is asked for, and may stay open from then on.
        Whether anybody has moved its place in the meantime makes no difference.

        Returns:
            A tuple (features, label): a float32 tensor of shape (D,), and an int64 tensor
            without dimensions.

        Raises:
            IndexError: there is no such row.
        """
        start = int(self.starts[index])
        if self.file is None:
            self.file = Path(self.path).open("rb")
        self.file.seek(start)
        *features, label = self.file.readline().split(b",")
        return torch.tensor([float(one) for one in features]), torch.tensor(int(label))

    def __getstate__(self) -> dict[str, Any]:
        """What a worker gets of this object: everything except an open file, as a dictionary."""
        return {**self.__dict__, "file": None}


class _Csv(LazyCsvDataset):
    """The reference in pieces, so that each wrong answer can replace one."""

    def opened(self):
        if self.file is None:
            self.file = Path(self.path).open("rb")
        return self.file

    def line(self, index):
        start = int(self.starts[index])
        self.opened().seek(start)
        return self.file.readline()

    def __getitem__(self, index):
        *features, label = self.line(index).split(b",")
        return torch.tensor([float(one) for one in features]), torch.tensor(int(label))


@misconception(
    "opened in __init__",
    hint="The file is already open when the object has been made. Workers would share this one "
    "file, and its place. Open it when the first row is asked for.",
)
class CsvOpenedInInit(_Csv):
    def __init__(self, path):
        super().__init__(path)
        self.opened()

    def __getstate__(self):
        return self.__dict__


@misconception(
    "handle in the pickle",
    hint="An open file cannot be pickled, so the data set cannot be sent to a worker any more "
    "once a row was read. Leave the file out of the state.",
)
class CsvHandleInThePickle(_Csv):
    def __getstate__(self):
        return self.__dict__


@misconception(
    "all in memory",
    hint="All rows were read in advance: the file has changed, and the data set does not notice. "
    "Keep positions, not contents.",
)
class CsvAllInMemory(_Csv):
    def __init__(self, path):
        super().__init__(path)
        with Path(path).open("rb") as file:
            self.lines = file.readlines()[1:]

    def line(self, index):
        return self.lines[index]


@misconception(
    "kept in memory",
    hint="A row that was read once is kept: the file has changed since then, and the data set "
    "does not notice. A table that is larger than memory would fill it, row by row. Keep "
    "positions, not contents.",
)
class CsvKeptInMemory(_Csv):
    def __init__(self, path):
        super().__init__(path)
        self.rows = {}

    def line(self, index):
        if index not in self.rows:
            self.rows[index] = super().line(index)
        return self.rows[index]

    def __getstate__(self):
        return {**self.__dict__, "file": None}


@misconception(
    "where it stands",
    hint="The next row is read from wherever the file happens to stand. Others may have moved it: "
    "go to the position of the row before every read.",
)
class CsvWhereItStands(_Csv):
    next = 0

    def line(self, index):
        row = range(len(self))[index]
        if self.file is None or row < self.next:
            self.opened().seek(int(self.starts[0]))
            self.next = 0
        for _ in range(row - self.next):
            self.file.readline()
        self.next = row + 1
        return self.file.readline()


@misconception(
    "header counted",
    hint="The header was taken for a row.",
)
class CsvHeaderCounted(_Csv):
    def __init__(self, path):
        super().__init__(path)
        self.starts = np.array([0, *self.starts])


@misconception(
    "characters for bytes",
    hint="Positions in a file count bytes, and letters such as ä take two. Open the file in "
    "binary mode to measure its lines.",
)
class CsvCharactersForBytes(_Csv):
    def __init__(self, path):
        super().__init__(path)
        with Path(path).open(encoding="utf-8") as file:
            self.starts = np.cumsum([len(line) for line in file])[:-1]


@misconception(
    "no negative index",
    hint="Negative indices count from the end, and those beyond it are an `IndexError`, as in a "
    "list.",
)
class CsvNoNegativeIndex(_Csv):
    def line(self, index):
        if not 0 <= index < len(self):
            raise IndexError(index)
        return super().line(index)


@misconception(
    "text",
    hint="The numbers are still text when they come out: features are a float32 tensor, the label "
    "an int64 one.",
)
class CsvText(_Csv):
    def __getitem__(self, index):
        *features, label = self.line(index).decode().strip().split(",")
        return features, label


@misconception(
    "float labels",
    hint="The label is a float like the numbers before it; a class number is int64.",
)
class CsvFloatLabels(_Csv):
    def __getitem__(self, index):
        features, label = super().__getitem__(index)
        return features, label.float()


@alternative
class CsvOpenedEachTime(Dataset):
    def __init__(self, path):
        self.path = path
        with Path(path).open("rb") as file:
            content = file.read()
        edges = [0, *(i + 1 for i, byte in enumerate(content) if byte == ord("\n")), len(content)]
        self.places = [(a, b) for a, b in pairwise(edges) if b > a][1:]

    def __len__(self):
        return len(self.places)

    def __getitem__(self, index):
        start, end = self.places[index]
        with Path(self.path).open("rb") as file:
            file.seek(start)
            values = [float(one) for one in file.read(end - start).split(b",")]
        return torch.tensor(values[:-1]), torch.tensor(int(values[-1]))


@alternative
class CsvForEachProcess(Dataset):
    """A file of its own for each process, told apart by their numbers; nothing is pickled."""

    def __init__(self, path):
        self.path, self.file, self.owner = path, None, None
        self.starts = []
        with Path(path).open("rb") as file:
            while file.readline():
                self.starts.append(file.tell())
        self.starts.pop()

    def __len__(self):
        return len(self.starts)

    def __getitem__(self, index):
        start = self.starts[index]
        if self.owner != os.getpid():
            self.file, self.owner = Path(self.path).open(encoding="utf-8"), os.getpid()
        self.file.seek(start)
        *features, label = next(csv.reader([self.file.readline()]))
        return torch.tensor(list(map(float, features))), torch.tensor(int(label))

    def __reduce__(self):
        return type(self), (self.path,)


@alternative
class CsvOfTextPlaces(Dataset):
    """In text mode: `tell` gives places that `seek` understands. Files are in a dictionary."""

    def __init__(self, path):
        self.path, self.files, self.places = path, {}, []
        with Path(path).open(encoding="utf-8") as file:
            file.readline()
            place = file.tell()
            while file.readline():
                self.places.append(place)
                place = file.tell()

    def __len__(self):
        return len(self.places)

    def __getitem__(self, index):
        place = self.places[index]
        if os.getpid() not in self.files:
            self.files[os.getpid()] = Path(self.path).open(encoding="utf-8")
        file = self.files[os.getpid()]
        file.seek(place)
        *features, label = file.readline().split(",")
        return torch.tensor([float(one) for one in features]), torch.tensor(int(label))

    def __getstate__(self):
        return {**vars(self), "files": {}}


@alternative
class CsvByCounting(Dataset):
    """Reads from the start of the file every time: slow, but right."""

    def __init__(self, path):
        self.path = path
        with Path(path).open(encoding="utf-8") as file:
            self.count = sum(1 for _ in file) - 1

    def __len__(self):
        return self.count

    def __getitem__(self, index):
        row = range(self.count)[index]
        with Path(self.path).open(encoding="utf-8") as file:
            for _ in range(row + 2):
                line = next(file)
        values = torch.tensor([float(one) for one in line.split(",")])
        return values[:-1], values[-1].long()


@misconception("characters for bytes")
class CsvCharactersAddedUp(_Csv):
    def __init__(self, path):
        super().__init__(path)
        self.starts = []
        with Path(path).open(encoding="utf-8") as file:
            place = len(file.readline())
            for line in file:
                self.starts.append(place)
                place += len(line)
