"""Answers: Bug hunt 1: the penalty that does nothing."""

from __future__ import annotations

import torch
import torch.nn.functional as F

from ptbasics.exercise import alternative, misconception


def ridge_loss(w: torch.Tensor, x: torch.Tensor, y: torch.Tensor, strength: float) -> torch.Tensor:
    """The mean squared error of `x @ w`, plus a penalty on large weights.

    Args:
        w: the weights, shape `(features,)`; asks for its gradient.
        x: the inputs, shape `(rows, features)`.
        y: the wanted outputs, shape `(rows,)`.
        strength: what the sum of the squared weights is multiplied by.

    Returns:
        The loss without dimensions, whose `backward` gives `w` the gradient of the error and of
        the penalty.
    """
    error = (x @ w - y).square().mean()
    penalty = w.square().sum()
    return error + strength * penalty


@misconception(
    "penalty cut",
    hint="The loss is right and the penalty has no gradient, as before: between `w` and the "
    "penalty something still leaves the graph (`item`, `tolist`, `torch.tensor(…)`, `detach` and "
    "`.data` all do, and `requires_grad=True` does not lead back).",
)
def ridge_loss_penalty_cut(
    w: torch.Tensor, x: torch.Tensor, y: torch.Tensor, strength: float
) -> torch.Tensor:
    error = ((x @ w - y) ** 2).mean()
    squares = [weight.item() ** 2 for weight in w]
    return error + strength * torch.tensor(squares).sum()


@misconception(
    "rebuilt",
    hint="A tensor made anew with `requires_grad=True` is a leaf of its own: it silences the "
    "error, but nothing leads back from it to `w`.",
)
def ridge_loss_rebuilt(
    w: torch.Tensor, x: torch.Tensor, y: torch.Tensor, strength: float
) -> torch.Tensor:
    loss = ridge_loss(w, x, y, strength)
    return torch.tensor(loss.item(), requires_grad=True)


@misconception(
    "error cut",
    hint="Now the penalty has a gradient and the error has none. Nothing may be detached here.",
)
def ridge_loss_error_cut(
    w: torch.Tensor, x: torch.Tensor, y: torch.Tensor, strength: float
) -> torch.Tensor:
    error = ((x @ w - y) ** 2).mean()
    return error.detach() + strength * (w**2).sum()


@misconception(
    "root",
    hint="The penalty is the sum of the squares, without the square root.",
)
def ridge_loss_root(
    w: torch.Tensor, x: torch.Tensor, y: torch.Tensor, strength: float
) -> torch.Tensor:
    return ((x @ w - y) ** 2).mean() + strength * w.norm()


@misconception(
    "mean",
    hint="The penalty is the sum of the squares, not their mean.",
)
def ridge_loss_mean(
    w: torch.Tensor, x: torch.Tensor, y: torch.Tensor, strength: float
) -> torch.Tensor:
    return ((x @ w - y) ** 2).mean() + strength * (w**2).mean()


@misconception(
    "sum of errors",
    hint="The penalty is right. The error is the *mean* of the squared errors, not their sum.",
)
def ridge_loss_sum_of_errors(
    w: torch.Tensor, x: torch.Tensor, y: torch.Tensor, strength: float
) -> torch.Tensor:
    return ((x @ w - y) ** 2).sum() + strength * (w**2).sum()


@misconception(
    "no squares",
    hint="The penalty adds up the *squares* of the weights.",
)
def ridge_loss_absolute(
    w: torch.Tensor, x: torch.Tensor, y: torch.Tensor, strength: float
) -> torch.Tensor:
    return ((x @ w - y) ** 2).mean() + strength * w.abs().sum()


@misconception("no squares")
def ridge_loss_plain_sum(
    w: torch.Tensor, x: torch.Tensor, y: torch.Tensor, strength: float
) -> torch.Tensor:
    return ((x @ w - y) ** 2).mean() + strength * w.sum()


@alternative
def ridge_loss_by_dot(w, x, y, strength):
    residual = torch.mv(x, w) - y
    return residual.pow(2).sum() / len(residual) + torch.dot(w, w) * strength


@alternative
def ridge_loss_by_loop(w, x, y, strength):
    return F.mse_loss(x @ w, y) + strength * sum(weight**2 for weight in w)


@misconception(
    "square of the sum",
    hint="Squaring the sum is not summing the squares: weights of opposite sign would cancel out.",
)
def ridge_loss_square_of_the_sum(
    w: torch.Tensor, x: torch.Tensor, y: torch.Tensor, strength: float
) -> torch.Tensor:
    return ((x @ w - y) ** 2).mean() + strength * w.sum() ** 2
