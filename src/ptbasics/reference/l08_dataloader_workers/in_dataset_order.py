"""Answers: Any order in, dataset order out."""

from __future__ import annotations

from collections.abc import Iterable

import torch

from ptbasics.exercise import alternative, misconception


def in_dataset_order(batches: Iterable[tuple[torch.Tensor, torch.Tensor]]) -> torch.Tensor:
    """All values of an epoch in the order of the dataset, in whichever order batches come.

    Args:
        batches: a loader, or a list, of pairs `(indices, values)`: an int64 tensor of shape (B,)
            with the places of these items in the dataset, and a tensor of shape (B, ...) with
            what belongs to them. Each index from 0 to N - 1 comes once.

    Returns:
        Tensor of shape (N, ...), the dtype of the values: row i belongs to index i.

    `batches` is iterated once: a second epoch may come in another order.
    """
    indices, values = zip(*batches, strict=True)
    order = torch.cat(indices).argsort()
    return torch.cat(values)[order]


@misconception(
    "as they come",
    hint="The batches were put together as they came.",
)
def in_dataset_order_as_they_come(batches: Iterable) -> torch.Tensor:
    return torch.cat([values for _, values in batches])


@misconception(
    "taken, not put",
    hint="Index `i` says where a value *belongs*; here it was used to say which value to take. "
    "These are opposite directions.",
)
def in_dataset_order_taken(batches: Iterable) -> torch.Tensor:
    indices, values = zip(*batches, strict=True)
    return torch.cat(values)[torch.cat(indices)]


@misconception(
    "by size",
    hint="The values themselves were sorted. It is their indices that have an order.",
)
def in_dataset_order_by_size(batches: Iterable) -> torch.Tensor:
    return torch.cat([values for _, values in batches]).sort(dim=0).values


@misconception(
    "twice",
    hint="The loader was iterated twice, once for the indices and once for the values. The second "
    "epoch may come in another order; then they no longer belong together.",
)
def in_dataset_order_twice(batches: Iterable) -> torch.Tensor:
    list(batches)
    return in_dataset_order(batches)


@misconception(
    "within",
    hint="Each batch is in order, but the batches are not.",
)
def in_dataset_order_within(batches: Iterable) -> torch.Tensor:
    return torch.cat([values[indices.argsort()] for indices, values in batches])


@misconception(
    "float32",
    hint="The order is right, but not the dtype: new tensors are float32 unless you say otherwise.",
)
def in_dataset_order_float32(batches: Iterable) -> torch.Tensor:
    return in_dataset_order(batches).to(torch.float32)


@alternative
def put_where_they_belong(batches):
    batches = list(batches)
    count = sum(len(indices) for indices, _ in batches)
    first = batches[0][1]
    placed = torch.empty(count, *first.shape[1:], dtype=first.dtype)
    for indices, values in batches:
        placed[indices] = values
    return placed


@alternative
def sorted_in_python(batches):
    rows = {
        int(index): row
        for indices, values in batches
        for index, row in zip(indices, values, strict=True)
    }
    return torch.stack([rows[index] for index in sorted(rows)])
