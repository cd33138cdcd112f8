"""Answers: How far ahead does memory allow?"""

from __future__ import annotations

from typing import Any

import torch

from ptbasics.exercise import alternative, misconception


def prefetch_that_fits(batch: Any, num_workers: int, budget: int) -> int:
    """The largest `prefetch_factor` with which all batches that wait fit into memory.

    Args:
        batch: what the loader yields: a tensor, or tensors in lists, tuples and dicts, in each
            other as deep as you like. Whatever else lies in there weighs nothing.
        num_workers: how many workers there are, at least 1.
        budget: how many bytes all waiting batches may take together, each as large as `batch`.

    Returns:
        The largest int that does not exceed the budget.

    Raises:
        ValueError: not even a factor of 1 fits.
    """
    parts, size = [batch], 0
    while parts:
        part = parts.pop()
        if isinstance(part, torch.Tensor):
            size += part.nbytes
        elif isinstance(part, dict):
            parts += part.values()
        elif isinstance(part, list | tuple):
            parts += part
    factor = budget // (size * num_workers)
    if factor < 1:
        raise ValueError(f"a batch of {size} bytes for each worker does not fit into {budget}")
    return factor


@misconception(
    "one worker",
    hint="`prefetch_factor` counts for *each* worker: with four of them, four times as many "
    "batches wait.",
)
def prefetch_that_fits_one_worker(batch: Any, num_workers: int, budget: int) -> int:
    return prefetch_that_fits(batch, 1, budget)


def _sized(batch: Any, size: Any) -> int:
    if isinstance(batch, torch.Tensor):
        return size(batch)
    if isinstance(batch, dict):
        batch = list(batch.values())
    return sum(_sized(part, size) for part in batch) if isinstance(batch, list | tuple) else 0


@misconception(
    "elements",
    hint="These are numbers of elements. How many bytes has one, of each dtype?",
)
def prefetch_that_fits_elements(batch: Any, num_workers: int, budget: int) -> int:
    factor = budget // (_sized(batch, torch.numel) * num_workers)
    if factor < 1:
        raise ValueError
    return factor


@misconception(
    "one more",
    hint="This rounds up: at its peak, the loader would need more than the budget.",
)
def prefetch_that_fits_one_more(batch: Any, num_workers: int, budget: int) -> int:
    return -(-budget // (_sized(batch, lambda one: one.nbytes) * num_workers))


@misconception(
    "first tensor",
    hint="Only one tensor of the batch was weighed. Labels and masks take memory, too, however "
    "deep they lie in lists and dicts.",
)
def prefetch_that_fits_first_tensor(batch: Any, num_workers: int, budget: int) -> int:
    if isinstance(batch, dict):
        batch = list(batch.values())
    if isinstance(batch, list):
        batch = batch[0]
    return prefetch_that_fits(batch, num_workers, budget)


@misconception(
    "one level",
    hint="Tensors in a list or dict were weighed, but not those in a list *within* it. How deep "
    "they lie must not matter.",
)
def prefetch_that_fits_one_level(batch: Any, num_workers: int, budget: int) -> int:
    if isinstance(batch, dict):
        batch = list(batch.values())
    parts = batch if isinstance(batch, list | tuple) else [batch]
    tensors = [part for part in parts if isinstance(part, torch.Tensor)]
    return prefetch_that_fits(tensors, num_workers, budget)


@misconception(
    "at least 1",
    hint="A factor of 1 was given where not even that fits: the loader would need more than the "
    "budget. Then, raise a `ValueError`.",
)
def prefetch_that_fits_at_least_1(batch: Any, num_workers: int, budget: int) -> int:
    return max(1, prefetch_that_fits_no_factor(batch, num_workers, budget))


@misconception(
    "no factor",
    hint="`prefetch_factor=0` is no way out: a loader with workers refuses it. When even 1 does "
    "not fit, raise a `ValueError`.",
)
def prefetch_that_fits_no_factor(batch: Any, num_workers: int, budget: int) -> int:
    return budget // (_sized(batch, lambda one: one.nbytes) * num_workers)


@alternative
def prefetch_by_recursion(batch, num_workers, budget):
    def weight(part):
        if isinstance(part, torch.Tensor):
            return part.numel() * part.element_size()
        if isinstance(part, dict):
            return sum(weight(inner) for inner in part.values())
        if isinstance(part, (list, tuple)):
            return sum(weight(inner) for inner in part)
        return 0

    factor = 0
    while (factor + 1) * num_workers * weight(batch) <= budget:
        factor += 1
    if not factor:
        raise ValueError("too little memory")
    return factor
