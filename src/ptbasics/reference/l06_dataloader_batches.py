"""Answers to lesson 6: indices, samplers and batches."""

# Answers are written as a student writes them; wrong ones are wrong on purpose.
# mypy: disable-error-code="no-any-return,arg-type,union-attr,operator,assignment,misc,return-value"
# mypy: disable-error-code="no-untyped-call,no-untyped-def,var-annotated,attr-defined,override"

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import cycle
from typing import Any

import torch
from torch.utils.data import (
    DataLoader,
    Dataset,
    Sampler,
    Subset,
    SubsetRandomSampler,
    random_split,
)

from ptbasics.exercise import misconception


def number_of_batches(length: int, batch_size: int | None, drop_last: bool) -> int:
    """Predicts `len(loader)` without a loader.

    Args:
        length: how many items the dataset has, 0 or more.
        batch_size: items per batch; None turns batching off.
        drop_last: whether an incomplete batch at the end is left out.

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


@misconception("number_of_batches", "always dropped")
def number_always_dropped(length, batch_size, drop_last):
    return length // number_checked(batch_size)


def number_checked(batch_size):
    if batch_size is None:
        return 1
    if batch_size < 1:
        raise ValueError("too small")
    return batch_size


@misconception("number_of_batches", "never dropped")
def number_never_dropped(length, batch_size, drop_last):
    return math.ceil(length / number_checked(batch_size))


@misconception("number_of_batches", "one more")
def number_one_more(length, batch_size, drop_last):
    if batch_size is None:
        return length
    full = length // number_checked(batch_size)
    return full if drop_last else full + 1


@misconception("number_of_batches", "upside down")
def number_upside_down(length, batch_size, drop_last):
    return number_of_batches(length, batch_size, not drop_last)


@misconception("number_of_batches", "float")
def number_float(length, batch_size, drop_last):
    return float(number_of_batches(length, batch_size, drop_last))


@misconception("number_of_batches", "None is everything")
def number_none_is_everything(length, batch_size, drop_last):
    return 1 if batch_size is None else number_of_batches(length, batch_size, drop_last)


@misconception("number_of_batches", "zero")
def number_zero(length, batch_size, drop_last):
    return number_of_batches(length, batch_size, drop_last) if batch_size != 0 else 0


class MiniLoader:
    """What `DataLoader` does in one process, for datasets of (features, label) pairs of tensors.

    Every time it is iterated, one epoch of batches comes out. Items are fetched when their batch
    is due, and not earlier.
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
        """One epoch: lists of two tensors, the features (B, ...) and the labels (B, ...).

        With a generator, the batches are those of `DataLoader` with a generator in the same state.
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


@misconception("MiniLoader", "shuffled once")
class MiniShuffledOnce(_MiniBase):
    def __init__(self, dataset, batch_size=1, shuffle=False, drop_last=False, generator=None):
        super().__init__(dataset, batch_size, shuffle, drop_last, generator)
        self.fixed = super().order()

    def order(self):
        return self.fixed


@misconception("MiniLoader", "exhausted")
class MiniExhausted(_MiniBase):
    def __init__(self, dataset, batch_size=1, shuffle=False, drop_last=False, generator=None):
        super().__init__(dataset, batch_size, shuffle, drop_last, generator)
        self.batches = super().__iter__()

    def __iter__(self):
        return self.batches


@misconception("MiniLoader", "generator ignored")
class MiniGeneratorIgnored(_MiniBase):
    def order(self):
        return torch.randperm(len(self.dataset)).tolist() if self.shuffle else super().order()


@misconception("MiniLoader", "no seed drawn")
class MiniNoSeedDrawn(_MiniBase):
    def order(self):
        if self.shuffle:
            return torch.randperm(len(self.dataset), generator=self.generator).tolist()
        return list(range(len(self.dataset)))


@misconception("MiniLoader", "rest lost")
class MiniRestLost(_MiniBase):
    def __len__(self):
        return len(self.dataset) // self.batch_size

    def cut(self, order):
        return [one for one in super().cut(order) if len(one) == self.batch_size]


@misconception("MiniLoader", "rest kept")
class MiniRestKept(_MiniBase):
    def __len__(self):
        return math.ceil(len(self.dataset) / self.batch_size)

    def cut(self, order):
        return [
            order[start : start + self.batch_size]
            for start in range(0, len(order), self.batch_size)
        ]


@misconception("MiniLoader", "not collated")
class MiniNotCollated(_MiniBase):
    def collate(self, items):
        return items


@misconception("MiniLoader", "loaded at once")
class MiniLoadedAtOnce(_MiniBase):
    def __init__(self, dataset, batch_size=1, shuffle=False, drop_last=False, generator=None):
        super().__init__(dataset, batch_size, shuffle, drop_last, generator)
        self.dataset = [dataset[index] for index in range(len(dataset))]


def split_loaders(
    dataset: Dataset, validation_size: int, batch_size: int, seed: int
) -> tuple[DataLoader, DataLoader]:
    """A loader to train with and one to validate with; both follow from `seed` alone.

    Args:
        dataset: any map-style dataset. It may be sorted by class.
        validation_size: how many items, chosen at random, are kept for validation.
        batch_size: for both loaders.
        seed: decides the split and the order of training. The global generator decides nothing,
            and is left as it was.

    Returns:
        (train, validation). Together they hold every item once. The training loader shuffles anew
        in each epoch, the validation loader never.
    """
    generator = torch.Generator().manual_seed(seed)
    order = torch.randperm(len(dataset), generator=generator).tolist()
    validation, train = order[:validation_size], order[validation_size:]
    sampler = SubsetRandomSampler(train, generator=generator)
    return (
        DataLoader(dataset, batch_size=batch_size, sampler=sampler, generator=generator),
        DataLoader(Subset(dataset, validation), batch_size=batch_size),
    )


def _two_parts(dataset, validation_size, generator=None):
    sizes = [len(dataset) - validation_size, validation_size]
    return random_split(dataset, sizes, generator=generator)


@misconception("split_loaders", "global generator")
def split_global_generator(dataset, validation_size, batch_size, seed):
    train, validation = _two_parts(dataset, validation_size)
    return DataLoader(train, batch_size, shuffle=True), DataLoader(validation, batch_size)


@misconception("split_loaders", "order not seeded")
def split_order_not_seeded(dataset, validation_size, batch_size, seed):
    generator = torch.Generator().manual_seed(seed)
    train, validation = _two_parts(dataset, validation_size, generator)
    return DataLoader(train, batch_size, shuffle=True), DataLoader(validation, batch_size)


@misconception("split_loaders", "seeds everything")
def split_seeds_everything(dataset, validation_size, batch_size, seed):
    torch.manual_seed(seed)
    train, validation = _two_parts(dataset, validation_size)
    generator = torch.Generator().manual_seed(seed)
    return (
        DataLoader(train, batch_size, shuffle=True, generator=generator),
        DataLoader(validation, batch_size),
    )


@misconception("split_loaders", "not shuffled before")
def split_not_shuffled(dataset, validation_size, batch_size, seed):
    generator = torch.Generator().manual_seed(seed)
    size = len(dataset) - validation_size
    train, validation = Subset(dataset, range(size)), Subset(dataset, range(size, len(dataset)))
    return (
        DataLoader(train, batch_size, shuffle=True, generator=generator),
        DataLoader(validation, batch_size),
    )


@misconception("split_loaders", "validation shuffled")
def split_validation_shuffled(dataset, validation_size, batch_size, seed):
    generator = torch.Generator().manual_seed(seed)
    return tuple(
        DataLoader(part, batch_size, shuffle=True, generator=generator)
        for part in _two_parts(dataset, validation_size, generator)
    )


@misconception("split_loaders", "training not shuffled")
def split_training_not_shuffled(dataset, validation_size, batch_size, seed):
    generator = torch.Generator().manual_seed(seed)
    train, validation = _two_parts(dataset, validation_size, generator)
    return DataLoader(train, batch_size), DataLoader(validation, batch_size)


@misconception("split_loaders", "overlap")
def split_overlap(dataset, validation_size, batch_size, seed):
    generator = torch.Generator().manual_seed(seed)
    _, validation = _two_parts(dataset, validation_size, generator)
    return (
        DataLoader(dataset, batch_size, shuffle=True, generator=generator),
        DataLoader(validation, batch_size),
    )


def class_weights(labels: torch.Tensor) -> torch.Tensor:
    """Weights for `WeightedRandomSampler` with which every class is drawn equally often.

    Args:
        labels: int64 tensor of shape (N,), the class of each sample. Some class numbers between
            may not occur.

    Returns:
        A float tensor of shape (N,): one weight for each *sample*. Their scale does not matter.
    """
    return 1 / torch.bincount(labels)[labels]


@misconception("class_weights", "per class")
def weights_per_class(labels):
    counts = torch.bincount(labels)
    return 1 / counts[counts > 0]


@misconception("class_weights", "counts")
def weights_counts(labels):
    return torch.bincount(labels)[labels].float()


@misconception("class_weights", "equal")
def weights_equal(labels):
    return torch.ones(len(labels))


@misconception("class_weights", "complement")
def weights_complement(labels):
    return 1 - (torch.bincount(labels) / len(labels))[labels]


@misconception("class_weights", "square root")
def weights_square_root(labels):
    return torch.bincount(labels)[labels] ** -0.5


class CurriculumSampler(Sampler[int]):
    """Begins with what is easy: the indices of the easiest samples, in order of difficulty."""

    def __init__(self, difficulty: torch.Tensor, count: int) -> None:
        """Choose the samples.

        Args:
            difficulty: float tensor of shape (N,), one number for each sample.
            count: how many samples to yield; all of them, if there are fewer.
        """
        self.easiest = difficulty.argsort(stable=True)[:count].tolist()

    def __iter__(self) -> Iterator[int]:
        """Yield indices as Python integers, easiest first; equals in the order of the dataset."""
        return iter(self.easiest)

    def __len__(self) -> int:
        """How many indices an epoch has."""
        return len(self.easiest)


class _CurriculumBase(Sampler):
    def __init__(self, difficulty, count):
        self.difficulty, self.count = difficulty, count
        self.easiest = self.choose()

    def choose(self):
        return self.difficulty.argsort(stable=True)[: self.count].tolist()

    def __iter__(self):
        return iter(self.easiest)

    def __len__(self):
        return min(self.count, len(self.difficulty))


@misconception("CurriculumSampler", "hardest first")
class CurriculumHardestFirst(_CurriculumBase):
    def choose(self):
        return self.difficulty.argsort(descending=True, stable=True)[: self.count].tolist()


@misconception("CurriculumSampler", "values")
class CurriculumValues(_CurriculumBase):
    def choose(self):
        return self.difficulty.sort().values[: self.count].tolist()


@misconception("CurriculumSampler", "length of the dataset")
class CurriculumLength(_CurriculumBase):
    def __len__(self):
        return len(self.difficulty)


@misconception("CurriculumSampler", "exhausted")
class CurriculumExhausted(_CurriculumBase):
    def choose(self):
        return iter(super().choose())


@misconception("CurriculumSampler", "tensors")
class CurriculumTensors(_CurriculumBase):
    def choose(self):
        return self.difficulty.argsort(stable=True)[: self.count]


@misconception("CurriculumSampler", "in order of the dataset")
class CurriculumInOrder(_CurriculumBase):
    def choose(self):
        return sorted(super().choose())


class InfiniteSampler(Sampler[int]):
    """Draws indices for ever, in rounds: each round is a new permutation of all of them.

    It has no length.
    """

    def __init__(self, length: int, generator: torch.Generator) -> None:
        """Keep what is needed to draw.

        Args:
            length: the number of items of the dataset.
            generator: where all randomness comes from.

        Raises:
            ValueError: `length` is less than 1.
        """
        if length < 1:
            raise ValueError("there is nothing to draw from")
        self.length, self.generator = length, generator

    def __iter__(self) -> Iterator[int]:
        """Yield indices without end."""
        while True:
            yield from torch.randperm(self.length, generator=self.generator).tolist()


class _InfiniteBase(Sampler):
    def __init__(self, length, generator):
        if length < 1:
            raise ValueError("nothing to draw from")
        self.length, self.generator = length, generator

    def order(self):
        return torch.randperm(self.length, generator=self.generator).tolist()

    def __iter__(self):
        while True:
            yield from self.order()


@misconception("InfiniteSampler", "with replacement")
class InfiniteWithReplacement(_InfiniteBase):
    def order(self):
        shape = (self.length,)
        return torch.randint(self.length, shape, generator=self.generator).tolist()


@misconception("InfiniteSampler", "same round again")
class InfiniteSameRound(_InfiniteBase):
    def __iter__(self):
        return cycle(self.order())


@misconception("InfiniteSampler", "never shuffled")
class InfiniteNeverShuffled(_InfiniteBase):
    def order(self):
        return range(self.length)


@misconception("InfiniteSampler", "one round")
class InfiniteOneRound(_InfiniteBase):
    def __iter__(self):
        yield from self.order()


@misconception("InfiniteSampler", "generator ignored")
class InfiniteGeneratorIgnored(_InfiniteBase):
    def order(self):
        return torch.randperm(self.length).tolist()


@misconception("InfiniteSampler", "has a length")
class InfiniteHasALength(_InfiniteBase):
    def __len__(self):
        return self.length


@misconception("InfiniteSampler", "no items")
class InfiniteNoItems(_InfiniteBase):
    def __init__(self, length, generator):
        self.length, self.generator = length, generator

    def __iter__(self):
        while self.length:
            yield from self.order()


class ResumableSampler(Sampler[int]):
    """Random indices that go on, after a restart, exactly where they stopped.

    An epoch yields every index once. When it has ended, the next iteration is the next epoch, with
    another order. All of it follows from `seed`.
    """

    def __init__(self, length: int, seed: int) -> None:
        """Begin with epoch 0, for a dataset of `length` items."""
        self.length, self.seed = length, seed
        self.epoch = self.position = 0

    def __iter__(self) -> Iterator[int]:
        """Yield the indices of the current epoch that have not been yielded yet."""
        generator = torch.Generator().manual_seed(self.seed * 1_000 + self.epoch)
        order = torch.randperm(self.length, generator=generator).tolist()
        while self.position < self.length:
            self.position += 1
            yield order[self.position - 1]
        self.epoch, self.position = self.epoch + 1, 0

    def __len__(self) -> int:
        """The number of indices of a whole epoch."""
        return self.length

    def state_dict(self) -> dict[str, Any]:
        """Where the sampler stands now, as plain numbers, strings or lists (so JSON can hold it).

        What was returned does not change when the sampler runs on.
        """
        return {"epoch": self.epoch, "position": self.position}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go where the sampler stood when `state_dict` was called on it."""
        self.epoch, self.position = state["epoch"], state["position"]


class _ResumableBase(Sampler):
    def __init__(self, length, seed):
        self.state = {"length": length, "seed": seed, "epoch": 0, "position": 0}

    def order(self):
        state = self.state
        generator = torch.Generator().manual_seed(state["seed"] * 1_000 + state["epoch"])
        return torch.randperm(state["length"], generator=generator).tolist()

    def __iter__(self):
        for index in self.order()[self.state["position"] :]:
            self.state["position"] += 1
            yield index
        self.state["epoch"] += 1
        self.state["position"] = 0

    def __len__(self):
        return self.state["length"]

    def state_dict(self):
        return dict(self.state)

    def load_state_dict(self, state):
        self.state = dict(state)


@misconception("ResumableSampler", "counted too late")
class ResumableCountedTooLate(_ResumableBase):
    def __iter__(self):
        for index in self.order()[self.state["position"] :]:
            yield index
            self.state["position"] += 1
        self.state["epoch"] += 1
        self.state["position"] = 0


@misconception("ResumableSampler", "starts over")
class ResumableStartsOver(_ResumableBase):
    def load_state_dict(self, state):
        self.state = {**state, "position": 0}


@misconception("ResumableSampler", "epoch forgotten")
class ResumableEpochForgotten(_ResumableBase):
    def load_state_dict(self, state):
        self.state = {**state, "epoch": 0}


@misconception("ResumableSampler", "global generator")
class ResumableGlobalGenerator(_ResumableBase):
    def order(self):
        return torch.randperm(self.state["length"]).tolist()


@misconception("ResumableSampler", "same order")
class ResumableSameOrder(_ResumableBase):
    def order(self):
        generator = torch.Generator().manual_seed(self.state["seed"])
        return torch.randperm(self.state["length"], generator=generator).tolist()


@misconception("ResumableSampler", "live state")
class ResumableLiveState(_ResumableBase):
    def state_dict(self):
        return self.state


class BucketBatchSampler(Sampler[list[int]]):
    """Puts sequences of similar length into one batch, so that little has to be padded.

    Sorted by length, neighbours share a batch: the shortest make the first, and if a batch is not
    full, it is the one with the longest. The batches themselves come in a new random order in
    each epoch.
    """

    def __init__(self, lengths: list[int], batch_size: int, generator: torch.Generator) -> None:
        """Keep what is needed to draw.

        Args:
            lengths: the length of each sequence of the dataset.
            batch_size: how many sequences a batch has; one batch may have fewer.
            generator: where all randomness comes from.
        """
        order = sorted(range(len(lengths)), key=lengths.__getitem__)
        starts = range(0, len(order), batch_size)
        self.batches = [order[start : start + batch_size] for start in starts]
        self.generator = generator

    def __iter__(self) -> Iterator[list[int]]:
        """Yield the batches of one epoch, each a list of indices."""
        for number in torch.randperm(len(self.batches), generator=self.generator).tolist():
            yield self.batches[number]

    def __len__(self) -> int:
        """How many batches an epoch has."""
        return len(self.batches)


class _BucketBase(Sampler):
    def __init__(self, lengths, batch_size, generator):
        self.lengths, self.batch_size, self.generator = lengths, batch_size, generator

    def order(self):
        return sorted(range(len(self.lengths)), key=lambda index: self.lengths[index])

    def batches(self):
        order, size = self.order(), self.batch_size
        return [order[start : start + size] for start in range(0, len(order), size)]

    def shuffled(self, values):
        return [values[i] for i in torch.randperm(len(values), generator=self.generator).tolist()]

    def __iter__(self):
        return iter(self.shuffled(self.batches()))

    def __len__(self):
        return len(self.batches())


@misconception("BucketBatchSampler", "always ascending")
class BucketAlwaysAscending(_BucketBase):
    def shuffled(self, values):
        return values


@misconception("BucketBatchSampler", "not sorted")
class BucketNotSorted(_BucketBase):
    def order(self):
        return self.shuffled(range(len(self.lengths)))


@misconception("BucketBatchSampler", "sorted inside")
class BucketSortedInside(_BucketBase):
    def order(self):
        return list(range(len(self.lengths)))

    def batches(self):
        return [sorted(one, key=lambda index: self.lengths[index]) for one in super().batches()]


@misconception("BucketBatchSampler", "shuffled once")
class BucketShuffledOnce(_BucketBase):
    def __init__(self, lengths, batch_size, generator):
        super().__init__(lengths, batch_size, generator)
        self.fixed = self.shuffled(self.batches())

    def __iter__(self):
        return iter(self.fixed)


@misconception("BucketBatchSampler", "rest lost")
class BucketRestLost(_BucketBase):
    def batches(self):
        return [one for one in super().batches() if len(one) == self.batch_size]


@misconception("BucketBatchSampler", "generator ignored")
class BucketGeneratorIgnored(_BucketBase):
    def shuffled(self, values):
        return [values[i] for i in torch.randperm(len(values)).tolist()]


@misconception("BucketBatchSampler", "longest first")
class BucketLongestFirst(_BucketBase):
    def order(self):
        return super().order()[::-1]


class StratifiedBatchSampler(Sampler[list[int]]):
    """Batches with the same mixture of classes as the whole dataset, as nearly as can be.

    Each epoch holds every index once, in as few batches as `batch_size` allows. The sizes of two
    batches differ by at most 1; so do their counts of any class. Which samples come together is
    decided anew in each epoch.
    """

    def __init__(self, labels: torch.Tensor, batch_size: int, generator: torch.Generator) -> None:
        """Keep what is needed to draw.

        Args:
            labels: int64 tensor of shape (N,), the class of each sample.
            batch_size: how many indices a batch has at most.
            generator: where all randomness comes from.
        """
        self.labels, self.generator = labels, generator
        self.count = math.ceil(len(labels) / batch_size)

    def __iter__(self) -> Iterator[list[int]]:
        """Yield the batches of one epoch, each a list of indices."""
        order = torch.randperm(len(self.labels), generator=self.generator)
        dealt = order[self.labels[order].argsort(stable=True)].tolist()
        for player in range(self.count):
            yield dealt[player :: self.count]

    def __len__(self) -> int:
        """How many batches an epoch has."""
        return self.count


class _StratifiedBase(Sampler):
    def __init__(self, labels, batch_size, generator):
        self.labels, self.size, self.generator = labels, batch_size, generator

    def shuffled(self):
        return torch.randperm(len(self.labels), generator=self.generator)

    def by_class(self):
        order = self.shuffled()
        return order[self.labels[order].argsort(stable=True)].tolist()

    def deal(self, count):
        order = self.by_class()
        return [order[player::count] for player in range(count)]

    def __iter__(self):
        return iter(self.deal(len(self)))

    def __len__(self):
        return math.ceil(len(self.labels) / self.size)


@misconception("StratifiedBatchSampler", "random")
class StratifiedRandom(_StratifiedBase):
    def by_class(self):
        return self.shuffled().tolist()


@misconception("StratifiedBatchSampler", "one class each")
class StratifiedOneClass(_StratifiedBase):
    def deal(self, count):
        order = self.by_class()
        return [order[start : start + self.size] for start in range(0, len(order), self.size)]


@misconception("StratifiedBatchSampler", "never shuffled")
class StratifiedNeverShuffled(_StratifiedBase):
    def shuffled(self):
        return torch.arange(len(self.labels))


@misconception("StratifiedBatchSampler", "fixed batches")
class StratifiedFixedBatches(_StratifiedBase):
    def __init__(self, labels, batch_size, generator):
        super().__init__(labels, batch_size, generator)
        self.fixed = self.deal(len(self))

    def __iter__(self):
        for number in torch.randperm(len(self.fixed), generator=self.generator).tolist():
            yield self.fixed[number]


@misconception("StratifiedBatchSampler", "from the first")
class StratifiedFromTheFirst(_StratifiedBase):
    def deal(self, count):
        order = self.shuffled()
        hands = [[] for _ in range(count)]
        for label in self.labels.unique():
            for place, index in enumerate(order[self.labels[order] == label].tolist()):
                hands[place % count].append(index)
        return hands


@misconception("StratifiedBatchSampler", "rest lost")
class StratifiedRestLost(_StratifiedBase):
    def deal(self, count):
        order = self.by_class()
        whole = len(order) // count * count
        return [order[player:whole:count] for player in range(count)]


@misconception("StratifiedBatchSampler", "generator ignored")
class StratifiedGeneratorIgnored(_StratifiedBase):
    def shuffled(self):
        return torch.randperm(len(self.labels))


def distributed_indices(
    length: int,
    num_replicas: int,
    rank: int,
    epoch: int = 0,
    seed: int = 0,
    shuffle: bool = True,
    drop_last: bool = False,
) -> list[int]:
    """The indices that `DistributedSampler` gives to one of several processes, in their order.

    Args:
        length: how many items the dataset has, 1 or more.
        num_replicas: how many processes share them.
        rank: which of these processes asks, from 0 to num_replicas - 1.
        epoch, seed: with `shuffle`, the order of all indices is
            `torch.randperm(length, generator=…)` with a generator seeded by their sum.
        shuffle: whether to shuffle before sharing.
        drop_last: what makes the list divisible: True cuts its end off, False repeats it from its
            start, as often as needed.

    Returns:
        As many indices for each rank.

    Raises:
        ValueError: there is no such rank.
    """
    if not 0 <= rank < num_replicas:
        raise ValueError(f"rank {rank} is not one of the {num_replicas}")
    order = list(range(length))
    if shuffle:
        generator = torch.Generator().manual_seed(seed + epoch)
        order = torch.randperm(length, generator=generator).tolist()
    each = length // num_replicas if drop_last else math.ceil(length / num_replicas)
    total = each * num_replicas
    order = (order * math.ceil(total / length))[:total]
    return order[rank::num_replicas]


def _whole_order(length, epoch, seed, shuffle):
    if not shuffle:
        return list(range(length))
    return torch.randperm(length, generator=torch.Generator().manual_seed(seed + epoch)).tolist()


def _divisible(order, num_replicas, drop_last):
    if drop_last:
        return order[: len(order) // num_replicas * num_replicas]
    missing = -len(order) % num_replicas
    return order + (order * missing)[:missing]


def _check_rank(rank, num_replicas):
    if rank not in range(num_replicas):
        raise ValueError("no such rank")


@misconception("distributed_indices", "blocks")
def distributed_blocks(length, num_replicas, rank, epoch=0, seed=0, shuffle=True, drop_last=False):
    _check_rank(rank, num_replicas)
    order = _divisible(_whole_order(length, epoch, seed, shuffle), num_replicas, drop_last)
    each = len(order) // num_replicas
    return order[rank * each : (rank + 1) * each]


@misconception("distributed_indices", "not padded")
def distributed_not_padded(
    length, num_replicas, rank, epoch=0, seed=0, shuffle=True, drop_last=False
):
    _check_rank(rank, num_replicas)
    order = _whole_order(length, epoch, seed, shuffle)
    if drop_last:
        order = _divisible(order, num_replicas, drop_last)
    return order[rank::num_replicas]


@misconception("distributed_indices", "last repeated")
def distributed_last_repeated(
    length, num_replicas, rank, epoch=0, seed=0, shuffle=True, drop_last=False
):
    _check_rank(rank, num_replicas)
    order = _whole_order(length, epoch, seed, shuffle)
    if drop_last:
        order = _divisible(order, num_replicas, drop_last)
    order += [order[-1]] * (-len(order) % num_replicas)
    return order[rank::num_replicas]


@misconception("distributed_indices", "epoch ignored")
def distributed_epoch_ignored(
    length, num_replicas, rank, epoch=0, seed=0, shuffle=True, drop_last=False
):
    return distributed_indices(length, num_replicas, rank, 0, seed, shuffle, drop_last)


@misconception("distributed_indices", "rank in the seed")
def distributed_rank_in_the_seed(
    length, num_replicas, rank, epoch=0, seed=0, shuffle=True, drop_last=False
):
    return distributed_indices(length, num_replicas, rank, epoch, seed + rank, shuffle, drop_last)


@misconception("distributed_indices", "never dropped")
def distributed_never_dropped(
    length, num_replicas, rank, epoch=0, seed=0, shuffle=True, drop_last=False
):
    return distributed_indices(length, num_replicas, rank, epoch, seed, shuffle, False)


@misconception("distributed_indices", "any rank")
def distributed_any_rank(
    length, num_replicas, rank, epoch=0, seed=0, shuffle=True, drop_last=False
):
    order = _divisible(_whole_order(length, epoch, seed, shuffle), num_replicas, drop_last)
    return order[rank::num_replicas]


@misconception("distributed_indices", "padded once")
def distributed_padded_once(
    length, num_replicas, rank, epoch=0, seed=0, shuffle=True, drop_last=False
):
    _check_rank(rank, num_replicas)
    order = _whole_order(length, epoch, seed, shuffle)
    if drop_last:
        order = _divisible(order, num_replicas, drop_last)
    order += order[: -len(order) % num_replicas]
    return order[rank::num_replicas]
