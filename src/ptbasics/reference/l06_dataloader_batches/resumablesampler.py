"""Answers: A sampler that can be resumed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import torch
from torch.utils.data import Sampler

from ptbasics.exercise import alternative, misconception


class ResumableSampler(Sampler[int]):
    """Random indices that go on, after a restart, exactly where they stopped.

    An epoch yields every index once. When it has ended, the next iteration is the next epoch, with
    another order. All of it follows from `seed`.
    """

    def __init__(self, length: int, seed: int) -> None:
        """Begin with epoch 0, for a dataset of `length` items."""
        self.length, self.seed = length, seed
        self.epoch = self.position = 0

    def __iter__(self) -> Iterator[int]:
        """Yield the indices of the current epoch that have not been yielded yet."""
        generator = torch.Generator().manual_seed(self.seed * 1_000 + self.epoch)
        order = torch.randperm(self.length, generator=generator).tolist()
        while self.position < self.length:
            self.position += 1
            yield order[self.position - 1]
        self.epoch, self.position = self.epoch + 1, 0

    def __len__(self) -> int:
        """The number of indices of a whole epoch, also while it runs."""
        return self.length

    def state_dict(self) -> dict[str, Any]:
        """Where the sampler stands now, as plain numbers, strings or lists (so JSON can hold it).

        What was returned does not change when the sampler runs on.
        """
        return {"epoch": self.epoch, "position": self.position}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go where the sampler stood when `state_dict` was called on it."""
        self.epoch, self.position = state["epoch"], state["position"]


class _ResumableBase(Sampler):
    def __init__(self, length, seed):
        self.state = {"length": length, "seed": seed, "epoch": 0, "position": 0}

    def order(self):
        state = self.state
        generator = torch.Generator().manual_seed(state["seed"] * 1_000 + state["epoch"])
        return torch.randperm(state["length"], generator=generator).tolist()

    def __iter__(self):
        for index in self.order()[self.state["position"] :]:
            self.state["position"] += 1
            yield index
        self.state["epoch"] += 1
        self.state["position"] = 0

    def __len__(self):
        return self.state["length"]

    def state_dict(self):
        return dict(self.state)

    def load_state_dict(self, state):
        self.state = dict(state)


@misconception(
    "counted too late",
    hint="The last index before the stop comes again. It was counted after the `yield`, a line "
    "that had not yet run when the state was taken.",
)
class ResumableCountedTooLate(_ResumableBase):
    def __iter__(self):
        for index in self.order()[self.state["position"] :]:
            yield index
            self.state["position"] += 1
        self.state["epoch"] += 1
        self.state["position"] = 0


@misconception(
    "starts over",
    hint="After resuming, the epoch starts from its beginning: the position is not saved, or not "
    "used.",
)
class ResumableStartsOver(_ResumableBase):
    def load_state_dict(self, state):
        self.state = {**state, "position": 0}


@misconception(
    "epoch forgotten",
    hint="Resuming in a later epoch takes the order of another one: the state must tell which "
    "epoch it was.",
)
class ResumableEpochForgotten(_ResumableBase):
    def load_state_dict(self, state):
        self.state = {**state, "epoch": 0}


@misconception(
    "global generator",
    hint="The order comes from the global generator, so nobody can have it again after a restart.",
)
class ResumableGlobalGenerator(_ResumableBase):
    def order(self):
        return torch.randperm(self.state["length"]).tolist()


@misconception(
    "same order",
    hint="Every epoch has the same order; only the seed decides, and not the epoch.",
)
class ResumableSameOrder(_ResumableBase):
    def order(self):
        generator = torch.Generator().manual_seed(self.state["seed"])
        return torch.randperm(self.state["length"], generator=generator).tolist()


@misconception(
    "what is left",
    hint="`len` shrinks while the sampler runs. It is the number of indices of a *whole* epoch, "
    "wherever in it the sampler stands.",
)
class ResumableWhatIsLeft(_ResumableBase):
    def __len__(self):
        return self.state["length"] - self.state["position"]


@misconception(
    "live state",
    hint="The state that was handed out changed while the sampler ran on. Return a new dict with "
    "the values of that moment.",
)
class ResumableLiveState(_ResumableBase):
    def state_dict(self):
        return self.state


@alternative
class ResumableWithRest(Sampler):
    """Its state is the list of indices that are still to come."""

    def __init__(self, length, seed):
        self.length, self.seed, self.epoch = length, seed, 0
        self.rest = self._shuffled()

    def _shuffled(self):
        order = list(range(self.length))
        random.Random(f"{self.seed}/{self.epoch}").shuffle(order)
        return order

    def __iter__(self):
        while self.rest:
            index, *self.rest = self.rest
            yield index
        self.epoch += 1
        self.rest = self._shuffled()

    def __len__(self):
        return self.length

    def state_dict(self):
        return {"rest": self.rest.copy(), "epoch": self.epoch, "seed": self.seed}

    def load_state_dict(self, state):
        self.rest, self.epoch, self.seed = list(state["rest"]), state["epoch"], state["seed"]


@alternative
class ResumableWithGenerator(Sampler):
    """Its state is that of a generator at the start of the epoch."""

    def __init__(self, length, seed):
        self.length, self.given = length, 0
        self.generator = torch.Generator().manual_seed(seed)
        self.start = self.generator.get_state()

    def __iter__(self):
        self.generator.set_state(self.start)
        order = torch.randperm(self.length, generator=self.generator)
        for index in order[self.given :].tolist():
            self.given += 1
            yield index
        self.start, self.given = self.generator.get_state(), 0

    def __len__(self):
        return self.length

    def state_dict(self):
        return {"start": self.start.tolist(), "given": self.given}

    def load_state_dict(self, state):
        self.start = torch.tensor(state["start"], dtype=torch.uint8)
        self.given = state["given"]
