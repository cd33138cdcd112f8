"""Answers: Cross-entropy by hand."""

from __future__ import annotations

import torch
import torch.nn.functional as F

from ptbasics.exercise import alternative, misconception


def cross_entropy(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """How surprised a classifier is, on average, by the right classes.

    The loss of one sample is minus the logarithm of the probability (softmax of its logits) that
    is given to the right class.

    Args:
        logits: float32 tensor of shape (N, C), the scores of C classes, of any size and sign.
        labels: int64 tensor of shape (N,), the right classes, numbers from 0 to C - 1.

    Returns:
        The mean loss of the N samples, a tensor without dimensions, finite for finite logits.
    """
    log_probabilities = logits - logits.logsumexp(dim=1, keepdim=True)
    return -log_probabilities.gather(1, labels[:, None]).mean()


@misconception(
    "overflow",
    hint="`exp` of a large logit is infinite, and the loss becomes nan. Stay with logarithms "
    "instead of computing probabilities first.",
)
def cross_entropy_overflow(logits, labels):
    exponentials = logits.exp()
    probabilities = exponentials / exponentials.sum(1, keepdim=True)
    return -probabilities.gather(1, labels[:, None]).log().mean()


@misconception(
    "underflow",
    hint="A tiny probability is rounded to 0, and its logarithm is minus infinity. Do not go by "
    "way of probabilities: simplify the logarithm of the softmax on paper.",
)
def cross_entropy_underflow(logits, labels):
    return -logits.softmax(1).gather(1, labels[:, None]).log().mean()


@misconception(
    "softmax twice",
    hint="The softmax was applied twice. Even a perfect classifier cannot bring this loss near 0, "
    "and its gradients are faint.",
)
def cross_entropy_softmax_twice(logits, labels):
    return F.cross_entropy(logits.softmax(1), labels)


@misconception(
    "sum",
    hint="These are the losses of the samples added up; the *mean* does not grow with the batch.",
)
def cross_entropy_sum(logits, labels):
    return F.cross_entropy(logits, labels, reduction="sum")


@misconception(
    "mean of all classes",
    hint="The sum was divided by samples × classes. Only one number a sample counts, that of its "
    "right class.",
)
def cross_entropy_mean_of_all(logits, labels):
    codes = F.one_hot(labels, logits.shape[1])
    return -(codes * logits.log_softmax(1)).mean()


@misconception(
    "sign",
    hint="This number is never positive. Logarithms of probabilities are negative; a loss is "
    "large when things go badly.",
)
def cross_entropy_sign(logits, labels):
    return -F.cross_entropy(logits, labels)


@misconception(
    "all pairs",
    hint="`[:, labels]` takes for each sample the classes of *all* samples, a whole matrix. Each "
    "row needs its own label only.",
)
def cross_entropy_all_pairs(logits, labels):
    return -logits.log_softmax(1)[:, labels].mean()


@alternative
def cross_entropy_by_softmax_of_shifted(logits, labels):
    shifted = logits - logits.amax(1, keepdim=True)
    log_p = shifted - shifted.exp().sum(1, keepdim=True).log()
    return -log_p[torch.arange(len(labels)), labels].mean()


@alternative
def cross_entropy_by_codes(logits, labels):
    codes = F.one_hot(labels, logits.shape[1])
    return -(codes * logits.log_softmax(1)).sum(1).mean()


@alternative
def cross_entropy_by_loop(logits, labels):
    losses = [
        torch.logsumexp(row, 0) - row[label] for row, label in zip(logits, labels, strict=True)
    ]
    return torch.stack(losses).mean()


@alternative
def cross_entropy_of_torch(logits, labels):
    return F.cross_entropy(logits, labels)
