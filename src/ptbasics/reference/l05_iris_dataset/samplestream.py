"""Answers: A stream of samples."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from torch.utils.data import Dataset, IterableDataset

from ptbasics.exercise import alternative, misconception


class SampleStream(IterableDataset):
    """Samples from a text file that is read line by line, without knowing how long it is.

    A line such as `5.1,3.5,1.4,0.2,0` holds numbers with commas between them: the features (here
    four), then the class. Empty lines, and lines that start with `#`, hold no sample.
    """

    def __init__(self, path: str) -> None:
        """Remember where the file is; nothing is read yet."""
        self.path = path

    def __iter__(self) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        """Read the file from its start, and hand out each sample as soon as its line is read.

        No more of the file is held than the line that is read: a line that somebody adds in the
        meantime is read, too. Iterators of one stream do not disturb each other.

        Yields:
            Tuples (features, label): a float32 tensor of shape (D,), and an int64 tensor without
            dimensions.

        Raises:
            ValueError: where the line that is read holds something else than numbers.
        """
        with Path(self.path).open(encoding="utf-8") as file:
            for line in file:
                if line.strip() and not line.startswith("#"):
                    *features, label = line.split(",")
                    yield torch.tensor([float(one) for one in features]), torch.tensor(int(label))


def _parsed(line):
    *features, label = line.split(",")
    return torch.tensor([float(one) for one in features]), torch.tensor(int(label))


def _kept(lines):
    return (line for line in lines if line.strip() and not line.startswith("#"))


class _Stream(IterableDataset):
    def __init__(self, path):
        self.path = path

    def lines(self):
        with Path(self.path).open(encoding="utf-8") as file:
            yield from _kept(file)

    def __iter__(self):
        return map(_parsed, self.lines())


@misconception(
    "read at the start",
    hint="The file was read when the object was made. A stream may be larger than memory, and may "
    "still grow: open it in `__iter__`.",
)
class StreamReadAtTheStart(_Stream):
    def __init__(self, path):
        super().__init__(path)
        self.samples = list(super().__iter__())

    def __iter__(self):
        return iter(self.samples)


@misconception(
    "used up",
    hint="The stream can be gone through once; then it is empty. Each `iter(stream)` must begin "
    "anew.",
)
class StreamUsedUp(_Stream):
    def __init__(self, path):
        self.file = Path(path).open(encoding="utf-8")

    def lines(self):
        return _kept(self.file)


@misconception(
    "opened once",
    hint="All loops over the stream read from one open file: a new loop moves the place of those "
    "that still run. Each `iter(stream)` needs a file of its own.",
)
class StreamOpenedOnce(StreamUsedUp):
    def lines(self):
        self.file.seek(0)
        yield from super().lines()


@misconception(
    "shared place",
    hint="Two loops over one stream take samples away from each other: they share one place in "
    "the file. Each `iter(stream)` needs a place of its own.",
)
class StreamSharedPlace(_Stream):
    def __iter__(self):
        self.place = self.lines()
        return self

    def __next__(self):
        return _parsed(next(self.place))


@misconception(
    "all at once",
    hint="Before the first sample comes out, all lines have been turned into samples. Hand out "
    "each sample as soon as its line has been read.",
)
class StreamAllAtOnce(_Stream):
    def __iter__(self):
        yield from list(super().__iter__())


@misconception(
    "all lines at once",
    hint="The whole file was read into memory before the first sample came out: a line that was "
    "added on the way is missing. Read a line, hand out its sample, and only then read the next.",
)
class StreamAllLinesAtOnce(_Stream):
    def lines(self):
        yield from _kept(Path(self.path).read_text(encoding="utf-8").splitlines())


@misconception(
    "map style",
    hint="A stream is no map-style `Dataset`: derive it from `IterableDataset`, which is how a "
    "loader tells them apart.",
)
class StreamMapStyle(Dataset):
    __init__ = _Stream.__init__
    lines = _Stream.lines
    __iter__ = _Stream.__iter__


@misconception(
    "float64",
    hint="The features are float64; a network wants float32.",
)
class StreamFloat64(_Stream):
    def __iter__(self):
        for features, label in super().__iter__():
            yield features.double(), label


@misconception(
    "float64 row",
    hint="Features and label are float64, as NumPy keeps all numbers of a row. A network wants "
    "float32 features, and a class number is int64.",
)
class StreamFloat64Row(_Stream):
    def __iter__(self):
        for line in self.lines():
            row = np.array(line.split(","), dtype=float)
            yield torch.tensor(row[:-1]), torch.tensor(row[-1])


@misconception(
    "float labels",
    hint="The label is a float like the numbers before it; a class number is int64.",
)
class StreamFloatLabels(_Stream):
    def __iter__(self):
        for features, label in super().__iter__():
            yield features, label.float()


@misconception(
    "comments",
    hint="Lines that start with `#`, and empty ones, hold no sample: skip them.",
)
class StreamComments(_Stream):
    def lines(self):
        with Path(self.path).open(encoding="utf-8") as file:
            yield from file


@alternative
class StreamByCsv(IterableDataset):
    def __init__(self, path):
        super().__init__()
        self.path = path

    def __iter__(self):
        with Path(self.path).open(newline="") as file:
            for row in csv.reader(file):
                if row and not row[0].startswith("#"):
                    values = np.array(row, dtype=np.float32)
                    yield torch.from_numpy(values[:-1]), torch.tensor(values[-1]).long()


@alternative
class StreamByMap(IterableDataset):
    """A chain of lazy steps instead of one loop."""

    def __init__(self, path):
        self.path = Path(path)

    def lines(self):
        with self.path.open() as file:
            yield from file

    def __iter__(self):
        stripped = map(str.strip, self.lines())
        kept = filter(lambda line: line and line[0] != "#", stripped)
        numbers = (torch.tensor([float(one) for one in line.split(",")]) for line in kept)
        return ((values[:-1], values[-1].long()) for values in numbers)


@alternative
class StreamByReadline(IterableDataset):
    def __init__(self, path):
        self.path = path

    def __iter__(self):
        file = Path(self.path).open(encoding="utf-8")
        try:
            while line := file.readline():
                if line == "\n" or line[0] == "#":
                    continue
                values = [float(one) for one in line.split(",")]
                yield torch.tensor(values[:-1]), torch.tensor(int(values[-1]))
        finally:
            file.close()


@misconception(
    "skips what is broken",
    hint="A line that cannot be read is passed over in silence, and a sample is gone without "
    "anybody knowing. Such a line has to end the loop with a `ValueError`.",
)
class StreamSkipsWhatIsBroken(_Stream):
    def __iter__(self):
        for line in self.lines():
            try:
                yield _parsed(line)
            except ValueError:
                continue
