"""Answers: A large batch in small pieces."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from ptbasics.exercise import alternative, misconception


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


@misconception(
    "sum of means",
    hint="Each piece counts as much as the whole batch, so the gradient is too large. Weigh each "
    "piece.",
)
def microbatch_backward_sum_of_means(
    loss_of: Callable, w: torch.Tensor, x: torch.Tensor, y: torch.Tensor, size: int
) -> float:
    total = 0.0
    for x_piece, y_piece in zip(x.split(size), y.split(size), strict=True):
        loss = loss_of(w, x_piece, y_piece)
        loss.backward()
        total += loss.item()
    return total


@misconception(
    "mean of means",
    hint="The last piece is smaller and must weigh less: dividing by the number of pieces treats "
    "all the same.",
)
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


@misconception(
    "zeroed",
    hint="`.grad` was emptied on the way. Here adding up is what we want, also to what was there "
    "before.",
)
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


@misconception(
    "at once",
    hint="The gradient is right, but more than `size` rows were in memory at a time, which is "
    "what the pieces are meant to avoid.",
)
def microbatch_backward_at_once(
    loss_of: Callable, w: torch.Tensor, x: torch.Tensor, y: torch.Tensor, size: int
) -> float:
    loss = loss_of(w, x, y)
    loss.backward()
    return loss.item()


@misconception(
    "one way back",
    hint="The gradient is right, but all pieces were sent forward before the first went backward. "
    "Until then each keeps what its graph has saved, so the whole batch was in memory after all.",
)
def microbatch_backward_one_way_back(
    loss_of: Callable, w: torch.Tensor, x: torch.Tensor, y: torch.Tensor, size: int
) -> float:
    total = torch.tensor(0.0)
    for x_piece, y_piece in zip(x.split(size), y.split(size), strict=True):
        total = total + loss_of(w, x_piece, y_piece) * (len(x_piece) / len(x))
    total.backward()
    return total.item()


@misconception(
    "loss of the last piece",
    hint="The gradient is right; the loss that you return is that of one piece, not of the whole "
    "batch.",
)
def microbatch_backward_last_loss(
    loss_of: Callable, w: torch.Tensor, x: torch.Tensor, y: torch.Tensor, size: int
) -> float:
    for x_piece, y_piece in zip(x.split(size), y.split(size), strict=True):
        loss = loss_of(w, x_piece, y_piece)
        (loss * len(x_piece) / len(x)).backward()
    return loss.item()


@misconception(
    "loss with its graph",
    hint="You return a tensor that still asks for a gradient. `backward` has freed what the graph "
    "had saved, but the record itself stays for as long as the tensor does. The statement asks "
    "for a Python number.",
)
def microbatch_backward_graph(
    loss_of: Callable, w: torch.Tensor, x: torch.Tensor, y: torch.Tensor, size: int
) -> Any:
    total = torch.tensor(0.0)
    for x_piece, y_piece in zip(x.split(size), y.split(size), strict=True):
        loss = loss_of(w, x_piece, y_piece) * (len(x_piece) / len(x))
        loss.backward()
        total = total + loss
    return total


@alternative
def microbatch_by_sums(loss_of, w, x, y, size):
    losses = []
    for first in range(0, x.shape[0], size):
        rows = slice(first, first + size)
        total = loss_of(w, x[rows], y[rows]) * x[rows].shape[0]
        (total / x.shape[0]).backward()
        losses.append(total.detach())
    return (torch.stack(losses).sum() / x.shape[0]).item()


@alternative
def microbatch_by_grad(loss_of, w, x, y, size):
    gradient, mean = torch.zeros_like(w), 0.0
    for xs, ys in zip(torch.split(x, size), torch.split(y, size), strict=True):
        loss = loss_of(w, xs, ys)
        share = xs.size(0) / x.size(0)
        gradient += share * torch.autograd.grad(loss, w)[0]
        mean += share * float(loss.detach())
    w.grad = gradient if w.grad is None else w.grad + gradient
    return mean


@alternative
def microbatch_in_even_pieces(loss_of, w, x, y, size):
    count = -(-len(x) // size)
    mean = 0.0
    for xs, ys in zip(x.tensor_split(count), y.tensor_split(count), strict=True):
        loss = loss_of(w, xs, ys)
        loss.backward(gradient=torch.tensor(len(xs) / len(x)))
        mean += loss.item() * len(xs) / len(x)
    return mean
