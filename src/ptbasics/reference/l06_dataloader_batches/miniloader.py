"""Answers: A loader from nothing."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import islice

import torch
from torch.utils.data import BatchSampler, DataLoader, Dataset, RandomSampler, default_collate

from ptbasics.exercise import alternative, misconception
from ptbasics.reference.l06_dataloader_batches.number_of_batches import number_by_ceiling


class MiniLoader:
    """What `DataLoader` does in one process, for datasets of (features, label) pairs of tensors.

    It does the work of `SequentialSampler` or, shuffled, `RandomSampler`, and of `BatchSampler`.
    Every time it is iterated, one epoch of batches comes out, whether another one is still running
    or not. Items are fetched when their batch is due, and not earlier.
    """

    def __init__(
        self,
        dataset: Dataset,
        batch_size: int = 1,
        shuffle: bool = False,
        drop_last: bool = False,
        generator: torch.Generator | None = None,
    ) -> None:
        """Keep the options; they mean what they mean to `DataLoader`.

        Args:
            dataset: has `len(dataset)`, and `dataset[index]` for an `int` gives (features, label),
                two tensors.
            generator: what the order is drawn from; None is the global generator.

        Raises:
            ValueError: `batch_size` is less than 1.
        """
        if batch_size < 1:
            raise ValueError(f"a batch has at least 1 item, not {batch_size}")
        self.dataset, self.batch_size = dataset, batch_size
        self.shuffle, self.drop_last, self.generator = shuffle, drop_last, generator

    def __len__(self) -> int:
        """The number of batches of one epoch."""
        full, rest = divmod(len(self.dataset), self.batch_size)
        return full if self.drop_last or rest == 0 else full + 1

    def __iter__(self) -> Iterator[list[torch.Tensor]]:
        """One epoch: for each batch a list of two tensors, features (B, ...) and labels (B, ...).

        A tuple for a list will do as well.

        With a generator, the batches are those of `DataLoader` with a generator in the same state.
        An epoch in order, too, draws what one of `DataLoader` draws.
        """
        torch.empty((), dtype=torch.int64).random_(generator=self.generator)
        order = range(len(self.dataset))
        if self.shuffle:
            order = torch.randperm(len(self.dataset), generator=self.generator).tolist()
        for number in range(len(self)):
            picked = order[number * self.batch_size : (number + 1) * self.batch_size]
            features, labels = zip(*[self.dataset[index] for index in picked], strict=True)
            yield [torch.stack(features), torch.stack(labels)]


class _MiniBase(MiniLoader):
    def order(self):
        torch.empty((), dtype=torch.int64).random_(generator=self.generator)
        if self.shuffle:
            return torch.randperm(len(self.dataset), generator=self.generator).tolist()
        return list(range(len(self.dataset)))

    def cut(self, order):
        starts = range(0, len(order), self.batch_size)
        batches = [order[start : start + self.batch_size] for start in starts]
        return [one for one in batches if len(one) == self.batch_size or not self.drop_last]

    def collate(self, items):
        features, labels = zip(*items, strict=True)
        return [torch.stack(features), torch.stack(labels)]

    def __iter__(self):
        for picked in self.cut(self.order()):
            yield self.collate([self.dataset[index] for index in picked])


@misconception(
    "shuffled once",
    hint="Every epoch has the same order. It is drawn in `__init__`, which runs once; `__iter__` "
    "runs once for each epoch.",
)
class MiniShuffledOnce(_MiniBase):
    def __init__(self, dataset, batch_size=1, shuffle=False, drop_last=False, generator=None):
        super().__init__(dataset, batch_size, shuffle, drop_last, generator)
        self.fixed = super().order()

    def order(self):
        return self.fixed


@misconception(
    "exhausted",
    hint="The first epoch is right, the second has no batches. An iterator made in `__init__` can "
    "be used up only once.",
)
class MiniExhausted(_MiniBase):
    def __init__(self, dataset, batch_size=1, shuffle=False, drop_last=False, generator=None):
        super().__init__(dataset, batch_size, shuffle, drop_last, generator)
        self.batches = super().__iter__()

    def __iter__(self):
        return self.batches


@misconception(
    "generator ignored",
    hint="The order does not come from the generator that was given, so nobody can reproduce it.",
)
class MiniGeneratorIgnored(_MiniBase):
    def order(self):
        return torch.randperm(len(self.dataset)).tolist() if self.shuffle else super().order()


@misconception(
    "generator of its own",
    hint="Without a generator, the global one is to be asked. Here `torch.manual_seed` has no "
    "influence: each new loader repeats one and the same order.",
)
class MiniGeneratorOfItsOwn(_MiniBase):
    def __init__(self, dataset, batch_size=1, shuffle=False, drop_last=False, generator=None):
        generator = generator or torch.Generator().manual_seed(0)
        super().__init__(dataset, batch_size, shuffle, drop_last, generator)


@misconception(
    "no seed drawn",
    hint="The order is random and reproducible, but another than the real loader's. What does an "
    "epoch draw from the generator *before* the order?",
)
class MiniNoSeedDrawn(_MiniBase):
    def order(self):
        if self.shuffle:
            return torch.randperm(len(self.dataset), generator=self.generator).tolist()
        return list(range(len(self.dataset)))


@misconception(
    "no seed drawn in order",
    hint="The batches are right. But an epoch of the real loader draws a number even where it "
    "does not shuffle (section 4), and whoever draws next gets another.",
)
class MiniNoSeedDrawnInOrder(_MiniBase):
    def order(self):
        return super().order() if self.shuffle else list(range(len(self.dataset)))


@misconception(
    "one loop at a time",
    hint="Two loops over one loader take each other's batches. `iter(loader)` must begin an epoch "
    "of its own each time, as it does in section 3.",
)
class MiniOneLoopAtATime(_MiniBase):
    def __iter__(self):
        self.waiting = self.cut(self.order())
        return self

    def __next__(self):
        if not self.waiting:
            raise StopIteration
        return self.collate([self.dataset[index] for index in self.waiting.pop(0)])


@misconception(
    "rest lost",
    hint="The items left over at the end make a smaller batch, unless `drop_last`.",
)
class MiniRestLost(_MiniBase):
    def __len__(self):
        return len(self.dataset) // self.batch_size

    def cut(self, order):
        return [one for one in super().cut(order) if len(one) == self.batch_size]


@misconception(
    "rest kept",
    hint="With `drop_last`, an incomplete batch must not come.",
)
class MiniRestKept(_MiniBase):
    def __len__(self):
        return math.ceil(len(self.dataset) / self.batch_size)

    def cut(self, order):
        return [
            order[start : start + self.batch_size]
            for start in range(0, len(order), self.batch_size)
        ]


@misconception(
    "tensor indices",
    hint="A tensor of indices gives tensors when it is iterated. A dataset may keep its items in a "
    "dict, or in a file: it must be asked with Python integers.",
)
class MiniTensorIndices(_MiniBase):
    def order(self):
        torch.empty((), dtype=torch.int64).random_(generator=self.generator)
        if self.shuffle:
            return torch.randperm(len(self.dataset), generator=self.generator)
        return torch.arange(len(self.dataset))


@misconception(
    "not collated",
    hint="A batch here is a list of items. It should be two tensors: all features stacked, and "
    "all labels stacked.",
)
class MiniNotCollated(_MiniBase):
    def collate(self, items):
        return items


@misconception(
    "loaded at once",
    hint="Items were fetched before their batch was due. A dataset that does not fit into memory "
    "could not be loaded this way.",
)
class MiniLoadedAtOnce(_MiniBase):
    def __init__(self, dataset, batch_size=1, shuffle=False, drop_last=False, generator=None):
        super().__init__(dataset, batch_size, shuffle, drop_last, generator)
        self.dataset = [dataset[index] for index in range(len(dataset))]


@misconception(
    "any size",
    hint="A batch size below 1 must be refused at once, when the loader is made.",
)
class MiniAnySize(_MiniBase):
    def __init__(self, dataset, batch_size=1, shuffle=False, drop_last=False, generator=None):
        self.dataset, self.batch_size = dataset, batch_size
        self.shuffle, self.drop_last, self.generator = shuffle, drop_last, generator


@misconception("rest kept")
class MiniRestKeptButNotCounted(_MiniBase):
    def cut(self, order):
        return MiniRestKept.cut(self, order)


@alternative
def mini_of_torch(dataset, batch_size=1, shuffle=False, drop_last=False, generator=None):
    # the loader itself is held against the one that is built here
    return DataLoader(
        dataset, batch_size, shuffle=shuffle, drop_last=drop_last, generator=generator
    )


@alternative
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


@alternative
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


@alternative
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
