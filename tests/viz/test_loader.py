"""The pipeline picture follows a loader's own first batch, and disturbs nothing."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

import pytest
import torch
from matplotlib.colors import to_hex
from torch.utils.data import (
    BatchSampler,
    DataLoader,
    IterableDataset,
    RandomSampler,
    SubsetRandomSampler,
    TensorDataset,
    WeightedRandomSampler,
)

from ptbasics.viz.loader import STAGES, WORKER_OPTIONS, index_batches, pipeline
from ptbasics.viz.style import PAPER, Picture
from tests.viz.pictures import cut_off, texts

FLOWERS = TensorDataset(torch.arange(40.0).reshape(10, 4), torch.arange(10) % 3)


class Visitors(IterableDataset[str]):
    def __iter__(self) -> Iterator[str]:
        return iter(["Ada", "Grace", "Katherine"])


def bright(picture: Picture) -> int:
    """How many boxes are filled."""
    patches = [patch for ax in picture.axes for patch in ax.patches]
    fills = [to_hex(patch.get_facecolor(), keep_alpha=True).upper() for patch in patches]
    return sum(fill not in (PAPER + "FF", "#00000000") for fill in fills)


def test_without_a_loader_all_stages_and_options_are_shown() -> None:
    shown = texts(pipeline())
    for stage, (_, options) in STAGES.items():
        assert {stage, *options} <= set(shown)
    assert bright(pipeline()) == len(STAGES)


def test_every_option_of_the_installed_torch_has_its_place() -> None:
    of_stages = [option for _, options in STAGES.values() for option in options]
    of_workers = [option for options in WORKER_OPTIONS for option in options if option]
    shown = texts(pipeline())
    assert set(of_workers) <= set(shown)
    assert sorted(of_stages + of_workers) == sorted(inspect.signature(DataLoader).parameters)


@pytest.mark.parametrize(
    ("lit", "count"), [(("sampler",), 1), (("fetch", "collate"), 2), (("workers",), 2)]
)
def test_only_what_is_lit_is_bright(lit: tuple[str, ...], count: int) -> None:
    assert bright(pipeline(lit=lit)) == count


def test_workers_have_a_frame_with_copies_of_the_dataset_in_it() -> None:
    """Two bright boxes: a copy, and another behind it."""
    pale, lit = texts(pipeline(lit=("fetch",))), texts(pipeline(lit=("fetch", "workers")))
    assert "in worker processes, if there are any" in pale
    assert "in worker processes" in lit
    assert "a copy for each worker" in lit
    assert "a copy for each worker" not in pale


def test_a_name_that_is_no_stage_is_refused() -> None:
    with pytest.raises(ValueError, match="colate"):
        pipeline(lit=("colate",))


def loaders() -> list[DataLoader[Any]]:
    generator = torch.Generator().manual_seed(3)
    own = torch.Generator().manual_seed(4)
    several = RandomSampler(FLOWERS, generator=own)
    return [
        DataLoader(FLOWERS, batch_size=4),
        DataLoader(FLOWERS, batch_size=3, shuffle=True),
        DataLoader(FLOWERS, batch_size=3, shuffle=True, generator=generator),
        DataLoader(FLOWERS, batch_sampler=BatchSampler(several, 4, drop_last=True)),
        DataLoader(FLOWERS, sampler=SubsetRandomSampler([1, 5, 7]), batch_size=2),
        DataLoader(FLOWERS, sampler=WeightedRandomSampler([1.0] * 10, 12), batch_size=5),
        DataLoader(FLOWERS, batch_size=None, shuffle=True),
    ]


@pytest.mark.parametrize("number", range(len(loaders())))
def test_the_first_batch_is_the_one_that_comes(number: int) -> None:
    torch.manual_seed(number)
    loader = loaders()[number]
    shown = texts(pipeline(loader))
    with torch.random.fork_rng():
        expected = list(index_batches(loaders()[number]))
    seen = [features[..., 0] / 4 for features, _ in loader]
    assert [batch.int().reshape(-1).tolist() for batch in seen] == expected
    if loader.batch_sampler is not None:
        assert any(text.startswith(str(expected[0][:4])[:-1]) for text in shown)
    assert type(loader.sampler).__name__ in shown
    shape = "float32" + str(tuple(next(iter(loader))[0].shape)).replace(" ", "")
    assert shape in shown


def test_nothing_is_disturbed() -> None:
    loader = DataLoader(
        FLOWERS, shuffle=True, generator=torch.Generator().manual_seed(1), batch_size=10
    )
    before = torch.get_rng_state()
    pipeline(loader)
    assert torch.equal(before, torch.get_rng_state())
    assert loader.generator.get_state().equal(torch.Generator().manual_seed(1).get_state())


@pytest.mark.parametrize(
    "loader",
    [
        *loaders(),
        DataLoader(Visitors(), batch_size=2),
        DataLoader([{"word": "tea", "length": 3}], batch_size=1),  # type: ignore[arg-type]
        DataLoader(list("abcdef"), batch_sampler=[[5, 3, 1, 2, 4], [0]]),  # type: ignore[arg-type]
        DataLoader(range(4), sampler=[3], collate_fn=lambda items: "x" * 90),  # type: ignore[arg-type]
    ],
)
def test_nothing_is_cut_off(loader: DataLoader[Any]) -> None:
    assert cut_off(pipeline(loader, lit=("workers", "batch"))) == []


def test_a_sampler_that_is_not_used_is_said_to_be_so() -> None:
    shown = texts(pipeline(DataLoader(FLOWERS, batch_sampler=[[2, 1]])))
    assert "not used" in shown
    assert "len(dataset)" not in shown
    assert {"list", "[2, 1]"} <= set(shown)


def test_an_empty_loader_cannot_be_followed() -> None:
    with pytest.raises(ValueError, match="no batch"):
        pipeline(DataLoader([]))
