"""Answers to lesson 3: autograd."""

# Written as a student writes: without what only a type checker needs.
# mypy: disable-error-code="operator,union-attr,var-annotated"

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch


def slope(function: Callable[[torch.Tensor], torch.Tensor], at: float) -> float:
    """The derivative of a function of one variable at a point, found by autograd.

    Args:
        function: takes a floating-point tensor without dimensions and returns another.
            Call it once.
        at: the point, a Python float or int.

    Returns:
        The slope of `function` there, as a Python float.
    """
    w = torch.tensor(float(at), requires_grad=True)
    function(w).backward()
    return w.grad.item()


def numerical_gradient(
    function: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor, step: float
) -> torch.Tensor:
    """The gradient of a function by central differences, element by element.

    For each element of `x`, the function is called with this element `step` larger and `step`
    smaller; the difference, divided by how far the two are apart, is the slope.

    Args:
        function: takes a tensor with the shape of `x` and returns one without dimensions, with
            the dtype that it was given.
        x: float32 or float64 tensor of any shape. It is left as it is.
        step: how far to go to each side, such as 1e-6. The calculation is made in float64, so
            that so small a step is not lost in rounding.

    Returns:
        A tensor with the shape and dtype of `x`: how fast the result changes with each element.
    """
    here = x.double().flatten().clone()
    slopes = torch.empty_like(here)
    for i in range(len(here)):
        value = here[i].item()
        here[i] = value + step
        above = function(here.view(x.shape))
        here[i] = value - step
        below = function(here.view(x.shape))
        here[i] = value
        slopes[i] = (above - below) / (2 * step)
    return slopes.view(x.shape).to(x.dtype)


def descend(
    function: Callable[[torch.Tensor], torch.Tensor],
    start: torch.Tensor,
    rate: float,
    steps: int,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Gradient descent: at each place find the gradient, then go `rate` times it downhill.

    Args:
        function: takes a tensor with the shape of `start` and returns one without dimensions.
        start: floating-point tensor of any shape, which asks for no gradient. It is left so.
        rate: what the gradient is multiplied by to make a step.
        steps: how many steps to take, at least 1.

    Returns:
        Two tensors with the dtype of `start` that ask for no gradient: the places, of shape
        `(steps + 1, *start.shape)`, the start first and the last place at the end; and the
        gradients from which the steps were made, of shape `(steps, *start.shape)`.
    """
    w = start.clone().requires_grad_()
    path, gradients = [start.clone()], []
    for _ in range(steps):
        w.grad = None
        function(w).backward()
        with torch.no_grad():
            w -= rate * w.grad
        gradients.append(w.grad)
        path.append(w.detach().clone())
    return torch.stack(path), torch.stack(gradients)


def microbatch_backward(
    loss_of: Callable[[torch.Tensor, torch.Tensor, torch.Tensor], torch.Tensor],
    w: torch.Tensor,
    x: torch.Tensor,
    y: torch.Tensor,
    size: int,
) -> float:
    """Do what `loss_of(w, x, y).backward()` does, with never more than `size` rows at a time.

    The graph of one piece is gone before that of the next is built.

    Args:
        loss_of: gives the mean loss over the rows of the `x` and `y` that it is called with, as
            a tensor without dimensions.
        w: the parameters, a leaf that asks for its gradient. The gradient is added to whatever
            `w.grad` holds.
        x, y: the batch; both have the same number of rows, at least 1.
        size: the largest number of rows of one piece. It need not divide the batch evenly.

    Returns:
        The mean loss over the whole batch, as a Python float.
    """
    total = 0.0
    for x_piece, y_piece in zip(x.split(size), y.split(size), strict=True):
        loss = loss_of(w, x_piece, y_piece) * (len(x_piece) / len(x))
        loss.backward()
        total += loss.item()
    return total


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


def smooth(readings: torch.Tensor, keep: torch.Tensor) -> torch.Tensor:
    """A running average: each day keeps a share of yesterday's average and adds the reading.

    The first average is the first reading. From then on it is `keep` times the average of the
    day before plus `1 - keep` times the reading of the day.

    Args:
        readings: one floating-point number a day, shape `(days,)`; asks for its gradient.
        keep: how much of yesterday's average stays, a tensor without dimensions between 0 and 1;
            asks for its gradient.

    Returns:
        The averages, shape `(days,)`. Gradients flow back to `readings` and to `keep`.
    """
    averages = [readings[0]]
    for reading in readings[1:]:
        averages.append(keep * averages[-1] + (1 - keep) * reading)
    return torch.stack(averages)


def two_gradients(w: torch.Tensor, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """The gradients of two results that share a part of their graph, each on its own.

    The shared part is `signal = torch.tanh(x @ w)`. The level is the mean of the signal, the power
    is the sum of its squares.

    Args:
        w: the weights, shape `(features,)`; asks for its gradient.
        x: the inputs, shape `(rows, features)`.

    Returns:
        The gradient of the level and the gradient of the power, each with the shape of `w`. They
        are the caller's to keep: neither depends on, nor changes with, another call.
    """
    signal = torch.tanh(x @ w)
    [of_level] = torch.autograd.grad(signal.mean(), w, retain_graph=True)
    [of_power] = torch.autograd.grad((signal**2).sum(), w)
    return of_level, of_power


def jacobian(function: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    """All slopes of a function from vectors to vectors, as a matrix, found by autograd.

    Args:
        function: takes a tensor of shape `(inputs,)` and returns one of shape `(outputs,)`.
        x: the point, a floating-point tensor of shape `(inputs,)` that asks for no gradient. It
            is left so.

    Returns:
        A tensor of shape `(outputs, inputs)` with the dtype of `x`, which asks for no gradient.
        Row i is the gradient of output i.
    """
    x = x.clone().requires_grad_()
    y = function(x)
    rows = [
        torch.autograd.grad(y, x, grad_outputs=one, retain_graph=True)[0]
        for one in torch.eye(len(y), dtype=y.dtype)
    ]
    return torch.stack(rows)


def second_derivative(
    function: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor
) -> torch.Tensor:
    """The second derivative of an elementwise function at every element, found by autograd.

    Args:
        function: applies one curve to every element of a tensor, keeping its shape. The slope of
            the curve is not the same everywhere.
        x: the points, a floating-point tensor of any shape that asks for no gradient. It is left
            so.

    Returns:
        A tensor with the shape and dtype of `x` that asks for no gradient.
    """
    x = x.clone().requires_grad_()
    [first] = torch.autograd.grad(function(x).sum(), x, create_graph=True)
    [second] = torch.autograd.grad(first.sum(), x)
    return second


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
