"""What goes wrong in lesson 3: the known wrong answers."""

# Wrong on purpose, and written as a student writes.
# mypy: disable-error-code="arg-type,attr-defined,no-any-return,operator,union-attr"
# mypy: disable-error-code="var-annotated"

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from ptbasics.exercise import misconception
from ptbasics.reference.l03_autograd import (
    RoundClipped,
    descend,
    jacobian,
    numerical_gradient,
    ridge_loss,
    second_derivative,
    smooth,
)


@misconception("slope", "value")
def slope_value(function: Callable, at: float) -> float:
    w = torch.tensor(float(at), requires_grad=True)
    z = function(w)
    z.backward()
    return z.item()


@misconception("slope", "no backward")
def slope_no_backward(function: Callable, at: float) -> Any:
    w = torch.tensor(float(at), requires_grad=True)
    function(w)
    return w.grad


@misconception("slope", "int")
def slope_int(function: Callable, at: float) -> Any:
    w = torch.tensor(at, requires_grad=True)
    function(w).backward()
    return w.grad.item()


@misconception("slope", "tensor")
def slope_tensor(function: Callable, at: float) -> Any:
    w = torch.tensor(float(at), requires_grad=True)
    function(w).backward()
    return w.grad


@misconception("slope", "two calls")
def slope_two_calls(function: Callable, at: float) -> Any:
    w = torch.tensor(float(at), dtype=torch.float64)
    return ((function(w + 1e-5) - function(w - 1e-5)) / 2e-5).item()


@misconception("numerical_gradient", "one side")
def numerical_gradient_one_side(function: Callable, x: torch.Tensor, step: float) -> torch.Tensor:
    here = x.double().flatten().clone()
    slopes = torch.empty_like(here)
    for i in range(len(here)):
        moved = here.clone()
        moved[i] += step
        slopes[i] = (function(moved.view(x.shape)) - function(here.view(x.shape))) / step
    return slopes.view(x.shape).to(x.dtype)


@misconception("numerical_gradient", "half")
def numerical_gradient_half(function: Callable, x: torch.Tensor, step: float) -> torch.Tensor:
    return 2 * numerical_gradient(function, x, step)


@misconception("numerical_gradient", "all at once")
def numerical_gradient_all_at_once(
    function: Callable, x: torch.Tensor, step: float
) -> torch.Tensor:
    here = x.double()
    slope = (function(here + step) - function(here - step)) / (2 * step)
    return torch.full_like(x, slope.item())


@misconception("numerical_gradient", "stays moved")
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


@misconception("numerical_gradient", "float32")
def numerical_gradient_float32(function: Callable, x: torch.Tensor, step: float) -> torch.Tensor:
    slopes = torch.empty_like(x).flatten()
    for i in range(x.numel()):
        move = torch.zeros_like(x)
        move.view(-1)[i] = step
        slopes[i] = (function(x + move) - function(x - move)) / (2 * step)
    return slopes.view(x.shape)


@misconception("descend", "not zeroed")
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


@misconception("descend", "gradient alias")
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


@misconception("descend", "nothing to zero")
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


@misconception("descend", "path alias")
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


@misconception("descend", "path with its graph")
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


@misconception("descend", "rebound")
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


@misconception("descend", "rebound and recorded")
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


@misconception("descend", "leaf in place")
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


@misconception("descend", "uphill")
def descend_uphill(
    function: Callable, start: torch.Tensor, rate: float, steps: int
) -> tuple[torch.Tensor, torch.Tensor]:
    return descend(function, start, -rate, steps)


@misconception("descend", "one place late")
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


@misconception("descend", "moves the start")
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


@misconception("microbatch_backward", "sum of means")
def microbatch_backward_sum_of_means(
    loss_of: Callable, w: torch.Tensor, x: torch.Tensor, y: torch.Tensor, size: int
) -> float:
    total = 0.0
    for x_piece, y_piece in zip(x.split(size), y.split(size), strict=True):
        loss = loss_of(w, x_piece, y_piece)
        loss.backward()
        total += loss.item()
    return total


@misconception("microbatch_backward", "mean of means")
def microbatch_backward_mean_of_means(
    loss_of: Callable, w: torch.Tensor, x: torch.Tensor, y: torch.Tensor, size: int
) -> float:
    total = 0.0
    pieces = list(zip(x.split(size), y.split(size), strict=True))
    for x_piece, y_piece in pieces:
        loss = loss_of(w, x_piece, y_piece) / len(pieces)
        loss.backward()
        total += loss.item()
    return total


@misconception("microbatch_backward", "zeroed")
def microbatch_backward_zeroed(
    loss_of: Callable, w: torch.Tensor, x: torch.Tensor, y: torch.Tensor, size: int
) -> float:
    total = 0.0
    for x_piece, y_piece in zip(x.split(size), y.split(size), strict=True):
        w.grad = None
        loss = loss_of(w, x_piece, y_piece) * (len(x_piece) / len(x))
        loss.backward()
        total += loss.item()
    return total


@misconception("microbatch_backward", "at once")
def microbatch_backward_at_once(
    loss_of: Callable, w: torch.Tensor, x: torch.Tensor, y: torch.Tensor, size: int
) -> float:
    loss = loss_of(w, x, y)
    loss.backward()
    return loss.item()


@misconception("microbatch_backward", "one way back")
def microbatch_backward_one_way_back(
    loss_of: Callable, w: torch.Tensor, x: torch.Tensor, y: torch.Tensor, size: int
) -> float:
    total = torch.tensor(0.0)
    for x_piece, y_piece in zip(x.split(size), y.split(size), strict=True):
        total = total + loss_of(w, x_piece, y_piece) * (len(x_piece) / len(x))
    total.backward()
    return total.item()


@misconception("microbatch_backward", "loss of the last piece")
def microbatch_backward_last_loss(
    loss_of: Callable, w: torch.Tensor, x: torch.Tensor, y: torch.Tensor, size: int
) -> float:
    for x_piece, y_piece in zip(x.split(size), y.split(size), strict=True):
        loss = loss_of(w, x_piece, y_piece)
        (loss * len(x_piece) / len(x)).backward()
    return loss.item()


@misconception("microbatch_backward", "loss with its graph")
def microbatch_backward_graph(
    loss_of: Callable, w: torch.Tensor, x: torch.Tensor, y: torch.Tensor, size: int
) -> Any:
    total = torch.tensor(0.0)
    for x_piece, y_piece in zip(x.split(size), y.split(size), strict=True):
        loss = loss_of(w, x_piece, y_piece) * (len(x_piece) / len(x))
        loss.backward()
        total = total + loss
    return total


@misconception("ridge_loss", "penalty cut")
def ridge_loss_penalty_cut(
    w: torch.Tensor, x: torch.Tensor, y: torch.Tensor, strength: float
) -> torch.Tensor:
    error = ((x @ w - y) ** 2).mean()
    squares = [weight.item() ** 2 for weight in w]
    return error + strength * torch.tensor(squares).sum()


@misconception("ridge_loss", "rebuilt")
def ridge_loss_rebuilt(
    w: torch.Tensor, x: torch.Tensor, y: torch.Tensor, strength: float
) -> torch.Tensor:
    loss = ridge_loss(w, x, y, strength)
    return torch.tensor(loss.item(), requires_grad=True)


@misconception("ridge_loss", "error cut")
def ridge_loss_error_cut(
    w: torch.Tensor, x: torch.Tensor, y: torch.Tensor, strength: float
) -> torch.Tensor:
    error = ((x @ w - y) ** 2).mean()
    return error.detach() + strength * (w**2).sum()


@misconception("ridge_loss", "root")
def ridge_loss_root(
    w: torch.Tensor, x: torch.Tensor, y: torch.Tensor, strength: float
) -> torch.Tensor:
    return ((x @ w - y) ** 2).mean() + strength * w.norm()


@misconception("ridge_loss", "mean")
def ridge_loss_mean(
    w: torch.Tensor, x: torch.Tensor, y: torch.Tensor, strength: float
) -> torch.Tensor:
    return ((x @ w - y) ** 2).mean() + strength * (w**2).mean()


@misconception("smooth", "as given")
def smooth_as_given(readings: torch.Tensor, keep: torch.Tensor) -> torch.Tensor:
    averages = readings.clone()
    for day in range(1, len(readings)):
        averages[day] = keep * averages[day - 1] + (1 - keep) * readings[day]
    return averages


@misconception("smooth", ".data")
def smooth_data(readings: torch.Tensor, keep: torch.Tensor) -> torch.Tensor:
    averages = readings.clone()
    for day in range(1, len(readings)):
        averages.data[day] = keep * averages[day - 1] + (1 - keep) * readings[day]
    return averages


@misconception("smooth", "forgets yesterday")
def smooth_forgets_yesterday(readings: torch.Tensor, keep: torch.Tensor) -> torch.Tensor:
    averages = [readings[0]]
    for reading in readings[1:]:
        averages.append(keep * averages[-1].detach() + (1 - keep) * reading)
    return torch.stack(averages)


@misconception("smooth", "keep as a number")
def smooth_keep_as_a_number(readings: torch.Tensor, keep: torch.Tensor) -> torch.Tensor:
    return smooth(readings, keep.detach())


@misconception("smooth", "swapped")
def smooth_swapped(readings: torch.Tensor, keep: torch.Tensor) -> torch.Tensor:
    return smooth(readings, 1 - keep)


@misconception("two_gradients", "as given")
def two_gradients_as_given(w: torch.Tensor, x: torch.Tensor) -> tuple[Any, Any]:
    signal = torch.tanh(x @ w)
    level, power = signal.mean(), (signal**2).sum()
    level.backward()
    of_level = w.grad
    power.backward()
    return of_level, w.grad


@misconception("two_gradients", "only retained")
def two_gradients_only_retained(w: torch.Tensor, x: torch.Tensor) -> tuple[Any, Any]:
    signal = torch.tanh(x @ w)
    level, power = signal.mean(), (signal**2).sum()
    level.backward(retain_graph=True)
    of_level = w.grad
    power.backward()
    return of_level, w.grad


@misconception("two_gradients", "added up")
def two_gradients_added_up(w: torch.Tensor, x: torch.Tensor) -> tuple[Any, Any]:
    w.grad = None
    signal = torch.tanh(x @ w)
    level, power = signal.mean(), (signal**2).sum()
    level.backward(retain_graph=True)
    of_level = w.grad.clone()
    power.backward()
    return of_level, w.grad


@misconception("two_gradients", "zeroed alias")
def two_gradients_zeroed_alias(w: torch.Tensor, x: torch.Tensor) -> tuple[Any, Any]:
    w.grad = None
    signal = torch.tanh(x @ w)
    level, power = signal.mean(), (signal**2).sum()
    level.backward(retain_graph=True)
    of_level = w.grad
    w.grad.zero_()
    power.backward()
    return of_level, w.grad


@misconception("two_gradients", "buffer returned")
def two_gradients_buffer_returned(w: torch.Tensor, x: torch.Tensor) -> tuple[Any, Any]:
    signal = torch.tanh(x @ w)
    if w.grad is not None:
        w.grad.zero_()
    signal.mean().backward(retain_graph=True)
    of_level = w.grad.clone()
    w.grad.zero_()
    (signal**2).sum().backward()
    return of_level, w.grad


@misconception("two_gradients", "adds to earlier calls")
def two_gradients_adds(w: torch.Tensor, x: torch.Tensor) -> tuple[Any, Any]:
    signal = torch.tanh(x @ w)
    level, power = signal.mean(), (signal**2).sum()
    level.backward(retain_graph=True)
    of_level = w.grad.clone()
    w.grad.zero_()
    power.backward()
    return of_level, w.grad.clone()


@misconception("two_gradients", "buffer left behind")
def two_gradients_buffer_left_behind(w: torch.Tensor, x: torch.Tensor) -> tuple[Any, Any]:
    signal = torch.tanh(x @ w)
    level, power = signal.mean(), (signal**2).sum()
    level.backward(retain_graph=True)
    of_level = w.grad
    w.grad = None
    power.backward()
    return of_level, w.grad


@misconception("two_gradients", "tuple")
def two_gradients_tuple(w: torch.Tensor, x: torch.Tensor) -> tuple[Any, Any]:
    signal = torch.tanh(x @ w)
    of_level = torch.autograd.grad(signal.mean(), w, retain_graph=True)
    of_power = torch.autograd.grad((signal**2).sum(), w)
    return of_level, of_power


@misconception("two_gradients", "detached")
def two_gradients_detached(w: torch.Tensor, x: torch.Tensor) -> tuple[Any, Any]:
    signal = torch.tanh(x @ w)
    [of_level] = torch.autograd.grad(signal.mean(), w)
    [of_power] = torch.autograd.grad((signal.detach() ** 2).sum(), w)
    return of_level, of_power


@misconception("jacobian", "not a scalar")
def jacobian_not_a_scalar(function: Callable, x: torch.Tensor) -> Any:
    x = x.clone().requires_grad_()
    function(x).backward()
    return x.grad


@misconception("jacobian", "ones")
def jacobian_ones(function: Callable, x: torch.Tensor) -> Any:
    x = x.clone().requires_grad_()
    function(x).sum().backward()
    return x.grad


@misconception("jacobian", "graph freed")
def jacobian_graph_freed(function: Callable, x: torch.Tensor) -> Any:
    x = x.clone().requires_grad_()
    y = function(x)
    return torch.stack(
        [torch.autograd.grad(y, x, one)[0] for one in torch.eye(len(y), dtype=y.dtype)]
    )


@misconception("jacobian", "differences")
def jacobian_differences(function: Callable, x: torch.Tensor) -> Any:
    moves = 1e-6 * torch.eye(len(x), dtype=torch.float64)
    columns = [(function(x + move) - function(x - move)) / 2e-6 for move in moves]
    return torch.stack(columns, dim=1).to(x.dtype)


@misconception("jacobian", "added up")
def jacobian_added_up(function: Callable, x: torch.Tensor) -> Any:
    x = x.clone().requires_grad_()
    y = function(x)
    rows = []
    for one in torch.eye(len(y), dtype=y.dtype):
        y.backward(gradient=one, retain_graph=True)
        rows.append(x.grad.clone())
    return torch.stack(rows)


@misconception("jacobian", "row alias")
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


@misconception("jacobian", "transposed")
def jacobian_transposed(function: Callable, x: torch.Tensor) -> Any:
    return jacobian(function, x).T


@misconception("jacobian", "changes x")
def jacobian_changes_x(function: Callable, x: torch.Tensor) -> Any:
    result = jacobian(function, x)
    x.requires_grad_()
    return result


@misconception("second_derivative", "first")
def second_derivative_first(function: Callable, x: torch.Tensor) -> torch.Tensor:
    x = x.clone().requires_grad_()
    return torch.autograd.grad(function(x).sum(), x)[0]


@misconception("second_derivative", "no graph")
def second_derivative_no_graph(function: Callable, x: torch.Tensor) -> torch.Tensor:
    x = x.clone().requires_grad_()
    [first] = torch.autograd.grad(function(x).sum(), x)
    return torch.autograd.grad(first.sum(), x)[0]


@misconception("second_derivative", "differences")
def second_derivative_differences(function: Callable, x: torch.Tensor) -> torch.Tensor:
    here, step = x.double(), 1e-4
    bend = function(here + step) - 2 * function(here) + function(here - step)
    return (bend / step**2).to(x.dtype)


@misconception("second_derivative", "squared")
def second_derivative_squared(function: Callable, x: torch.Tensor) -> torch.Tensor:
    return second_derivative_first(function, x) ** 2


@misconception("second_derivative", "added up")
def second_derivative_added_up(function: Callable, x: torch.Tensor) -> torch.Tensor:
    # what two calls of backward() leave in x.grad, without torch's warning about the first
    return second_derivative_first(function, x) + second_derivative(function, x)


@misconception("second_derivative", "with its graph")
def second_derivative_with_its_graph(function: Callable, x: torch.Tensor) -> torch.Tensor:
    x = x.clone().requires_grad_()
    [first] = torch.autograd.grad(function(x).sum(), x, create_graph=True)
    # as if both gradients were taken with create_graph: some curves have no third derivative
    return second_derivative(function, x.detach()) + 0 * first


@misconception("second_derivative", "changes x")
def second_derivative_changes_x(function: Callable, x: torch.Tensor) -> torch.Tensor:
    result = second_derivative(function, x)
    x.requires_grad_()
    return result


@misconception("RoundClipped", "ones")
class RoundClippedOnes(RoundClipped):
    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> Any:
        (x,) = ctx.saved_tensors
        return (x.abs() <= ctx.limit).to(x.dtype), None


@misconception("RoundClipped", "everywhere")
class RoundClippedEverywhere(RoundClipped):
    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> Any:
        return grad_output, None


@misconception("RoundClipped", "true slope")
class RoundClippedTrueSlope(RoundClipped):
    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> Any:
        return torch.zeros_like(grad_output), None


def _only_one_gradient(ctx: Any, grad_output: torch.Tensor) -> Any:
    return RoundClipped.backward(ctx, grad_output)[0]


# torch's message names the class, so it must be called as the student's is
RoundClippedOneGradient = misconception("RoundClipped", "one gradient")(
    type("RoundClipped", (RoundClipped,), {"backward": staticmethod(_only_one_gradient)})
)


@misconception("RoundClipped", "limits last")
class RoundClippedLimitsLast(RoundClipped):
    @staticmethod
    def forward(ctx: Any, x: torch.Tensor, limit: float) -> torch.Tensor:
        ctx.save_for_backward(x)
        ctx.limit = limit
        return x.round().clamp(-limit, limit)


@misconception("RoundClipped", "not clipped")
class RoundClippedNotClipped(RoundClipped):
    @staticmethod
    def forward(ctx: Any, x: torch.Tensor, limit: float) -> torch.Tensor:
        ctx.save_for_backward(x)
        ctx.limit = limit
        return x.round()


@misconception("RoundClipped", "outside in")
class RoundClippedOutsideIn(RoundClipped):
    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> Any:
        (x,) = ctx.saved_tensors
        return grad_output * (x.abs() > ctx.limit), None
