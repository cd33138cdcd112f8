"""Answers: Clip a gradient that is too long."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import nn

from ptbasics.exercise import alternative, misconception


def clip_gradients(parameters: Iterable[torch.Tensor], max_norm: float) -> float:
    """Shorten the gradient of a whole model to a given length, if it is longer.

    All gradients together count as one long vector. Where its length (the root of the sum of the
    squares of all its numbers) exceeds `max_norm`, every gradient is multiplied by the same
    factor, so that the length is `max_norm` and the direction stays.

    Args:
        parameters: tensors to train, such as `model.parameters()`, which can be gone through only
            once. Those whose `.grad` is None are left alone.
        max_norm: the largest length allowed, positive.

    Returns:
        The length before clipping, as a Python float.
    """
    gradients = [p.grad for p in parameters if p.grad is not None]
    norm = sum((gradient**2).sum() for gradient in gradients).sqrt().item()
    if norm > max_norm:
        for gradient in gradients:
            gradient *= max_norm / norm
    return norm


def _norm(gradients):
    return sum((gradient**2).sum() for gradient in gradients).sqrt().item()


def _gradients(parameters):
    return [p.grad for p in parameters if p.grad is not None]


@misconception(
    "each alone",
    hint="Each tensor was clipped by its own length. Then the direction of the whole gradient "
    "changes: one factor for all keeps it.",
)
def clip_gradients_each_alone(parameters, max_norm):
    gradients = _gradients(parameters)
    norm = _norm(gradients)
    for gradient in gradients:
        gradient *= min(1.0, max_norm / max(_norm([gradient]), 1e-12))
    return norm


@misconception(
    "by value",
    hint="Every number was cut off by itself, which changes the direction. Scale all by one "
    "factor.",
)
def clip_gradients_by_value(parameters, max_norm):
    gradients = _gradients(parameters)
    norm = _norm(gradients)
    for gradient in gradients:
        gradient.clamp_(-max_norm, max_norm)
    return norm


@misconception(
    "always scaled",
    hint="Gradients shorter than `max_norm` were made longer. Leave them alone.",
)
def clip_gradients_always_scaled(parameters, max_norm):
    gradients = _gradients(parameters)
    norm = _norm(gradients)
    for gradient in gradients:
        gradient *= max_norm / max(norm, 1e-12)
    return norm


@misconception(
    "generator",
    hint="The length is right, but no gradient has changed. Either the second loop was empty, as "
    "`parameters` can be gone through once only, or the shorter tensors were new ones that never "
    "became a `.grad`.",
)
def clip_gradients_generator(parameters, max_norm):
    norm = _norm(_gradients(parameters))
    for parameter in parameters:
        if parameter.grad is not None and norm > max_norm:
            parameter.grad *= max_norm / norm
    return norm


@misconception(
    "no root",
    hint="This is the square of the length.",
)
def clip_gradients_no_root(parameters, max_norm):
    gradients = _gradients(parameters)
    norm = _norm(gradients) ** 2
    if norm > max_norm:
        for gradient in gradients:
            gradient *= max_norm / norm
    return norm


@misconception(
    "length afterwards",
    hint="The result is the length after clipping. What a training loop wants to know is how long "
    "the gradient was before.",
)
def clip_gradients_length_afterwards(parameters, max_norm):
    return min(clip_gradients(parameters, max_norm), max_norm)


@misconception(
    "lengths added",
    hint="The lengths of the tensors were added up. What belongs under one root are the squares of "
    "*all* numbers: 3 and 4 make 5, not 7.",
)
def clip_gradients_lengths_added(parameters, max_norm):
    gradients = _gradients(parameters)
    norm = sum(_norm([gradient]) for gradient in gradients)
    if norm > max_norm:
        for gradient in gradients:
            gradient *= max_norm / norm
    return norm


@alternative
def clip_by_concatenation(parameters, max_norm):
    parameters = [parameter for parameter in parameters if parameter.grad is not None]
    length = torch.cat([parameter.grad.flatten() for parameter in parameters]).norm().item()
    for parameter in parameters:
        parameter.grad = parameter.grad * min(1.0, max_norm / (length + 1e-6))
    return length


@alternative
def clip_by_torch(parameters, max_norm):
    return nn.utils.clip_grad_norm_([*parameters], max_norm).item()


@alternative
def clip_by_norms(parameters, max_norm):
    parameters = [p for p in parameters if p.grad is not None]
    length = sum(p.grad.norm().item() ** 2 for p in parameters) ** 0.5
    for p in parameters:
        if length > max_norm:
            p.grad = p.grad / length * max_norm
    return length
