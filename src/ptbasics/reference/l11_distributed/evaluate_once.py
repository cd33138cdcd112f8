"""Answers: No sample twice."""

from __future__ import annotations

import torch
import torch.distributed as dist
from torch import nn
from torch.utils.data import DataLoader, Dataset, DistributedSampler, Subset

from ptbasics.exercise import alternative, misconception


def evaluate_once(model: nn.Module, dataset: Dataset, batch_size: int) -> torch.Tensor:
    """Predicted classes of the whole dataset, computed by all ranks together.

    No rank gives the model more than its share of the samples: the number of samples divided by
    the number of ranks, rounded up.

    Args:
        model: gives one score per class; the same in all ranks.
        dataset: map-style; an item is a tuple of one tensor, the features. The length need not be
            divisible by the number of ranks.
        batch_size: samples in one batch of one rank.

    Returns:
        int64, one class for each sample, in the order of the dataset, the same in every rank.
    """
    sampler = DistributedSampler(dataset, shuffle=False)
    loader = DataLoader(dataset, batch_size=batch_size, sampler=sampler)
    with torch.no_grad():
        own = torch.cat([model(features).argmax(dim=1) for (features,) in loader])
    everybody = [torch.empty_like(own) for _ in range(dist.get_world_size())]
    dist.all_gather(everybody, own)
    return torch.stack(everybody, dim=1).flatten()[: len(dataset)]


@misconception(
    "padding kept",
    hint="There are more predictions than samples: those that were dealt twice are counted twice.",
)
def evaluate_once_padding_kept(model, dataset, batch_size):
    loader = DataLoader(dataset, batch_size, sampler=DistributedSampler(dataset, shuffle=False))
    with torch.no_grad():
        own = torch.cat([model(features).argmax(dim=1) for (features,) in loader])
    everybody = [torch.empty_like(own) for _ in range(dist.get_world_size())]
    dist.all_gather(everybody, own)
    return torch.stack(everybody, dim=1).flatten()


@misconception(
    "own share",
    hint="Each rank has the predictions of its own share. Nobody has all of them.",
)
def evaluate_once_own_share(model, dataset, batch_size):
    loader = DataLoader(dataset, batch_size, sampler=DistributedSampler(dataset, shuffle=False))
    with torch.no_grad():
        return torch.cat([model(features).argmax(dim=1) for (features,) in loader])


@misconception(
    "rank by rank",
    hint="All predictions are there, but the share of rank 0 comes first as a whole. The sampler "
    "deals like cards: sample 1 belongs to rank 1.",
)
def evaluate_once_rank_by_rank(model, dataset, batch_size):
    loader = DataLoader(dataset, batch_size, sampler=DistributedSampler(dataset, shuffle=False))
    with torch.no_grad():
        own = torch.cat([model(features).argmax(dim=1) for (features,) in loader])
    everybody = [torch.empty_like(own) for _ in range(dist.get_world_size())]
    dist.all_gather(everybody, own)
    return torch.cat(everybody)[: len(dataset)]


@misconception(
    "rest dropped",
    hint="The last samples have no prediction: whatever could not be dealt evenly was left out.",
)
def evaluate_once_rest_dropped(model, dataset, batch_size):
    sampler = DistributedSampler(dataset, shuffle=False, drop_last=len(dataset) > 2)
    with torch.no_grad():
        loader = DataLoader(dataset, batch_size, sampler=sampler)
        own = torch.cat([model(features).argmax(dim=1) for (features,) in loader])
    everybody = [torch.empty_like(own) for _ in range(dist.get_world_size())]
    dist.all_gather(everybody, own)
    return torch.stack(everybody, dim=1).flatten()[: len(dataset)]


@misconception(
    "everybody does all",
    hint="The predictions are right, but every rank has computed all of them. Nothing was shared.",
)
def evaluate_once_everybody_does_all(model, dataset, batch_size):
    with torch.no_grad():
        loader = DataLoader(dataset, batch_size)
        return torch.cat([model(features).argmax(dim=1) for (features,) in loader])


@alternative
def evaluate_once_by_objects(model, dataset, batch_size):
    rank, ranks = dist.get_rank(), dist.get_world_size()
    indices = list(range(rank, len(dataset), ranks))
    own = {}
    with torch.no_grad():
        for start in range(0, len(indices), batch_size):
            chosen = indices[start : start + batch_size]
            scores = model(torch.stack([dataset[index][0] for index in chosen]))
            own.update(zip(chosen, scores.argmax(1).tolist(), strict=True))
    everybody = [None] * ranks
    dist.all_gather_object(everybody, own)
    merged = {index: label for part in everybody for index, label in part.items()}
    return torch.tensor([merged[index] for index in range(len(dataset))])


@alternative
def evaluate_once_by_adding(model, dataset, batch_size):
    rank, ranks = dist.get_rank(), dist.get_world_size()
    indices = torch.arange(rank, len(dataset), ranks)
    labels = torch.zeros(len(dataset), dtype=torch.int64)
    share = DataLoader(Subset(dataset, indices.tolist()), batch_size)
    with torch.no_grad():
        parts = [model(features).argmax(1) for (features,) in share]
    if parts:
        labels[indices] = torch.cat(parts)
    dist.all_reduce(labels)
    return labels


@alternative
def evaluate_once_in_blocks(model, dataset, batch_size):
    rank, ranks = dist.get_rank(), dist.get_world_size()
    share = -(-len(dataset) // ranks)
    block = range(len(dataset))[rank * share : (rank + 1) * share]
    own = torch.full((share,), -1)
    position = 0
    with torch.inference_mode():
        for (features,) in DataLoader(Subset(dataset, block), batch_size):
            own[position : position + len(features)] = model(features).argmax(dim=-1)
            position += len(features)
    everybody = torch.empty(ranks * share, dtype=torch.int64)
    dist.all_gather_into_tensor(everybody, own)
    return everybody[: len(dataset)]
