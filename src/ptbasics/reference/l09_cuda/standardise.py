"""Answers: A layer that moves as a whole."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ptbasics.exercise import alternative, misconception


class Standardise(nn.Module):
    """Makes the readings of warming sensors comparable, on whatever device they are.

    A sensor reads too much by its drift times the number of the step (0, 1, 2, …). That is taken
    off, then its mean; the rest is divided by its standard deviation.

    The constants go where the module goes, take on its dtype, and are part of its state, but they
    are not trained.
    """

    def __init__(self, mean: Tensor, std: Tensor, drift: Tensor) -> None:
        """Keep the constants: a float tensor of shape (S,) each, one number per sensor."""
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("std", std)
        self.register_buffer("drift", drift)

    def forward(self, readings: Tensor) -> Tensor:
        """Standardise readings of shape (T, S), T steps of S sensors.

        Returns:
            A tensor of the shape, dtype and device of `readings`.
        """
        steps = torch.arange(len(readings), device=readings.device)
        return (readings - steps[:, None] * self.drift - self.mean) / self.std


class _Kept(nn.Module):
    def __init__(self, mean, std, drift):
        super().__init__()
        self.keep("mean", mean)
        self.keep("std", std)
        self.keep("drift", drift)

    def keep(self, name, value):
        self.register_buffer(name, value)

    def steps(self, readings):
        return torch.arange(len(readings), device=readings.device)[:, None]

    def forward(self, readings):
        return (readings - self.steps(readings) * self.drift - self.mean) / self.std


@misconception(
    "plain attributes",
    hint="The module does not know of its constants: they are not in its state, and stay behind "
    "when it moves. A tensor that is a plain attribute is no part of a module.",
)
class StandardisePlain(_Kept):
    def keep(self, name, value):
        setattr(self, name, value)


@misconception(
    "trained",
    hint="The constants move along, but as parameters: an optimizer would train them.",
)
class StandardiseTrained(_Kept):
    def keep(self, name, value):
        setattr(self, name, nn.Parameter(value))


@misconception(
    "steps on the CPU",
    hint="`forward` makes a tensor without saying where, so it is on the CPU, wherever the "
    "readings are.",
)
class StandardiseStepsOnCpu(_Kept):
    def steps(self, readings):
        return torch.arange(len(readings))[:, None]


@misconception(
    "cuda inside",
    hint="`forward` asks for a GPU, whatever device the readings are on. A layer goes where it is "
    "told, and computes there.",
)
class StandardiseCuda(_Kept):
    def forward(self, readings):
        return super().forward(readings.cuda())


@misconception(
    "cpu inside",
    hint="`forward` brings numbers back to the CPU. It is to compute where the readings are.",
)
class StandardiseCpu(_Kept):
    def forward(self, readings):
        return super().forward(readings).cpu()


@misconception(
    "not in the state",
    hint="The constants move along but are not in `state_dict()`: a layer that loads the state "
    "goes on with its own.",
)
class StandardiseNotPersistent(_Kept):
    def keep(self, name, value):
        self.register_buffer(name, value, persistent=False)


@misconception(
    "no drift",
    hint="What the sensors drift was not taken off.",
)
class StandardiseNoDrift(_Kept):
    def steps(self, readings):
        return 0


@alternative
class StandardiseInOneBuffer(nn.Module):
    def __init__(self, mean, std, drift):
        super().__init__()
        self.register_buffer("constants", torch.stack([mean, std, drift]))

    def forward(self, readings):
        mean, std, drift = self.constants.unbind()
        steps = torch.arange(len(readings)).to(readings)
        return (readings - torch.outer(steps, drift) - mean) / std


@alternative
class StandardiseByBuffer(nn.Module):
    def __init__(self, mean, std, drift):
        super().__init__()
        self.mean, self.std, self.drift = map(nn.Buffer, (mean, std, drift))

    def forward(self, readings):
        steps = torch.ones_like(readings).cumsum(dim=0) - 1
        return readings.sub(steps * self.drift).sub(self.mean).div(self.std)


@alternative
class StandardiseByCounting(_Kept):
    def forward(self, readings):
        rows = [row - step * self.drift - self.mean for step, row in enumerate(readings)]
        return torch.stack(rows) / self.std
