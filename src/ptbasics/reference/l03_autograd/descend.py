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
    hint="All places that were kept are the last one: `detach` and `.data` give a second view of "
    "the same memory, not a copy of it.",
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
    hint="Nothing asks for a gradient there, so `backward` finds nothing to do. Either the copy of "
    "the start never asked, or `w = w - …` made a new tensor, which no longer asks. Change the old "
    "one instead.",
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


@misconception("path alias")
def descend_path_alias_but_the_start(
    function: Callable, start: torch.Tensor, rate: float, steps: int
) -> tuple[torch.Tensor, torch.Tensor]:
    path, gradients = descend(function, start, rate, steps)
    return torch.stack([start, *[path[-1]] * steps]), gradients


@misconception("gradient alias")
def descend_gradient_alias_emptied(
    function: Callable, start: torch.Tensor, rate: float, steps: int
) -> tuple[torch.Tensor, torch.Tensor]:
    path, gradients = descend(function, start, rate, steps)  # as if zeroed after each step
    return path, torch.zeros_like(gradients)


@misconception(
    "not zeroed, alias",
    hint="Two things come together: `backward` adds to `.grad`, which was not emptied, and all "
    "kept gradients are this one tensor, so each of them is the sum.",
)
def descend_not_zeroed_alias(
    function: Callable, start: torch.Tensor, rate: float, steps: int
) -> tuple[torch.Tensor, torch.Tensor]:
    path, gradients = descend_not_zeroed(function, start, rate, steps)
    return path, torch.stack([gradients[-1]] * steps)


@misconception(
    "a place is missing",
    hint="With so many steps there is one place more: the start comes first, and the place after "
    "the last step is there, too.",
)
def descend_without_the_start(
    function: Callable, start: torch.Tensor, rate: float, steps: int
) -> tuple[torch.Tensor, torch.Tensor]:
    path, gradients = descend(function, start, rate, steps)
    return path[1:], gradients


@misconception("a place is missing")
def descend_without_the_end(
    function: Callable, start: torch.Tensor, rate: float, steps: int
) -> tuple[torch.Tensor, torch.Tensor]:
    path, gradients = descend(function, start, rate, steps)
    return path[:-1], gradients


@misconception(
    "rate forgotten",
    hint="The steps are as long as the gradient. A step is `rate` times the gradient.",
)
def descend_rate_forgotten(
    function: Callable, start: torch.Tensor, rate: float, steps: int
) -> tuple[torch.Tensor, torch.Tensor]:
    return descend(function, start, 1.0, steps)


@misconception(
    "kept before the step",
    hint="The start is there twice and the last place is missing: a place was kept before the step "
    "was made.",
)
def descend_kept_before_the_step(
    function: Callable, start: torch.Tensor, rate: float, steps: int
) -> tuple[torch.Tensor, torch.Tensor]:
    path, gradients = descend(function, start, rate, steps)
    return torch.stack([start, *path[:-1]]), gradients


@misconception("rebound")
def descend_never_asks(
    function: Callable, start: torch.Tensor, rate: float, steps: int
) -> tuple[torch.Tensor, torch.Tensor]:
    function(start.clone()).backward()
    return descend(function, start, rate, steps)


@misconception("moves the start")
def descend_moves_the_start_detached(
    function: Callable, start: torch.Tensor, rate: float, steps: int
) -> tuple[torch.Tensor, torch.Tensor]:
    path, gradients = descend(function, start, rate, steps)
    start.copy_(path[-1])  # as a detached view of the start does
    return path, gradients


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


@alternative
def descend_with_a_new_leaf_each_time(function, start, rate, steps):
    w, path, gradients = start.clone(), [start.clone()], []
    for _ in range(steps):
        w = w.detach().requires_grad_()
        [gradient] = torch.autograd.grad(function(w), w)
        w = w - rate * gradient
        path.append(w.detach())
        gradients.append(gradient)
    return torch.stack(path), torch.stack(gradients)
