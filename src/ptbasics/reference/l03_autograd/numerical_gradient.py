"""Answers: A gradient from differences."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch

from ptbasics.exercise import alternative, misconception


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


@misconception(
    "one side",
    hint="The difference between here and one step up is lopsided: its error shrinks only with "
    "`step`, not with its square. Go one step to both sides.",
)
def numerical_gradient_one_side(function: Callable, x: torch.Tensor, step: float) -> torch.Tensor:
    here = x.double().flatten().clone()
    slopes = torch.empty_like(here)
    for i in range(len(here)):
        moved = here.clone()
        moved[i] += step
        slopes[i] = (function(moved.view(x.shape)) - function(here.view(x.shape))) / step
    return slopes.view(x.shape).to(x.dtype)


@misconception(
    "half",
    hint="From one step below to one step above is a longer way than `step`. What do you have to "
    "divide by?",
)
def numerical_gradient_half(function: Callable, x: torch.Tensor, step: float) -> torch.Tensor:
    return 2 * numerical_gradient(function, x, step)


@misconception(
    "all at once",
    hint="All elements were moved together, so their effects are added up. Only one may move at a "
    "time.",
)
def numerical_gradient_all_at_once(
    function: Callable, x: torch.Tensor, step: float
) -> torch.Tensor:
    here = x.double()
    slope = (function(here + step) - function(here - step)) / (2 * step)
    return torch.full_like(x, slope.item())


@misconception(
    "stays moved",
    hint="After an element has been moved it must return to its place before the next one moves, "
    "and the caller's `x` must not change at all.",
)
def numerical_gradient_stays_moved(
    function: Callable, x: torch.Tensor, step: float
) -> torch.Tensor:
    here = x.double()
    slopes = torch.empty_like(here).flatten()
    for i in range(x.numel()):
        here.view(-1)[i] += step
        above = function(here)
        here.view(-1)[i] -= 2 * step
        slopes[i] = (above - function(here)) / (2 * step)
    return slopes.view(x.shape).to(x.dtype)


@misconception(
    "float32",
    hint="In float32, a change in the 7th digit is lost in rounding. Calculate in float64 and "
    "convert only the result.",
)
def numerical_gradient_float32(function: Callable, x: torch.Tensor, step: float) -> torch.Tensor:
    slopes = torch.empty_like(x).flatten()
    for i in range(x.numel()):
        move = torch.zeros_like(x)
        move.view(-1)[i] = step
        slopes[i] = (function(x + move) - function(x - move)) / (2 * step)
    return slopes.view(x.shape)


@alternative
def numerical_gradient_with_one_hot_moves(function, x, step):
    x64 = x.to(torch.float64)
    moves = step * torch.eye(x.numel(), dtype=torch.float64).reshape(-1, *x.shape)
    rises = [function(x64 + move) - function(x64 - move) for move in moves]
    return (torch.stack(rises) / (2 * step)).reshape(x.shape).type_as(x)


@alternative
def numerical_gradient_with_numpy(function, x, step):
    def value(place):
        return function(torch.from_numpy(place)).item()

    here = x.numpy().astype(np.float64)
    slopes = np.zeros_like(here)
    for index in np.ndindex(here.shape):
        above, below = here.copy(), here.copy()
        above[index] += step
        below[index] -= step
        slopes[index] = (value(above) - value(below)) / (2 * step)
    return torch.from_numpy(slopes).to(x.dtype)
