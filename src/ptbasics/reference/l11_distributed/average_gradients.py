"""Answers: Average the gradients."""

from __future__ import annotations

import torch
import torch.distributed as dist
from torch import nn

from ptbasics.exercise import alternative, misconception


def average_gradients(model: nn.Module) -> None:
    """Replace each gradient by its mean over all ranks. Called between `backward()` and `step()`.

    A parameter that a rank did not use has the gradient None there, which counts as zeros. A
    frozen parameter, with `requires_grad=False`, keeps None.

    Args:
        model: the same in all ranks, with gradients of this rank's share of the batch.
    """
    for parameter in model.parameters():
        if parameter.requires_grad:
            if parameter.grad is None:
                parameter.grad = torch.zeros_like(parameter)
            dist.all_reduce(parameter.grad)
            parameter.grad /= dist.get_world_size()


@misconception(
    "sum",
    hint="Your gradients are too large by as many times as there are ranks.",
)
def average_gradients_sum(model):
    for parameter in model.parameters():
        if parameter.requires_grad:
            if parameter.grad is None:
                parameter.grad = torch.zeros_like(parameter)
            dist.all_reduce(parameter.grad)


@misconception(
    "none skipped",
    hint="A rank whose gradient is None makes fewer calls than the others, so that its next call "
    "meets theirs for another parameter.",
)
def average_gradients_none_skipped(model):
    for parameter in model.parameters():
        if parameter.grad is not None:
            dist.all_reduce(parameter.grad)
            parameter.grad /= dist.get_world_size()


@misconception(
    "weights",
    hint="You average the parameters, and leave the gradients as they are.",
)
def average_gradients_weights(model):
    with torch.no_grad():
        for parameter in model.parameters():
            dist.all_reduce(parameter)
            parameter /= dist.get_world_size()


@misconception(
    "divided alone",
    hint="You divide, but nothing is added up before: each rank has only its own gradients.",
)
def average_gradients_divided_alone(model):
    for parameter in model.parameters():
        if parameter.requires_grad:
            if parameter.grad is None:
                parameter.grad = torch.zeros_like(parameter)
            parameter.grad /= dist.get_world_size()


@misconception(
    "frozen",
    hint="A frozen parameter has got a gradient. An optimizer with weight decay would move it.",
)
def average_gradients_frozen(model):
    for parameter in model.parameters():
        gradient = torch.zeros_like(parameter) if parameter.grad is None else parameter.grad
        dist.all_reduce(gradient)
        parameter.grad = gradient / dist.get_world_size()


@alternative
def average_gradients_flat(model):
    trained = [p for p in model.parameters() if p.requires_grad]
    parts = [torch.zeros_like(p) if p.grad is None else p.grad for p in trained]
    flat = torch.cat([part.flatten() for part in parts]) / dist.get_world_size()
    dist.all_reduce(flat)
    for parameter, piece in zip(trained, flat.split([p.numel() for p in trained]), strict=True):
        parameter.grad = piece.view_as(parameter).clone()


@alternative
def average_gradients_by_gathering(model):
    for parameter in filter(lambda p: p.requires_grad, model.parameters()):
        own = torch.zeros_like(parameter) if parameter.grad is None else parameter.grad
        everybody = [torch.empty_like(own) for _ in range(dist.get_world_size())]
        dist.all_gather(everybody, own)
        parameter.grad = torch.stack(everybody).mean(0)


@alternative
def average_gradients_through_rank_0(model):
    for parameter in model.parameters():
        if not parameter.requires_grad:
            continue
        mean = torch.zeros_like(parameter)
        if parameter.grad is not None:
            mean += parameter.grad
        dist.reduce(mean, dst=0)
        if dist.get_rank() == 0:
            mean /= dist.get_world_size()
        dist.broadcast(mean, src=0)
        parameter.grad = mean
