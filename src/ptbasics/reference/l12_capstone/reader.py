"""Answers: A small reader of images."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ptbasics.exercise import alternative, misconception


class Reader(nn.Module):
    """Reads images of 8 × 8 pixels; has at most 50,000 parameters.

    In training mode, numbers are dropped at random in front of the last layer, with the
    probability that is given. In evaluation mode nothing is random, and what is read in one image
    does not depend on the others of its batch.
    """

    def __init__(self, classes: int, dropout: float) -> None:
        """Make the layers for this number of classes."""
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(1, 16, kernel_size=3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(16, 32, kernel_size=3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Dropout(dropout),
            nn.Linear(32 * 2 * 2, classes),
        )

    def forward(self, images: Tensor) -> Tensor:
        """Give the logits, (B, classes), of images (B, 1, 8, 8), whatever B is."""
        return self.layers(images)


class _Base(nn.Module):
    def __init__(self, classes, dropout):
        super().__init__()
        self.first = nn.Conv2d(1, 16, 3, padding=1)
        self.second = nn.Conv2d(16, 32, 3, padding=1)
        self.dropout = nn.Dropout(dropout)
        self.last = nn.Linear(128, classes)

    def features(self, images):
        found = F.max_pool2d(self.first(images).relu(), 2)
        return F.max_pool2d(self.second(found).relu(), 2).flatten(1)

    def forward(self, images):
        return self.last(self.dropout(self.features(images)))


@misconception(
    "softmax",
    hint="The outputs are probabilities. The loss makes them itself; on top of it, the model "
    "learns slowly.",
)
class ReaderSoftmax(_Base):
    def forward(self, images):
        return super().forward(images).softmax(dim=1)


@misconception("softmax")
class ReaderLogSoftmax(_Base):
    def forward(self, images):
        return super().forward(images).log_softmax(dim=1)


@misconception(
    "plain list",
    hint="The optimizer finds no parameters. In a plain list, layers are not registered.",
)
class ReaderPlainList(nn.Module):
    def __init__(self, classes, dropout):
        super().__init__()
        self.layers = [nn.Flatten(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, classes)]

    def forward(self, images):
        for layer in self.layers:
            images = layer(images)
        return images


@misconception(
    "fixed batch",
    hint="The number of images in a batch is written into the model. The last batch of an epoch, "
    "or a single image, has another.",
)
class ReaderFixedBatch(_Base):
    def features(self, images):
        found = F.max_pool2d(self.first(images).relu(), 2)
        return F.max_pool2d(self.second(found).relu(), 2).view(32, -1)


@misconception(
    "one device",
    hint="The model computes with a tensor that stays behind when the model moves. A constant is "
    "made on the device of its input, or registered as a buffer.",
)
class ReaderOneDevice(_Base):
    def __init__(self, classes, dropout):
        super().__init__(classes, dropout)
        self.mean = torch.full((1, 1, 8, 8), 0.3)

    def forward(self, images):
        return super().forward(images - self.mean)


@misconception(
    "always dropping",
    hint="Evaluated twice, the same images get different outputs: dropout does not end with "
    "training.",
)
class ReaderAlwaysDropping(_Base):
    def forward(self, images):
        return self.last(F.dropout(self.features(images), max(self.dropout.p, 0.2)))


@misconception(
    "never dropping",
    hint="In training, two passes give the same outputs: nothing is dropped.",
)
class ReaderNeverDropping(_Base):
    def forward(self, images):
        return self.last(self.features(images))


@misconception(
    "relu at the end",
    hint="The outputs are never negative. A logit may be any number; what does the last layer's "
    "result go through?",
)
class ReaderReluAtTheEnd(_Base):
    def forward(self, images):
        return F.softplus(super().forward(images)).relu()


@alternative
class ReaderByFunctions(_Base):
    pass


@alternative
class ReaderLinear(nn.Module):
    def __init__(self, classes, dropout):
        super().__init__()
        self.hidden, self.out, self.dropout = nn.Linear(64, 64), nn.Linear(64, classes), dropout

    def forward(self, images):
        found = self.hidden(images.reshape(len(images), -1)).relu()
        return self.out(F.dropout(found, self.dropout, training=self.training))


@alternative
class ReaderWithNormalisation(nn.Module):
    def __init__(self, classes, dropout):
        super().__init__()
        self.stages = nn.ModuleList(
            [nn.Conv2d(1, 12, 3), nn.BatchNorm2d(12), nn.ReLU(), nn.Conv2d(12, 24, 3), nn.ReLU()]
        )
        self.head = nn.Sequential(nn.Flatten(), nn.Dropout(dropout), nn.Linear(24 * 4 * 4, classes))

    def forward(self, images):
        for stage in self.stages:
            images = stage(images)
        return self.head(images)
