"""The rules of samplers that lessons 6 to 8 rest on, held against the installed torch."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
import torch
from torch.utils.data import (
    BatchSampler,
    DistributedSampler,
    RandomSampler,
    Sampler,
    SequentialSampler,
    SubsetRandomSampler,
    WeightedRandomSampler,
)

Options = dict[str, Any]


def test_samplers() -> None:
    assert list(SequentialSampler(range(3))) == [0, 1, 2]
    assert sorted(SubsetRandomSampler([5, 1, 3])) == [1, 3, 5]
    assert list(BatchSampler(range(5), 2, drop_last=False)) == [[0, 1], [2, 3], [4]]
    assert list(BatchSampler(range(5), 2, drop_last=True)) == [[0, 1], [2, 3]]
    rounds = list(RandomSampler(range(3), num_samples=7))
    assert sorted(rounds[:3]) == sorted(rounds[3:6]) == [0, 1, 2]
    assert len(rounds) == 7
    for kind in (SequentialSampler, RandomSampler, SubsetRandomSampler, WeightedRandomSampler):
        assert issubclass(kind, Sampler)


def test_the_defaults_of_samplers() -> None:
    def defaults(kind: type[Sampler[Any]]) -> Options:
        options = inspect.signature(kind.__init__).parameters
        return {
            name: option.default
            for name, option in options.items()
            if option.default is not option.empty
        }

    assert defaults(SequentialSampler) == defaults(BatchSampler) == {}
    assert defaults(SubsetRandomSampler) == {"generator": None}
    assert defaults(RandomSampler) == {"replacement": False, "num_samples": None, "generator": None}
    assert defaults(WeightedRandomSampler) == {"replacement": True, "generator": None}
    assert defaults(DistributedSampler) == {
        "num_replicas": None,
        "rank": None,
        "shuffle": True,
        "seed": 0,
        "drop_last": False,
    }
    assert list(inspect.signature(BatchSampler).parameters) == [
        "sampler",
        "batch_size",
        "drop_last",
    ]


RANDOM_SAMPLERS: list[tuple[type[Sampler[Any]], tuple[Any, ...], Options]] = [
    (RandomSampler, (range(50),), {}),
    (RandomSampler, (range(50),), {"replacement": True}),
    (SubsetRandomSampler, (range(50),), {}),
    (WeightedRandomSampler, ([1.0] * 50, 50), {}),
]


@pytest.mark.parametrize(("kind", "arguments", "options"), RANDOM_SAMPLERS, ids=str)
def test_a_sampler_with_a_generator_draws_from_it_alone(
    kind: type[Sampler[Any]], arguments: tuple[Any, ...], options: Options
) -> None:
    def drawn(seed: int) -> list[int]:
        generator = torch.Generator().manual_seed(seed)
        return list(kind(*arguments, generator=generator, **options))  # type: ignore[call-arg]

    before = torch.get_rng_state()
    assert drawn(1) == drawn(1) != drawn(2)
    assert torch.equal(torch.get_rng_state(), before)
    repeated = len(set(drawn(1))) < 50
    assert repeated == (kind is WeightedRandomSampler or bool(options))


def test_what_weighted_random_sampler_refuses_and_when() -> None:
    refused: list[tuple[str, tuple[Any, ...]]] = [
        ("num_samples", ([1.0], 0)),
        ("num_samples", ([1.0], -1)),
        ("replacement", ([1.0], 1, 1)),
        ("1d sequence", (torch.ones(2, 1), 1)),
    ]
    for message, arguments in refused:
        with pytest.raises(ValueError, match=message):
            WeightedRandomSampler(*arguments)
    for late in (
        WeightedRandomSampler([1.0, -1.0], 2),
        WeightedRandomSampler([1.0, 1.0], 3, replacement=False),
    ):
        with pytest.raises(RuntimeError):
            list(late)


def test_distributed_sampler_in_one_process() -> None:
    def ranks(**options: Any) -> list[list[int]]:
        return [list(DistributedSampler(range(10), 4, rank, **options)) for rank in range(4)]

    assert ranks(shuffle=False) == [[0, 4, 8], [1, 5, 9], [2, 6, 0], [3, 7, 1]]
    assert ranks(shuffle=False, drop_last=True) == [[0, 4], [1, 5], [2, 6], [3, 7]]
    for rank in (-1, 4):
        with pytest.raises(ValueError, match="Invalid rank"):
            DistributedSampler(range(10), 4, rank)
    sampler = DistributedSampler(range(100), 2, 0, seed=1)
    first = list(sampler)
    assert list(sampler) == first
    sampler.set_epoch(1)
    second = list(sampler)
    assert second != first
    assert list(DistributedSampler(range(100), 2, 0, seed=2)) == second  # seed + epoch
