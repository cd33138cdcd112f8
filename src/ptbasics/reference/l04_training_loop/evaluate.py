"""Answers: Measure without changing."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

from ptbasics.exercise import alternative, misconception


def evaluate(
    model: nn.Module, inputs: torch.Tensor, labels: torch.Tensor, batch_size: int
) -> tuple[float, int]:
    """Measure a classifier on data, batch after batch, without changing anything.

    The model computes as it would in use (dropout off, batch norm with its running statistics),
    and no graph is built. Afterwards it is in the mode, training or not, that it was in before.

    Args:
        model: maps a batch of inputs, shape (B, D), to logits, shape (B, C).
        inputs: float32 tensor of shape (N, D).
        labels: int64 tensor of shape (N,), the right classes.
        batch_size: samples in a batch. The last batch holds what is left.

    Returns:
        (loss, correct): the mean cross-entropy of the N samples as a Python float, and how many
        of them get the largest logit for the right class, as an int.
    """
    was_training = model.training
    model.eval()
    total, correct = 0.0, 0
    with torch.no_grad():
        for batch, right in zip(inputs.split(batch_size), labels.split(batch_size), strict=True):
            logits = model(batch)
            total += F.cross_entropy(logits, right, reduction="sum").item()
            correct += (logits.argmax(dim=1) == right).sum().item()
    model.train(was_training)
    return total / len(inputs), correct


def _measure(model, inputs, labels, batch_size):
    """The losses, hits and sizes of the batches, in whatever mode the model is."""
    measured = []
    for batch, right in zip(inputs.split(batch_size), labels.split(batch_size), strict=True):
        logits = model(batch)
        hits = (logits.argmax(1) == right).sum()
        measured.append((F.cross_entropy(logits, right).item(), hits, len(batch)))
    return measured


def _summed(measured):
    size = sum(size for *_, size in measured)
    loss = sum(loss * size for loss, _, size in measured) / size
    return loss, sum(hits.item() for _, hits, _ in measured)


@misconception(
    "no eval",
    hint="Dropout and batch norm behaved as in training: the numbers are noisy, and the running "
    "statistics have changed.",
)
@torch.no_grad()
def evaluate_no_eval(*arguments):
    return _summed(_measure(*arguments))


@misconception(
    "left in eval",
    hint="The model was being trained, and is left in evaluation mode: training would go on "
    "without dropout.",
)
@torch.no_grad()
def evaluate_left_in_eval(model, *arguments):
    return _summed(_measure(model.eval(), *arguments))


@misconception(
    "always train",
    hint="The model was in evaluation mode before and is in training mode now. Put back the mode "
    "that you found.",
)
@torch.no_grad()
def evaluate_always_train(model, *arguments):
    found = _summed(_measure(model.eval(), *arguments))
    model.train()
    return found


@misconception(
    "recording left off",
    hint="When your function returns, recording is still switched off, and nothing that comes "
    "after it can be trained. A switch for a block of code goes back by itself.",
)
def evaluate_recording_left_off(model, *arguments):
    was_training = model.training
    torch.set_grad_enabled(False)
    found = _summed(_measure(model.eval(), *arguments))
    model.train(was_training)
    return found


@misconception(
    "with graph",
    hint="A graph was built for every batch, though nothing goes backward.",
)
def evaluate_with_graph(model, *arguments):
    was_training = model.training
    found = _summed(_measure(model.eval(), *arguments))
    model.train(was_training)
    return found


@misconception(
    "mean of means",
    hint="The mean of the batches' means counts samples of a small last batch more than the "
    "others.",
)
@torch.no_grad()
def evaluate_mean_of_means(model, *arguments):
    was_training = model.training
    measured = _measure(model.eval(), *arguments)
    model.train(was_training)
    return sum(loss for loss, *_ in measured) / len(measured), _summed(measured)[1]


@misconception(
    "tensor count",
    hint="The count is a tensor. The statement asks for an int.",
)
@torch.no_grad()
def evaluate_tensor_count(model, *arguments):
    was_training = model.training
    measured = _measure(model.eval(), *arguments)
    model.train(was_training)
    return _summed(measured)[0], sum(hits for _, hits, _ in measured)


@misconception(
    "last batch",
    hint="Only the hits of the last batch are counted. Add them up.",
)
@torch.no_grad()
def evaluate_last_batch(model, *arguments):
    was_training = model.training
    measured = _measure(model.eval(), *arguments)
    model.train(was_training)
    return _summed(measured)[0], measured[-1][1].item()


@alternative
@torch.inference_mode()
def evaluate_with_lists(model, inputs, labels, batch_size):
    mode, losses, hits = model.training, [], []
    model.train(False)
    for start in range(0, len(inputs), batch_size):
        logits, right = (
            model(inputs[start : start + batch_size]),
            labels[start : start + batch_size],
        )
        losses += F.cross_entropy(logits, right, reduction="none").tolist()
        hits += (logits.argmax(1) == right).tolist()
    model.train(mode)
    return sum(losses) / len(losses), sum(hits)


@alternative
def evaluate_by_concatenation(model, inputs, labels, batch_size):
    mode = model.training
    model.eval()
    with torch.no_grad():
        logits = torch.cat([model(batch) for batch in inputs.split(batch_size)])
    if mode:
        model.train()
    correct = int((logits.max(1).indices == labels).sum())
    return float(F.cross_entropy(logits, labels)), correct


@alternative
def evaluate_with_switches(model, inputs, labels, batch_size):
    mode, total, correct = model.training, 0.0, 0
    model.eval()
    torch.set_grad_enabled(False)
    try:
        for x, y in zip(inputs.split(batch_size), labels.split(batch_size), strict=True):
            logits = model(x)
            total += F.cross_entropy(logits, y).item() * len(x) / len(inputs)
            correct += logits.argmax(1).eq(y).sum().item()
    finally:
        torch.set_grad_enabled(True)
        model.train(mode)
    return [total, correct]
