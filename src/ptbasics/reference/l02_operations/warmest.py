"""Answers: The warmest hour of each station."""

from __future__ import annotations

import torch

from ptbasics.exercise import alternative, misconception


def warmest(readings: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """The highest reading of each station, and the day and hour when it was taken.

    Args:
        readings: floating-point tensor of shape (stations, days, hours); no station has its
            highest reading twice.

    Returns:
        A tuple of three tensors of shape (stations,): the highest readings, in the dtype of
        `readings`, then their days and their hours, counted from 0, both int64.
    """
    values, places = readings.flatten(start_dim=1).max(dim=1)
    hours = readings.shape[2]
    return values, places // hours, places % hours


@misconception(
    "one for all",
    hint="This is the warmest hour of all stations together. The first dimension must survive.",
)
def warmest_one_for_all(readings: torch.Tensor) -> tuple:
    place = readings.argmax()
    hours = readings.shape[2]
    return readings.max(), place // hours, place % hours


@misconception(
    "all days",
    hint="There is one hour for *each day* of a station. Only the hour on its warmest day is "
    "wanted.",
)
def warmest_all_days(readings: torch.Tensor) -> tuple:
    values, hours = readings.max(dim=2)
    values, days = values.max(dim=1)
    return values, days, hours


@misconception(
    "last day",
    hint="The values and days are right, but the hours all come from one fixed day instead of "
    "from the day that was found.",
)
def warmest_last_day(readings: torch.Tensor) -> tuple:
    values, hours = readings.max(dim=2)
    values, days = values.max(dim=1)
    return values, days, hours[:, -1]


@misconception(
    "exchanged",
    hint="Everything was found, but handed back in another order: first the readings, then the "
    "days, then the hours.",
)
def warmest_exchanged(readings: torch.Tensor) -> tuple:
    values, days, hours = warmest(readings)
    return values, hours, days


@misconception(
    "true division",
    hint="`/` makes a float. Which operators give the whole part and the rest?",
)
def warmest_true_division(readings: torch.Tensor) -> tuple:
    values, places = readings.flatten(start_dim=1).max(dim=1)
    hours = readings.shape[2]
    return values, places / hours, places % hours


@misconception(
    "wrong divisor",
    hint="An index into days × hours moves on by one day after as many steps as a day has *hours*.",
)
def warmest_wrong_divisor(readings: torch.Tensor) -> tuple:
    values, places = readings.flatten(start_dim=1).max(dim=1)
    days = readings.shape[1]
    return values, places // days, places % days


@alternative
def warmest_by_gather(readings):
    values, hours = readings.max(2)
    values, days = values.max(1)
    return values, days, hours.gather(1, days[:, None]).squeeze(1)


@alternative
def warmest_by_two_maxima(readings):
    return readings.amax((1, 2)), readings.amax(2).argmax(1), readings.amax(1).argmax(1)


@alternative
def warmest_by_unravel(readings):
    found = [torch.unravel_index(one.argmax(), one.shape) for one in readings]
    days, hours = (torch.stack(part) for part in zip(*found, strict=True))
    return [readings[torch.arange(len(readings)), days, hours], days, hours]


@alternative
def warmest_by_search(readings):
    found = [(station == station.max()).nonzero()[0] for station in readings]
    days, hours = torch.stack(found).T
    return readings.flatten(1).max(1).values, days.clone(), hours.clone()
