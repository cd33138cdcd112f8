"""Answers: A module with parameters and buffers."""

from __future__ import annotations

import torch
from torch import nn

from ptbasics.exercise import alternative, misconception


class Calibration(nn.Module):
    """Standardises the readings of D sensors, then rescales them with what is learned.

    The state has four tensors of shape (D,), all float32:

    - `mean` and `std` describe the sensors. They are buffers: kept, saved and moved with the
      module, but never learned.
    - `gain` (ones at the start) and `offset` (zeros at the start) are learned.
    """

    def __init__(self, mean: torch.Tensor, std: torch.Tensor) -> None:
        """Take the statistics of the sensors, two float32 tensors of shape (D,)."""
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("std", std)
        self.gain = nn.Parameter(torch.ones_like(mean))
        self.offset = nn.Parameter(torch.zeros_like(mean))

    def forward(self, readings: torch.Tensor) -> torch.Tensor:
        """Subtract `mean`, divide by `std`, multiply with `gain`, add `offset`.

        Args:
            readings: float32 tensor of shape (N, D).

        Returns:
            A tensor of the same shape.
        """
        return (readings - self.mean) / self.std * self.gain + self.offset


class _CalibrationBase(nn.Module):
    def forward(self, readings):
        return (readings - self.mean) / self.std * self.gain + self.offset


@misconception(
    "tensor for parameter",
    hint="A tensor with `requires_grad=True` is not registered: `parameters()` does not list it, "
    "so no optimizer will ever move it.",
)
class CalibrationTensorForParameter(_CalibrationBase):
    def __init__(self, mean, std):
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("std", std)
        self.gain = torch.ones_like(mean, requires_grad=True)
        self.offset = torch.zeros_like(mean, requires_grad=True)


@misconception(
    "tensor for buffer",
    hint="`mean` and `std` are plain attributes here. They are missing in `state_dict()` and stay "
    "behind when the module changes its dtype or device.",
)
class CalibrationTensorForBuffer(_CalibrationBase):
    def __init__(self, mean, std):
        super().__init__()
        self.mean, self.std = mean, std
        self.gain = nn.Parameter(torch.ones_like(mean))
        self.offset = nn.Parameter(torch.zeros_like(mean))


@misconception(
    "all learned",
    hint="`mean` and `std` are parameters here, so training would change them. They belong to the "
    "state, but are measured, not learned.",
)
class CalibrationAllLearned(_CalibrationBase):
    def __init__(self, mean, std):
        super().__init__()
        self.mean, self.std = nn.Parameter(mean), nn.Parameter(std)
        self.gain = nn.Parameter(torch.ones_like(mean))
        self.offset = nn.Parameter(torch.zeros_like(mean))


@misconception(
    "not to be learned",
    hint="A parameter with `requires_grad=False` is not learned, but it still stands among the "
    "`parameters()` that an optimizer is given. What is measured and not learned is a buffer.",
)
class CalibrationNotToBeLearned(_CalibrationBase):
    def __init__(self, mean, std):
        super().__init__()
        self.mean = nn.Parameter(mean, requires_grad=False)
        self.std = nn.Parameter(std, requires_grad=False)
        self.gain = nn.Parameter(torch.ones_like(mean))
        self.offset = nn.Parameter(torch.zeros_like(mean))


@misconception(
    "no super",
    hint="Nothing can be registered before `nn.Module` has set itself up. What must the first "
    "line of every `__init__` be?",
)
class CalibrationNoSuper(_CalibrationBase):
    def __init__(self, mean, std):
        self.gain = nn.Parameter(torch.ones_like(mean))


@misconception(
    "one gain",
    hint="One gain and one offset for all sensors: each of the D sensors needs its own.",
)
class CalibrationOneGain(_CalibrationBase):
    def __init__(self, mean, std):
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("std", std)
        self.gain = nn.Parameter(torch.ones(1))
        self.offset = nn.Parameter(torch.zeros(1))


@alternative
class CalibrationWithSetattr(nn.Module):
    def __init__(self, mean, std):
        super().__init__()
        self.mean = nn.Buffer(mean)
        self.std = nn.Buffer(std)
        self.register_parameter("offset", nn.Parameter(mean.new_zeros(mean.shape)))
        self.register_parameter("gain", nn.Parameter(mean.new_ones(mean.shape)))

    def forward(self, readings):
        return torch.addcmul(self.offset, (readings - self.mean).div(self.std), self.gain)
