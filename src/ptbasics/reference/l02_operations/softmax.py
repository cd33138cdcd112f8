"""Answers: A softmax that does not overflow."""

from __future__ import annotations

import torch

from ptbasics.exercise import alternative, misconception


def softmax(x: torch.Tensor, dim: int) -> torch.Tensor:
    """Turn numbers into probabilities: exp(x), divided by the sum of exp(x) along `dim`.

    Args:
        x: floating-point tensor of any shape with at least one dimension; its values may be
            as large as 1000 and more, as small as -1000 and less, and some of a group even minus
            infinity.
        dim: the dimension along which the results sum to 1; may be negative.

    Returns:
        A tensor with the shape and dtype of `x`: finite, and 1 when summed along `dim`.
    """
    powers = (x - x.amax(dim=dim, keepdim=True)).exp()
    return powers / powers.sum(dim=dim, keepdim=True)


@misconception(
    "overflow",
    hint="`exp(1000)` is infinity in float32, and infinity divided by infinity is nan. Make the "
    "inputs smaller before `exp`, in a way that leaves the result the same.",
)
def softmax_overflow(x: torch.Tensor, dim: int) -> torch.Tensor:
    return x.exp() / x.exp().sum(dim=dim, keepdim=True)


@misconception(
    "one maximum",
    hint="One shift for the whole tensor is too much for a row of much smaller numbers: all its "
    "exponentials become 0, and 0 / 0 is nan. Shift each group by its own.",
)
def softmax_one_maximum(x: torch.Tensor, dim: int) -> torch.Tensor:
    powers = (x - x.max()).exp()
    return powers / powers.sum(dim=dim, keepdim=True)


@misconception(
    "never below zero",
    hint="In a group far below zero, nothing was shifted: all its exponentials become 0, and 0 / "
    "0 is nan. Its largest number is the shift there, too.",
)
def softmax_never_below_zero(x: torch.Tensor, dim: int) -> torch.Tensor:
    powers = (x - x.amax(dim=dim, keepdim=True).clamp(min=0)).exp()
    return powers / powers.sum(dim=dim, keepdim=True)


@misconception(
    "absolute",
    hint="Of -1000, the absolute value is 1000: a group far below zero is shifted even further "
    "down, until all its exponentials are 0. Which number of it should become 0?",
)
def softmax_absolute(x: torch.Tensor, dim: int) -> torch.Tensor:
    powers = (x - x.abs().amax(dim=dim, keepdim=True)).exp()
    return powers / powers.sum(dim=dim, keepdim=True)


@misconception(
    "another shift",
    hint="The shift leaves a large number above zero where the inputs of a group are far apart, "
    "and fails where one is minus infinity. After it, no input may exceed 0.",
)
def softmax_another_shift(x: torch.Tensor, dim: int) -> torch.Tensor:
    powers = (x - x.mean(dim=dim, keepdim=True)).exp()
    return powers / powers.sum(dim=dim, keepdim=True)


@misconception(
    "flat",
    hint="All probabilities together sum to 1. They should do so in each group along `dim`.",
)
def softmax_flat(x: torch.Tensor, dim: int) -> torch.Tensor:
    return x.exp() / x.exp().sum()


@misconception(
    "flat, shifted",
    hint="The shift is fine, but all probabilities together sum to 1. They should do so in each "
    "group along `dim`.",
)
def softmax_flat_shifted(x: torch.Tensor, dim: int) -> torch.Tensor:
    powers = (x - x.max()).exp()
    return powers / powers.sum()


@misconception(
    "last dim",
    hint="The groups always lie along the last dimension. Use the argument `dim`.",
)
def softmax_last_dim(x: torch.Tensor, dim: int) -> torch.Tensor:
    return x.exp() / x.exp().sum(dim=-1, keepdim=True)


@misconception(
    "pair",
    hint="With `dim`, `max` answers two questions at once, how much and where, and only one of "
    "the answers can be subtracted.",
)
def softmax_pair(x: torch.Tensor, dim: int) -> torch.Tensor:
    powers = (x - x.max(dim=dim, keepdim=True)).exp()  # type: ignore[operator]
    return powers / powers.sum(dim=dim, keepdim=True)


@misconception(
    "no keepdim",
    hint="After the sum a dimension is gone, so the shapes are lined up wrongly when it meets the "
    "exponentials again. Keep the dimension with length 1.",
)
def softmax_no_keepdim(x: torch.Tensor, dim: int) -> torch.Tensor:
    powers = (x - x.amax(dim=dim, keepdim=True)).exp()
    return powers / powers.sum(dim=dim)


@misconception(
    "maximum without keepdim",
    hint="After the maximum a dimension is gone, so the shapes are lined up wrongly when it is "
    "subtracted. Keep the dimension with length 1.",
)
def softmax_maximum_without_keepdim(x: torch.Tensor, dim: int) -> torch.Tensor:
    powers = (x - x.amax(dim=dim)).exp()
    return powers / powers.sum(dim=dim, keepdim=True)


@misconception(
    "never keepdim",
    hint="Both reductions lose their dimension, so that their results are lined up with the wrong "
    "one of `x`. Both must keep it, with length 1.",
)
def softmax_never_keepdim(x: torch.Tensor, dim: int) -> torch.Tensor:
    powers = (x - x.amax(dim=dim)).exp()
    return powers / powers.sum(dim=dim)


@alternative
def softmax_by_logsumexp(x, dim):
    return (x - torch.logsumexp(x, dim, keepdim=True)).exp()


@alternative
def softmax_by_unsqueeze(x, dim):
    top = x.max(dim).values.unsqueeze(dim)
    powers = torch.exp(x - top)
    return powers / powers.sum(dim).unsqueeze(dim)


@alternative
def softmax_in_log_space(x, dim):
    shifted = x - x.amax(dim, keepdim=True)
    return (shifted - shifted.exp().sum(dim, keepdim=True).log()).exp()


@alternative
def softmax_row_by_row(x, dim):
    moved = x.movedim(dim, -1)
    rows = []
    for row in moved.reshape(-1, moved.shape[-1]):
        powers = torch.e ** (row - max(row))
        rows.append(powers / sum(powers))
    return torch.stack(rows).reshape(moved.shape).movedim(-1, dim)


@alternative
def softmax_in_double(x, dim):
    powers = (x - x.amax(dim, keepdim=True)).double().exp()
    return (powers / powers.sum(dim, keepdim=True)).to(x.dtype)
