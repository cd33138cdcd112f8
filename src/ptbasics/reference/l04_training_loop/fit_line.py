"""Answers: The line behind noisy points."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

from ptbasics.exercise import alternative, misconception


def fit_line(
    x: torch.Tensor, y: torch.Tensor, steps: int, lr: float
) -> tuple[float, float, list[float]]:
    """Fit the line w·x + b to points by gradient descent on the mean squared error.

    Start at w = 0 and b = 0; use all points in each step; let `torch.optim.SGD` with the learning
    rate `lr` and without momentum move w and b together.

    Args:
        x: float32 tensor of shape (N, 1), one measurement a row.
        y: float32 tensor of shape (N,), what belongs to each.
        steps: how often w and b are moved; 0 or more.
        lr: the learning rate.

    Returns:
        (w, b, losses): w and b after the last step, Python floats; `losses` is a list of `steps`
        Python floats, each the loss from which one step set off.
    """
    w = torch.zeros((), requires_grad=True)
    b = torch.zeros((), requires_grad=True)
    optimizer = torch.optim.SGD([w, b], lr=lr)
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = F.mse_loss(w * x.squeeze(1) + b, y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return w.item(), b.item(), losses


def _wrong_line(
    x, y, steps, lr, *, pairs=False, zero=True, learn_b=True, stale=False, reduction="mean"
):
    w, b = torch.zeros((), requires_grad=True), torch.zeros((), requires_grad=True)
    optimizer = torch.optim.SGD([w, b] if learn_b else [w], lr=lr)
    losses = []
    for _ in range(steps):
        if zero:
            optimizer.zero_grad()
        difference = w * (x if pairs else x.squeeze(1)) + b - y
        loss = getattr(difference**2, reduction)()
        if stale:
            optimizer.step()
        loss.backward()
        if not stale:
            optimizer.step()
        losses.append(loss)
    return w.item(), b.item(), losses


def _numbers(found):
    return found[0], found[1], [loss.item() for loss in found[2]]


@misconception(
    "all pairs",
    hint="`(N, 1)` and `(N,)` were broadcast to `(N, N)`: each prediction met every target, and "
    "the best line for that is flat. Give both the same shape.",
)
def fit_line_all_pairs(x, y, steps, lr):
    return _numbers(_wrong_line(x, y, steps, lr, pairs=True))


@misconception(
    "no zero_grad",
    hint="Gradients pile up over the steps, so the line overshoots more and more.",
)
def fit_line_no_zero_grad(x, y, steps, lr):
    return _numbers(_wrong_line(x, y, steps, lr, zero=False))


@misconception(
    "tensors",
    hint="The list holds tensors, each with the record of how it was made. Store plain numbers.",
)
def fit_line_tensors(x, y, steps, lr):
    return _wrong_line(x, y, steps, lr)


@misconception(
    "b not learned",
    hint="b stays at 0: does the optimizer know about it?",
)
def fit_line_b_not_learned(x, y, steps, lr):
    return _numbers(_wrong_line(x, y, steps, lr, learn_b=False))


@misconception(
    "step before backward",
    hint="The line never moved. `step` goes by what is in `.grad`: it has to come, and to come "
    "after `backward` has put the slopes of this loss there.",
)
def fit_line_step_before_backward(x, y, steps, lr):
    return _numbers(_wrong_line(x, y, steps, lr, stale=True))


@misconception(
    "sum",
    hint="The squared errors were added up instead of averaged, so each step is N times as long "
    "as asked for.",
)
def fit_line_sum(x, y, steps, lr):
    return _numbers(_wrong_line(x, y, steps, lr, reduction="sum"))


@alternative
def fit_line_by_formula(x, y, steps, lr):
    """The slopes of the mean squared error by hand."""
    x, w, b, losses = x[:, 0], 0.0, 0.0, []
    for _ in range(steps):
        error = w * x + b - y
        losses.append((error**2).mean().item())
        w, b = w - lr * 2 * (error * x).mean().item(), b - lr * 2 * error.mean().item()
    return w, b, losses


@alternative
def fit_line_by_module(x, y, steps, lr):
    model = nn.Linear(1, 1)
    nn.init.zeros_(model.weight)
    nn.init.zeros_(model.bias)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for _ in range(steps):
        loss = nn.MSELoss()(model(x), y[:, None])
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        losses.append(float(loss.detach()))
    return model.weight.item(), model.bias.item(), losses


@alternative
def fit_line_by_rebinding(x, y, steps, lr):
    w, b, losses = torch.zeros(1, 1, requires_grad=True), torch.zeros(1, requires_grad=True), []
    for _ in range(steps):
        loss = F.mse_loss(F.linear(x, w, b).squeeze(1), y)
        of_w, of_b = torch.autograd.grad(loss, [w, b])
        w, b = (
            (w - lr * of_w).detach().requires_grad_(),
            (b - lr * of_b).detach().requires_grad_(),
        )
        losses.append(loss.item())
    return w.item(), b.item(), losses
