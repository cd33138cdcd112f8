"""Recordings of real loaders keep the loader's order and times, and their pictures show them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
import torch
from matplotlib.colors import to_hex
from torch.utils.data import DataLoader, Dataset, IterableDataset

from ptbasics.viz.style import PURPLE, RED, SKY
from ptbasics.viz.timeline import (
    Recording,
    patience,
    record,
    record_epochs,
    start_up,
    throughput,
    timeline,
    worker_colour,
)
from tests.viz.pictures import cut_off, texts

FORK: dict[str, Any] = {"multiprocessing_context": "fork"}


class Squares(Dataset[int]):
    def __len__(self) -> int:
        return 7

    def __getitem__(self, index: int) -> int:
        time.sleep(0.001)
        return index * index


class Whole(Squares):
    def __getitems__(self, indices: list[int]) -> list[int]:
        return [100 + index for index in indices]


class Letters(IterableDataset[str]):
    def __iter__(self) -> Iterator[str]:
        return iter("abcde")


def test_a_recording_has_every_batch_of_the_loader_and_who_fetched_it() -> None:
    recording = record(Squares(), batch_size=2, num_workers=2, **FORK)
    assert recording.contents == [[0, 1], [2, 3], [4, 5], [6]]
    assert [fetch[:2] for fetch in recording.fetches] == [(0, 0), (1, 1), (0, 2), (1, 3)]
    assert [wait[0] for wait in recording.waits] == [0, 1, 2, 3]


@pytest.mark.parametrize("options", [{}, {"num_workers": 2, **FORK}])
def test_times_follow_one_another(options: dict[str, Any]) -> None:
    first, second = record_epochs(2, Squares(), batch_size=2, training=0.002, **options)
    for recording in (first, second):
        for (_, _, start, end), (_, asked, got) in zip(
            recording.fetches, recording.waits, strict=True
        ):
            assert start < end <= got
            assert asked <= got
        assert 0 < recording.waited < recording.seconds
        assert recording.seconds - recording.waited >= 0.002 * len(recording.waits)
    assert first.ended <= second.waits[0][1]


def test_batches_are_those_that_the_dataset_and_collate_fn_make() -> None:
    seen: list[Any] = []

    def keep(items: list[int]) -> list[int]:
        seen.append(items)
        return items

    record(Squares(), batch_size=3, collate_fn=keep)
    record(Whole(), batch_size=4, collate_fn=keep)
    assert seen == [[0, 1, 4], [9, 16, 25], [36], [100, 101, 102, 103], [104, 105, 106]]


def test_shuffling_is_that_of_the_loader() -> None:
    def seeded() -> torch.Generator:
        return torch.Generator().manual_seed(1)

    recording = record(Squares(), batch_size=2, shuffle=True, generator=seeded())
    plain = DataLoader(range(7), batch_size=2, shuffle=True, generator=seeded())  # type: ignore[arg-type]
    assert recording.contents == [batch.tolist() for batch in plain]


def test_streams_and_single_items_are_recorded_too() -> None:
    stream = record(Letters(), batch_size=2, num_workers=2, **FORK)
    assert sorted(stream.contents) == [[0, 1], [0, 1], [2, 3], [2, 3], [4], [4]]
    assert record(Squares(), batch_size=None).contents == [[index] for index in range(7)]


def test_the_loaders_error_is_passed_on() -> None:
    with pytest.raises(ValueError, match="persistent_workers"):
        record(Squares(), persistent_workers=True)


def made_up() -> Recording:
    return Recording(
        fetches=[(0, 0, 0.1, 0.3), (1, 1, 0.1, 0.5)],
        waits=[(0, 0.0, 0.3), (1, 0.4, 0.5)],
        ended=0.6,
        contents=[[0], [1]],
    )


def test_the_bars_of_a_timeline_are_the_recorded_times() -> None:
    picture = timeline(made_up())
    [ax] = picture.axes
    bars = [
        (to_hex(bar.get_facecolor()).upper(), bar.get_x(), bar.get_width()) for bar in ax.patches
    ]

    def of(colour: str) -> list[tuple[float, float]]:
        return [(round(left), round(width)) for fill, left, width in bars if fill == colour.upper()]

    assert of(PURPLE) == [(300, 100), (500, 100)]
    assert of(worker_colour(0)) == [(100, 200)]
    assert of(worker_colour(1)) == [(100, 400)]
    waits = [bar for bar in ax.patches if bar.get_hatch()]
    assert [(round(bar.get_x()), round(bar.get_width())) for bar in waits] == [(0, 300), (400, 100)]
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names == ["main process", "worker 0", "worker 1"]
    assert texts(picture) == ["0", "1", "0", "1"]
    assert cut_off(picture) == []


def test_a_timeline_without_workers_or_without_batches() -> None:
    [ax] = timeline(record(Squares(), batch_size=4)).axes
    assert [label.get_text() for label in ax.get_yticklabels()] == ["main process", "it fetches"]
    assert timeline(Recording([], [], 0.0, [])).axes


def nap(worker: int) -> None:
    time.sleep(0.01 * (1 + worker))


@pytest.mark.parametrize(("persistent", "again"), [(False, [0, 1]), (True, [])])
def test_the_first_act_of_each_worker_is_recorded_once_in_its_life(
    persistent: bool, again: list[int]
) -> None:
    options = {"num_workers": 2, "worker_init_fn": nap, "persistent_workers": persistent, **FORK}
    first, second = record_epochs(2, Squares(), batch_size=2, **options)
    assert sorted(worker for worker, *_ in first.inits) == [0, 1]
    assert sorted(worker for worker, *_ in second.inits) == again
    begins = {worker: start for worker, _, start, _ in reversed(first.fetches)}
    for worker, start, end in first.inits:
        assert end - start >= 0.01 * (1 + worker)
        assert end <= begins[worker]
    legend = [text.get_text() for text in timeline(first).legends[0].get_texts()]
    assert "worker_init_fn" in legend
    assert "worker_init_fn" not in [
        text.get_text() for text in timeline(made_up()).legends[0].get_texts()
    ]


def test_waits_beyond_a_timeout_stand_out() -> None:
    picture = patience(made_up(), 0.2)
    bars = {
        bar.get_x() + bar.get_width() / 2: (bar.get_height(), to_hex(bar.get_facecolor()).upper())
        for bar in picture.axes[0].patches
    }
    assert {batch: colour for batch, (_, colour) in bars.items()} == {0: RED, 1: SKY}
    assert [round(height, 6) for height, _ in bars.values()] == [0.3, 0.1]
    assert texts(picture) == ["timeout=0.2"]
    assert cut_off(picture) == []


def test_every_start_is_a_bar() -> None:
    picture = start_up(fork=[0.02, 0.01], spawn=[4.0])
    [ax] = picture.axes
    assert [bar.get_width() for bar in ax.patches] == [0.02, 0.01, 4.0]
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names == ["fork, time 1", "fork, time 2", "spawn, time 1"]
    assert texts(picture) == ["0.02 s", "0.01 s", "4.00 s"]
    assert cut_off(picture) == []


def test_throughput_is_against_no_workers() -> None:
    picture = throughput([0, 1, 2], cheap=[100, 50, 25], waited_for=[10, 20, 40])
    lines = {line.get_label(): list(line.get_ydata()) for line in picture.axes[0].lines[:2]}
    assert lines == {
        "cheap: 100 items per second without workers": [1, 0.5, 0.25],
        "waited for: 10 items per second without workers": [1, 2, 4],
    }
    ticks = [float(tick) for tick in picture.axes[0].get_yticks()]
    assert ticks == [0.25, 0.5, 1, 2, 4]
    with pytest.raises(ValueError, match="without workers"):
        throughput([1, 2], cheap=[1, 2])
    with pytest.raises(ValueError, match="2 measurements for 3"):
        throughput([0, 1, 2], cheap=[1, 2])
