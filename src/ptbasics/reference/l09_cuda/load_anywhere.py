"""Answers: Saved on one device, loaded on another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import nn

from ptbasics.exercise import alternative, misconception


def load_anywhere(
    file: Any,
    model: nn.Module,
    make_optimizer: Callable[..., torch.optim.Optimizer],
    device: torch.device,
) -> tuple[torch.optim.Optimizer, int]:
    """Take up a run on this device, on whatever device it was saved.

    The model is moved to `device` and gets its saved state. The optimizer is made for the moved
    model and gets its own.

    Args:
        file: holds a dict with the states "model" and "optimizer" and the number "epoch". Its
            tensors may say that they belong on a device that this machine does not have.
        model: on the CPU, with other weights.
        make_optimizer: makes the optimizer from an iterable of parameters.
        device: where to go on.

    Returns:
        (optimizer, epoch): the optimizer, and the saved number.

    Raises:
        pickle.UnpicklingError: the file holds more than data, so that opening it could run code.
    """
    state = torch.load(file, map_location=device)
    model.to(device).load_state_dict(state["model"])
    optimizer = make_optimizer(model.parameters())
    optimizer.load_state_dict(state["optimizer"])
    return optimizer, state["epoch"]


def _resume(state, model, make_optimizer, device):
    model.to(device)
    model.load_state_dict(state["model"])
    optimizer = make_optimizer(model.parameters())
    optimizer.load_state_dict(state["optimizer"])
    return optimizer, state["epoch"]


@misconception(
    "no map_location",
    hint="The file says which device its tensors were on, and this machine does not have it. Say "
    "where they are to go instead.",
)
def load_anywhere_as_saved(file, model, make_optimizer, device):
    return _resume(torch.load(file), model, make_optimizer, device)


@misconception(
    "model only",
    hint="The optimizer begins anew: what Adam remembers is in the file, too.",
)
def load_anywhere_model_only(file, model, make_optimizer, device):
    state = torch.load(file, map_location=device)
    model.to(device).load_state_dict(state["model"])
    return make_optimizer(model.parameters()), state["epoch"]


@misconception(
    "opens anything",
    hint="A file with more than data was opened. Whoever wrote it could have run any code on this "
    "machine.",
)
def load_anywhere_opens_anything(file, model, make_optimizer, device):
    state = torch.load(file, map_location=device, weights_only=False)
    return _resume(state, model, make_optimizer, device)


@misconception(
    "optimizer before the move",
    hint="The optimizer was made for the parameters that the model had before it moved. A model "
    "that moves may get new ones, and then the optimizer trains what nobody uses.",
)
def load_anywhere_too_early(file, model, make_optimizer, device):
    state = torch.load(file, map_location=device)
    optimizer = make_optimizer(model.parameters())
    model.to(device).load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    return optimizer, state["epoch"]


@misconception(
    "not moved",
    hint="The model stayed where it was. The numbers of a file are copied to wherever "
    "the model is.",
)
def load_anywhere_not_moved(file, model, make_optimizer, device):
    return _resume(torch.load(file, map_location="cpu"), model, make_optimizer, "cpu")


@misconception(
    "optimizer only",
    hint="The model kept the weights that it had; its saved state was not loaded.",
)
def load_anywhere_optimizer_only(file, model, make_optimizer, device):
    state = torch.load(file, map_location=device)
    optimizer = make_optimizer(model.to(device).parameters())
    optimizer.load_state_dict(state["optimizer"])
    return optimizer, state["epoch"]


@alternative
def load_anywhere_by_cpu(file, model, make_optimizer, device):
    state = torch.load(file, map_location="cpu", weights_only=True)
    model.load_state_dict(state["model"])
    model.to(device)
    optimizer = make_optimizer(list(model.parameters()))
    optimizer.load_state_dict(state["optimizer"])
    return optimizer, state["epoch"]


@alternative
def load_anywhere_by_function(file, model, make_optimizer, device):
    state = torch.load(file, map_location=lambda storage, _location: storage)
    optimizer = make_optimizer(model.to(device).parameters())
    for part in ("optimizer", "model"):
        {"model": model, "optimizer": optimizer}[part].load_state_dict(state[part])
    return optimizer, state["epoch"]


@alternative
def load_anywhere_by_copying(file, model, make_optimizer, device):
    state = torch.load(file, torch.device("cpu"))
    model.to(device)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(state["model"][name])
    optimizer = make_optimizer(parameter for parameter in model.parameters())
    optimizer.load_state_dict(state["optimizer"])
    return optimizer, state["epoch"]
