"""Answers: A Jacobian, row by row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from ptbasics.exercise import alternative, misconception


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


@misconception(
    "not a scalar",
    hint="Without `gradient=`, only a scalar can go backward. Say which output you are asking "
    "about.",
)
def jacobian_not_a_scalar(function: Callable, x: torch.Tensor) -> Any:
    x = x.clone().requires_grad_()
    function(x).backward()
    return x.grad


@misconception(
    "ones",
    hint="With ones for all outputs, the rows are added up to a single one.",
)
def jacobian_ones(function: Callable, x: torch.Tensor) -> Any:
    x = x.clone().requires_grad_()
    function(x).sum().backward()
    return x.grad


@misconception(
    "graph freed",
    hint="The backward pass for the first row frees what the graph has saved, and the second row "
    "still needs it. Which option keeps it?",
)
def jacobian_graph_freed(function: Callable, x: torch.Tensor) -> Any:
    x = x.clone().requires_grad_()
    y = function(x)
    return torch.stack(
        [torch.autograd.grad(y, x, one)[0] for one in torch.eye(len(y), dtype=y.dtype)]
    )


@misconception(
    "differences",
    hint="Differences are only nearly right, and need calls of the function for every input. Here "
    "autograd is to follow the function.",
)
def jacobian_differences(function: Callable, x: torch.Tensor) -> Any:
    moves = 1e-6 * torch.eye(len(x), dtype=torch.float64)
    columns = [(function(x + move) - function(x - move)) / 2e-6 for move in moves]
    return torch.stack(columns, dim=1).to(x.dtype)


@misconception(
    "added up",
    hint="Each row contains the rows before it: `backward` adds to `.grad`.",
)
def jacobian_added_up(function: Callable, x: torch.Tensor) -> Any:
    x = x.clone().requires_grad_()
    y = function(x)
    rows = []
    for one in torch.eye(len(y), dtype=y.dtype):
        y.backward(gradient=one, retain_graph=True)
        rows.append(x.grad.clone())
    return torch.stack(rows)


@misconception(
    "row alias",
    hint="All rows are the last one, because all are the same buffer. Keep copies.",
)
def jacobian_row_alias(function: Callable, x: torch.Tensor) -> Any:
    x = x.clone().requires_grad_()
    y = function(x)
    rows: list[Any] = []
    for one in torch.eye(len(y), dtype=y.dtype):
        if x.grad is not None:
            x.grad.zero_()
        y.backward(gradient=one, retain_graph=True)
        rows.append(x.grad)
    return torch.stack(rows)


@misconception(
    "transposed",
    hint="Rows and columns are swapped: a row belongs to an output, a column to an input.",
)
def jacobian_transposed(function: Callable, x: torch.Tensor) -> Any:
    return jacobian(function, x).T


@misconception(
    "changes x",
    hint="The caller's `x` now asks for a gradient. Work on a tensor of your own.",
)
def jacobian_changes_x(function: Callable, x: torch.Tensor) -> Any:
    result = jacobian(function, x)
    x.requires_grad_()
    return result


@misconception(
    "does not ask",
    hint="The function was called on a tensor that asks for no gradient, so nothing was recorded.",
)
def jacobian_does_not_ask(function: Callable, x: torch.Tensor) -> Any:
    y = function(x)
    return torch.autograd.grad(y[0], x, retain_graph=True)


@misconception(
    "added up, alias",
    hint="All rows are the sum of all: `backward` adds to `.grad`, and each row is this buffer.",
)
def jacobian_added_up_alias(function: Callable, x: torch.Tensor) -> Any:
    rows = jacobian(function, x)
    return rows.sum(0).expand(rows.shape).clone()


@misconception(
    "with its graph",
    hint="The numbers are right, but the result still asks for a gradient. `create_graph=True` is "
    "for going backward through a gradient; to use a graph again, there is another option.",
)
def jacobian_with_its_graph(function: Callable, x: torch.Tensor) -> Any:
    x = x.clone().requires_grad_()
    return jacobian(function, x.detach()) + 0 * x.sum()


@misconception(
    "as many rows as inputs",
    hint="There are as many rows as inputs here. A row belongs to an output, and a function may "
    "have more or fewer of them.",
)
def jacobian_square(function: Callable, x: torch.Tensor) -> Any:
    x = x.clone().requires_grad_()
    y = function(x)
    return torch.stack(
        [torch.autograd.grad(y[row], x, retain_graph=True)[0] for row in range(len(x))]
    )


@alternative
def jacobian_with_buffers(function, x):
    point = x.detach().clone().requires_grad_()
    outputs = function(point)
    matrix = torch.empty(len(outputs), len(point), dtype=x.dtype)
    for row in range(len(outputs)):
        point.grad = None
        outputs[row].backward(retain_graph=True)
        matrix[row] = point.grad
    return matrix


@alternative
def jacobian_in_one_batch(function, x):
    copies = x.expand(len(function(x)), -1).clone().requires_grad_()
    outputs = torch.stack([function(copy)[row] for row, copy in enumerate(copies)])
    return torch.autograd.grad(outputs.sum(), copies)[0]


@alternative
def jacobian_anew_for_each_row(function, x):
    rows = []
    for row in range(len(function(x))):
        point = x.clone().requires_grad_()
        function(point)[row].backward()
        rows.append(point.grad)
    return torch.stack(rows)
