"""Answers: Read a file that has broken rows."""

from __future__ import annotations

import csv
from pathlib import Path

import torch
from torch import Tensor
from torch.utils.data import Dataset

from ptbasics.exercise import alternative, misconception


class DigitsFile(Dataset):
    """The digits of a CSV file, without its broken rows.

    The first line is a header. A row holds 64 pixels, whole numbers from 0 to 16, and a label from
    0 to 9. Any other row is broken, and is left out. The file is read once, when the dataset is
    made.

    Attributes:
        broken: the numbers of the broken lines, as an editor shows them: the header is line 1.
    """

    def __init__(self, path: Path) -> None:
        """Read the file at `path`."""
        self.images, self.labels, self.broken = [], [], []
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.reader(file)
            next(rows)
            for number, row in enumerate(rows, 2):
                values = self._values(row)
                if values is None:
                    self.broken.append(number)
                    continue
                pixels = torch.tensor(values[:64], dtype=torch.float32)
                self.images.append(pixels.reshape(1, 8, 8) / 16)
                self.labels.append(torch.tensor(values[64]))

    def _values(self, row):
        try:
            values = [int(field) for field in row]
        except ValueError:
            return None
        is_whole = len(values) == 65 and 0 <= values[64] <= 9
        return values if is_whole and all(0 <= pixel <= 16 for pixel in values[:64]) else None

    def __len__(self) -> int:
        """How many rows are not broken."""
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        """The image, float32 of shape (1, 8, 8) from 0 to 1, and the label, an int64 scalar."""
        return self.images[index], self.labels[index]


class _Base(Dataset):
    first = 2

    def __init__(self, path):
        self.items, self.broken = [], []
        for number, line in enumerate(path.read_text().splitlines()[1:], self.first):
            fields = line.split(",")
            if self.is_right(fields):
                self.items.append(self.item(fields))
            else:
                self.broken.append(number)

    def is_right(self, fields):
        return (
            len(fields) == 65
            and all(field.isdigit() for field in fields)
            and max(map(int, fields[:64])) <= 16
            and int(fields[64]) <= 9
        )

    def item(self, fields):
        values = [int(field) for field in fields]
        image = torch.tensor(values[:64], dtype=torch.float32).view(1, 8, 8) / 16
        return image, torch.tensor(values[64])

    def __len__(self):
        return len(self.items)

    def __getitem__(self, index):
        return self.items[index]


@misconception(
    "stops",
    hint="The rows behind the first broken one are missing. A broken row ends nothing but itself.",
)
class DigitsFileStops(_Base):
    def __init__(self, path):
        super().__init__(path)
        if self.broken:
            self.items = self.items[: self.broken[0] - 2]
            self.broken = self.broken[:1]


@misconception(
    "any number",
    hint="Whether a row has 65 whole numbers is asked; whether each of them can be true is not. "
    "Pixels go up to 16, labels to 9, and neither is negative.",
)
class DigitsFileAnyNumber(_Base):
    def is_right(self, fields):
        return len(fields) == 65 and all(field.lstrip("-").isdigit() for field in fields)


@misconception(
    "cut off",
    hint="A row with more than 65 fields is broken, too: nobody knows which of them are too many.",
)
class DigitsFileCutOff(_Base):
    def is_right(self, fields):
        return len(fields) > 65 or super().is_right(fields)


@misconception(
    "float64",
    hint="The pixels are float64. A model has parameters of float32, and takes nothing else.",
)
class DigitsFileFloat64(_Base):
    def item(self, fields):
        image, label = super().item(fields)
        return image.double(), label


@misconception(
    "label of one",
    hint="A label has the shape (1,). In a batch it would become a column, which the loss does not "
    "take for class numbers.",
)
class DigitsFileLabelOfOne(_Base):
    def item(self, fields):
        image, label = super().item(fields)
        return image, label[None]


@misconception("unscaled", hint="The pixels go from 0 to 16. From 0 to 1 is asked.")
class DigitsFileUnscaled(_Base):
    def item(self, fields):
        image, label = super().item(fields)
        return image * 16, label


@misconception("flat", hint="An image has a channel, rows and columns: (1, 8, 8).")
class DigitsFileFlat(_Base):
    def item(self, fields):
        image, label = super().item(fields)
        return image.flatten(), label


@misconception(
    "no header",
    hint="The line numbers are not those of the file. Which number has the first line under the "
    "header in an editor?",
)
class DigitsFileCountsRows(_Base):
    first = 1


@misconception("no header")
class DigitsFileCountsFromZero(_Base):
    first = 0


@alternative
class DigitsFileByLines(_Base):
    pass


@alternative
class DigitsFileByTensors(Dataset):
    def __init__(self, path):
        rows, self.broken = [], []
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if number == 1:
                continue
            try:
                row = torch.tensor([int(value) for value in line.split(",")])
                if row.shape != (65,) or row.min() < 0 or row[:64].max() > 16 or row[64] > 9:
                    raise ValueError
            except ValueError:
                self.broken.append(number)
            else:
                rows.append(row)
        self.rows = torch.stack(rows)

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, index):
        return self.rows[index, :64].float().div(16).unflatten(0, (1, 8, 8)), self.rows[index, 64]


@alternative
class DigitsFileByPatterns(_Base):
    def is_right(self, fields):
        pixels = {str(value) for value in range(17)}
        return (
            len(fields) == 65
            and pixels.issuperset(fields[:64])
            and fields[64] in tuple("0123456789")
        )
