"""Answers: Train from loaders, stop early, keep the best."""

from __future__ import annotations

import copy
import io
import itertools

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader

from ptbasics.exercise import alternative, misconception


def train_on_loaders(
    model: nn.Module,
    train_loader: DataLoader,
    validation_loader: DataLoader,
    optimizer: torch.optim.Optimizer,
    epochs: int,
    patience: int,
) -> list[float]:
    """Trains a classifier, stops early, and leaves it as it was after its best epoch.

    An epoch goes once through the training loader, with the four steps for each batch and the
    cross-entropy as the loss, and then once through the validation loader.

    Args:
        model: takes features (B, ...) and gives logits (B, C). It may behave differently in
            training and in evaluation.
        train_loader, validation_loader: give batches of (features, labels), labels of shape (B,),
            int64. Batches may differ in size.
        optimizer: of the model's parameters.
        epochs: how many epochs are run at most, 1 or more.
        patience: 1 or more; training ends when this many epochs in a row had a validation loss
            that was not below the lowest before.

    Returns:
        The validation loss of each epoch that was run: the mean over all items of the validation
        loader, a float. Afterwards the model's state, all of it, is that of the end of the epoch
        with the lowest of these losses.
    """
    losses, best, waited = [], {}, 0
    for _ in range(epochs):
        model.train()
        for features, labels in train_loader:
            optimizer.zero_grad()
            F.cross_entropy(model(features), labels).backward()
            optimizer.step()
        model.eval()
        total, count = 0.0, 0
        with torch.no_grad():
            for features, labels in validation_loader:
                total += F.cross_entropy(model(features), labels).item() * len(labels)
                count += len(labels)
        losses.append(total / count)
        waited += 1
        if losses[-1] == min(losses):
            best, waited = copy.deepcopy(model.state_dict()), 0
        if waited == patience:
            break
    model.load_state_dict(best)
    return losses


def _epoch(model, loader, optimizer):
    model.train()
    for features, labels in loader:
        optimizer.zero_grad()
        F.cross_entropy(model(features), labels).backward()
        optimizer.step()


def _loss(model, loader):
    model.eval()
    with torch.no_grad():
        sums = [F.cross_entropy(model(x), y, reduction="sum").item() for x, y in loader]
    return sum(sums) / len(loader.dataset)


def _since_best(losses):
    return len(losses) - 1 - losses.index(min(losses))


def _varied(
    model,
    train_loader,
    validation_loader,
    optimizer,
    epochs,
    patience,
    *,
    epoch=_epoch,
    loss=_loss,
    keep=copy.deepcopy,
    better=lambda losses: losses[-1] == min(losses),
    waited=_since_best,
    restore=True,
):
    """The answer, with some of its parts exchanged."""
    losses, best = [], {}
    for _ in range(epochs):
        epoch(model, train_loader, optimizer)
        losses.append(loss(model, validation_loader))
        if better(losses):
            best = keep(model.state_dict())
        if waited(losses) >= patience:
            break
    if restore:
        model.load_state_dict(best, strict=False)
    return losses


@misconception(
    "last kept",
    hint="The losses are right, but afterwards the model is as it was after the last epoch, not "
    "after the best. `state_dict()` refers to the tensors of the model, which change with every "
    "step: what is kept must be a copy, and it must get back into the model in the end.",
)
def train_with_an_alias(*arguments):
    return _varied(*arguments, keep=lambda state: state)


@misconception("last kept")
def train_with_a_shallow_copy(*arguments):
    return _varied(*arguments, keep=dict)


@misconception("last kept")
def train_without_restoring(*arguments):
    return _varied(*arguments, restore=False)


@misconception(
    "parameters only",
    hint="The parameters are those of the best epoch, the buffers are not. The averages of batch "
    "normalisation belong to the state, too.",
)
def train_parameters_only(model, *arguments):
    names = dict(model.named_parameters())
    return _varied(
        model, *arguments, keep=lambda state: {name: state[name].clone() for name in names}
    )


@misconception(
    "always training",
    hint="The model is validated in training mode. Batch normalisation then computes with the "
    "validation batch's own statistics, and learns from them as well.",
)
def train_always_training(*arguments):
    def loss(model, loader):
        with torch.no_grad():
            sums = [F.cross_entropy(model(x), y, reduction="sum").item() for x, y in loader]
        return sum(sums) / len(loader.dataset)

    return _varied(*arguments, loss=loss)


@misconception(
    "never back",
    hint="The first epoch is right. After its validation, the model stays in evaluation mode, and "
    "all later epochs are trained in it.",
)
def train_never_back(model, *arguments):
    def epoch(model, loader, optimizer):
        for features, labels in loader:
            optimizer.zero_grad()
            F.cross_entropy(model(features), labels).backward()
            optimizer.step()

    model.train()
    return _varied(model, *arguments, epoch=epoch)


@misconception(
    "never cleared",
    hint="Gradients pile up from batch to batch. One of the four steps is missing.",
)
def train_never_cleared(*arguments):
    def epoch(model, loader, optimizer):
        model.train()
        for features, labels in loader:
            F.cross_entropy(model(features), labels).backward()
            optimizer.step()

    return _varied(*arguments, epoch=epoch)


@misconception(
    "mean of means",
    hint="The loss of an epoch is the mean of its batches' means, so each item of a small last "
    "batch counts more than others (section 2).",
)
def train_mean_of_means(*arguments):
    def loss(model, loader):
        model.eval()
        with torch.no_grad():
            means = [F.cross_entropy(model(x), y).item() for x, y in loader]
        return sum(means) / len(means)

    return _varied(*arguments, loss=loss)


@misconception(
    "last batch",
    hint="Only the last batch of the validation loader is counted.",
)
def train_last_batch(*arguments):
    def loss(model, loader):
        model.eval()
        with torch.no_grad():
            means = [F.cross_entropy(model(x), y).item() for x, y in loader]
        return means[-1]

    return _varied(*arguments, loss=loss)


@misconception(
    "never stops",
    hint="All epochs were run, although the validation loss had not improved for `patience` "
    "epochs.",
)
def train_never_stops(*arguments):
    return _varied(*arguments, waited=lambda _losses: 0)


@misconception(
    "one too many",
    hint="Training ends one epoch too late. With a patience of 1, the first epoch that does not "
    "improve is the last.",
)
def train_one_too_many(*arguments):
    return _varied(*arguments, waited=lambda losses: _since_best(losses) - 1)


@misconception(
    "better than before",
    hint="An epoch is compared with the one before it. What counts is the lowest loss so far: a "
    "loss that falls after it has risen may still be far above that.",
)
def train_better_than_before(*arguments):
    def better(losses):
        return len(losses) == 1 or losses[-1] < losses[-2]

    def waited(losses):
        count = 0
        for before, after in itertools.pairwise(losses):
            count = 0 if after < before else count + 1
        return count

    return _varied(*arguments, better=better, waited=waited)


@misconception(
    "not in a row",
    hint="All epochs that did not improve are counted. An improvement must set the count back to "
    "0.",
)
def train_not_in_a_row(*arguments):
    def waited(losses):
        return sum(loss > min(losses[: place + 1]) for place, loss in enumerate(losses))

    return _varied(*arguments, waited=waited)


@misconception(
    "tensors",
    hint="The losses are right, but they are tensors. `.item()` gives a float.",
)
def train_tensors(*arguments):
    return [torch.tensor(loss, dtype=torch.float64) for loss in _varied(*arguments)]


@alternative
def train_with_a_file(model, train_loader, validation_loader, optimizer, epochs, patience):
    file, losses, best = io.BytesIO(), [], (float("inf"), -1)
    criterion = nn.CrossEntropyLoss()
    for epoch in range(epochs):
        model.train()
        for x, y in train_loader:
            loss = criterion(model(x), y)
            model.zero_grad()
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            outputs, labels = zip(*((model(x), y) for x, y in validation_loader), strict=True)
            losses.append(float(criterion(torch.cat(outputs), torch.cat(labels))))
        if losses[-1] < best[0]:
            best = losses[-1], epoch
            file.seek(0)
            torch.save(model.state_dict(), file)
        if epoch - best[1] == patience:
            break
    file.seek(0)
    model.load_state_dict(torch.load(file, map_location="cpu"))
    return losses


@alternative
def train_with_clones(model, train_loader, validation_loader, optimizer, epochs, patience):
    return _varied(
        model,
        train_loader,
        validation_loader,
        optimizer,
        epochs,
        patience,
        keep=lambda state: {name: value.clone() for name, value in state.items()},
    )


@alternative
def train_with_a_copied_model(model, train_loader, validation_loader, optimizer, epochs, patience):
    history, kept, left = [], copy.deepcopy(model), patience
    while len(history) < epochs and left:
        model.train(True)
        for batch in train_loader:
            optimizer.zero_grad(set_to_none=False)
            torch.nn.functional.nll_loss(model(batch[0]).log_softmax(1), batch[1]).backward()
            optimizer.step()
        model.train(False)
        total = items = 0
        for x, y in validation_loader:
            with torch.inference_mode():
                total += F.cross_entropy(model(x), y, reduction="sum")
            items += y.numel()
        history.append((total / items).item())
        if all(history[-1] < earlier for earlier in history[:-1]):
            kept, left = copy.deepcopy(model), patience
        else:
            left -= 1
    model.load_state_dict(kept.state_dict())
    return history
