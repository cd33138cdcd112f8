"""Answers: One of them saves."""

from __future__ import annotations

from pathlib import Path

import torch
import torch.distributed as dist
from torch.nn.parallel import DistributedDataParallel

from ptbasics.exercise import alternative, misconception


def save_once(
    model: DistributedDataParallel, optimizer: torch.optim.Optimizer, epoch: int, path: Path
) -> None:
    """Save a checkpoint from rank 0, with `torch.save`. When this returns, every rank may read it.

    The file holds a dict: "model", the state of the model that was wrapped, with the names that it
    has in a single process; "optimizer", the optimizer's state; and "epoch".

    Args:
        model: wrapped, the same in all ranks.
        optimizer: of that model.
        epoch: the number of the epoch that has ended.
        path: the same file for all ranks. Called by all of them.
    """
    if dist.get_rank() == 0:
        state = {"model": model.module.state_dict(), "optimizer": optimizer.state_dict()}
        torch.save({**state, "epoch": epoch}, path)
    dist.barrier()


@misconception(
    "all write",
    hint="Every rank writes the same file at the same time. Whoever reads it may get half of one.",
)
def save_once_all_write(model, optimizer, epoch, path):
    state = {"model": model.module.state_dict(), "optimizer": optimizer.state_dict()}
    torch.save({**state, "epoch": epoch}, path)
    dist.barrier()


@misconception(
    "module names",
    hint="All names in the file begin with `module.`, which is how the wrapper calls the model "
    "inside it. A model in a single process does not know them.",
)
def save_once_module_names(model, optimizer, epoch, path):
    if dist.get_rank() == 0:
        state = {"model": model.state_dict(), "optimizer": optimizer.state_dict()}
        torch.save({**state, "epoch": epoch}, path)
    dist.barrier()


@misconception(
    "no barrier",
    hint="The file is right, but the other ranks went on before it was there.",
)
def save_once_no_barrier(model, optimizer, epoch, path):
    if dist.get_rank() == 0:
        state = {"model": model.module.state_dict(), "optimizer": optimizer.state_dict()}
        torch.save({**state, "epoch": epoch}, path)


@misconception(
    "no optimizer",
    hint="Whoever resumes from this file starts with an optimizer that has no momentum yet.",
)
def save_once_no_optimizer(model, optimizer, epoch, path):
    if dist.get_rank() == 0:
        torch.save({"model": model.module.state_dict(), "epoch": epoch}, path)
    dist.barrier()


@alternative
def save_once_by_telling(model, optimizer, epoch, path):
    if not dist.get_rank():
        names = {key.removeprefix("module."): value for key, value in model.state_dict().items()}
        torch.save({"model": names, "optimizer": optimizer.state_dict(), "epoch": epoch}, path)
    dist.all_reduce(torch.zeros(1))


@alternative
def save_once_under_another_name(model, optimizer, epoch, path):
    if dist.get_rank() == 0:
        unfinished = path.with_suffix(".unfinished")
        checkpoint = {
            "epoch": epoch,
            "model": model.module.state_dict(),
            "optimizer": optimizer.state_dict(),
        }
        torch.save(checkpoint, unfinished)
        unfinished.rename(path)
    dist.broadcast_object_list([epoch], src=0)


@alternative
def save_once_with_a_word_to_each(model, optimizer, epoch, path):
    word = torch.tensor(epoch)
    if dist.get_rank() > 0:
        dist.recv(word, src=0)
        return
    state = {"model": model.module.state_dict(), "optimizer": optimizer.state_dict()}
    with path.open("wb") as file:
        torch.save(state | {"epoch": epoch}, file)
    for rank in range(1, dist.get_world_size()):
        dist.send(word, rank)
