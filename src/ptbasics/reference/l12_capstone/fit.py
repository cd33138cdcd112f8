"""Answers: Train within a budget."""

from __future__ import annotations

import copy
import io
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader

from ptbasics.exercise import alternative, misconception


def fit(
    model: nn.Module,
    train_loader: DataLoader,
    validation_loader: DataLoader,
    optimizer: torch.optim.Optimizer,
    epochs: int,
    patience: int,
    seconds: float,
    clock: Callable[[], float],
) -> list[float]:
    """Trains with the cross-entropy, and leaves the model as it was after its best epoch.

    The score of an epoch is the mean recall on the validation part, measured after the epoch in
    evaluation mode: of each class that occurs there, the share that is read correctly; then the
    mean over these classes. The best epoch is the first one with the highest score.

    Args:
        model: gives logits (B, C) for images (B, 1, 8, 8).
        train_loader, validation_loader: give batches (images, labels).
        optimizer: of the model's parameters.
        epochs: how many epochs are run at most, 1 or more.
        patience: training ends when so many epochs in a row were not better than the best before.
        seconds: no epoch begins when this time, or more, has passed since the call. The first
            one always runs.
        clock: gives the time in seconds, like `time.monotonic`; not from 0 on.

    Returns:
        The score of each epoch that was run, floats.
    """
    start, scores, best = clock(), [], {}
    while len(scores) < epochs:
        if scores and clock() - start >= seconds:
            break
        model.train()
        for images, labels in train_loader:
            optimizer.zero_grad()
            F.cross_entropy(model(images), labels).backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            pairs = [(model(images).argmax(dim=1), labels) for images, labels in validation_loader]
        predicted, actual = (torch.cat(column) for column in zip(*pairs, strict=True))
        recalls = [
            (predicted[actual == label] == label).double().mean() for label in actual.unique()
        ]
        scores.append(torch.stack(recalls).mean().item())
        if scores.index(max(scores)) == len(scores) - 1:
            best = copy.deepcopy(model.state_dict())
        if len(scores) - 1 - scores.index(max(scores)) >= patience:
            break
    model.load_state_dict(best)
    return scores


def _epoch(model, loader, optimizer):
    model.train()
    for images, labels in loader:
        optimizer.zero_grad()
        F.cross_entropy(model(images), labels).backward()
        optimizer.step()


def _answers(model, loader, mode=False):
    model.train(mode)
    with torch.no_grad():
        pairs = [(model(images).argmax(1), labels) for images, labels in loader]
    return [torch.cat(column) for column in zip(*pairs, strict=True)]


def _mean_recall(model, loader, mode=False):
    predicted, actual = _answers(model, loader, mode)
    right = actual[predicted == actual].bincount(minlength=10)
    counts = actual.bincount(minlength=10)
    present = counts > 0
    return (right[present] / counts[present].double()).mean().item()


def _since_best(scores):
    return len(scores) - 1 - scores.index(max(scores))


def _varied(
    model,
    train_loader,
    validation_loader,
    optimizer,
    epochs,
    patience,
    seconds,
    clock,
    *,
    epoch=_epoch,
    score=_mean_recall,
    keep=copy.deepcopy,
    is_best=lambda scores: _since_best(scores) == 0,
    waited=_since_best,
    start=None,
):
    """The answer, with some of its parts exchanged."""
    start = clock() if start is None else start
    scores, best = [], {}
    for number in range(epochs):
        if number and clock() - start >= seconds:
            break
        epoch(model, train_loader, optimizer)
        scores.append(score(model, validation_loader))
        if is_best(scores):
            best = keep(model.state_dict())
        if waited(scores) >= patience:
            break
    model.load_state_dict(best)
    return scores


@misconception(
    "last kept",
    hint="The scores are right, but the model is as it was after the last epoch. A state dict "
    "refers to tensors that go on changing.",
)
def fit_with_an_alias(*arguments):
    return _varied(*arguments, keep=lambda state: state)


@misconception(
    "always training",
    hint="The model is measured in training mode.",
)
def fit_always_training(*arguments):
    return _varied(*arguments, score=lambda model, loader: _mean_recall(model, loader, True))


@misconception(
    "never back",
    hint="The first epoch is right. After its measurement the model stays in evaluation mode, and "
    "later epochs are trained in it.",
)
def fit_never_back(model, *arguments):
    def epoch(model, loader, optimizer):
        for images, labels in loader:
            optimizer.zero_grad()
            F.cross_entropy(model(images), labels).backward()
            optimizer.step()

    model.train()
    return _varied(model, *arguments, epoch=epoch)


@misconception(
    "accuracy",
    hint="The score is the share of all images that were right. There a class counts as much as it "
    "has images; here all classes are to count the same.",
)
def fit_by_accuracy(*arguments):
    def accuracy(model, loader):
        predicted, actual = _answers(model, loader)
        return (predicted == actual).double().mean().item()

    return _varied(*arguments, score=accuracy)


@misconception(
    "later ones win",
    hint="Among epochs with the same score, the first is the best. Yours is the last of them, and "
    "an equal score counts as an improvement.",
)
def fit_with_later_ones(*arguments):
    return _varied(
        *arguments,
        is_best=lambda scores: scores[-1] == max(scores),
        waited=lambda scores: scores[::-1].index(max(scores)),
    )


@misconception("one too many", hint="Training ends one epoch after the patience was used up.")
def fit_one_too_many(*arguments):
    return _varied(*arguments, waited=lambda scores: _since_best(scores) - 1)


@misconception("never stops", hint="The epochs that did not improve end nothing.")
def fit_without_patience(*arguments):
    return _varied(*arguments, waited=lambda scores: -1)


@misconception("no clock", hint="Epochs begin although the time is over.")
def fit_without_a_clock(*arguments):
    given = [*arguments]
    given[-2] = float("inf")
    return _varied(*given)


@misconception(
    "clock from 0",
    hint="Only one epoch is run. A clock does not begin at 0 when your function does: two of its "
    "readings have a difference.",
)
def fit_with_a_clock_from_0(*arguments):
    return _varied(*arguments, start=0.0)


@misconception(
    "one more begins",
    hint="When exactly the given time has passed, another epoch begins all the same.",
)
def fit_that_begins_one_more(*arguments):
    given = [*arguments]
    given[-2] += 1e-6
    return _varied(*given)


@alternative
def fit_with_mean_recall(*arguments):
    return _varied(*arguments)


@alternative
def fit_with_clones(*arguments):
    return _varied(
        *arguments, keep=lambda state: {name: value.clone() for name, value in state.items()}
    )


@alternative
def fit_with_a_file(
    model, train_loader, validation_loader, optimizer, epochs, patience, seconds, clock
):
    end, file, scores, waited, best = clock() + seconds, io.BytesIO(), [], 0, -1.0
    while len(scores) < epochs and waited < patience and (not scores or clock() < end):
        _epoch(model, train_loader, optimizer)
        predicted, actual = _answers(model, validation_loader)
        classes = sorted({*actual.tolist()})
        shares = [((predicted == k) & (actual == k)).sum() / (actual == k).sum() for k in classes]
        scores.append(sum(share.item() for share in shares) / len(shares))
        waited += 1
        if scores[-1] > best:
            best, waited = scores[-1], 0
            file = io.BytesIO()
            torch.save(model.state_dict(), file)
    file.seek(0)
    model.load_state_dict(torch.load(file))
    return scores
