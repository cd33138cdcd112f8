"""Answers: One step in mixed precision."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ptbasics.exercise import alternative, misconception


def autocast_step(
    model: nn.Module, optimizer: torch.optim.Optimizer, features: Tensor, labels: Tensor
) -> Tensor:
    """One training step whose forward pass is in mixed precision with bfloat16.

    The model's scores and their cross-entropy are computed under autocast for the device of
    `features`; backward and step are not. The parameters stay in float32, the gradients are those
    of this batch alone, and nothing scales the loss.

    Args:
        model: float32 parameters; gives scores of shape (N, C).
        optimizer: has the model's parameters.
        features: float32, shape (N, F).
        labels: int64, shape (N,).

    Returns:
        The loss before the step: float32, shape (), detached.
    """
    with torch.autocast(features.device.type, dtype=torch.bfloat16):
        loss = F.cross_entropy(model(features), labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.detach()


@misconception(
    "the model itself",
    hint="The parameters themselves are bfloat16 now, and small updates are rounded away. Autocast "
    "converts copies.",
)
def autocast_step_bfloat16(model, optimizer, features, labels):
    model.bfloat16()
    loss = F.cross_entropy(model(features.bfloat16()), labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.detach()


@misconception(
    "everything inside",
    hint="Backward and step ran under autocast, too. Backward uses the dtypes that forward chose; "
    "the context is for forward and loss.",
)
def autocast_step_inside(model, optimizer, features, labels):
    with torch.autocast(features.device.type, dtype=torch.bfloat16):
        loss = F.cross_entropy(model(features), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return loss.detach()


@misconception(
    "scaled",
    hint="The gradients arrived many times too large: something scaled the loss. That is for "
    "float16, whose range is small; bfloat16 has the range of float32.",
)
def autocast_step_scaled(model, optimizer, features, labels):
    scaler = torch.amp.GradScaler("cpu")
    with torch.autocast(features.device.type, dtype=torch.bfloat16):
        loss = F.cross_entropy(model(features), labels)
    optimizer.zero_grad()
    scaler.scale(loss).backward()
    scaler.step(optimizer)
    scaler.update()
    return loss.detach()


@misconception(
    "no zero_grad",
    hint="The gradients of the step before are still there and are added to.",
)
def autocast_step_no_zero_grad(model, optimizer, features, labels):
    with torch.autocast(features.device.type, dtype=torch.bfloat16):
        loss = F.cross_entropy(model(features), labels)
    loss.backward()
    optimizer.step()
    return loss.detach()


@misconception(
    "full precision",
    hint="The scores are float32: the forward pass was not under autocast.",
)
def autocast_step_full(model, optimizer, features, labels):
    scores = model(features)
    with torch.autocast(features.device.type, dtype=torch.bfloat16):
        loss = F.cross_entropy(scores, labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.detach()


@misconception(
    "attached",
    hint="The loss that came back still holds its graph.",
)
def autocast_step_attached(model, optimizer, features, labels):
    with torch.autocast(features.device.type, dtype=torch.bfloat16):
        loss = F.cross_entropy(model(features), labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss


@alternative
def autocast_step_decorated(model, optimizer, features, labels):
    @torch.autocast(features.device.type, dtype=torch.bfloat16)
    def forward():
        return nn.CrossEntropyLoss()(model(features), labels)

    model.zero_grad()
    loss = forward()
    loss.backward()
    optimizer.step()
    return loss.data


@alternative
def autocast_step_scores_only(model, optimizer, features, labels):
    with torch.amp.autocast(device_type=features.device.type, dtype=torch.bfloat16):
        scores = model(features)
    loss = F.cross_entropy(scores.float(), labels)
    optimizer.zero_grad(set_to_none=False)
    loss.backward()
    optimizer.step()
    return loss.detach().clone()


@alternative
def autocast_step_scaler_off(model, optimizer, features, labels):
    scaler = torch.amp.GradScaler(enabled=False)
    optimizer.zero_grad()
    with torch.autocast(str(features.device.type), torch.bfloat16):
        loss = F.cross_entropy(model(features), labels)
    scaler.scale(loss).backward()
    scaler.step(optimizer)
    return loss.detach()
