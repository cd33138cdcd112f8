"""Answers: IrisDataset."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import torch
from sklearn.datasets import load_iris
from torch.utils.data import Dataset, TensorDataset

from ptbasics.exercise import alternative, misconception


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


@misconception(
    "float64",
    hint="The features are float64, as NumPy and pandas keep them. Layers have float32 weights "
    "and refuse them: ask for the dtype when you make the tensor.",
)
class IrisFloat64(IrisDataset):
    def __init__(self, transform=None):
        super().__init__(transform)
        self.X, self.y = torch.tensor(self.X.to_numpy()), torch.tensor(self.y.to_numpy())

    def __getitem__(self, index):
        features = self.X[index]
        if self.transform is not None:
            features = self.transform(features)
        return features, self.y[index]


@misconception(
    "float labels",
    hint="The labels are floats. A label is the *number of a class*: cross-entropy wants int64.",
)
class IrisFloatLabels(IrisDataset):
    def __getitem__(self, index):
        features, label = super().__getitem__(index)
        return features, label.float()


@misconception(
    "float64 labels",
    hint="The labels are float64, because a row of a table has one dtype for all its columns. A "
    "label is the *number of a class*: ask for int64.",
)
class IrisFloat64Labels(IrisDataset):
    def __getitem__(self, index):
        row = self.frame.iloc[index]
        features = torch.tensor(row[self.feature_names].to_numpy(), dtype=torch.float32)
        if self.transform is not None:
            features = self.transform(features)
        return features, torch.tensor(row["target"])


@misconception(
    "labels with a dimension",
    hint="A label has the shape (1,) instead of no dimension at all. A batch of them would have "
    "the shape (N, 1), and cross-entropy refuses that.",
)
class IrisLabelsWithDimension(IrisDataset):
    def __getitem__(self, index):
        features, label = super().__getitem__(index)
        return features, label[None]


@misconception(
    "length of columns",
    hint="`len(dataset)` is the number of columns. It must be the number of samples, that is, of "
    "rows.",
)
class IrisLengthOfColumns(IrisDataset):
    def __len__(self):
        return len(self.X.columns)


@misconception(
    "label among features",
    hint="Each sample has five features: the target is still among them. A model that is shown "
    "the answer learns nothing else.",
)
class IrisLabelAmongFeatures(IrisDataset):
    def __init__(self, transform=None):
        super().__init__(transform)
        self.X = self.frame


@misconception(
    "wraps around",
    hint="An index beyond the end comes round to the front again. Without an `IndexError` a `for` "
    "loop over the data set never ends.",
)
class IrisWrapsAround(IrisDataset):
    def __getitem__(self, index):
        return super().__getitem__(index % len(self))


@misconception(
    "no negative index",
    hint="Negative indices are refused. They count from the end: −1 is the last flower.",
)
class IrisNoNegativeIndex(IrisDataset):
    def __getitem__(self, index):
        if not 0 <= index < len(self):
            raise IndexError(index)
        return super().__getitem__(index)


@misconception(
    "by label",
    hint="Rows are looked up by their label, so −1 raises a `KeyError`. Select rows by "
    "*position*, which knows negative numbers too.",
)
class IrisByLabel(IrisDataset):
    def __getitem__(self, index):
        row = self.frame.loc[index]
        features = torch.tensor(row[self.feature_names].to_numpy(), dtype=torch.float32)
        if self.transform is not None:
            features = self.transform(features)
        return features, torch.tensor(int(row["target"]))


@misconception(
    "changes the data",
    hint="The second time, a row is not what it was: the transform got the tensor that the data "
    "set keeps, and worked in place. Hand out memory of its own.",
)
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


@misconception(
    "transform of the table",
    hint="The transform was given the whole table. It is made for one sample: call it when a "
    "sample is asked for.",
)
class IrisTransformOfTheTable(IrisDataset):
    def __init__(self, transform=None):
        super().__init__()
        self.X = torch.tensor(self.X.to_numpy(), dtype=torch.float32)
        if transform is not None:
            self.X = transform(self.X)

    def __getitem__(self, index):
        return self.X[index], torch.tensor(self.y.iloc[index])


@misconception(
    "transform once",
    hint="The transform was called once for each sample, and what it returned was kept. It may "
    "return something else every time, such as noise: call it whenever the sample is asked for.",
)
class IrisTransformOnce(IrisDataset):
    def __init__(self, transform=None):
        super().__init__(transform)
        self.samples = [IrisDataset.__getitem__(self, index) for index in range(len(self))]

    def __getitem__(self, index):
        return self.samples[index]


@misconception(
    "no transform",
    hint="The transform is never called: samples come out as they are in the table.",
)
class IrisNoTransform(IrisDataset):
    def __init__(self, transform=None):
        super().__init__()


@alternative
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


@alternative
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


@alternative
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


@alternative
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


@alternative
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
