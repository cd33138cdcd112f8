"""Answers to lesson 5: data sets, honest splits, and a classifier for real flowers."""

# Answers are written as a student writes them; wrong ones are wrong on purpose.
# mypy: disable-error-code="no-any-return,arg-type,union-attr,operator,assignment,misc"
# mypy: disable-error-code="no-untyped-call,no-untyped-def,var-annotated,attr-defined,override"
# mypy: disable-error-code="type-arg,index,return-value"
# ruff: noqa: SIM115

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
import torch.nn.functional as F
from sklearn.datasets import load_iris
from sklearn.model_selection import train_test_split
from torch import nn
from torch.utils.data import ConcatDataset, Dataset, IterableDataset, random_split

from ptbasics.exercise import misconception


class IrisDataset(Dataset):
    """The 150 flowers of `load_iris()`, one sample each.

    Attributes:
        feature_names: list of the 4 names of the features, in their order.
        target_names: list of the 3 names of the species; class k is called `target_names[k]`.

    How the samples are kept inside is up to you.
    """

    def __init__(self, transform: Callable[[torch.Tensor], torch.Tensor] | None = None) -> None:
        """Load the flowers into a DataFrame with the four features and a column `target`.

        The features become X, the target becomes y.

        Args:
            transform: called with the features of a sample, a float32 tensor of shape (4,), each
                time that the sample is asked for; the sample then has what it returns instead.
                It may change the tensor that it is given: the data kept here stay as they are.
                None leaves the features alone.
        """
        iris = load_iris()
        self.frame = pd.DataFrame(iris.data, columns=iris.feature_names)
        self.frame["target"] = iris.target
        self.feature_names = list(iris.feature_names)
        self.target_names = list(iris.target_names)
        self.X = self.frame[self.feature_names]
        self.y = self.frame["target"]
        self.transform = transform

    def __len__(self) -> int:
        """The number of flowers."""
        return len(self.frame)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, torch.Tensor]:
        """The flower at a place; negative indices count from the end.

        Returns:
            A tuple (features, label): a float32 tensor of shape (4,), and the number of the
            species as an int64 tensor without dimensions.

        Raises:
            IndexError: there is no such flower.
        """
        features = torch.tensor(self.X.iloc[index].to_numpy(), dtype=torch.float32)
        label = torch.tensor(self.y.iloc[index], dtype=torch.int64)
        if self.transform is not None:
            features = self.transform(features)
        return features, label


@misconception("IrisDataset", "float64")
class IrisFloat64(IrisDataset):
    def __getitem__(self, index):
        features = torch.tensor(self.X.iloc[index].to_numpy())
        if self.transform is not None:
            features = self.transform(features)
        return features, torch.tensor(self.y.iloc[index])


@misconception("IrisDataset", "float labels")
class IrisFloatLabels(IrisDataset):
    def __getitem__(self, index):
        features, label = super().__getitem__(index)
        return features, label.float()


@misconception("IrisDataset", "labels with a dimension")
class IrisLabelsWithDimension(IrisDataset):
    def __getitem__(self, index):
        features, label = super().__getitem__(index)
        return features, label[None]


@misconception("IrisDataset", "length of columns")
class IrisLengthOfColumns(IrisDataset):
    def __len__(self):
        return len(self.X.columns)


@misconception("IrisDataset", "label among features")
class IrisLabelAmongFeatures(IrisDataset):
    def __init__(self, transform=None):
        super().__init__(transform)
        self.X = self.frame


@misconception("IrisDataset", "wraps around")
class IrisWrapsAround(IrisDataset):
    def __getitem__(self, index):
        return super().__getitem__(index % len(self))


@misconception("IrisDataset", "by label")
class IrisByLabel(IrisDataset):
    def __getitem__(self, index):
        row = self.frame.loc[index]
        features = torch.tensor(row[self.feature_names].to_numpy(), dtype=torch.float32)
        if self.transform is not None:
            features = self.transform(features)
        return features, torch.tensor(int(row["target"]))


@misconception("IrisDataset", "changes the data")
class IrisChangesTheData(IrisDataset):
    def __init__(self, transform=None):
        super().__init__(transform)
        self.X = torch.tensor(self.X.to_numpy(), dtype=torch.float32)
        self.y = torch.tensor(self.y.to_numpy())

    def __getitem__(self, index):
        features = self.X[index]
        if self.transform is not None:
            features = self.transform(features)
        return features, self.y[index]


@misconception("IrisDataset", "transform of the table")
class IrisTransformOfTheTable(IrisDataset):
    def __init__(self, transform=None):
        super().__init__()
        self.X = torch.tensor(self.X.to_numpy(), dtype=torch.float32)
        if transform is not None:
            self.X = transform(self.X)

    def __getitem__(self, index):
        return self.X[index], torch.tensor(self.y.iloc[index])


@misconception("IrisDataset", "no transform")
class IrisNoTransform(IrisDataset):
    def __init__(self, transform=None):
        super().__init__()


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


@misconception("TableDataset", "no backwards")
class TableNoBackwards(TableDataset):
    def __getitem__(self, index):
        return self.X[index], self.y[index]


@misconception("TableDataset", "list for a slice")
class TableListForASlice(TableDataset):
    def __getitem__(self, index):
        if isinstance(index, slice):
            return [self[i] for i in range(len(self))[index]]
        return self.X[index], self.y[index]


@misconception("TableDataset", "stack")
class TableStack(TableDataset):
    def __getitem__(self, index):
        if isinstance(index, slice):
            samples = [self[i] for i in range(len(self))[index]]
            return torch.stack([x for x, _ in samples]), torch.stack([y for _, y in samples])
        return self.X[index], self.y[index]


@misconception("TableDataset", "one row squeezed")
class TableSqueezed(TableDataset):
    def __getitem__(self, index):
        X, y = super().__getitem__(index)
        return (X[0], y[0]) if len(y.shape) == 1 and len(y) == 1 else (X, y)


@misconception("TableDataset", "batch for getitems")
class TableBatchForGetitems(TableDataset):
    def __getitems__(self, indices):
        return self.X[indices], self.y[indices]


@misconception("TableDataset", "length of columns")
class TableLengthOfColumns(TableDataset):
    def __len__(self):
        return self.X.shape[1]

    def __getitem__(self, index):
        if isinstance(index, slice):
            index = list(range(len(self.y))[index])
        return self.X[index], self.y[index]


@misconception("TableDataset", "no check")
class TableNoCheck(TableDataset):
    def __init__(self, X, y):
        self.X, self.y = X, y


class Compose:
    """Several transforms, applied one after another as if they were one.

    `Compose([round, abs])(x)` computes abs(round(x)).
    """

    def __init__(self, steps: list[Callable[[Any], Any]]) -> None:
        """Take the transforms in the order in which to apply them; there may be none."""
        self.steps = steps

    def __call__(self, x: Any) -> Any:
        """Hand `x` to the first step, what that returns to the second, and so on.

        Returns:
            What the last step returned; `x` itself where there is no step.
        """
        for step in self.steps:
            x = step(x)
        return x


@misconception("Compose", "backwards")
class ComposeBackwards(Compose):
    def __call__(self, x):
        for step in reversed(self.steps):
            x = step(x)
        return x


@misconception("Compose", "each from the start")
class ComposeEachFromTheStart(Compose):
    def __call__(self, x):
        result = x
        for step in self.steps:
            result = step(x)
        return result


@misconception("Compose", "first only")
class ComposeFirstOnly(Compose):
    def __call__(self, x):
        for step in self.steps:
            return step(x)
        return x


@misconception("Compose", "used up")
class ComposeUsedUp(Compose):
    def __init__(self, steps):
        self.steps = iter(steps)


@misconception("Compose", "needs a step")
class ComposeNeedsAStep(Compose):
    def __call__(self, x):
        result = self.steps[0](x)
        for step in self.steps[1:]:
            result = step(result)
        return result


def folds(dataset: Dataset, count: int, seed: int) -> list[tuple[Dataset, Dataset]]:
    """Pairs of data sets for cross-validation: every sample is used for validation once.

    Args:
        dataset: N samples. None of them is read here.
        count: how many folds to make, from 2 to N.
        seed: chooses which sample goes into which fold. The generator that all of PyTorch shares
            is left alone.

    Returns:
        A list of `count` pairs (train, validation). The validation parts are random, have no
        sample in common, contain all samples together, and differ in size by at most one. Each
        train part has all samples that its validation part does not have.
    """
    generator = torch.Generator().manual_seed(seed)
    parts = random_split(dataset, [1 / count] * count, generator)
    return [
        (ConcatDataset(parts[:number] + parts[number + 1 :]), parts[number])
        for number in range(count)
    ]


def _parts(dataset, count, seed):
    generator = torch.Generator().manual_seed(seed)
    return random_split(dataset, [1 / count] * count, generator)


def _rotated(parts):
    return [(ConcatDataset([two for two in parts if two is not one]), one) for one in parts]


@misconception("folds", "all for training")
def folds_all(dataset, count, seed):
    return [(dataset, part) for part in _parts(dataset, count, seed)]


@misconception("folds", "swapped")
def folds_swapped(dataset, count, seed):
    return [(validation, train) for train, validation in _rotated(_parts(dataset, count, seed))]


@misconception("folds", "remainder dropped")
def folds_remainder(dataset, count, seed):
    size = len(dataset) // count
    sizes = [size] * count + [len(dataset) - count * size]
    return _rotated(random_split(dataset, sizes, torch.Generator().manual_seed(seed))[:count])


@misconception("folds", "in file order")
def folds_in_order(dataset, count, seed):
    rows = torch.arange(len(dataset)).tensor_split(count)
    return _rotated([torch.utils.data.Subset(dataset, part.tolist()) for part in rows])


@misconception("folds", "unseeded")
def folds_unseeded(dataset, count, seed):
    return _rotated(random_split(dataset, [1 / count] * count))


@misconception("folds", "global seed")
def folds_global_seed(dataset, count, seed):
    torch.manual_seed(seed)
    return _rotated(random_split(dataset, [1 / count] * count))


@misconception("folds", "new split every time")
def folds_new_split(dataset, count, seed):
    return [_rotated(_parts(dataset, count, seed + number))[0] for number in range(count)]


class _Copied(Dataset):
    def __init__(self, part):
        self.samples = [part[i] for i in range(len(part))]

    def __len__(self):
        return len(self.samples)

    def __getitem__(self, index):
        return self.samples[index]


@misconception("folds", "copies")
def folds_copies(dataset, count, seed):
    return [tuple(map(_Copied, pair)) for pair in _rotated(_parts(dataset, count, seed))]


def stratified_split(
    labels: torch.Tensor, validation: int, test: int, seed: int
) -> tuple[list[int], list[int], list[int]]:
    """Split the rows of a data set in three, each with the same mixture of classes as the whole.

    Args:
        labels: int64 tensor of shape (N,), the class of each row. The sizes asked for can be
            shared out among the classes without a remainder.
        validation: how many rows go into the validation part.
        test: how many rows go into the test part.
        seed: chooses the rows. The same seed gives the same split, another one another.

    Returns:
        Row numbers for (train, validation, test). Each row is in exactly one of them.
    """
    rest, test_rows = train_test_split(
        list(range(len(labels))), test_size=test, stratify=labels, random_state=seed
    )
    train_rows, validation_rows = train_test_split(
        rest, test_size=validation, stratify=labels[rest], random_state=seed
    )
    return train_rows, validation_rows, test_rows


@misconception("stratified_split", "not stratified")
def stratified_split_not(labels, validation, test, seed):
    rest, last = train_test_split(range(len(labels)), test_size=test, random_state=seed)
    return *train_test_split(rest, test_size=validation, random_state=seed), last


@misconception("stratified_split", "stratified once")
def stratified_split_once(labels, validation, test, seed):
    rest, last = train_test_split(
        range(len(labels)), test_size=test, stratify=labels, random_state=seed
    )
    return *train_test_split(rest, test_size=validation, random_state=seed), last


@misconception("stratified_split", "in file order")
def stratified_split_in_order(labels, validation, test, seed):
    parts = [], [], []
    for label in labels.unique():
        rows = (labels == label).nonzero().flatten()
        for_test, for_validation = (size * len(rows) // len(labels) for size in (test, validation))
        sizes = [len(rows) - for_test - for_validation, for_validation, for_test]
        for part, chosen in zip(parts, rows.split(sizes), strict=True):
            part.extend(chosen.tolist())
    return parts


@misconception("stratified_split", "no seed")
def stratified_split_no_seed(labels, validation, test, seed):
    rest, last = train_test_split(range(len(labels)), test_size=test, stratify=labels)
    return *train_test_split(rest, test_size=validation, stratify=labels[rest]), last


@misconception("stratified_split", "overlap")
def stratified_split_overlap(labels, validation, test, seed):
    rows = range(len(labels))
    _, last = train_test_split(rows, test_size=test, stratify=labels, random_state=seed)
    train, middle = train_test_split(
        rows, test_size=validation, stratify=labels, random_state=seed + 1
    )
    return train, middle, last


@misconception("stratified_split", "swapped")
def stratified_split_swapped(labels, validation, test, seed):
    train, middle, last = stratified_split(labels, validation, test, seed)
    return train, last, middle


def standardize_parts(
    X: torch.Tensor, train: list[int], validation: list[int], test: list[int]
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """The three parts of a table, each feature centred and scaled, without any leak.

    From each feature its mean is subtracted, and the result is divided by its standard deviation
    (the root of the *mean* squared distance, as in scikit-learn's `StandardScaler`). A feature
    that does not vary is only centred.

    Args:
        X: float32 tensor of shape (N, D). It stays as it is.
        train, validation, test: row numbers of the three parts.

    Returns:
        Three new float32 tensors, of shapes (len(train), D), (len(validation), D) and
        (len(test), D).
    """
    mean = X[train].mean(dim=0)
    std = X[train].std(dim=0, correction=0)
    std[std == 0] = 1.0
    return tuple((X[part] - mean) / std for part in (train, validation, test))


def _standardized(X, rows, parts):
    std = X[rows].std(0, correction=0)
    return tuple((X[part] - X[rows].mean(0)) / torch.where(std == 0, 1.0, std) for part in parts)


@misconception("standardize_parts", "leak")
def standardize_parts_leak(X, train, validation, test):
    return _standardized(X, list(range(len(X))), (train, validation, test))


@misconception("standardize_parts", "each by itself")
def standardize_parts_each(X, train, validation, test):
    return tuple(_standardized(X, part, [part])[0] for part in (train, validation, test))


@misconception("standardize_parts", "train and validation")
def standardize_parts_both(X, train, validation, test):
    return _standardized(X, train + validation, (train, validation, test))


@misconception("standardize_parts", "one mean")
def standardize_parts_one_mean(X, train, validation, test):
    mean, std = X[train].mean(), X[train].std(correction=0)
    return tuple((X[part] - mean) / std for part in (train, validation, test))


@misconception("standardize_parts", "sample spread")
def standardize_parts_sample(X, train, validation, test):
    std = X[train].std(0)
    std[std == 0] = 1.0
    return tuple((X[part] - X[train].mean(0)) / std for part in (train, validation, test))


@misconception("standardize_parts", "division by zero")
def standardize_parts_zero(X, train, validation, test):
    std = X[train].std(0, correction=0)
    return tuple((X[part] - X[train].mean(0)) / std for part in (train, validation, test))


@misconception("standardize_parts", "in place")
def standardize_parts_in_place(X, train, validation, test):
    std = X[train].std(0, correction=0)
    std[std == 0] = 1.0
    X -= X[train].mean(0)
    X /= std
    return X[train], X[validation], X[test]


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

        Iterators of one stream do not disturb each other.

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


class _Stream(IterableDataset):
    def __init__(self, path):
        self.path = path

    def lines(self):
        with Path(self.path).open(encoding="utf-8") as file:
            yield from (line for line in file if line.strip() and not line.startswith("#"))

    def __iter__(self):
        return map(_parsed, self.lines())


@misconception("SampleStream", "read at the start")
class StreamReadAtTheStart(_Stream):
    def __init__(self, path):
        super().__init__(path)
        self.samples = list(super().__iter__())

    def __iter__(self):
        return iter(self.samples)


@misconception("SampleStream", "used up")
class StreamUsedUp(_Stream):
    def __init__(self, path):
        super().__init__(path)
        self.samples = map(_parsed, self.lines())

    def __iter__(self):
        yield from self.samples


@misconception("SampleStream", "shared place")
class StreamSharedPlace(_Stream):
    def __iter__(self):
        self.place = self.lines()
        return self

    def __next__(self):
        return _parsed(next(self.place))


@misconception("SampleStream", "all at once")
class StreamAllAtOnce(_Stream):
    def __iter__(self):
        yield from list(super().__iter__())


@misconception("SampleStream", "map style")
class StreamMapStyle(Dataset):
    __init__ = _Stream.__init__
    lines = _Stream.lines
    __iter__ = _Stream.__iter__


@misconception("SampleStream", "float64")
class StreamFloat64(_Stream):
    def __iter__(self):
        for features, label in super().__iter__():
            yield features.double(), label


@misconception("SampleStream", "float labels")
class StreamFloatLabels(_Stream):
    def __iter__(self):
        for features, label in super().__iter__():
            yield features, label.float()


@misconception("SampleStream", "comments")
class StreamComments(_Stream):
    def lines(self):
        with Path(self.path).open(encoding="utf-8") as file:
            yield from file


class LazyCsvDataset(Dataset):
    """The rows of a CSV file, read one by one when they are asked for.

    The first line is a header. In every other line, commas separate numbers: the features, and
    last the class. The file is encoded in UTF-8.
    """

    def __init__(self, path: str) -> None:
        """Find out how many rows there are; no row is kept, and the file is not left open."""
        self.path = path
        self.file: Any = None
        with Path(path).open("rb") as file:
            ends = np.cumsum([len(line) for line in file])
        self.starts = ends[:-1]

    def __len__(self) -> int:
        """The number of rows, without the header."""
        return len(self.starts)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Read one row from the file; negative indices count from the end.

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


@misconception("LazyCsvDataset", "opened in __init__")
class CsvOpenedInInit(_Csv):
    def __init__(self, path):
        super().__init__(path)
        self.opened()

    def __getstate__(self):
        return self.__dict__


@misconception("LazyCsvDataset", "handle in the pickle")
class CsvHandleInThePickle(_Csv):
    def __getstate__(self):
        return self.__dict__


@misconception("LazyCsvDataset", "all in memory")
class CsvAllInMemory(_Csv):
    def __init__(self, path):
        super().__init__(path)
        with Path(path).open("rb") as file:
            self.lines = file.readlines()[1:]

    def line(self, index):
        return self.lines[index]


@misconception("LazyCsvDataset", "where it stands")
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


@misconception("LazyCsvDataset", "header counted")
class CsvHeaderCounted(_Csv):
    def __init__(self, path):
        super().__init__(path)
        self.starts = np.array([0, *self.starts])


@misconception("LazyCsvDataset", "characters for bytes")
class CsvCharactersForBytes(_Csv):
    def __init__(self, path):
        super().__init__(path)
        with Path(path).open(encoding="utf-8") as file:
            self.starts = np.cumsum([len(line) for line in file])[:-1]


@misconception("LazyCsvDataset", "no negative index")
class CsvNoNegativeIndex(_Csv):
    def line(self, index):
        if not 0 <= index < len(self):
            raise IndexError(index)
        return super().line(index)


@misconception("LazyCsvDataset", "text")
class CsvText(_Csv):
    def __getitem__(self, index):
        *features, label = self.line(index).decode().strip().split(",")
        return features, label


def train_classifier(X_train: torch.Tensor, y_train: torch.Tensor, seed: int) -> nn.Module:
    """Train a classifier from the beginning.

    Args:
        X_train: float32 tensor of shape (N, 4), standardised features, in any order.
        y_train: int64 tensor of shape (N,), classes 0, 1 and 2. Both tensors stay as they are.
        seed: where all random numbers begin: two calls with the same seed and the same data give
            models with exactly the same outputs.

    Returns:
        A module that maps a tensor of shape (M, 4) to *logits* of shape (M, 3). It is right about
        at least 93 % of flowers that it has never seen. Training takes a second or less.
    """
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 3))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    for _ in range(15):
        for rows in torch.randperm(len(X_train)).split(30):
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X_train[rows]), y_train[rows])
            loss.backward()
            optimizer.step()
    return model


@misconception("train_classifier", "no step")
def train_classifier_no_step(X_train, y_train, seed):
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 3))
    F.cross_entropy(model(X_train), y_train).backward()
    return model


@misconception("train_classifier", "one output")
def train_classifier_one_output(X_train, y_train, seed):
    torch.manual_seed(seed)
    model = nn.Linear(4, 1)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    for _ in range(5):
        optimizer.zero_grad()
        F.mse_loss(model(X_train)[:, 0], y_train.float()).backward()
        optimizer.step()
    return model


@misconception("train_classifier", "probabilities")
def train_classifier_probabilities(X_train, y_train, seed):
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 3), nn.Softmax(1))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    for _ in range(50):
        optimizer.zero_grad()
        F.cross_entropy(model(X_train), y_train).backward()
        optimizer.step()
    return model


@misconception("train_classifier", "no seed")
def train_classifier_no_seed(X_train, y_train, seed):
    return train_classifier(X_train, y_train, int(torch.randint(10_000, ())))


@misconception("train_classifier", "predictions")
def train_classifier_predictions(X_train, y_train, seed):
    return train_classifier(X_train, y_train, seed)(X_train).argmax(1)


@misconception("train_classifier", "changes the data")
def train_classifier_changes(X_train, y_train, seed):
    X_train -= X_train.mean(0)
    X_train /= X_train.std(0)
    return train_classifier(X_train, y_train, seed)


def confusion_matrix(actual: torch.Tensor, predicted: torch.Tensor, classes: int) -> torch.Tensor:
    """Count which class was taken for which.

    Args:
        actual: int64 tensor of shape (N,), the right classes, numbers from 0 to classes - 1.
        predicted: int64 tensor of shape (N,), the classes that a model predicted.
        classes: the number of classes, C.

    Returns:
        An int64 tensor of shape (C, C). The element in row i and column j is the number of
        samples of class i that were predicted as class j.
    """
    cells = actual * classes + predicted
    return cells.bincount(minlength=classes**2).view(classes, classes)


@misconception("confusion_matrix", "transposed")
def confusion_matrix_transposed(actual, predicted, classes):
    return confusion_matrix(predicted, actual, classes)


@misconception("confusion_matrix", "at most one")
def confusion_matrix_at_most_one(actual, predicted, classes):
    matrix = torch.zeros(classes, classes, dtype=torch.int64)
    matrix[actual, predicted] += 1
    return matrix


@misconception("confusion_matrix", "shares")
def confusion_matrix_shares(actual, predicted, classes):
    counts = confusion_matrix(actual, predicted, classes)
    return counts / counts.sum(1, keepdim=True)


@misconception("confusion_matrix", "only those that occur")
def confusion_matrix_only_those(actual, predicted, classes):
    found = torch.cat([actual, predicted]).unique().tolist()
    rows = [[((actual == i) & (predicted == j)).sum() for j in found] for i in found]
    return torch.tensor(rows, dtype=torch.int64)


@misconception("confusion_matrix", "only errors")
def confusion_matrix_only_errors(actual, predicted, classes):
    return confusion_matrix(actual, predicted, classes).fill_diagonal_(0)


@misconception("confusion_matrix", "float")
def confusion_matrix_float(actual, predicted, classes):
    return confusion_matrix(actual, predicted, classes).float()
