"""Answers: Rounding that can be trained."""

from __future__ import annotations

from typing import Any

import torch

from ptbasics.exercise import alternative, misconception


class RoundClipped(torch.autograd.Function):
    """Round to whole numbers within limits, with the gradient of a straight line.

    Called as `RoundClipped.apply(x, limit)`, with a floating-point tensor `x` of any shape and a
    positive Python float `limit`, which need not be a whole number.
    """

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor, limit: float) -> torch.Tensor:
        """Cut `x` off at `-limit` and `limit`, then round.

        Returns:
            A tensor with the shape and dtype of `x`.
        """
        ctx.save_for_backward(x)
        ctx.limit = limit
        return x.clamp(-limit, limit).round()

    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> Any:
        """Pass the gradient on unchanged where `-limit <= x <= limit`, and 0 elsewhere.

        Args:
            grad_output: the gradient of what comes after, with the shape of the result.

        Returns:
            One gradient for each input of `forward` (None for `limit`).
        """
        (x,) = ctx.saved_tensors
        return grad_output * (x.abs() <= ctx.limit), None


@misconception(
    "ones",
    hint="The gradient that arrives from the output is ignored. The chain rule multiplies it by "
    "the local slope.",
)
class RoundClippedOnes(RoundClipped):
    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> Any:
        (x,) = ctx.saved_tensors
        return (x.abs() <= ctx.limit).to(x.dtype), None


@misconception(
    "everywhere",
    hint="The gradient also passes where `x` lies beyond the limit, although the output no longer "
    "moves there.",
)
class RoundClippedEverywhere(RoundClipped):
    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> Any:
        return grad_output, None


@misconception(
    "true slope",
    hint="The true slope of a staircase is 0, so nothing arrives at `x`. Pretend that the "
    "staircase is a straight line.",
)
class RoundClippedTrueSlope(RoundClipped):
    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> Any:
        return torch.zeros_like(grad_output), None


def _only_one_gradient(ctx: Any, grad_output: torch.Tensor) -> Any:
    return RoundClipped.backward(ctx, grad_output)[0]


# torch's message names the class, so it must be called as the student's is
RoundClippedOneGradient = misconception(
    "one gradient",
    hint="`backward` must return as many values as `forward` has inputs besides `ctx`.",
)(type("RoundClipped", (RoundClipped,), {"backward": staticmethod(_only_one_gradient)}))


@misconception(
    "limits last",
    hint="Rounded first and then cut off, the result is no whole number where the limit is none.",
)
class RoundClippedLimitsLast(RoundClipped):
    @staticmethod
    def forward(ctx: Any, x: torch.Tensor, limit: float) -> torch.Tensor:
        ctx.save_for_backward(x)
        ctx.limit = limit
        return x.round().clamp(-limit, limit)


@misconception(
    "not clipped",
    hint="The forward direction must also keep the result within the limits.",
)
class RoundClippedNotClipped(RoundClipped):
    @staticmethod
    def forward(ctx: Any, x: torch.Tensor, limit: float) -> torch.Tensor:
        ctx.save_for_backward(x)
        ctx.limit = limit
        return x.round()


@misconception(
    "outside in",
    hint="The gradient passes outside the limits and is stopped inside: it should be the other "
    "way round.",
)
class RoundClippedOutsideIn(RoundClipped):
    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> Any:
        (x,) = ctx.saved_tensors
        return grad_output * (x.abs() > ctx.limit), None


@alternative
class RoundClippedWithMask(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, limit):
        ctx.outside = (x < -limit) | (x > limit)
        return torch.round(torch.clip(x, -limit, limit))

    @staticmethod
    def backward(ctx, grad_output):
        return grad_output.masked_fill(ctx.outside, 0.0), None


@alternative
class RoundClippedInTwoSteps(torch.autograd.Function):
    @staticmethod
    def forward(x, limit):
        return x.clip(-limit, limit).round()

    @staticmethod
    def setup_context(ctx, inputs, output):
        x, ctx.limit = inputs
        ctx.save_for_backward(x)

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        gradient = grad_output.clone()
        gradient[x > ctx.limit] = 0
        gradient[x < -ctx.limit] = 0
        return gradient, None


@alternative
def round_clipped_by_detaching(x, limit):
    inside = x.detach().abs() <= limit
    through = torch.where(inside, x, x.detach())
    return through + (x.clamp(-limit, limit).round() - x).detach()
