"""Answers: How many batches has an epoch?"""

from __future__ import annotations

import math

from torch.utils.data import DataLoader

from ptbasics.exercise import alternative, misconception


def number_of_batches(length: int, batch_size: int | None, drop_last: bool) -> int:
    """Predicts `len(loader)` without a loader.

    Args:
        length: how many items the dataset has, 0 or more.
        batch_size: items per batch; None turns batching off.
        drop_last: whether an incomplete batch at the end is left out; always False without
            batching, because a loader refuses anything else.

    Returns:
        The number of batches of one epoch, an `int`. Without batching, each item counts.

    Raises:
        ValueError: `batch_size` is less than 1.
    """
    if batch_size is None:
        return length
    if batch_size < 1:
        raise ValueError(f"a batch has at least 1 item, not {batch_size}")
    full, rest = divmod(length, batch_size)
    return full if drop_last or rest == 0 else full + 1


def number_checked(batch_size):
    if batch_size is None:
        return 1
    if batch_size < 1:
        raise ValueError("too small")
    return batch_size


@misconception(
    "always dropped",
    hint="The items left over make a batch too, unless `drop_last` is set.",
)
def number_always_dropped(length, batch_size, drop_last):
    return length // number_checked(batch_size)


@misconception(
    "never dropped",
    hint="With `drop_last`, an incomplete batch does not count.",
)
def number_never_dropped(length, batch_size, drop_last):
    return math.ceil(length / number_checked(batch_size))


@misconception(
    "one more",
    hint="One is added even where nothing is left over: 12 items in batches of 4 make 3 batches.",
)
def number_one_more(length, batch_size, drop_last):
    if batch_size is None:
        return length
    full = length // number_checked(batch_size)
    return full if drop_last else full + 1


@misconception(
    "upside down",
    hint="`drop_last=True` is treated like `drop_last=False`, and the other way round.",
)
def number_upside_down(length, batch_size, drop_last):
    return number_of_batches(length, batch_size, not drop_last)


@misconception(
    "float",
    hint="The value is right, but it is a float. `len` must be a whole number.",
)
def number_float(length, batch_size, drop_last):
    return float(number_of_batches(length, batch_size, drop_last))


@misconception(
    "None is everything",
    hint="`batch_size=None` does not mean one batch with everything: it turns batching off, and "
    "each item comes alone.",
)
def number_none_is_everything(length, batch_size, drop_last):
    return 1 if batch_size is None else number_of_batches(length, batch_size, drop_last)


@misconception(
    "any size",
    hint="A loader refuses a batch size below 1 with a `ValueError`.",
)
def number_any_size(length, batch_size, drop_last):
    return 0 if batch_size == 0 else number_only_zero(length, batch_size, drop_last)


@misconception(
    "only zero",
    hint="A batch size of 0 is refused here, but a negative one is not.",
)
def number_only_zero(length, batch_size, drop_last):
    if batch_size is None:
        return length
    if batch_size == 0:
        raise ValueError("too small")
    return length // batch_size if drop_last else math.ceil(length / batch_size)


@alternative
def number_by_len_of_a_loader(length, batch_size, drop_last):
    if batch_size is None:
        return length
    return len(DataLoader(range(length), batch_size=batch_size, drop_last=drop_last))


@alternative
def number_by_ceiling(length, batch_size, drop_last):
    if batch_size is not None and batch_size <= 0:
        raise ValueError("too small")
    if not batch_size:
        return length
    return math.floor(length / batch_size) if drop_last else -(-length // batch_size)
