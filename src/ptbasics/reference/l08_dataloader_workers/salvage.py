"""Answers: Save what can be saved."""

from __future__ import annotations

from typing import Any

from torch.utils.data import DataLoader

from ptbasics.exercise import alternative, misconception


def salvage(loader: DataLoader) -> tuple[list[Any], list[tuple[int, str]]]:
    """All batches of an epoch that can be had, and what is the matter with the others.

    Args:
        loader: a DataLoader over a map-style dataset, with or without workers. Some of its items
            raise an exception, and with it the batch that they belong to. Iterate it once.

    Returns:
        The good batches in order, and a list of failures, each `(number, name)`: the number of
        the failed batch, where the first batch that is asked for has number 0, and the name of
        the exception's class, such as "OSError".
    """
    batches: list[Any] = []
    failures: list[tuple[int, str]] = []
    waiting = iter(loader)
    while True:
        try:
            batches.append(next(waiting))
        except StopIteration:
            return batches, failures
        except Exception as error:
            failures.append((len(batches) + len(failures), type(error).__name__))


@misconception(
    "stops",
    hint="Everything after the first failure is lost. The iterator could have gone on.",
)
def salvage_stops(loader: DataLoader) -> tuple[list, list]:
    batches: list[Any] = []
    try:
        for batch in loader:
            batches.append(batch)
    except Exception as error:
        return batches, [(len(batches), type(error).__name__)]
    return batches, []


@misconception(
    "silent",
    hint="The good batches are there, but nobody learns what is missing.",
)
def salvage_silent(loader: DataLoader) -> tuple[list, list]:
    return salvage(loader)[0], []


@misconception(
    "same name",
    hint="All failures are called the same. A worker's exception comes back with the type that it "
    "had there.",
)
def salvage_same_name(loader: DataLoader) -> tuple[list, list]:
    batches, failures = salvage(loader)
    return batches, [(number, "RuntimeError") for number, _ in failures]


@misconception(
    "good ones counted",
    hint="The number is how many *good* batches came before. Count every batch that was asked for.",
)
def salvage_good_ones_counted(loader: DataLoader) -> tuple[list, list]:
    batches, failures = salvage(loader)
    return batches, [(number - before, name) for before, (number, name) in enumerate(failures)]


@misconception(
    "end is a failure",
    hint="`StopIteration` is how an iterator says that it is finished. That is not a failure.",
)
def salvage_end_is_a_failure(loader: DataLoader) -> tuple[list, list]:
    batches, failures = salvage(loader)
    return batches, [*failures, (len(batches) + len(failures), "StopIteration")]


@misconception(
    "message",
    hint="This is what the exception says. The name of its class is asked for.",
)
def salvage_message(loader: DataLoader) -> tuple[list, list]:
    batches: list[Any] = []
    failures: list[Any] = []
    iterator = iter(loader)
    while True:
        try:
            batches.append(next(iterator))
        except StopIteration:
            return batches, failures
        except Exception as error:
            failures.append((len(batches) + len(failures), str(error)))


@alternative
def salvage_by_counting(loader):
    good, bad, iterator = [], [], iter(loader)
    for number in range(len(loader)):
        try:
            batch = next(iterator)
        except Exception as error:
            bad.append((number, error.__class__.__name__))
        else:
            good.append(batch)
    return good, bad
