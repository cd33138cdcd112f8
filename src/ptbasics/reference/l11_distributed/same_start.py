"""Answers: Start from the same weights."""

from __future__ import annotations

import torch
import torch.distributed as dist
from torch import nn

from ptbasics.exercise import alternative, misconception


def same_start(model: nn.Module) -> None:
    """Give the model of every rank everything that the model of rank 0 has: parameters and buffers.

    The tensors of the model stay the same objects, because an optimizer may already hold them.

    Args:
        model: of the same architecture in all ranks, with other values in each. Changed in place.
    """
    with torch.no_grad():
        for tensor in model.state_dict().values():
            dist.broadcast(tensor, src=0)


@misconception(
    "parameters only",
    hint="The parameters agree, but not the running statistics of batch normalisation.",
)
def same_start_parameters_only(model):
    for parameter in model.parameters():
        dist.broadcast(parameter.data, src=0)


@misconception(
    "trainable only",
    hint="A parameter that is frozen keeps its own value in each rank. The model computes with it "
    "all the same.",
)
def same_start_trainable_only(model):
    for parameter in model.parameters():
        if parameter.requires_grad:
            dist.broadcast(parameter.data, src=0)
    for buffer in model.buffers():
        dist.broadcast(buffer, src=0)


@misconception(
    "same seed",
    hint="You drew new weights from one seed. They agree, but they are not those of rank 0, and "
    "what was loaded from a file would be lost.",
)
def same_start_same_seed(model):
    torch.manual_seed(0)
    for layer in model:
        layer.reset_parameters()


@misconception(
    "mean of all",
    hint="You average the models. The ranks agree, but on a model that nobody had.",
)
def same_start_mean_of_all(model):
    with torch.no_grad():
        for tensor in model.state_dict().values():
            total = tensor.double()
            dist.all_reduce(total)
            tensor.copy_(total / dist.get_world_size())


@misconception(
    "last rank",
    hint="Everybody has the values of another rank than 0.",
)
def same_start_last_rank(model):
    with torch.no_grad():
        for tensor in model.state_dict().values():
            dist.broadcast(tensor, src=dist.get_world_size() - 1)


@misconception(
    "rebinds",
    hint="The tensors that the model had are as they were in each rank. Either nobody received "
    "anything (is the sender the same in all ranks?), or the model holds new tensors now, and an "
    "optimizer that was made before still has the old ones.",
)
def same_start_rebinds(model):
    box = [{name: tensor.clone() for name, tensor in model.state_dict().items()}]
    dist.broadcast_object_list(box, src=0)
    model.load_state_dict(box[0], assign=True)


@misconception("mean of all")
def same_start_mean_of_floats(model):
    with torch.no_grad():
        for tensor in model.state_dict().values():
            if tensor.is_floating_point():
                dist.all_reduce(tensor)
                tensor /= dist.get_world_size()


@alternative
def same_start_by_objects(model):
    box = [model.state_dict() if dist.get_rank() == 0 else None]
    dist.broadcast_object_list(box, src=0)
    model.load_state_dict(box[0])


@alternative
def same_start_by_parts(model):
    for tensor in [*model.parameters(), *model.buffers()]:
        dist.broadcast(tensor.detach(), 0)


@alternative
def same_start_by_wrapping(model):
    nn.parallel.DistributedDataParallel(model)
