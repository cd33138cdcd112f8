"""Answers: Train for an epoch, and wait once."""

from __future__ import annotations

from collections.abc import Iterable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ptbasics.exercise import alternative, misconception


def epoch_loss(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    batches: Iterable[tuple[Tensor, Tensor]],
) -> float:
    """Train for one epoch with the cross-entropy, and return its mean over all samples.

    For each batch: gradients to zero, forward, loss, backward, step. Python asks for numbers of
    a tensor at most once in the whole epoch, and no graph is kept once its batch is done.

    Args:
        model: gives scores of shape (N, C) for features of shape (N, F).
        optimizer: has the model's parameters.
        batches: pairs of features and labels (int64, shape (N,)), on the device of the model. N
            may differ from batch to batch; there is at least one batch.

    Returns:
        The sum of the samples' losses, each as it was before the step of its batch, divided by the
        number of samples. A float.
    """
    total, samples = torch.zeros(()), 0
    for features, labels in batches:
        optimizer.zero_grad()
        loss = F.cross_entropy(model(features), labels)
        loss.backward()
        optimizer.step()
        total = total.to(loss.device) + loss.detach() * len(labels)
        samples += len(labels)
    return (total / samples).item()


def _train(model, optimizer, batches, after):
    for features, labels in batches:
        optimizer.zero_grad()
        loss = F.cross_entropy(model(features), labels)
        loss.backward()
        optimizer.step()
        after(loss, len(labels))


@misconception(
    "waits in every batch",
    hint="The mean is right, but Python asks for the loss in every batch and waits for it. Ask "
    "once, when the epoch is over.",
)
def epoch_loss_item(model, optimizer, batches):
    kept = []
    _train(model, optimizer, batches, lambda loss, n: kept.append((loss.item() * n, n)))
    return sum(total for total, _ in kept) / sum(n for _, n in kept)


@misconception("waits in every batch")
def epoch_loss_asks(model, optimizer, batches):
    kept = []

    def after(loss, n):
        if loss > 1e6:
            raise ValueError("the loss explodes")
        kept.append((loss.detach() * n, n))

    _train(model, optimizer, batches, after)
    return float(sum(total for total, _ in kept) / sum(n for _, n in kept))


@misconception(
    "keeps the graphs",
    hint="Each loss holds on to the graph that it came from, so the sum holds all of them. On a "
    "GPU memory grows with every batch.",
)
def epoch_loss_graphs(model, optimizer, batches):
    kept = []
    _train(model, optimizer, batches, lambda loss, n: kept.append((loss * n, n)))
    return (sum(total for total, _ in kept) / sum(n for _, n in kept)).item()


@misconception(
    "mean of means",
    hint="This is the mean over batches. A sample of a small last batch counts too much in it.",
)
def epoch_loss_mean_of_means(model, optimizer, batches):
    kept = []
    _train(model, optimizer, batches, lambda loss, n: kept.append(loss.detach()))
    return torch.stack(kept).mean().item()


@misconception(
    "a tensor",
    hint="A tensor came back. The one time that you may wait is for the float at the end.",
)
def epoch_loss_tensor(model, optimizer, batches):
    kept = []
    _train(model, optimizer, batches, lambda loss, n: kept.append((loss.detach() * n, n)))
    return sum(total for total, _ in kept) / sum(n for _, n in kept)


@misconception(
    "the last loss",
    hint="This is the loss of the last batch only.",
)
def epoch_loss_last(model, optimizer, batches):
    kept = []
    _train(model, optimizer, batches, lambda loss, n: kept.append(loss.detach()))
    return kept[-1].item()


@misconception(
    "no zero_grad",
    hint="The gradients of all batches add up. When are they set to zero?",
)
def epoch_loss_no_zero_grad(model, optimizer, batches):
    total, samples = 0, 0
    for features, labels in batches:
        loss = F.cross_entropy(model(features), labels)
        loss.backward()
        optimizer.step()
        total, samples = total + loss.detach() * len(labels), samples + len(labels)
    return (total / samples).item()


@alternative
def epoch_loss_stacked(model, optimizer, batches):
    losses, sizes = [], []
    for features, labels in batches:
        loss = F.cross_entropy(model(features), labels, reduction="sum")
        model.zero_grad()
        (loss / labels.numel()).backward()
        optimizer.step()
        losses.append(loss.detach())
        sizes.append(len(features))
    return float(torch.stack(losses).sum() / sum(sizes))


@alternative
def epoch_loss_one_tolist(model, optimizer, batches):
    losses, sizes = [], []
    for features, labels in batches:
        loss = torch.nn.CrossEntropyLoss()(model(features), labels)
        optimizer.zero_grad(set_to_none=False)
        loss.backward()
        optimizer.step()
        losses.append(loss.data)
        sizes.append(len(labels))
    means = torch.stack(losses).tolist()
    return sum(mean * size for mean, size in zip(means, sizes, strict=True)) / sum(sizes)


@alternative
def epoch_loss_in_place(model, optimizer, batches):
    total, count = None, 0
    for features, labels in batches:
        scores = model(features)
        loss = -scores.log_softmax(dim=1).gather(1, labels[:, None]).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            part = loss * len(labels)
            total = part if total is None else total.add_(part)
        count += len(labels)
    return total.div(count).item()
