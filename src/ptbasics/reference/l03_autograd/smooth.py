"""Answers: Bug hunt 2: modified in place."""

from __future__ import annotations

import torch

from ptbasics.exercise import alternative, misconception


def smooth(readings: torch.Tensor, keep: torch.Tensor) -> torch.Tensor:
    """A running average: each day keeps a share of yesterday's average and adds the reading.

    The first average is the first reading. From then on it is `keep` times the average of the
    day before plus `1 - keep` times the reading of the day.

    Args:
        readings: one floating-point number a day, shape `(days,)`; asks for its gradient.
        keep: how much of yesterday's average stays, a tensor without dimensions between 0 and 1;
            asks for its gradient.

    Returns:
        The averages, shape `(days,)`. Gradients flow back to `readings` and to `keep`.
    """
    averages = [readings[0]]
    for reading in readings[1:]:
        averages.append(keep * averages[-1] + (1 - keep) * reading)
    return torch.stack(averages)


@misconception(
    "as given",
    hint="A saved tensor is still overwritten: the row that you write to shares its memory with "
    "the one that autograd has saved.",
)
def smooth_as_given(readings: torch.Tensor, keep: torch.Tensor) -> torch.Tensor:
    averages = readings.clone()
    for day in range(1, len(readings)):
        averages[day] = keep * averages[day - 1] + (1 - keep) * readings[day]
    return averages


@misconception(
    ".data",
    hint="Writing through `.data` hides the change from autograd. The error is gone, and so is "
    "the gradient of everything that was written.",
)
def smooth_data(readings: torch.Tensor, keep: torch.Tensor) -> torch.Tensor:
    averages = readings.clone()
    for day in range(1, len(readings)):
        averages.data[day] = keep * averages[day - 1] + (1 - keep) * readings[day]
    return averages


@misconception(
    "forgets yesterday",
    hint="Yesterday's average was cut from the graph, so each day knows only of its own reading. "
    "The way back must lead through all days.",
)
def smooth_forgets_yesterday(readings: torch.Tensor, keep: torch.Tensor) -> torch.Tensor:
    averages = [readings[0]]
    for reading in readings[1:]:
        averages.append(keep * averages[-1].detach() + (1 - keep) * reading)
    return torch.stack(averages)


@misconception(
    "keep as a number",
    hint="`keep` has become a plain number, and a number gets no gradient.",
)
def smooth_keep_as_a_number(readings: torch.Tensor, keep: torch.Tensor) -> torch.Tensor:
    return smooth(readings, keep.detach())


@misconception(
    "swapped",
    hint="`keep` is the share of yesterday's average, not that of today's reading.",
)
def smooth_swapped(readings: torch.Tensor, keep: torch.Tensor) -> torch.Tensor:
    return smooth(readings, 1 - keep)


@alternative
def smooth_with_a_clone(readings, keep):
    averages = readings.clone()
    for day in range(1, len(readings)):
        yesterday = averages[day - 1].clone()
        averages[day] = keep * yesterday + (1 - keep) * readings[day]
    return averages


@alternative
def smooth_by_weights(readings, keep):
    days = torch.arange(len(readings))
    ages = (days[:, None] - days[None, :]).clamp(min=0)
    weights = (1 - keep) * keep**ages
    weights = torch.where(days[None, :] == 0, keep ** days[:, None], weights)
    return torch.tril(weights) @ readings


@alternative
def smooth_into_a_new_tensor(readings, keep):
    averages, average = torch.zeros(len(readings)), readings[0]
    averages[0] = average
    for day in range(1, len(readings)):
        average = keep * average + (1 - keep) * readings[day]
        averages[day] = average
    return averages
