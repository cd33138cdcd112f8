"""Answers: Leave out what could not be read."""

from __future__ import annotations

from typing import Any

from torch.utils.data import default_collate

from ptbasics.exercise import alternative, misconception


def drop_broken(samples: list) -> Any:
    """Put the samples that could be read into a batch, and leave out the others.

    Args:
        samples: at least one sample; None stands for one that could not be read. The others are
            anything that `default_collate` accepts. The list is left as it was.

    Returns:
        What `default_collate` makes of the samples that are not None, in their order; None where
        there is not a single one.
    """
    good = [sample for sample in samples if sample is not None]
    return default_collate(good) if good else None


@misconception(
    "all broken",
    hint="If every sample is broken, `default_collate` gets an empty list and fails on its first "
    "element. Return None then.",
)
def drop_broken_all_broken(samples: list) -> Any:
    return default_collate([sample for sample in samples if sample is not None])


@misconception(
    "falsy",
    hint="0, an empty text and `tensor(0)` count as false, and are good samples. Ask for None "
    "itself.",
)
def drop_broken_falsy(samples: list) -> Any:
    good = [sample for sample in samples if sample]
    return default_collate(good) if good else None


@misconception(
    "refilled",
    hint="The gaps were filled with copies of a good sample: the batch keeps its size, and one "
    "sample counts several times.",
)
def drop_broken_refilled(samples: list) -> Any:
    good = [sample for sample in samples if sample is not None]
    if not good:
        return None
    return default_collate([good[0] if sample is None else sample for sample in samples])


@misconception(
    "in place",
    hint="Elements were removed from the list that is being walked: the next one moves into the "
    "gap and is skipped. Besides, the list belongs to the caller.",
)
def drop_broken_in_place(samples: list) -> Any:
    for number, sample in enumerate(samples):
        if sample is None:
            del samples[number]
    return default_collate(samples) if samples else None


@misconception(
    "whole batch",
    hint="One broken sample made the whole batch disappear. The others are good.",
)
def drop_broken_whole_batch(samples: list) -> Any:
    return None if any(sample is None for sample in samples) else default_collate(samples)


@alternative
def drop_by_filter(samples):
    good = list(filter(lambda sample: sample is not None, samples))
    if len(good) == 0:
        return None
    return default_collate(good)
