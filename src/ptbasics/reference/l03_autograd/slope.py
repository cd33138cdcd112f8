"""Answers: The slope of a curve at a point."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from ptbasics.exercise import alternative, misconception


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


@misconception(
    "value",
    hint="This is the height of the curve, not its slope. The slope is left on the input when the "
    "result goes backward.",
)
def slope_value(function: Callable, at: float) -> float:
    w = torch.tensor(float(at), requires_grad=True)
    z = function(w)
    z.backward()
    return z.item()


@misconception(
    "no backward",
    hint="`.grad` stays None until something has gone backward through the graph.",
)
def slope_no_backward(function: Callable, at: float) -> Any:
    w = torch.tensor(float(at), requires_grad=True)
    function(w)
    return w.grad


@misconception(
    "int",
    hint="A whole number becomes an int64 tensor, and only floating-point tensors can have a "
    "gradient. Choose the dtype yourself.",
)
def slope_int(function: Callable, at: float) -> Any:
    w = torch.tensor(at, requires_grad=True)
    function(w).backward()
    return w.grad.item()


@misconception(
    "tensor",
    hint="`.grad` is a tensor. The statement asks for a Python number.",
)
def slope_tensor(function: Callable, at: float) -> Any:
    w = torch.tensor(float(at), requires_grad=True)
    function(w).backward()
    return w.grad


@misconception(
    "two calls",
    hint="Rise over run needs two calls of the function and is only nearly right. Autograd gives "
    "the slope from one call.",
)
def slope_two_calls(function: Callable, at: float) -> Any:
    w = torch.tensor(float(at), dtype=torch.float64)
    return ((function(w + 1e-5) - function(w - 1e-5)) / 2e-5).item()


@alternative
def slope_by_grad(function, at):
    w = torch.tensor([at], dtype=torch.float64).squeeze().requires_grad_()
    return float(torch.autograd.grad(function(w), w)[0])


@alternative
def slope_from_a_vector(function, at):
    w = torch.tensor([float(at)], requires_grad=True)
    function(w[0]).backward()
    return w.grad.item()
