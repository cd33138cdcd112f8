"""Answers: Save a run, and resume it bit for bit."""

from __future__ import annotations

import pickle
from io import BytesIO
from typing import Any

import torch
from torch import nn

from ptbasics.exercise import alternative, misconception


class Checkpoint:
    """Saves a training run to a file and takes it up again, as if it had never stopped.

    What goes on is the same bit for bit, also where the model has dropout (which draws random
    numbers on the CPU) and where the optimizer has a memory (momentum, Adam).
    """

    def __init__(self, model: nn.Module, optimizer: torch.optim.Optimizer) -> None:
        """Remember the model and the optimizer of the run."""
        self.model = model
        self.optimizer = optimizer

    def save(self, file: Any, epoch: int) -> None:
        """Write the state of the run.

        Args:
            file: where to, a path or a file opened for writing bytes; `torch.save` takes either.
            epoch: how many epochs are done.
        """
        state = {
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "random": torch.get_rng_state(),
            "epoch": epoch,
        }
        torch.save(state, file)

    def load(self, file: Any) -> int:
        """Bring the run's model and optimizer, the same objects, into the saved state.

        Args:
            file: what `save` wrote, a path or a file opened for reading bytes.

        Returns:
            How many epochs are done.
        """
        state = torch.load(file)
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        torch.set_rng_state(state["random"])
        return state["epoch"]


class _Checkpoint:
    def __init__(self, model, optimizer):
        self.model, self.optimizer = model, optimizer

    def save(self, file, epoch):
        torch.save(
            {
                "model": self.model.state_dict(),
                "optimizer": self.optimizer.state_dict(),
                "random": torch.get_rng_state(),
                "epoch": epoch,
            },
            file,
        )

    def load(self, file):
        return self.restore(torch.load(file))

    def restore(self, state):
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        torch.set_rng_state(state["random"])
        return state["epoch"]


@misconception(
    "model only",
    hint="The model is back, but neither the optimizer's memory nor the random generator: the run "
    "goes on differently.",
)
class CheckpointModelOnly(_Checkpoint):
    def restore(self, state):
        self.model.load_state_dict(state["model"])
        return state["epoch"]


@misconception(
    "no optimizer",
    hint="The optimizer begins again without its memory (velocities, Adam's means).",
)
class CheckpointNoOptimizer(_Checkpoint):
    def restore(self, state):
        self.model.load_state_dict(state["model"])
        torch.set_rng_state(state["random"])
        return state["epoch"]


@misconception(
    "no random state",
    hint="Dropout draws other numbers than it would have. Where does the generator of the CPU "
    "stand when the run is saved?",
)
class CheckpointNoRandomState(_Checkpoint):
    def restore(self, state):
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        return state["epoch"]


@misconception(
    "whole objects",
    hint="Whole objects are in the file. `torch.load` opens files with data only, because "
    "unpacking objects can run any code. Save their states.",
)
class CheckpointWholeObjects(_Checkpoint):
    def save(self, file, epoch):
        state = {"model": self.model, "optimizer": self.optimizer, "epoch": epoch}
        torch.save({**state, "random": torch.get_rng_state()}, file)


@misconception(
    "not from the file",
    hint="What came back was not saved in this file: the run was saved once more meanwhile, into "
    "another one. After a power cut, a file is all that is left.",
)
class CheckpointNotFromTheFile(_Checkpoint):
    kept = BytesIO()

    def save(self, file, epoch):
        type(self).kept = BytesIO()
        super().save(self.kept, epoch)

    def load(self, file):
        self.kept.seek(0)
        return super().load(self.kept)


@misconception(
    "other objects",
    hint="The file's objects took the place of the run's own, of which the rest of the program "
    "knows nothing. Bring the given model and optimizer into the saved state.",
)
class CheckpointOtherObjects(CheckpointWholeObjects):
    def load(self, file):
        state = torch.load(file, weights_only=False)
        self.model, self.optimizer = state["model"], state["optimizer"]
        torch.set_rng_state(state["random"])
        return state["epoch"]


@misconception(
    "next epoch",
    hint="`load` returns how many epochs are *done*, as it was given to `save`.",
)
class CheckpointNextEpoch(_Checkpoint):
    def restore(self, state):
        return super().restore(state) + 1


@alternative
class CheckpointAsTuple:
    def __init__(self, model, optimizer):
        self.parts = model, optimizer

    def save(self, file, epoch):
        states = [part.state_dict() for part in self.parts]
        torch.save((torch.default_generator.get_state(), states, epoch), file)

    def load(self, file):
        random, states, epoch = torch.load(file, weights_only=True)
        for part, state in zip(self.parts, states, strict=True):
            part.load_state_dict(state)
        torch.default_generator.set_state(random)
        return epoch


@alternative
class CheckpointByPickle:
    def __init__(self, model, optimizer):
        self.model, self.optimizer = model, optimizer

    def save(self, file, epoch):
        states = self.model.state_dict(), self.optimizer.state_dict(), torch.get_rng_state()
        pickle.dump((states, epoch), file)

    def load(self, file):
        (model, optimizer, random), epoch = pickle.load(file)
        self.model.load_state_dict(model)
        self.optimizer.load_state_dict(optimizer)
        torch.set_rng_state(random)
        return epoch
