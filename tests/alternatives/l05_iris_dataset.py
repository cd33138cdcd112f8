"""Right answers to lesson 5 by other routes than the reference's; each must get full marks."""

# ruff: noqa: SIM115

from __future__ import annotations

import csv
import functools
import os
from itertools import pairwise, product
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.datasets import load_iris
from sklearn.model_selection import KFold, StratifiedShuffleSplit, train_test_split
from sklearn.preprocessing import StandardScaler
from torch import nn
from torch.utils.data import (
    ConcatDataset,
    Dataset,
    IterableDataset,
    Subset,
    TensorDataset,
    random_split,
)


class IrisOfTensors(Dataset):
    """Two tensors; samples are copied out of them."""

    def __init__(self, transform=None):
        X, y = load_iris(return_X_y=True)
        self.X, self.y = torch.tensor(X).float(), torch.tensor(y)
        self.feature_names = load_iris().feature_names
        self.target_names = load_iris().target_names
        self.transform = transform

    def __len__(self):
        return self.X.shape[0]

    def __getitem__(self, index):
        features = self.X[index].clone()
        return self.transform(features) if self.transform else features, self.y[index]


class IrisOfSamples(Dataset):
    """A list of tuples, made once."""

    def __init__(self, transform=None):
        iris = load_iris()
        self.feature_names, self.target_names = (
            tuple(iris.feature_names),
            iris.target_names.tolist(),
        )
        self.samples = list(zip(iris.data.tolist(), iris.target.tolist(), strict=True))
        self.transform = transform or (lambda features: features)

    def __len__(self):
        return len(self.samples)

    def __getitem__(self, index):
        features, label = self.samples[index]
        return self.transform(torch.tensor(features)), torch.tensor(label)


class IrisOfFrame(Dataset):
    """Nothing but the DataFrame."""

    def __init__(self, transform=None):
        bunch = load_iris(as_frame=True)
        self.table, self.target_names = bunch.frame, bunch.target_names
        self.transform = transform

    @property
    def feature_names(self):
        return [name for name in self.table.columns if name != "target"]

    def __len__(self):
        return self.table.shape[0]

    def __getitem__(self, index):
        *features, label = self.table.iloc[index]
        features = torch.FloatTensor(features)
        return (
            features if self.transform is None else self.transform(features),
            torch.as_tensor(label).long(),
        )


class IrisOfArrays(Dataset):
    """NumPy arrays and a check of the index by hand."""

    def __init__(self, transform=None):
        self.iris, self.transform = load_iris(), transform
        self.feature_names, self.target_names = self.iris.feature_names, self.iris.target_names

    def __len__(self):
        return 150

    def __getitem__(self, index):
        if index < -150 or index > 149:
            raise IndexError("there are 150 flowers")
        features = torch.from_numpy(self.iris.data[index].astype(np.float32))
        if self.transform:
            features = self.transform(features)
        return features, torch.tensor(self.iris.target[index], dtype=torch.long)


class IrisAsTensorDataset(TensorDataset):
    """Inherits the way to find a sample."""

    def __init__(self, transform=None):
        iris = load_iris()
        super().__init__(torch.tensor(iris.data, dtype=torch.float32), torch.tensor(iris.target))
        self.feature_names, self.target_names = iris.feature_names, list(iris.target_names)
        self.transform = transform

    def __getitem__(self, index):
        features, label = super().__getitem__(index)
        features = features.clone()
        return features if self.transform is None else self.transform(features), label


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


def compose_by_reduce(steps):
    return lambda x: functools.reduce(lambda value, step: step(value), steps, x)


class ComposeByRecursion:
    def __init__(self, steps):
        self.first, self.rest = (steps[0], steps[1:]) if steps else (None, [])

    def __call__(self, x):
        return x if self.first is None else ComposeByRecursion(self.rest)(self.first(x))


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


def split_by_hand(labels, validation, test, seed):
    generator = torch.Generator().manual_seed(seed)
    parts = [], [], []
    for label in labels.unique():
        rows = torch.nonzero(labels == label)[:, 0]
        rows = rows[torch.randperm(len(rows), generator=generator)]
        for_test = round(test * len(rows) / len(labels))
        for_validation = round(validation * len(rows) / len(labels))
        parts[2].extend(rows[:for_test].tolist())
        parts[1].extend(rows[for_test : for_test + for_validation].tolist())
        parts[0].extend(rows[for_test + for_validation :].tolist())
    return parts


def split_by_splitter(labels, validation, test, seed):
    y = labels.numpy()
    splitter = StratifiedShuffleSplit(1, test_size=test, random_state=seed)
    [(rest, last)] = splitter.split(y, y)
    splitter = StratifiedShuffleSplit(1, test_size=validation, random_state=seed)
    [(train, middle)] = splitter.split(rest, y[rest])
    return torch.from_numpy(rest[train]), torch.from_numpy(rest[middle]), torch.from_numpy(last)


def split_train_first(labels, validation, test, seed):
    train, rest = train_test_split(
        np.arange(len(labels)), test_size=validation + test, stratify=labels, random_state=seed
    )
    middle, last = train_test_split(
        rest, test_size=test / len(rest), stratify=labels[rest], random_state=seed
    )
    return train, middle, last


def standardize_by_scikit_learn(X, train, validation, test):
    scaler = StandardScaler().fit(X[train].numpy())
    parts = (scaler.transform(X[part].numpy()) for part in (train, validation, test))
    return tuple(torch.from_numpy(part) for part in parts)


def standardize_by_definition(X, train, validation, test):
    known = X[train].double()
    mean = known.sum(0) / len(train)
    std = ((known - mean) ** 2).mean(0).sqrt()
    std = torch.where(std > 0, std, torch.ones_like(std))
    return [((X[part] - mean) / std).float() for part in (train, validation, test)]


def folds_by_scikit_learn(dataset, count, seed):
    splitter = KFold(count, shuffle=True, random_state=seed)
    pairs = splitter.split(range(len(dataset)))
    return [(Subset(dataset, train), Subset(dataset, part)) for train, part in pairs]


def folds_by_steps(dataset, count, seed):
    order = torch.randperm(len(dataset), generator=torch.Generator().manual_seed(seed)).tolist()
    return [
        (
            Subset(dataset, [row for i, row in enumerate(order) if i % count != number]),
            Subset(dataset, order[number::count]),
        )
        for number in range(count)
    ]


def folds_from_a_fork(dataset, count, seed):
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        parts = random_split(dataset, [1 / count] * count)
    return [[ConcatDataset([one for one in parts if one is not part]), part] for part in parts]


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


def train_softmax_regression(X_train, y_train, seed):
    torch.manual_seed(seed)
    model = nn.Linear(4, 3)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    for _ in range(150):
        loss = F.cross_entropy(model(X_train), y_train)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model


class _Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden, self.out = nn.Linear(4, 32), nn.Linear(32, 3)
        self.dropout = nn.Dropout(0.1)

    def forward(self, x):
        return self.out(self.dropout(self.hidden(x).tanh()))


def train_network_with_dropout(X_train, y_train, seed):
    torch.manual_seed(seed)
    model, generator = _Network(), torch.Generator().manual_seed(seed)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    loss_function = nn.CrossEntropyLoss()
    for _ in range(20):
        order = torch.randperm(len(y_train), generator=generator)
        for start in range(0, len(order), 32):
            rows = order[start : start + 32]
            optimizer.zero_grad()
            loss_function(model(X_train[rows]), y_train[rows]).backward()
            optimizer.step()
    return model


def train_in_file_order(X_train, y_train, seed):
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Linear(4, 64), nn.ReLU(), nn.Linear(64, 3), nn.LogSoftmax(1))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(40):
        optimizer.zero_grad()
        F.nll_loss(model(X_train), y_train).backward()
        optimizer.step()
    return model


def confusion_by_loop(actual, predicted, classes):
    matrix = torch.zeros(classes, classes, dtype=torch.int64)
    for row, column in zip(actual.tolist(), predicted.tolist(), strict=True):
        matrix[row, column] += 1
    return matrix


def confusion_by_codes(actual, predicted, classes):
    return F.one_hot(actual, classes).T @ F.one_hot(predicted, classes)


def confusion_by_accumulation(actual, predicted, classes):
    matrix = torch.zeros(classes, classes, dtype=torch.long)
    return matrix.index_put_((actual, predicted), torch.tensor(1), accumulate=True)


def confusion_by_comparison(actual, predicted, classes):
    cells = [
        ((actual == row) & (predicted == column)).sum()
        for row, column in product(range(classes), repeat=2)
    ]
    return torch.stack(cells).view(classes, classes)


ALTERNATIVES = {
    "IrisDataset": [
        IrisOfTensors,
        IrisOfSamples,
        IrisOfFrame,
        IrisOfArrays,
        IrisAsTensorDataset,
    ],
    "TableDataset": [TableOfSamples, TableByArange],
    "Compose": [compose_by_reduce, ComposeByRecursion],
    "SampleStream": [StreamByCsv, StreamByMap, StreamByReadline],
    "stratified_split": [split_by_hand, split_by_splitter, split_train_first],
    "standardize_parts": [standardize_by_scikit_learn, standardize_by_definition],
    "folds": [folds_by_scikit_learn, folds_by_steps, folds_from_a_fork],
    "LazyCsvDataset": [CsvOpenedEachTime, CsvForEachProcess, CsvOfTextPlaces, CsvByCounting],
    "train_classifier": [
        train_softmax_regression,
        train_network_with_dropout,
        train_in_file_order,
    ],
    "confusion_matrix": [
        confusion_by_loop,
        confusion_by_codes,
        confusion_by_accumulation,
        confusion_by_comparison,
    ],
}
