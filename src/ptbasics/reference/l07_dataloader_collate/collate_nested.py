"""Answers: A default_collate of your own."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch.utils.data import default_collate

from ptbasics.exercise import alternative, misconception


def collate_nested(samples: list) -> Any:
    """Put samples of any nesting into a batch of the same nesting.

    Args:
        samples: at least one sample; all have one structure. A sample is a tensor, a number
            (int, float or bool), a str, or a dict, list or tuple of such samples, also nested.

    Returns:
        For tensors, a new tensor with the samples along a new first dimension. For numbers, a
        tensor of shape (B,): float64 for floats, int64 for ints, bool for bools. For str, a list
        of them. For dicts, a dict with a batch for each key. For lists and tuples, a list with a
        batch for each position.

    Raises:
        TypeError: a sample, or a part of it, is of another type.
    """
    first = samples[0]
    if isinstance(first, torch.Tensor):
        return torch.stack(samples)
    if isinstance(first, float):
        return torch.tensor(samples, dtype=torch.float64)
    if isinstance(first, int):
        return torch.tensor(samples)
    if isinstance(first, str):
        return list(samples)
    if isinstance(first, dict):
        return {key: collate_nested([sample[key] for sample in samples]) for key in first}
    if isinstance(first, (list, tuple)):
        return [collate_nested([one[i] for one in samples]) for i in range(len(first))]
    raise TypeError(f"cannot make a batch of {type(first)}")


def _nested(samples: list, collate: Any) -> Any:
    """What the wrong answers below have in common: all that they get right."""
    first = samples[0]
    if isinstance(first, torch.Tensor):
        return torch.stack(samples)
    if isinstance(first, float):
        return torch.tensor(samples, dtype=torch.float64)
    if isinstance(first, int):
        return torch.tensor(samples)
    if isinstance(first, str):
        return list(samples)
    if isinstance(first, dict):
        return {key: collate([sample[key] for sample in samples]) for key in first}
    if isinstance(first, list | tuple):
        return [collate(list(field)) for field in zip(*samples, strict=True)]
    raise TypeError(f"cannot make a batch of {type(first)}")


@misconception(
    "float32",
    hint="Floats became float32. `default_collate` keeps all digits of a Python float, and that "
    "takes float64.",
)
def collate_nested_float32(samples: list) -> Any:
    if isinstance(samples[0], float):
        return torch.tensor(samples)
    return _nested(samples, collate_nested_float32)


@misconception(
    "letters",
    hint="A text was taken for a sequence of letters, and a letter is a text again, without end. "
    "Texts must be recognised before sequences.",
)
def collate_nested_letters(samples: list) -> Any:
    if isinstance(samples[0], str):
        return [collate_nested_letters(list(letters)) for letters in zip(*samples, strict=False)]
    return _nested(samples, collate_nested_letters)


@misconception(
    "one level",
    hint="The outermost container is turned inside out, but what is in it stays a list of "
    "samples. Each of these lists is to become a batch as well.",
)
def collate_nested_one_level(samples: list) -> Any:
    return _nested(samples, list)


@misconception(
    "tuples",
    hint="The batch of tuples is a tuple here. `default_collate` gives a list.",
)
def collate_nested_tuples(samples: list) -> Any:
    batch = _nested(samples, collate_nested_tuples)
    return tuple(batch) if isinstance(samples[0], tuple) else batch


@misconception(
    "lets all through",
    hint="A type that is not understood was passed on unchanged. Say so at once, with a "
    "`TypeError`.",
)
def collate_nested_lets_all_through(samples: list) -> Any:
    known = torch.Tensor | float | int | str | dict | list | tuple
    if not isinstance(samples[0], known):
        return list(samples)
    return _nested(samples, collate_nested_lets_all_through)


@misconception(
    "glued",
    hint="The tensors were joined along a dimension that they had. The samples need a new first "
    "dimension.",
)
def collate_nested_glued(samples: list) -> Any:
    if isinstance(samples[0], torch.Tensor) and samples[0].ndim:
        return torch.cat(samples)
    return _nested(samples, collate_nested_glued)


@alternative
def nested_by_default_collate(samples):
    return default_collate(samples)


@alternative
def nested_by_match(samples):
    match samples[0]:
        case torch.Tensor():
            return torch.cat([sample[None] for sample in samples])
        case bool() | int() | float():
            return torch.from_numpy(np.array(samples))
        case str():
            return [*samples]
        case dict() as first:
            columns = {key: [] for key in first}
            for sample in samples:
                for key in columns:
                    columns[key].append(sample[key])
            return {key: nested_by_match(column) for key, column in columns.items()}
        case list() | tuple():
            return list(map(nested_by_match, zip(*samples, strict=True)))
        case other:
            raise TypeError(type(other))
