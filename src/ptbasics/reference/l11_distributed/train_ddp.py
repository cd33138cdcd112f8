"""Answers: Train in several ranks."""

from __future__ import annotations

from contextlib import nullcontext

import torch
import torch.distributed as dist
import torch.nn.functional as F
from torch import nn
from torch.nn.parallel import DistributedDataParallel
from torch.utils.data import DataLoader, Dataset, DistributedSampler

from ptbasics.exercise import alternative, misconception


def train_ddp(
    model: nn.Module, dataset: Dataset, epochs: int, batch_size: int, accumulate: int
) -> None:
    """Train a classifier in all ranks together, with DistributedDataParallel.

    Cross-entropy, `torch.optim.SGD` with a learning rate of 0.1. Each rank takes its part of the
    dataset by a shuffling DistributedSampler with its default seed, in another order in each epoch.
    It reads the dataset in its own process: the loader has no workers.
    An update uses the mean loss of `accumulate` batches, and only with the last of them are
    gradients sent to the other ranks.

    Args:
        model: the same architecture in all ranks. Trained in place.
        dataset: map-style, items are (features, label). Its length is such that all updates are
            complete.
        epochs: how often the dataset is gone through.
        batch_size: samples in one batch of one rank.
        accumulate: batches for each update.
    """
    wrapped = DistributedDataParallel(model)
    optimizer = torch.optim.SGD(wrapped.parameters(), lr=0.1)
    sampler = DistributedSampler(dataset)
    loader = DataLoader(dataset, batch_size=batch_size, sampler=sampler)
    for epoch in range(epochs):
        sampler.set_epoch(epoch)
        for number, (features, labels) in enumerate(loader, start=1):
            is_last = number % accumulate == 0
            with nullcontext() if is_last else wrapped.no_sync():
                loss = F.cross_entropy(wrapped(features), labels)
                (loss / accumulate).backward()
            if is_last:
                optimizer.step()
                optimizer.zero_grad()


@misconception(
    "no set_epoch",
    hint="Every epoch has the same order. The sampler shuffles by its seed and the epoch's number; "
    "who tells it the number?",
)
def train_ddp_no_set_epoch(model, dataset, epochs, batch_size, accumulate):
    wrapped = DistributedDataParallel(model)
    optimizer = torch.optim.SGD(wrapped.parameters(), lr=0.1)
    loader = DataLoader(dataset, batch_size=batch_size, sampler=DistributedSampler(dataset))
    for _ in range(epochs):
        for number, (features, labels) in enumerate(loader, start=1):
            is_last = number % accumulate == 0
            with nullcontext() if is_last else wrapped.no_sync():
                (F.cross_entropy(wrapped(features), labels) / accumulate).backward()
            if is_last:
                optimizer.step()
                optimizer.zero_grad()


@misconception(
    "no sampler",
    hint="Every rank goes through the *whole* dataset, so that all the work is done by each of "
    "them.",
)
def train_ddp_no_sampler(model, dataset, epochs, batch_size, accumulate):
    wrapped = DistributedDataParallel(model)
    optimizer = torch.optim.SGD(wrapped.parameters(), lr=0.1)
    loader = DataLoader(dataset, batch_size=batch_size, shuffle=True)
    for _ in range(epochs):
        for number, (features, labels) in enumerate(loader, start=1):
            is_last = number % accumulate == 0
            with nullcontext() if is_last else wrapped.no_sync():
                (F.cross_entropy(wrapped(features), labels) / accumulate).backward()
            if is_last:
                optimizer.step()
                optimizer.zero_grad()


@misconception(
    "every micro-batch",
    hint="The weights are right, but gradients are sent with every micro-batch. All but the last "
    "of an update could stay at home.",
)
def train_ddp_every_micro_batch(model, dataset, epochs, batch_size, accumulate):
    wrapped = DistributedDataParallel(model)
    optimizer = torch.optim.SGD(wrapped.parameters(), lr=0.1)
    sampler = DistributedSampler(dataset)
    loader = DataLoader(dataset, batch_size=batch_size, sampler=sampler)
    for epoch in range(epochs):
        sampler.set_epoch(epoch)
        for number, (features, labels) in enumerate(loader, start=1):
            (F.cross_entropy(wrapped(features), labels) / accumulate).backward()
            if number % accumulate == 0:
                optimizer.step()
                optimizer.zero_grad()


@misconception(
    "not divided",
    hint="With several micro-batches the steps are too long: gradients of several mean losses were "
    "added up.",
)
def train_ddp_not_divided(model, dataset, epochs, batch_size, accumulate):
    wrapped = DistributedDataParallel(model)
    optimizer = torch.optim.SGD(wrapped.parameters(), lr=0.1)
    sampler = DistributedSampler(dataset)
    loader = DataLoader(dataset, batch_size=batch_size, sampler=sampler)
    for epoch in range(epochs):
        sampler.set_epoch(epoch)
        for number, (features, labels) in enumerate(loader, start=1):
            is_last = number % accumulate == 0
            with nullcontext() if is_last else wrapped.no_sync():
                F.cross_entropy(wrapped(features), labels).backward()
            if is_last:
                optimizer.step()
                optimizer.zero_grad()


@misconception(
    "not wrapped",
    hint="The ranks never talk to each other. Each has trained a model of its own on its part.",
)
def train_ddp_not_wrapped(model, dataset, epochs, batch_size, accumulate):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    sampler = DistributedSampler(dataset)
    loader = DataLoader(dataset, batch_size=batch_size, sampler=sampler)
    for epoch in range(epochs):
        sampler.set_epoch(epoch)
        for number, (features, labels) in enumerate(loader, start=1):
            (F.cross_entropy(model(features), labels) / accumulate).backward()
            if number % accumulate == 0:
                optimizer.step()
                optimizer.zero_grad()


@misconception(
    "step each time",
    hint="The optimizer makes a step after every micro-batch, not once for each update.",
)
def train_ddp_step_each_time(model, dataset, epochs, batch_size, accumulate):
    wrapped = DistributedDataParallel(model)
    optimizer = torch.optim.SGD(wrapped.parameters(), lr=0.1)
    sampler = DistributedSampler(dataset)
    loader = DataLoader(dataset, batch_size=batch_size, sampler=sampler)
    for epoch in range(epochs):
        sampler.set_epoch(epoch)
        for features, labels in loader:
            optimizer.zero_grad()
            (F.cross_entropy(wrapped(features), labels) / accumulate).backward()
            optimizer.step()


@alternative
def train_ddp_by_groups(model, dataset, epochs, batch_size, accumulate):
    sampler = DistributedSampler(
        dataset, num_replicas=dist.get_world_size(), rank=dist.get_rank(), shuffle=True
    )
    loader = DataLoader(dataset, batch_size, sampler=sampler)
    wrapped = nn.parallel.DistributedDataParallel(model)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for epoch in range(epochs):
        sampler.set_epoch(epoch)
        batches = iter(loader)
        for _ in range(len(loader) // accumulate):
            optimizer.zero_grad()
            with wrapped.no_sync():
                for _ in range(accumulate - 1):
                    x, y = next(batches)
                    F.cross_entropy(wrapped(x), y).div(accumulate).backward()
            x, y = next(batches)
            F.cross_entropy(wrapped(x), y).div(accumulate).backward()
            optimizer.step()


@alternative
def train_ddp_by_switching(model, dataset, epochs, batch_size, accumulate):
    wrapped = DistributedDataParallel(model)
    optimizer = torch.optim.SGD(wrapped.parameters(), lr=0.1)
    sampler = DistributedSampler(dataset)
    loader = DataLoader(dataset, batch_size, sampler=sampler)
    for epoch in range(epochs):
        sampler.set_epoch(epoch)
        optimizer.zero_grad()
        waiting = accumulate
        for features, labels in loader:
            waiting -= 1
            wrapped.require_backward_grad_sync = waiting == 0
            F.cross_entropy(wrapped(features), labels).backward()
            if waiting == 0:
                for parameter in model.parameters():
                    parameter.grad /= accumulate
                optimizer.step()
                optimizer.zero_grad()
                waiting = accumulate


@alternative
def train_ddp_in_larger_batches(model, dataset, epochs, batch_size, accumulate):
    wrapped = DistributedDataParallel(model)
    optimizer = torch.optim.SGD(wrapped.parameters(), lr=0.1)
    sampler = DistributedSampler(dataset)
    loader = DataLoader(dataset, batch_size * accumulate, sampler=sampler)
    for epoch in range(epochs):
        sampler.set_epoch(epoch)
        for features, labels in loader:
            loss = F.cross_entropy(wrapped(features), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
