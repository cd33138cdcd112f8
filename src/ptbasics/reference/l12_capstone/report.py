"""Answers: What a user may expect."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from torch.utils.data import DataLoader

from ptbasics.exercise import alternative, misconception


def report(model: nn.Module, loader: DataLoader, classes: int) -> dict[str, Any]:
    """How well a model reads, in all and class by class.

    Args:
        model: gives logits (B, classes); it may be in any mode.
        loader: gives batches (images, labels), not all of one size.
        classes: how many there are. Some of them may not occur.

    Returns:
        `"confusion"`: (classes, classes), int64; how often images of the class of the row were
        read as the class of the column. `"accuracy"`: the share of all images that was read
        correctly, a float. `"recalls"`: for each class, the share of its images that was read
        correctly, a list of floats, with None for a class that does not occur. `"mean recall"`:
        the mean of the recalls that are not None, a float.
    """
    model.eval()
    confusion = torch.zeros(classes, classes, dtype=torch.int64)
    with torch.no_grad():
        for images, labels in loader:
            for actual, read in zip(labels, model(images).argmax(dim=1), strict=True):
                confusion[actual, read] += 1
    right, counts = confusion.diagonal(), confusion.sum(dim=1)
    pairs = zip(right.tolist(), counts.tolist(), strict=True)
    recalls = [hits / count if count else None for hits, count in pairs]
    known = [recall for recall in recalls if recall is not None]
    return {
        "confusion": confusion,
        "accuracy": right.sum().item() / counts.sum().item(),
        "recalls": recalls,
        "mean recall": sum(known) / len(known),
    }


def _counted(model, loader, classes, mode=False):
    model.train(mode)
    with torch.no_grad():
        pairs = [(labels, model(images).argmax(1)) for images, labels in loader]
    actual, read = (torch.cat(column) for column in zip(*pairs, strict=True))
    return (actual * classes + read).bincount(minlength=classes**2).view(classes, classes)


def _of(confusion, *, dim=1, absent=None):
    right, counts = confusion.diagonal().double(), confusion.sum(dim=dim)
    recalls = [(r / n).item() if n else absent for r, n in zip(right, counts, strict=True)]
    known = [recall for recall in recalls if recall is not None]
    return {
        "confusion": confusion,
        "accuracy": (right.sum() / confusion.sum()).item(),
        "recalls": recalls,
        "mean recall": sum(known) / len(known),
    }


@misconception("transposed", hint="Rows and columns of the confusion matrix have changed places.")
def report_transposed(*arguments):
    return {**_of(_counted(*arguments)), "confusion": _counted(*arguments).T.contiguous()}


@misconception(
    "precision",
    hint="Each class is divided by how often it was *read*. How many images of it are there?",
)
def report_of_precision(*arguments):
    return _of(_counted(*arguments), dim=0)


@misconception(
    "mean of means",
    hint="The accuracy is the mean of the batches' accuracies; an image of a small last batch "
    "counts more than others.",
)
def report_by_batches(model, loader, classes):
    found = _of(_counted(model, loader, classes))
    with torch.no_grad():
        shares = [(model(x).argmax(1) == y).double().mean().item() for x, y in loader]
    return {**found, "accuracy": sum(shares) / len(shares)}


@misconception(
    "absent is 0",
    hint="A class without images has a recall of 0, which pulls the mean down. Nothing is known "
    "about it.",
)
def report_with_zeros(*arguments):
    return _of(_counted(*arguments), absent=0.0)


@misconception(
    "0 by 0",
    hint="Where a class does not occur, 0 is divided by 0, and the mean is no number either.",
)
def report_with_nan(*arguments):
    return _of(_counted(*arguments), absent=float("nan"))


@misconception(
    "accuracy again",
    hint="The mean recall is the accuracy once more. There a class counts by its size; here all "
    "count the same.",
)
def report_with_accuracy_twice(*arguments):
    found = _of(_counted(*arguments))
    return {**found, "mean recall": found["accuracy"]}


@misconception(
    "in training",
    hint="The model is measured in training mode: dropout is on, and batch normalisation looks at "
    "the batch.",
)
def report_in_training(model, loader, classes):
    torch.manual_seed(0)
    return _of(_counted(nn.Sequential(*model), loader, classes, mode=True))


@alternative
def report_by_counting(*arguments):
    return _of(_counted(*arguments))


@alternative
def report_by_one_hot(model, loader, classes):
    model.eval()
    eye = torch.eye(classes, dtype=torch.int64)
    with torch.inference_mode():
        parts = [eye[labels].T @ eye[model(images).argmax(-1)] for images, labels in loader]
    return _of(torch.stack(parts).sum(0).clone())


@alternative
def report_by_loops(model, loader, classes):
    model.eval()
    table = [[0] * classes for _ in range(classes)]
    for images, labels in loader:
        for actual, read in zip(labels.tolist(), model(images).argmax(1).tolist(), strict=True):
            table[actual][read] += 1
    recalls = [row[k] / sum(row) if sum(row) else None for k, row in enumerate(table)]
    known = [recall for recall in recalls if recall is not None]
    return {
        "confusion": torch.tensor(table),
        "accuracy": sum(table[k][k] for k in range(classes)) / sum(map(sum, table)),
        "recalls": recalls,
        "mean recall": sum(known) / len(known),
    }
