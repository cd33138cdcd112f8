"""Answers: A whole batch to the device."""

from __future__ import annotations

from typing import Any

import torch

from ptbasics.exercise import alternative, misconception


def to_device(batch: Any, device: torch.device) -> Any:
    """A batch with all its tensors on one device.

    Args:
        batch: a tensor, or a list, tuple or dict (values only) of batches, nested to any depth.
            Anything else in it, such as a file name, a number or None, is no tensor.
        device: where the tensors are to be.

    Returns:
        A batch of the same structure and the same types. What is no tensor is as it was; the batch
        that was given is not changed.
    """
    if isinstance(batch, torch.Tensor):
        return batch.to(device)
    if isinstance(batch, dict):
        return {key: to_device(value, device) for key, value in batch.items()}
    if isinstance(batch, (list, tuple)):
        return type(batch)(to_device(value, device) for value in batch)
    return batch


@misconception(
    "thrown away",
    hint="The tensors are where they were. Of a tensor, `.to` makes a new one; what "
    "happened to it?",
)
def to_device_thrown_away(batch, device):
    if isinstance(batch, torch.Tensor):
        batch.to(device)
    return batch


@misconception(
    "top level only",
    hint="Tensors in the outermost container have moved, those further inside have not.",
)
def to_device_top_level(batch, device):
    def moved(value):
        return value.to(device) if isinstance(value, torch.Tensor) else value

    if isinstance(batch, dict):
        return {key: moved(value) for key, value in batch.items()}
    if isinstance(batch, (list, tuple)):
        return type(batch)(moved(value) for value in batch)
    return moved(batch)


@misconception(
    "tuple becomes list",
    hint="A tuple came back as a list. Whoever unpacks the batch may rely on its type.",
)
def to_device_lists(batch, device):
    if isinstance(batch, torch.Tensor):
        return batch.to(device)
    if isinstance(batch, dict):
        return {key: to_device_lists(value, device) for key, value in batch.items()}
    if isinstance(batch, (list, tuple)):
        return [to_device_lists(value, device) for value in batch]
    return batch


@misconception(
    "numbers become tensors",
    hint="A plain number in the batch has become a tensor. Only what was a tensor is to move.",
)
def to_device_numbers(batch, device):
    if isinstance(batch, (int, float)):
        return torch.tensor(batch, device=device)
    if isinstance(batch, dict):
        return {key: to_device_numbers(value, device) for key, value in batch.items()}
    if isinstance(batch, (list, tuple)):
        return type(batch)(to_device_numbers(value, device) for value in batch)
    return to_device(batch, device)


@misconception(
    "no dicts",
    hint="A dict was handed through with its tensors where they were. It is a container, too.",
)
def to_device_no_dicts(batch, device):
    if isinstance(batch, (list, tuple)):
        return type(batch)(to_device_no_dicts(value, device) for value in batch)
    return batch.to(device) if isinstance(batch, torch.Tensor) else batch


@alternative
def to_device_by_match(batch, device):
    match batch:
        case torch.Tensor():
            return batch.to(device=device, non_blocking=True)
        case dict():
            return dict(
                zip(batch, (to_device_by_match(v, device) for v in batch.values()), strict=True)
            )
        case tuple():
            return tuple([to_device_by_match(value, device) for value in batch])
        case list():
            return [to_device_by_match(value, device) for value in batch]
        case _:
            return batch


@alternative
def to_device_by_asking(batch, device):
    if hasattr(batch, "to"):
        return batch.to(device)
    if hasattr(batch, "items"):
        return {key: to_device_by_asking(batch[key], device) for key in batch}
    if type(batch) in (tuple, list):
        return type(batch)([to_device_by_asking(value, device) for value in batch])
    return batch


@alternative
def to_device_by_tree_map(batch, device):
    from torch.utils._pytree import tree_map_only

    return tree_map_only(torch.Tensor, lambda tensor: tensor.to(device), batch)
