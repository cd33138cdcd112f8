"""Answers: From samples to fields."""

from __future__ import annotations

from typing import Any

from ptbasics.exercise import alternative, misconception


def transpose_samples(samples: list) -> tuple:
    """Turn a list of samples into a tuple of fields.

    Args:
        samples: at least one tuple; all have the same number of fields, one or more. The fields
            may hold anything: numbers, texts, tensors.

    Returns:
        A tuple with one tuple for each field, which holds that field of every sample, in order.

    Raises:
        ValueError: the samples differ in their number of fields.
    """
    return tuple(zip(*samples, strict=True))


@misconception(
    "iterator",
    hint="`zip` only promises the tuples: it gives an iterator, which can be walked once and then "
    "is empty. Collect what it gives.",
)
def transpose_samples_iterator(samples: list) -> Any:
    return zip(*samples, strict=True)


@misconception(
    "as many as the first",
    hint="A later sample with *more* fields than the first loses what is too much, without a "
    "word. That, too, must be a `ValueError`.",
)
def transpose_samples_as_the_first(samples: list) -> tuple:
    fields = len(samples[0])
    if any(len(sample) < fields for sample in samples):
        raise ValueError("a field is missing")
    return tuple(tuple(sample[i] for sample in samples) for i in range(fields))


@misconception(
    "cut short",
    hint="Where a field is missing, `zip` quietly stops early and the other samples lose a field "
    "too. That must be a `ValueError`.",
)
def transpose_samples_cut_short(samples: list) -> tuple:
    return tuple(zip(*samples, strict=False))


@misconception(
    "only pairs",
    hint="Right for two fields, and only for two. Samples may have one or three.",
)
def transpose_samples_only_pairs(samples: list) -> tuple:
    return tuple(x for x, _ in samples), tuple(y for _, y in samples)


@misconception(
    "lists",
    hint="The values are right, but in lists. Tuples are asked for, inside and outside.",
)
def transpose_samples_lists(samples: list) -> list:
    return [list(field) for field in zip(*samples, strict=True)]


@misconception(
    "in a row",
    hint="All values stand in one row: sample after sample, without any fields. The result needs "
    "one tuple for each field.",
)
def transpose_samples_in_a_row(samples: list) -> tuple:
    if len({len(sample) for sample in samples}) > 1:
        raise ValueError("the samples differ in their number of fields")
    return tuple(value for sample in samples for value in sample)


@alternative
def transpose_by_index(samples):
    fields = len(samples[0])
    if any(len(sample) != fields for sample in samples):
        raise ValueError("a field is missing")
    return tuple(tuple(sample[i] for sample in samples) for i in range(fields))
