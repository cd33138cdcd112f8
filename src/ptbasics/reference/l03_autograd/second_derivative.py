"""Answers: How the slope changes."""

from __future__ import annotations

from collections.abc import Callable

import torch

from ptbasics.exercise import alternative, misconception


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


@misconception(
    "first",
    hint="This is the first derivative. Take the derivative of that.",
)
def second_derivative_first(function: Callable, x: torch.Tensor) -> torch.Tensor:
    x = x.clone().requires_grad_()
    return torch.autograd.grad(function(x).sum(), x)[0]


@misconception(
    "no graph",
    hint="The first derivative came without a graph, so there is no way back from it.",
)
def second_derivative_no_graph(function: Callable, x: torch.Tensor) -> torch.Tensor:
    x = x.clone().requires_grad_()
    [first] = torch.autograd.grad(function(x).sum(), x)
    return torch.autograd.grad(first.sum(), x)[0]


@misconception(
    "differences",
    hint="Differences are only nearly right, and need calls of the function for every input. Here "
    "autograd is to follow the function.",
)
def second_derivative_differences(function: Callable, x: torch.Tensor) -> torch.Tensor:
    here, step = x.double(), 1e-4
    bend = function(here + step) - 2 * function(here) + function(here - step)
    return (bend / step**2).to(x.dtype)


@misconception(
    "squared",
    hint="The square of the first derivative is not the second.",
)
def second_derivative_squared(function: Callable, x: torch.Tensor) -> torch.Tensor:
    return second_derivative_first(function, x) ** 2


@misconception(
    "added up",
    hint="This is the first and the second derivative added up, because both went into `.grad`.",
)
def second_derivative_added_up(function: Callable, x: torch.Tensor) -> torch.Tensor:
    # what two calls of backward() leave in x.grad, without torch's warning about the first
    return second_derivative_first(function, x) + second_derivative(function, x)


@misconception(
    "with its graph",
    hint="The numbers are right, but the result still asks for a gradient. Return it without its "
    "graph.",
)
def second_derivative_with_its_graph(function: Callable, x: torch.Tensor) -> torch.Tensor:
    x = x.clone().requires_grad_()
    [first] = torch.autograd.grad(function(x).sum(), x, create_graph=True)
    # as if both gradients were taken with create_graph: some curves have no third derivative
    return second_derivative(function, x.detach()) + 0 * first


@misconception(
    "changes x",
    hint="The caller's `x` now asks for a gradient. Work on a tensor of your own.",
)
def second_derivative_changes_x(function: Callable, x: torch.Tensor) -> torch.Tensor:
    result = second_derivative(function, x)
    x.requires_grad_()
    return result


@alternative
def second_derivative_by_loops(function, x):
    found = []
    for value in x.flatten():
        point = value.clone().requires_grad_()
        (first,) = torch.autograd.grad(function(point), point, create_graph=True)
        first.backward()
        found.append(point.grad)
    return torch.stack(found).view_as(x)


@alternative
def second_derivative_with_grad_outputs(function, x):
    point = x.clone().requires_grad_()
    y = function(point)
    first = torch.autograd.grad(y, point, torch.ones_like(y), create_graph=True)[0]
    second = torch.autograd.grad(first, point, torch.ones_like(first), create_graph=True)[0]
    return second.detach()


@alternative
def second_derivative_by_functions(function, x):
    slope = torch.func.grad(lambda points: function(points).sum())
    return torch.func.grad(lambda points: slope(points).sum())(x)
