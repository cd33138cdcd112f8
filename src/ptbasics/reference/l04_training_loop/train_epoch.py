"""Answers: One epoch of training."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

from ptbasics.exercise import alternative, misconception


def train_epoch(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    inputs: torch.Tensor,
    labels: torch.Tensor,
    batch_size: int,
) -> float:
    """Train a classifier on every sample once, batch after batch in the given order.

    Args:
        model: maps a batch of inputs, shape (B, D), to logits, shape (B, C). It is in training
            mode and stays in it.
        optimizer: holds the model's parameters, whose gradients are clear at the start.
        inputs: float32 tensor of shape (N, D).
        labels: the right classes, shape (N,). A table may hold them as floats (2.0 for class 2).
        batch_size: samples in a batch. The last batch holds what is left.

    Returns:
        The mean cross-entropy of the N samples, each taken when its batch was trained on, as a
        Python float. Every sample counts the same, also one in a small last batch.
    """
    total = 0.0
    batches = zip(inputs.split(batch_size), labels.long().split(batch_size), strict=True)
    for batch, right in batches:
        optimizer.zero_grad()
        loss = F.cross_entropy(model(batch), right)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(batch)
    return total / len(inputs)


def _wrong_epoch(
    model,
    optimizer,
    inputs,
    labels,
    batch_size,
    *,
    zero="always",
    step="after backward",
    softmax=False,
    whole=False,
    as_they_are=False,
):
    """The losses of the batches with their sizes."""
    losses = []
    labels = labels if as_they_are else labels.long()
    if zero == "once":
        optimizer.zero_grad()
    for start in range(0, len(inputs), batch_size):
        batch, right = inputs[start : start + batch_size], labels[start : start + batch_size]
        if whole and len(batch) < batch_size:
            break
        if zero == "always":
            optimizer.zero_grad()
        logits = model(batch)
        loss = F.cross_entropy(logits.softmax(1) if softmax else logits, right)
        if step == "before backward":
            optimizer.step()
        loss.backward()
        if step == "after backward":
            optimizer.step()
        losses.append((loss, len(batch)))
    if step == "after the loop":
        optimizer.step()
    return losses


def _weighted(losses):
    return sum(loss.item() * size for loss, size in losses) / sum(size for _, size in losses)


@misconception(
    "no zero_grad",
    hint="Each batch adds its gradients to those of all batches before it.",
)
def train_epoch_no_zero_grad(*arguments):
    return _weighted(_wrong_epoch(*arguments, zero="never"))


@misconception(
    "cleared once",
    hint="`.grad` was cleared at the start only: from the second batch on, it also holds the "
    "gradients of the batches before.",
)
def train_epoch_cleared_once(*arguments):
    return _weighted(_wrong_epoch(*arguments, zero="once"))


@misconception(
    "one step for all",
    hint="The parameters moved once, by the gradients of all batches together. Each batch is to "
    "move them.",
)
def train_epoch_one_step_for_all(*arguments):
    return _weighted(_wrong_epoch(*arguments, zero="once", step="after the loop"))


@misconception(
    "one step for the last",
    hint="The parameters moved once, by the gradients of the last batch: those of the others were "
    "cleared before anything had used them.",
)
def train_epoch_one_step_for_the_last(*arguments):
    return _weighted(_wrong_epoch(*arguments, step="after the loop"))


@misconception(
    "step before backward",
    hint="The parameters never moved. `step` goes by what is in `.grad`: it has to come, and to "
    "come after `backward` has put the gradients of this batch there.",
)
def train_epoch_step_before_backward(*arguments):
    return _weighted(_wrong_epoch(*arguments, step="before backward"))


@misconception(
    "softmax before",
    hint="`F.cross_entropy` wants logits and takes the softmax itself. With a second one before "
    "it, gradients are faint and training crawls.",
)
def train_epoch_softmax_before(*arguments):
    return _weighted(_wrong_epoch(*arguments, softmax=True))


@misconception(
    "mean of means",
    hint="The mean of the batches' means counts samples of a small last batch more than the "
    "others.",
)
def train_epoch_mean_of_means(*arguments):
    losses = _wrong_epoch(*arguments)
    return sum(loss.item() for loss, _ in losses) / len(losses)


@misconception(
    "means over samples",
    hint="The means of the batches were added up, and the sum divided by the number of samples. "
    "But a mean stands for as many samples as its batch has.",
)
def train_epoch_means_over_samples(*arguments):
    losses = _wrong_epoch(*arguments)
    return sum(loss.item() for loss, _ in losses) / sum(size for _, size in losses)


@misconception(
    "tensor",
    hint="The result is a tensor that still asks for a gradient: a sum of losses as tensors drags "
    "the record of every batch along. Add up numbers.",
)
def train_epoch_tensor(*arguments):
    losses = _wrong_epoch(*arguments)
    return sum(loss * size for loss, size in losses) / sum(size for _, size in losses)


@misconception(
    "float labels",
    hint="`F.cross_entropy` takes a 1-d tensor of floats for neither class numbers nor "
    "probabilities. Class numbers are int64.",
)
def train_epoch_float_labels(*arguments):
    return _weighted(_wrong_epoch(*arguments, as_they_are=True))


@misconception(
    "rest left out",
    hint="The samples after the last full batch were never trained on.",
)
def train_epoch_rest_left_out(*arguments):
    return _weighted(_wrong_epoch(*arguments, whole=True) or [(torch.tensor(0.0), 1)])


@misconception(
    "shuffled",
    hint="The samples were shuffled. The statement asks for the given order: shuffling is the "
    "business of whoever calls this function.",
)
def train_epoch_shuffled(model, optimizer, inputs, labels, batch_size):
    rows = torch.randperm(len(inputs))
    return _weighted(_wrong_epoch(model, optimizer, inputs[rows], labels[rows], batch_size))


@alternative
def train_epoch_by_slices(model, optimizer, inputs, labels, batch_size):
    losses = []
    for start in range(0, len(inputs), batch_size):
        logits = model(inputs[start : start + batch_size])
        right = labels[start : start + batch_size].to(torch.int64)
        loss = F.cross_entropy(logits, right, reduction="none")
        optimizer.zero_grad(set_to_none=False)
        loss.mean().backward()
        optimizer.step()
        losses.append(loss.detach())
    return torch.cat(losses).mean().item()


@alternative
def train_epoch_clearing_last(model, optimizer, inputs, labels, batch_size):
    total = torch.zeros(())
    for rows in torch.arange(len(inputs)).split(batch_size):
        loss = nn.CrossEntropyLoss()(model(inputs[rows]), labels[rows].long())
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        total += loss.detach() * len(rows) / len(inputs)
    return float(total)


@alternative
def train_epoch_by_own_loss(model, optimizer, inputs, labels, batch_size):
    losses = []
    for x, y in zip(inputs.split(batch_size), labels.split(batch_size), strict=True):
        log_p = model(x).log_softmax(1)
        of_each = -log_p[torch.arange(len(y)), y.long()]
        optimizer.zero_grad()
        of_each.mean().backward()
        optimizer.step()
        losses += of_each.tolist()
    return sum(losses) / len(losses)


@misconception(
    "evaluation mode",
    hint="The model is in evaluation mode afterwards, in which dropout and batch normalisation do "
    "not do what training needs. `eval()` belongs around measuring.",
)
def train_epoch_in_evaluation_mode(model, optimizer, inputs, labels, batch_size):
    model.eval()
    return train_epoch(model, optimizer, inputs, labels, batch_size)
