"""Answers: Bug hunt 3: backward a second time."""

from __future__ import annotations

from typing import Any

import torch

from ptbasics.exercise import alternative, misconception


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


@misconception(
    "as given",
    hint="The shared part of the graph is freed when the first result goes backward. The second "
    "still needs it.",
)
def two_gradients_as_given(w: torch.Tensor, x: torch.Tensor) -> tuple[Any, Any]:
    signal = torch.tanh(x @ w)
    level, power = signal.mean(), (signal**2).sum()
    level.backward()
    of_level = w.grad
    power.backward()
    return of_level, w.grad


@misconception(
    "only retained",
    hint="The error is gone, but both gradients are the same tensor, and it holds their sum: the "
    "buffer was added to, and you kept it instead of a copy.",
)
def two_gradients_only_retained(w: torch.Tensor, x: torch.Tensor) -> tuple[Any, Any]:
    signal = torch.tanh(x @ w)
    level, power = signal.mean(), (signal**2).sum()
    level.backward(retain_graph=True)
    of_level = w.grad
    power.backward()
    return of_level, w.grad


@misconception(
    "added up",
    hint="The second gradient contains the first: the buffer was not emptied between.",
)
def two_gradients_added_up(w: torch.Tensor, x: torch.Tensor) -> tuple[Any, Any]:
    w.grad = None
    signal = torch.tanh(x @ w)
    level, power = signal.mean(), (signal**2).sum()
    level.backward(retain_graph=True)
    of_level = w.grad.clone()
    power.backward()
    return of_level, w.grad


@misconception(
    "zeroed alias",
    hint="Both results are the second gradient: they are the same buffer, which was emptied and "
    "filled again. Keep a copy of the first.",
)
def two_gradients_zeroed_alias(w: torch.Tensor, x: torch.Tensor) -> tuple[Any, Any]:
    w.grad = None
    signal = torch.tanh(x @ w)
    level, power = signal.mean(), (signal**2).sum()
    level.backward(retain_graph=True)
    of_level = w.grad
    w.grad.zero_()
    power.backward()
    return of_level, w.grad


@misconception(
    "buffer returned",
    hint="Both gradients are right at first. But the second one is the buffer `w.grad` itself, "
    "and the next call empties and refills it. Keep a copy of that one, too.",
)
def two_gradients_buffer_returned(w: torch.Tensor, x: torch.Tensor) -> tuple[Any, Any]:
    signal = torch.tanh(x @ w)
    if w.grad is not None:
        w.grad.zero_()
    signal.mean().backward(retain_graph=True)
    of_level = w.grad.clone()
    w.grad.zero_()
    (signal**2).sum().backward()
    return of_level, w.grad


@misconception(
    "adds to earlier calls",
    hint="The first call is right. The next one finds what it left in `w.grad`, and adds to it.",
)
def two_gradients_adds(w: torch.Tensor, x: torch.Tensor) -> tuple[Any, Any]:
    signal = torch.tanh(x @ w)
    level, power = signal.mean(), (signal**2).sum()
    level.backward(retain_graph=True)
    of_level = w.grad.clone()
    w.grad.zero_()
    power.backward()
    return of_level, w.grad.clone()


@misconception(
    "buffer left behind",
    hint="The first call is right. But the second gradient is the buffer `w.grad` itself, and the "
    "next call finds it and adds to it.",
)
def two_gradients_buffer_left_behind(w: torch.Tensor, x: torch.Tensor) -> tuple[Any, Any]:
    signal = torch.tanh(x @ w)
    level, power = signal.mean(), (signal**2).sum()
    level.backward(retain_graph=True)
    of_level = w.grad
    w.grad = None
    power.backward()
    return of_level, w.grad


@misconception(
    "tuple",
    hint="`torch.autograd.grad` returns a tuple, with one gradient for each tensor that you name, "
    "also for a single one. Take the gradient out of it.",
)
def two_gradients_tuple(w: torch.Tensor, x: torch.Tensor) -> tuple[Any, Any]:
    signal = torch.tanh(x @ w)
    of_level = torch.autograd.grad(signal.mean(), w, retain_graph=True)
    of_power = torch.autograd.grad((signal**2).sum(), w)
    return of_level, of_power


@misconception(
    "detached",
    hint="Detaching the shared part avoids the error, and leaves the second result without a path "
    "back to `w`.",
)
def two_gradients_detached(w: torch.Tensor, x: torch.Tensor) -> tuple[Any, Any]:
    signal = torch.tanh(x @ w)
    [of_level] = torch.autograd.grad(signal.mean(), w)
    [of_power] = torch.autograd.grad((signal.detach() ** 2).sum(), w)
    return of_level, of_power


@misconception(
    "exchanged",
    hint="The two gradients are exchanged: that of the level comes first.",
)
def two_gradients_exchanged(w: torch.Tensor, x: torch.Tensor) -> tuple[Any, Any]:
    of_level, of_power = two_gradients(w, x)
    return of_power, of_level


@misconception("adds to earlier calls")
def two_gradients_by_subtraction(w: torch.Tensor, x: torch.Tensor) -> tuple[Any, Any]:
    signal = torch.tanh(x @ w)
    signal.mean().backward(retain_graph=True)
    of_level = w.grad.clone()
    (signal**2).sum().backward()
    return of_level, w.grad - of_level


@misconception(
    "mean of squares",
    hint="The power is the *sum* of the squares, not their mean.",
)
def two_gradients_mean_of_squares(w: torch.Tensor, x: torch.Tensor) -> tuple[Any, Any]:
    of_level, of_power = two_gradients(w, x)
    return of_level, of_power / len(x)


@misconception(
    "with their graph",
    hint="The numbers are right, but they still have a graph: `create_graph=True` is for going "
    "backward through a gradient. To go through the *same* graph twice, there is another option.",
)
def two_gradients_with_their_graph(w: torch.Tensor, x: torch.Tensor) -> tuple[Any, Any]:
    signal = torch.tanh(x @ w)
    [of_level] = torch.autograd.grad(signal.mean(), w, create_graph=True)
    [of_power] = torch.autograd.grad((signal**2).sum(), w, create_graph=True)
    return of_level, of_power


@misconception("with their graph")
def two_gradients_first_with_its_graph(w: torch.Tensor, x: torch.Tensor) -> tuple[Any, Any]:
    signal = torch.tanh(x @ w)
    [of_level] = torch.autograd.grad(signal.mean(), w, create_graph=True)
    [of_power] = torch.autograd.grad((signal**2).sum(), w)
    return of_level, of_power


@alternative
def two_gradients_with_buffers(w, x):
    found = []
    for result in (torch.mean, lambda signal: signal.pow(2).sum()):
        w.grad = None
        result(torch.tanh(x @ w)).backward()
        found.append(w.grad.clone())
    return tuple(found)


@alternative
def two_gradients_by_hand(w, x):
    with torch.no_grad():
        signal = torch.tanh(x @ w)
        slopes = 1 - signal**2
        return x.T @ slopes / len(x), x.T @ (2 * signal * slopes)


@alternative
def two_gradients_on_a_copy(w, x):
    own = w.detach().clone().requires_grad_()
    signal = torch.tanh(x @ own)
    signal.mean().backward(retain_graph=True)
    of_level, own.grad = own.grad, None
    (signal**2).sum().backward()
    return of_level, own.grad


@alternative
def two_gradients_as_a_list(w, x):
    results = [lambda signal: signal.mean(), lambda signal: signal.square().sum()]
    return [torch.autograd.grad(result(torch.tanh(x @ w)), w)[0] for result in results]


@misconception("zeroed alias")
def two_gradients_zeroed_alias_of_earlier_calls(
    w: torch.Tensor, x: torch.Tensor
) -> tuple[Any, Any]:
    signal = torch.tanh(x @ w)
    level, power = signal.mean(), (signal**2).sum()
    level.backward(retain_graph=True)
    of_level = w.grad
    w.grad.zero_()
    power.backward()
    return of_level, w.grad
