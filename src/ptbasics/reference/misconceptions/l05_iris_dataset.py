"""What goes wrong in lesson 5: the known wrong answers."""

# Wrong on purpose, and written as a student writes.
# mypy: disable-error-code="assignment,no-untyped-def,var-annotated"

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.model_selection import train_test_split
from torch import nn
from torch.utils.data import ConcatDataset, Dataset, IterableDataset, random_split

from ptbasics.exercise import misconception
from ptbasics.reference.l05_iris_dataset import (
    Compose,
    IrisDataset,
    LazyCsvDataset,
    TableDataset,
    confusion_matrix,
    stratified_split,
    train_classifier,
)


@misconception("IrisDataset", "float64")
class IrisFloat64(IrisDataset):
    def __init__(self, transform=None):
        super().__init__(transform)
        self.X, self.y = torch.tensor(self.X.to_numpy()), torch.tensor(self.y.to_numpy())

    def __getitem__(self, index):
        features = self.X[index]
        if self.transform is not None:
            features = self.transform(features)
        return features, self.y[index]


@misconception("IrisDataset", "float labels")
class IrisFloatLabels(IrisDataset):
    def __getitem__(self, index):
        features, label = super().__getitem__(index)
        return features, label.float()


@misconception("IrisDataset", "float64 labels")
class IrisFloat64Labels(IrisDataset):
    def __getitem__(self, index):
        row = self.frame.iloc[index]
        features = torch.tensor(row[self.feature_names].to_numpy(), dtype=torch.float32)
        if self.transform is not None:
            features = self.transform(features)
        return features, torch.tensor(row["target"])


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


@misconception("IrisDataset", "no negative index")
class IrisNoNegativeIndex(IrisDataset):
    def __getitem__(self, index):
        if not 0 <= index < len(self):
            raise IndexError(index)
        return super().__getitem__(index)


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


@misconception("IrisDataset", "transform once")
class IrisTransformOnce(IrisDataset):
    def __init__(self, transform=None):
        super().__init__(transform)
        self.samples = [IrisDataset.__getitem__(self, index) for index in range(len(self))]

    def __getitem__(self, index):
        return self.samples[index]


@misconception("IrisDataset", "no transform")
class IrisNoTransform(IrisDataset):
    def __init__(self, transform=None):
        super().__init__()


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


@misconception("folds", "one fold for training")
def folds_one_for_training(dataset, count, seed):
    parts = _parts(dataset, count, seed)
    return [(parts[number - 1], part) for number, part in enumerate(parts)]


@misconception("folds", "remainder in one fold")
def folds_remainder_in_one(dataset, count, seed):
    size = len(dataset) // count
    sizes = [size] * (count - 1) + [len(dataset) - (count - 1) * size]
    return _rotated(random_split(dataset, sizes, torch.Generator().manual_seed(seed)))


@misconception("folds", "in file order")
def folds_in_order(dataset, count, seed):
    rows = torch.arange(len(dataset)).tensor_split(count)
    return _rotated([torch.utils.data.Subset(dataset, part.tolist()) for part in rows])


@misconception("folds", "seed ignored")
def folds_seed_ignored(dataset, count, seed):
    return _rotated(_parts(dataset, count, 42))


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


@misconception("stratified_split", "seed ignored")
def stratified_split_seed_ignored(labels, validation, test, seed):
    return stratified_split(labels, validation, test, 0)


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


@misconception("stratified_split", "positions of the rest")
def stratified_split_positions(labels, validation, test, seed):
    rest, last = train_test_split(
        range(len(labels)), test_size=test, stratify=labels, random_state=seed
    )
    places = range(len(rest))
    return *train_test_split(
        places, test_size=validation, stratify=labels[rest], random_state=seed
    ), last


@misconception("stratified_split", "swapped")
def stratified_split_swapped(labels, validation, test, seed):
    train, middle, last = stratified_split(labels, validation, test, seed)
    return train, last, middle


def _standardized(X, rows, parts):
    std = X[rows].std(0, correction=0)
    return tuple((X[part] - X[rows].mean(0)) / torch.where(std == 0, 1.0, std) for part in parts)


@misconception("standardize_parts", "leak")
def standardize_parts_leak(X, train, validation, test):
    return _standardized(X, list(range(len(X))), (train, validation, test))


@misconception("standardize_parts", "leak of the spread")
def standardize_parts_leak_of_the_spread(X, train, validation, test):
    std = X.std(0, correction=0)
    std[std == 0] = 1.0
    return tuple((X[part] - X[train].mean(0)) / std for part in (train, validation, test))


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


@misconception("standardize_parts", "tiny number")
def standardize_parts_tiny_number(X, train, validation, test):
    std = X[train].std(0, correction=0) + 1e-8
    return tuple((X[part] - X[train].mean(0)) / std for part in (train, validation, test))


@misconception("standardize_parts", "nan replaced")
def standardize_parts_nan_replaced(X, train, validation, test):
    return tuple(part.nan_to_num() for part in standardize_parts_zero(X, train, validation, test))


@misconception("standardize_parts", "in place")
def standardize_parts_in_place(X, train, validation, test):
    std = X[train].std(0, correction=0)
    std[std == 0] = 1.0
    X -= X[train].mean(0)
    X /= std
    return X[train], X[validation], X[test]


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
        self.file = Path(path).open(encoding="utf-8")

    def lines(self):
        return _kept(self.file)


@misconception("SampleStream", "opened once")
class StreamOpenedOnce(StreamUsedUp):
    def lines(self):
        self.file.seek(0)
        yield from super().lines()


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


@misconception("SampleStream", "all lines at once")
class StreamAllLinesAtOnce(_Stream):
    def lines(self):
        yield from _kept(Path(self.path).read_text(encoding="utf-8").splitlines())


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


@misconception("SampleStream", "float64 row")
class StreamFloat64Row(_Stream):
    def __iter__(self):
        for line in self.lines():
            row = np.array(line.split(","), dtype=float)
            yield torch.tensor(row[:-1]), torch.tensor(row[-1])


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


@misconception("LazyCsvDataset", "kept in memory")
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


@misconception("LazyCsvDataset", "float labels")
class CsvFloatLabels(_Csv):
    def __getitem__(self, index):
        features, label = super().__getitem__(index)
        return features, label.float()


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
