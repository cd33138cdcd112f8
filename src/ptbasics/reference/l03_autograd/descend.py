"""Answers: Walking downhill."""

from __future__ import annotations

from collections.abc import Callable

import torch

from ptbasics.exercise import alternative, misconception


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


@misconception(
    "not zeroed",
    hint="The second gradient still contains the first: `backward` adds to `.grad`.",
)
def descend_not_zeroed(
    function: Callable, start: torch.Tensor, rate: float, steps: int
) -> tuple[torch.Tensor, torch.Tensor]:
    w = start.clone().requires_grad_()
    path, gradients = [start.clone()], []
    for _ in range(steps):
        function(w).backward()
        with torch.no_grad():
            w -= rate * w.grad
        gradients.append(w.grad.clone())
        path.append(w.detach().clone())
    return torch.stack(path), torch.stack(gradients)


@misconception(
    "gradient alias",
    hint="All kept gradients are one and the same tensor, which `backward` and zeroing overwrite. "
    "Keep copies.",
)
def descend_gradient_alias(
    function: Callable, start: torch.Tensor, rate: float, steps: int
) -> tuple[torch.Tensor, torch.Tensor]:
    w = start.clone().requires_grad_()
    path, gradients = [start.clone()], []
    for _ in range(steps):
        if w.grad is not None:
            w.grad.zero_()
        function(w).backward()
        with torch.no_grad():
            w -= rate * w.grad
        gradients.append(w.grad)
        path.append(w.detach().clone())
    return torch.stack(path), torch.stack(gradients)


@misconception(
    "nothing to zero",
    hint="Before the first `backward`, `.grad` is None: there is no buffer yet that could be "
    "filled with zeros.",
)
def descend_nothing_to_zero(
    function: Callable, start: torch.Tensor, rate: float, steps: int
) -> tuple[torch.Tensor, torch.Tensor]:
    w = start.clone().requires_grad_()
    path, gradients = [start.clone()], []
    for _ in range(steps):
        w.grad.zero_()
        function(w).backward()
        with torch.no_grad():
            w -= rate * w.grad
        gradients.append(w.grad.clone())
        path.append(w.detach().clone())
    return torch.stack(path), torch.stack(gradients)


@misconception(
    "path alias",
    hint="All rows of the path are the last place. `detach` gives a second view of the same "
    "memory, not a copy of it.",
)
def descend_path_alias(
    function: Callable, start: torch.Tensor, rate: float, steps: int
) -> tuple[torch.Tensor, torch.Tensor]:
    w = start.clone().requires_grad_()
    path, gradients = [w.detach()], []
    for _ in range(steps):
        w.grad = None
        function(w).backward()
        with torch.no_grad():
            w -= rate * w.grad
        gradients.append(w.grad)
        path.append(w.detach())
    return torch.stack(path), torch.stack(gradients)


@misconception(
    "path with its graph",
    hint="The places still ask for a gradient: `clone` copies the memory and is recorded, too. "
    "Leave the graph before you copy.",
)
def descend_path_with_its_graph(
    function: Callable, start: torch.Tensor, rate: float, steps: int
) -> tuple[torch.Tensor, torch.Tensor]:
    w = start.clone().requires_grad_()
    path, gradients = [w.clone()], []
    for _ in range(steps):
        w.grad = None
        function(w).backward()
        with torch.no_grad():
            w -= rate * w.grad
        gradients.append(w.grad)
        path.append(w.clone())
    return torch.stack(path), torch.stack(gradients)


@misconception(
    "rebound",
    hint="`w = w - …` makes a new tensor that no longer asks for a gradient; the next `backward` "
    "finds nothing to do. Change the old one instead.",
)
def descend_rebound(
    function: Callable, start: torch.Tensor, rate: float, steps: int
) -> tuple[torch.Tensor, torch.Tensor]:
    w = start.clone().requires_grad_()
    path, gradients = [start.clone()], []
    for _ in range(steps):
        function(w).backward()
        gradients.append(w.grad)
        with torch.no_grad():
            w = w - rate * w.grad
        path.append(w)
    return torch.stack(path), torch.stack(gradients)


@misconception(
    "rebound and recorded",
    hint="`w = w - …` makes a new tensor, which is no leaf: the step became a part of the "
    "function, and the next `backward` leaves the gradient at the leaf where the walk began. The "
    "new tensor's `.grad` stays None.",
)
def descend_rebound_and_recorded(
    function: Callable, start: torch.Tensor, rate: float, steps: int
) -> tuple[torch.Tensor, torch.Tensor]:
    w = start.clone().requires_grad_()
    path, gradients = [start.clone()], []
    for _ in range(steps):
        function(w).backward()
        gradient = w.grad if w.is_leaf else None  # as `w.grad`, without torch's warning
        gradients.append(gradient.clone())
        w = w - rate * gradient
        path.append(w.detach().clone())
    return torch.stack(path), torch.stack(gradients)


@misconception(
    "leaf in place",
    hint="Autograd does not let a leaf be changed in place while it is recording. Tell it that "
    "the step is no part of the function.",
)
def descend_leaf_in_place(
    function: Callable, start: torch.Tensor, rate: float, steps: int
) -> tuple[torch.Tensor, torch.Tensor]:
    w = start.clone().requires_grad_()
    path, gradients = [start.clone()], []
    for _ in range(steps):
        w.grad = None
        function(w).backward()
        w -= rate * w.grad
        gradients.append(w.grad)
        path.append(w.detach().clone())
    return torch.stack(path), torch.stack(gradients)


@misconception(
    "uphill",
    hint="The gradient points uphill. Take the step the other way.",
)
def descend_uphill(
    function: Callable, start: torch.Tensor, rate: float, steps: int
) -> tuple[torch.Tensor, torch.Tensor]:
    return descend(function, start, -rate, steps)


@misconception(
    "one place late",
    hint="The walk is right. But these are the gradients at the places where the steps ended, not "
    "at those from which they were made.",
)
def descend_one_place_late(
    function: Callable, start: torch.Tensor, rate: float, steps: int
) -> tuple[torch.Tensor, torch.Tensor]:
    path, _ = descend(function, start, rate, steps)
    gradients = []
    for place in path[1:]:
        w = place.clone().requires_grad_()
        function(w).backward()
        gradients.append(w.grad)
    return path, torch.stack(gradients)


@misconception(
    "moves the start",
    hint="The caller's tensor was walked along, or now asks for a gradient. Begin with a copy of "
    "it.",
)
def descend_moves_the_start(
    function: Callable, start: torch.Tensor, rate: float, steps: int
) -> tuple[torch.Tensor, torch.Tensor]:
    w = start.requires_grad_()
    path, gradients = [w.detach().clone()], []
    for _ in range(steps):
        w.grad = None
        function(w).backward()
        with torch.no_grad():
            w -= rate * w.grad
        gradients.append(w.grad)
        path.append(w.detach().clone())
    return torch.stack(path), torch.stack(gradients)


@alternative
def descend_rebinding_leaves(function, start, rate, steps):
    places, gradients = [start], []
    for _ in range(steps):
        w = places[-1].detach().requires_grad_()
        function(w).backward()
        gradients.append(w.grad)
        places.append((w - rate * w.grad).detach())
    return torch.stack([place.detach() for place in places]), torch.stack(gradients)


@alternative
def descend_in_preallocated_memory(function, start, rate, steps):
    path = torch.empty(steps + 1, *start.shape, dtype=start.dtype)
    gradients = torch.empty(steps, *start.shape, dtype=start.dtype)
    w = start.detach().clone().requires_grad_(True)
    path[0] = start
    for step in range(steps):
        function(w).backward()
        gradients[step] = w.grad
        w.data.sub_(rate * w.grad)
        w.grad.zero_()
        path[step + 1] = w.data
    return path, gradients


@alternative
def descend_without_leaves(function, start, rate, steps):
    place, places, gradients = start.clone(), [start.clone()], []
    for _ in range(steps):
        (gradient,) = torch.autograd.grad(function(w := place.clone().requires_grad_()), w)
        place = place - rate * gradient
        places.append(place)
        gradients.append(gradient)
    return torch.stack(places), torch.stack(gradients)


@alternative
def descend_as_a_list(function, start, rate, steps):
    w = start.clone().requires_grad_()
    optimizer = torch.optim.SGD([w], lr=rate)
    path, gradients = [start], []
    for _ in range(steps):
        optimizer.zero_grad()
        function(w).backward()
        gradients.append(w.grad.clone())
        optimizer.step()
        path.append(w.detach().clone())
    return [torch.stack(path), torch.stack(gradients)]
