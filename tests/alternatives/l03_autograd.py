"""Right answers to lesson 3 by other routes than the reference."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F


def slope_by_grad(function, at):
    w = torch.tensor([at], dtype=torch.float64).squeeze().requires_grad_()
    return float(torch.autograd.grad(function(w), w)[0])


def slope_from_a_vector(function, at):
    w = torch.tensor([float(at)], requires_grad=True)
    function(w[0]).backward()
    return w.grad.item()


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


def numerical_gradient_with_one_hot_moves(function, x, step):
    x64 = x.to(torch.float64)
    moves = step * torch.eye(x.numel(), dtype=torch.float64).reshape(-1, *x.shape)
    rises = [function(x64 + move) - function(x64 - move) for move in moves]
    return (torch.stack(rises) / (2 * step)).reshape(x.shape).type_as(x)


def descend_rebinding_leaves(function, start, rate, steps):
    places, gradients = [start], []
    for _ in range(steps):
        w = places[-1].detach().requires_grad_()
        function(w).backward()
        gradients.append(w.grad)
        places.append((w - rate * w.grad).detach())
    return torch.stack([place.detach() for place in places]), torch.stack(gradients)


def descend_without_leaves(function, start, rate, steps):
    place, places, gradients = start.clone(), [start.clone()], []
    for _ in range(steps):
        (gradient,) = torch.autograd.grad(function(w := place.clone().requires_grad_()), w)
        place = place - rate * gradient
        places.append(place)
        gradients.append(gradient)
    return torch.stack(places), torch.stack(gradients)


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


def microbatch_by_sums(loss_of, w, x, y, size):
    losses = []
    for first in range(0, x.shape[0], size):
        rows = slice(first, first + size)
        total = loss_of(w, x[rows], y[rows]) * x[rows].shape[0]
        (total / x.shape[0]).backward()
        losses.append(total.detach())
    return (torch.stack(losses).sum() / x.shape[0]).item()


def microbatch_in_even_pieces(loss_of, w, x, y, size):
    count = -(-len(x) // size)
    mean = 0.0
    for xs, ys in zip(x.tensor_split(count), y.tensor_split(count), strict=True):
        loss = loss_of(w, xs, ys)
        loss.backward(gradient=torch.tensor(len(xs) / len(x)))
        mean += loss.item() * len(xs) / len(x)
    return mean


def microbatch_by_grad(loss_of, w, x, y, size):
    gradient, mean = torch.zeros_like(w), 0.0
    for xs, ys in zip(torch.split(x, size), torch.split(y, size), strict=True):
        loss = loss_of(w, xs, ys)
        share = xs.size(0) / x.size(0)
        gradient += share * torch.autograd.grad(loss, w)[0]
        mean += share * float(loss.detach())
    w.grad = gradient if w.grad is None else w.grad + gradient
    return mean


def ridge_loss_by_dot(w, x, y, strength):
    residual = torch.mv(x, w) - y
    return residual.pow(2).sum() / len(residual) + torch.dot(w, w) * strength


def ridge_loss_by_loop(w, x, y, strength):
    return F.mse_loss(x @ w, y) + strength * sum(weight**2 for weight in w)


def smooth_into_a_new_tensor(readings, keep):
    averages, average = torch.zeros(len(readings)), readings[0]
    averages[0] = average
    for day in range(1, len(readings)):
        average = keep * average + (1 - keep) * readings[day]
        averages[day] = average
    return averages


def smooth_with_a_clone(readings, keep):
    averages = readings.clone()
    for day in range(1, len(readings)):
        yesterday = averages[day - 1].clone()
        averages[day] = keep * yesterday + (1 - keep) * readings[day]
    return averages


def smooth_by_weights(readings, keep):
    days = torch.arange(len(readings))
    ages = (days[:, None] - days[None, :]).clamp(min=0)
    weights = (1 - keep) * keep**ages
    weights = torch.where(days[None, :] == 0, keep ** days[:, None], weights)
    return torch.tril(weights) @ readings


def two_gradients_with_buffers(w, x):
    found = []
    for result in (torch.mean, lambda signal: signal.pow(2).sum()):
        w.grad = None
        result(torch.tanh(x @ w)).backward()
        found.append(w.grad.clone())
    return tuple(found)


def two_gradients_as_a_list(w, x):
    results = [lambda signal: signal.mean(), lambda signal: signal.square().sum()]
    return [torch.autograd.grad(result(torch.tanh(x @ w)), w)[0] for result in results]


def two_gradients_by_hand(w, x):
    with torch.no_grad():
        signal = torch.tanh(x @ w)
        slopes = 1 - signal**2
        return x.T @ slopes / len(x), x.T @ (2 * signal * slopes)


def jacobian_with_buffers(function, x):
    point = x.detach().clone().requires_grad_()
    outputs = function(point)
    matrix = torch.empty(len(outputs), len(point), dtype=x.dtype)
    for row in range(len(outputs)):
        point.grad = None
        outputs[row].backward(retain_graph=True)
        matrix[row] = point.grad
    return matrix


def two_gradients_on_a_copy(w, x):
    own = w.detach().clone().requires_grad_()
    signal = torch.tanh(x @ own)
    signal.mean().backward(retain_graph=True)
    of_level, own.grad = own.grad, None
    (signal**2).sum().backward()
    return of_level, own.grad


def jacobian_anew_for_each_row(function, x):
    rows = []
    for row in range(len(function(x))):
        point = x.clone().requires_grad_()
        function(point)[row].backward()
        rows.append(point.grad)
    return torch.stack(rows)


def jacobian_in_one_batch(function, x):
    copies = x.expand(len(function(x)), -1).clone().requires_grad_()
    outputs = torch.stack([function(copy)[row] for row, copy in enumerate(copies)])
    return torch.autograd.grad(outputs.sum(), copies)[0]


def second_derivative_by_loops(function, x):
    found = []
    for value in x.flatten():
        point = value.clone().requires_grad_()
        (first,) = torch.autograd.grad(function(point), point, create_graph=True)
        first.backward()
        found.append(point.grad)
    return torch.stack(found).view_as(x)


def second_derivative_by_functions(function, x):
    slope = torch.func.grad(lambda points: function(points).sum())
    return torch.func.grad(lambda points: slope(points).sum())(x)


def second_derivative_with_grad_outputs(function, x):
    point = x.clone().requires_grad_()
    y = function(point)
    first = torch.autograd.grad(y, point, torch.ones_like(y), create_graph=True)[0]
    second = torch.autograd.grad(first, point, torch.ones_like(first), create_graph=True)[0]
    return second.detach()


class RoundClippedWithMask(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, limit):
        ctx.outside = (x < -limit) | (x > limit)
        return torch.round(torch.clip(x, -limit, limit))

    @staticmethod
    def backward(ctx, grad_output):
        return grad_output.masked_fill(ctx.outside, 0.0), None


class RoundClippedInTwoSteps(torch.autograd.Function):
    @staticmethod
    def forward(x, limit):
        return x.clip(-limit, limit).round()

    @staticmethod
    def setup_context(ctx, inputs, output):
        x, ctx.limit = inputs
        ctx.save_for_backward(x)

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        gradient = grad_output.clone()
        gradient[x > ctx.limit] = 0
        gradient[x < -ctx.limit] = 0
        return gradient, None


def round_clipped_by_detaching(x, limit):
    inside = x.detach().abs() <= limit
    through = torch.where(inside, x, x.detach())
    return through + (x.clamp(-limit, limit).round() - x).detach()


ALTERNATIVES = {
    "slope": [slope_by_grad, slope_from_a_vector],
    "numerical_gradient": [numerical_gradient_with_one_hot_moves, numerical_gradient_with_numpy],
    "descend": [
        descend_rebinding_leaves,
        descend_in_preallocated_memory,
        descend_without_leaves,
        descend_as_a_list,
    ],
    "microbatch_backward": [microbatch_by_sums, microbatch_by_grad, microbatch_in_even_pieces],
    "ridge_loss": [ridge_loss_by_dot, ridge_loss_by_loop],
    "smooth": [smooth_with_a_clone, smooth_by_weights, smooth_into_a_new_tensor],
    "two_gradients": [
        two_gradients_with_buffers,
        two_gradients_by_hand,
        two_gradients_on_a_copy,
        two_gradients_as_a_list,
    ],
    "jacobian": [jacobian_with_buffers, jacobian_in_one_batch, jacobian_anew_for_each_row],
    "second_derivative": [
        second_derivative_by_loops,
        second_derivative_with_grad_outputs,
        second_derivative_by_functions,
    ],
    "RoundClipped": [RoundClippedWithMask, RoundClippedInTwoSteps, round_clipped_by_detaching],
}
