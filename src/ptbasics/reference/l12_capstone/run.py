"""Answers: A run that can be interrupted."""

from __future__ import annotations

from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader

from ptbasics.exercise import alternative, misconception


class Run:
    """A training run that can be saved after any epoch, and goes on elsewhere to the same bit.

    Attributes:
        losses: the mean loss over the items of each epoch so far, floats, in order.
    """

    def __init__(
        self, model: nn.Module, optimizer: torch.optim.Optimizer, loader: DataLoader
    ) -> None:
        """Begin with these; the loader shuffles by its own `generator`."""
        self.model, self.optimizer, self.loader = model, optimizer, loader
        self.losses = []

    def train(self, epochs: int) -> None:
        """Train, with the cross-entropy, until the run has had this many epochs in all."""
        while len(self.losses) < epochs:
            self.model.train()
            total, count = 0.0, 0
            for images, labels in self.loader:
                self.optimizer.zero_grad()
                loss = F.cross_entropy(self.model(images), labels)
                loss.backward()
                self.optimizer.step()
                total += loss.item() * len(labels)
                count += len(labels)
            self.losses.append(total / count)

    def save(self, path: Path) -> None:
        """Write into a file whatever the next epoch depends on, and the losses."""
        state = {
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "chance": torch.get_rng_state(),
            "order": self.loader.generator.get_state(),
            "losses": self.losses,
        }
        torch.save(state, path)

    def load(self, path: Path) -> None:
        """Go back to where the run was that wrote the file: the model, the chance and the rest."""
        state = torch.load(path)
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        torch.set_rng_state(state["chance"])
        self.loader.generator.set_state(state["order"])
        self.losses = state["losses"]


class _Base:
    leaves_out = ()

    def __init__(self, model, optimizer, loader):
        self.model, self.optimizer, self.loader, self.losses = model, optimizer, loader, []

    def train(self, epochs):
        for _ in range(epochs - len(self.losses)):
            self.epoch()

    def mean(self, losses, counts):
        pairs = zip(losses, counts, strict=True)
        return sum(loss * count for loss, count in pairs) / sum(counts)

    def epoch(self):
        self.model.train()
        losses, counts = [], []
        for images, labels in self.loader:
            loss = F.cross_entropy(self.model(images), labels)
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
            losses.append(loss.item())
            counts.append(len(labels))
        self.losses.append(self.mean(losses, counts))

    def save(self, path):
        parts = {
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "global": torch.get_rng_state(),
            "generator": self.loader.generator.get_state(),
            "losses": self.losses,
        }
        torch.save({key: parts[key] for key in parts if key not in self.leaves_out}, path)

    def load(self, path):
        kept = torch.load(path)
        if "model" in kept:
            self.model.load_state_dict(kept["model"])
        if "optimizer" in kept:
            self.optimizer.load_state_dict(kept["optimizer"])
        if "global" in kept:
            torch.set_rng_state(kept["global"])
        if "generator" in kept:
            self.loader.generator.set_state(kept["generator"])
        self.losses = kept.get("losses", self.losses)


@misconception(
    "no optimizer",
    hint="After resuming, the first epoch begins as it should, and then the run goes astray. The "
    "optimizer remembers earlier gradients.",
)
class RunWithoutOptimizer(_Base):
    leaves_out = ("optimizer",)


@misconception(
    "no dropout",
    hint="The batches of the resumed run are right, and what dropout draws for them is not.",
)
class RunWithoutTheGlobalState(_Base):
    leaves_out = ("global",)


@misconception(
    "no order",
    hint="The resumed run sees its batches in another order than the one that was never "
    "interrupted. The loader has a generator of its own.",
)
class RunWithoutTheGenerator(_Base):
    leaves_out = ("generator",)


@misconception(
    "neither",
    hint="All that is drawn after resuming differs: neither the order of the batches nor dropout "
    "goes on where it was.",
)
class RunWithoutChance(_Base):
    leaves_out = ("global", "generator")


@misconception(
    "no losses",
    hint="The resumed run does not know how many epochs it has had, and trains too many.",
)
class RunWithoutLosses(_Base):
    leaves_out = ("losses",)


@misconception(
    "more of them",
    hint="`train` runs so many epochs *more*. The number counts all epochs of the run, with those "
    "before it was interrupted.",
)
class RunMore(_Base):
    def train(self, epochs):
        for _ in range(epochs):
            self.epoch()


@misconception(
    "off by one",
    hint="The run ends one epoch early when it is resumed: an epoch that was finished is counted "
    "twice.",
)
class RunOffByOne(_Base):
    skipped = 0

    def train(self, epochs):
        for _ in range(epochs - len(self.losses) - self.skipped):
            self.epoch()

    def load(self, path):
        super().load(path)
        self.skipped = 1


@misconception(
    "mean of means",
    hint="The loss of an epoch is the mean of its batches' means; a small last batch counts too "
    "much.",
)
class RunMeanOfMeans(_Base):
    def mean(self, losses, counts):
        return sum(losses) / len(losses)


@alternative
class RunByEpochs(_Base):
    pass


@alternative
class RunThatCounts(_Base):
    def train(self, epochs):
        for _ in range(len(self.losses), epochs):
            self.model.train()
            total = 0
            for x, y in self.loader:
                self.optimizer.zero_grad(set_to_none=False)
                loss = F.cross_entropy(self.model(x), y, reduction="sum")
                (loss / len(y)).backward()
                self.optimizer.step()
                total += loss.item()
            self.losses.append(total / len(self.loader.dataset))


@alternative
class RunInATuple(_Base):
    def save(self, path):
        torch.save(
            [
                self.model.state_dict(),
                self.optimizer.state_dict(),
                torch.random.get_rng_state(),
                self.loader.generator.get_state(),
                torch.tensor(self.losses, dtype=torch.float64),
            ],
            path,
        )

    def load(self, path):
        model, optimizer, chance, order, losses = torch.load(path, weights_only=True)
        self.model.load_state_dict(model)
        self.optimizer.load_state_dict(optimizer)
        torch.random.set_rng_state(chance)
        self.loader.generator.set_state(order)
        self.losses = losses.tolist()


@misconception(
    "losses forgotten",
    hint="The resumed run trains as it should, and `losses` lacks those of the epochs before it "
    "was saved: they belong into the file.",
)
class RunForgetsLosses(_Base):
    def save(self, path):
        super().save(path)
        kept = torch.load(path)
        torch.save(kept | {"epochs": len(kept["losses"]), "losses": []}, path)

    def load(self, path):
        super().load(path)
        self.before = torch.load(path)["epochs"]

    before = 0

    def train(self, epochs):
        super().train(epochs - self.before)
