"""What goes wrong in lesson 6: the known wrong answers."""

# Wrong on purpose, and written as a student writes.
# mypy: disable-error-code="arg-type,assignment,no-untyped-def,var-annotated"

from __future__ import annotations

import math
from itertools import cycle

import torch
from torch.utils.data import (
    DataLoader,
    Sampler,
    Subset,
    random_split,
)

from ptbasics.exercise import misconception
from ptbasics.reference.l06_dataloader_batches import (
    MiniLoader,
    distributed_indices,
    number_of_batches,
)


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


@misconception("number_of_batches", "any size")
def number_any_size(length, batch_size, drop_last):
    return 0 if batch_size == 0 else number_only_zero(length, batch_size, drop_last)


@misconception("number_of_batches", "only zero")
def number_only_zero(length, batch_size, drop_last):
    if batch_size is None:
        return length
    if batch_size == 0:
        raise ValueError("too small")
    return length // batch_size if drop_last else math.ceil(length / batch_size)


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


@misconception("MiniLoader", "no seed drawn in order")
class MiniNoSeedDrawnInOrder(_MiniBase):
    def order(self):
        return super().order() if self.shuffle else list(range(len(self.dataset)))


@misconception("MiniLoader", "generator of its own")
class MiniGeneratorOfItsOwn(_MiniBase):
    def __init__(self, dataset, batch_size=1, shuffle=False, drop_last=False, generator=None):
        generator = generator or torch.Generator().manual_seed(0)
        super().__init__(dataset, batch_size, shuffle, drop_last, generator)


@misconception("MiniLoader", "one loop at a time")
class MiniOneLoopAtATime(_MiniBase):
    def __iter__(self):
        self.waiting = self.cut(self.order())
        return self

    def __next__(self):
        if not self.waiting:
            raise StopIteration
        return self.collate([self.dataset[index] for index in self.waiting.pop(0)])


@misconception("MiniLoader", "any size")
class MiniAnySize(_MiniBase):
    def __init__(self, dataset, batch_size=1, shuffle=False, drop_last=False, generator=None):
        self.dataset, self.batch_size = dataset, batch_size
        self.shuffle, self.drop_last, self.generator = shuffle, drop_last, generator


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


@misconception("split_loaders", "constant order")
def split_constant_order(dataset, validation_size, batch_size, seed):
    generator = torch.Generator().manual_seed(seed)
    train, validation = _two_parts(dataset, validation_size, generator)
    order = torch.Generator().manual_seed(42)
    return (
        DataLoader(train, batch_size, shuffle=True, generator=order),
        DataLoader(validation, batch_size),
    )


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


@misconception("split_loaders", "rest dropped")
def split_rest_dropped(dataset, validation_size, batch_size, seed):
    generator = torch.Generator().manual_seed(seed)
    train, validation = _two_parts(dataset, validation_size, generator)
    return (
        DataLoader(train, batch_size, shuffle=True, drop_last=True, generator=generator),
        DataLoader(validation, batch_size),
    )


@misconception("split_loaders", "one by one")
def split_one_by_one(dataset, validation_size, batch_size, seed):
    generator = torch.Generator().manual_seed(seed)
    train, validation = _two_parts(dataset, validation_size, generator)
    return DataLoader(train, shuffle=True, generator=generator), DataLoader(validation)


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


@misconception("InfiniteSampler", "first round in order")
class InfiniteFirstRoundInOrder(_InfiniteBase):
    def __iter__(self):
        yield from range(self.length)
        yield from super().__iter__()


@misconception("InfiniteSampler", "tensors")
class InfiniteTensors(_InfiniteBase):
    def order(self):
        return torch.randperm(self.length, generator=self.generator)


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


@misconception("ResumableSampler", "what is left")
class ResumableWhatIsLeft(_ResumableBase):
    def __len__(self):
        return self.state["length"] - self.state["position"]


@misconception("ResumableSampler", "live state")
class ResumableLiveState(_ResumableBase):
    def state_dict(self):
        return self.state


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


@misconception("BucketBatchSampler", "rest last")
class BucketRestLast(_BucketBase):
    def shuffled(self, values):
        return super().shuffled(values[:-1]) + values[-1:]


@misconception("BucketBatchSampler", "turned")
class BucketTurned(_BucketBase):
    def shuffled(self, values):
        start = int(torch.randint(len(values), (), generator=self.generator))
        return values[start:] + values[:start]


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


@misconception("distributed_indices", "seeds everything")
def distributed_seeds_everything(
    length, num_replicas, rank, epoch=0, seed=0, shuffle=True, drop_last=False
):
    torch.manual_seed(seed + epoch)
    return distributed_indices(length, num_replicas, rank, epoch, seed, shuffle, drop_last)


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
