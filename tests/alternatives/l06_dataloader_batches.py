"""Right answers to lesson 6 by other routes than the reference's; each must get full marks."""

from __future__ import annotations

import math
import random
from collections import Counter, defaultdict
from itertools import chain, count, islice, repeat

import numpy as np
import torch
from torch.utils.data import (
    BatchSampler,
    DataLoader,
    DistributedSampler,
    RandomSampler,
    Sampler,
    Subset,
    SubsetRandomSampler,
    default_collate,
    random_split,
)


def number_by_len_of_a_loader(length, batch_size, drop_last):
    if batch_size is None:
        return length
    return len(DataLoader(range(length), batch_size=batch_size, drop_last=drop_last))


def number_by_ceiling(length, batch_size, drop_last):
    if batch_size is not None and batch_size <= 0:
        raise ValueError("too small")
    if not batch_size:
        return length
    return math.floor(length / batch_size) if drop_last else -(-length // batch_size)


class MiniOfSamplers:
    def __init__(self, dataset, batch_size=1, shuffle=False, drop_last=False, generator=None):
        self.dataset, self.generator = dataset, generator
        order = RandomSampler(dataset, generator=generator) if shuffle else range(len(dataset))
        self.batches = BatchSampler(order, batch_size, drop_last)

    def __len__(self):
        return len(self.batches)

    def __iter__(self):
        torch.empty((), dtype=torch.int64).random_(generator=self.generator)
        for batch in self.batches:
            items = [self.dataset[i] for i in batch]
            yield torch.stack([x for x, _ in items]), torch.stack([y for _, y in items])


class MiniAppending:
    """Collects items one by one, also those of a last batch that is then dropped."""

    def __init__(self, dataset, batch_size=1, shuffle=False, drop_last=False, generator=None):
        if batch_size < 1:
            raise ValueError("too small")
        self.dataset, self.size, self.shuffle = dataset, batch_size, shuffle
        self.drop_last, self.generator = drop_last, generator

    def __len__(self):
        return number_by_ceiling(len(self.dataset), self.size, self.drop_last)

    def __iter__(self):
        torch.randint(2**62, (), generator=self.generator)
        n = len(self.dataset)
        order = torch.randperm(n, generator=self.generator).tolist() if self.shuffle else range(n)
        batch = []
        for index in order:
            batch.append(self.dataset[index])
            if len(batch) == self.size:
                yield default_collate(batch)
                batch = []
        if batch and not self.drop_last:
            yield default_collate(batch)


class MiniWithNext:
    """An iterator object for each epoch."""

    def __init__(self, dataset, batch_size=1, shuffle=False, drop_last=False, generator=None):
        if batch_size <= 0:
            raise ValueError("too small")
        self.dataset, self.size, self.shuffle = dataset, batch_size, shuffle
        self.drop_last, self.generator = drop_last, generator

    def __len__(self):
        return number_by_ceiling(len(self.dataset), self.size, self.drop_last)

    def __iter__(self):
        torch.empty((), dtype=torch.int64).random_(generator=self.generator)
        n = len(self.dataset)
        order = torch.randperm(n, generator=self.generator) if self.shuffle else torch.arange(n)
        return _Epoch(self.dataset, list(islice(order.split(self.size), len(self))))


class _Epoch:
    def __init__(self, dataset, batches):
        self.dataset, self.batches = dataset, batches

    def __iter__(self):
        return self

    def __next__(self):
        if not self.batches:
            raise StopIteration
        items = [self.dataset[int(i)] for i in self.batches.pop(0)]
        return [torch.stack(part) for part in zip(*items, strict=True)]


def split_by_random_split(dataset, validation_size, batch_size, seed):
    generator = torch.Generator().manual_seed(seed)
    sizes = [len(dataset) - validation_size, validation_size]
    train, validation = random_split(dataset, sizes, generator)
    order = torch.Generator().manual_seed(seed)
    return (
        DataLoader(train, batch_size, shuffle=True, generator=order),
        DataLoader(validation, batch_size, generator=torch.Generator()),
    )


def split_by_python(dataset, validation_size, batch_size, seed):
    order = list(range(len(dataset)))
    random.Random(seed).shuffle(order)
    generator = torch.Generator().manual_seed(seed + 1)
    train = Subset(dataset, order[validation_size:])
    sampler = RandomSampler(train, generator=generator)
    return (
        DataLoader(
            train, batch_sampler=BatchSampler(sampler, batch_size, False), generator=generator
        ),
        DataLoader(Subset(dataset, sorted(order[:validation_size])), batch_size),
    )


def split_by_numpy(dataset, validation_size, batch_size, seed):
    order = np.random.default_rng(seed).permutation(len(dataset)).tolist()
    chosen = SubsetRandomSampler(order[validation_size:], torch.Generator().manual_seed(seed))
    return (
        DataLoader(dataset, batch_size, sampler=chosen),
        DataLoader(dataset, batch_size, sampler=order[:validation_size]),
    )


def split_by_sklearn(dataset, validation_size, batch_size, seed):
    from sklearn.model_selection import train_test_split

    rows = range(len(dataset))
    train, validation = train_test_split(rows, test_size=validation_size, random_state=seed)
    order = torch.Generator().manual_seed(seed)
    return (
        DataLoader(Subset(dataset, train), batch_size, shuffle=True, generator=order),
        DataLoader(Subset(dataset, validation), batch_size),
    )


def split_with_the_state_put_back(dataset, validation_size, batch_size, seed):
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        sizes = [len(dataset) - validation_size, validation_size]
        train, validation = random_split(dataset, sizes)
    generator = torch.Generator().manual_seed(seed)
    return (
        DataLoader(train, batch_size, shuffle=True, generator=generator),
        DataLoader(validation, batch_size),
    )


def weights_by_counter(labels):
    counts = Counter(labels.tolist())
    return torch.tensor([1 / (len(counts) * counts[one]) for one in labels.tolist()])


def weights_by_comparison(labels):
    return (labels[:, None] == labels).double().mean(dim=1).reciprocal()


class CurriculumWithYield(Sampler):
    def __init__(self, difficulty, count):
        self.difficulty, self.count = difficulty.tolist(), count

    def __iter__(self):
        ordered = sorted(enumerate(self.difficulty), key=lambda pair: pair[1])
        for index, _ in ordered[: len(self)]:
            yield index

    def __len__(self):
        return min(self.count, len(self.difficulty))


class InfiniteOfRandomSamplers(Sampler):
    def __init__(self, length, generator):
        self.sampler = RandomSampler(range(length), generator=generator)

    def __iter__(self):
        return chain.from_iterable(repeat(self.sampler))


class InfiniteBySorting(Sampler):
    def __init__(self, length, generator):
        if not length:
            raise ValueError("empty")
        self.length, self.generator = length, generator

    def __iter__(self):
        for place in count():
            if place % self.length == 0:
                order = torch.rand(self.length, generator=self.generator).argsort().tolist()
            yield order[place % self.length]


class InfiniteWithoutLen(InfiniteBySorting):
    """Says itself that it has no length."""

    def __len__(self):
        raise TypeError("there is no end")


class ResumableWithRest(Sampler):
    """Its state is the list of indices that are still to come."""

    def __init__(self, length, seed):
        self.length, self.seed, self.epoch = length, seed, 0
        self.rest = self._shuffled()

    def _shuffled(self):
        order = list(range(self.length))
        random.Random(f"{self.seed}/{self.epoch}").shuffle(order)
        return order

    def __iter__(self):
        while self.rest:
            index, *self.rest = self.rest
            yield index
        self.epoch += 1
        self.rest = self._shuffled()

    def __len__(self):
        return self.length

    def state_dict(self):
        return {"rest": self.rest.copy(), "epoch": self.epoch, "seed": self.seed}

    def load_state_dict(self, state):
        self.rest, self.epoch, self.seed = list(state["rest"]), state["epoch"], state["seed"]


class ResumableWithGenerator(Sampler):
    """Its state is that of a generator at the start of the epoch."""

    def __init__(self, length, seed):
        self.length, self.given = length, 0
        self.generator = torch.Generator().manual_seed(seed)
        self.start = self.generator.get_state()

    def __iter__(self):
        self.generator.set_state(self.start)
        order = torch.randperm(self.length, generator=self.generator)
        for index in order[self.given :].tolist():
            self.given += 1
            yield index
        self.start, self.given = self.generator.get_state(), 0

    def __len__(self):
        return self.length

    def state_dict(self):
        return {"start": self.start.tolist(), "given": self.given}

    def load_state_dict(self, state):
        self.start = torch.tensor(state["start"], dtype=torch.uint8)
        self.given = state["given"]


class BucketWithShuffledTies(Sampler):
    def __init__(self, lengths, batch_size, generator):
        self.lengths, self.size, self.generator = torch.tensor(lengths), batch_size, generator

    def __iter__(self):
        order = torch.randperm(len(self.lengths), generator=self.generator)
        order = order[self.lengths[order].argsort()]
        batches = [batch.tolist() for batch in order.split(self.size)]
        keys = torch.rand(len(batches), generator=self.generator).tolist()
        return iter([batch for _, batch in sorted(zip(keys, batches, strict=True))])

    def __len__(self):
        return math.ceil(len(self.lengths) / self.size)


class BucketOfBatchSampler:
    """Not even a Sampler: anything that can be iterated will do."""

    def __init__(self, lengths, batch_size, generator):
        order = sorted(range(len(lengths)), key=lambda index: lengths[index])
        self.batches = list(BatchSampler(order, batch_size, drop_last=False))
        self.order = RandomSampler(self.batches, generator=generator)

    def __iter__(self):
        return (self.batches[number] for number in self.order)

    def __len__(self):
        return len(self.order)


class StratifiedByHands(Sampler):
    def __init__(self, labels, batch_size, generator):
        self.labels, self.generator = labels.tolist(), generator
        self.count = -(-len(self.labels) // batch_size)

    def __iter__(self):
        members = defaultdict(list)
        for index in torch.randperm(len(self.labels), generator=self.generator).tolist():
            members[self.labels[index]].append(index)
        hands = [[] for _ in range(self.count)]
        for place, index in enumerate(chain.from_iterable(members.values())):
            hands[place % self.count].append(index)
        return iter(hands)

    def __len__(self):
        return self.count


def distributed_by_torch(
    length, num_replicas, rank, epoch=0, seed=0, shuffle=True, drop_last=False
):
    sampler = DistributedSampler(range(length), num_replicas, rank, shuffle, seed, drop_last)
    sampler.set_epoch(epoch)
    return list(sampler)


def distributed_by_rows(length, num_replicas, rank, epoch=0, seed=0, shuffle=True, drop_last=False):
    if rank < 0 or rank >= num_replicas:
        raise ValueError(rank)
    order = torch.arange(length)
    if shuffle:
        order = torch.randperm(length, generator=torch.Generator().manual_seed(epoch + seed))
    rows = length // num_replicas + (not drop_last and length % num_replicas > 0)
    places = torch.arange(rows * num_replicas) % length
    return order[places].reshape(rows, num_replicas)[:, rank].tolist()


ALTERNATIVES = {
    "number_of_batches": [number_by_len_of_a_loader, number_by_ceiling],
    # the loader itself is held against the one that is built here
    "MiniLoader": [DataLoader, MiniOfSamplers, MiniAppending, MiniWithNext],
    "split_loaders": [
        split_by_random_split,
        split_by_python,
        split_by_numpy,
        split_by_sklearn,
        split_with_the_state_put_back,
    ],
    "class_weights": [weights_by_counter, weights_by_comparison],
    "CurriculumSampler": [CurriculumWithYield],
    "InfiniteSampler": [InfiniteOfRandomSamplers, InfiniteBySorting, InfiniteWithoutLen],
    "ResumableSampler": [ResumableWithRest, ResumableWithGenerator],
    "BucketBatchSampler": [BucketWithShuffledTies, BucketOfBatchSampler],
    "StratifiedBatchSampler": [StratifiedByHands],
    "distributed_indices": [distributed_by_torch, distributed_by_rows],
}
