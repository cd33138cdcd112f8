"""Pictures of devices say where tensors are, what they weigh, and whether anything was measured."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import torch

from ptbasics.viz import gpu_record
from ptbasics.viz.devices import copy_rates, memory_bars, number_lines, who_lives_where
from ptbasics.viz.gpu_record import SIZES, CopyModel, GpuRecord, measure_gpu, shipped_record
from ptbasics.viz.stations import copies, launches
from tests.viz.pictures import cut_off, texts

#: Made up for these tests, and kept nowhere else.
SYNTHETIC = GpuRecord(
    card="a card of a test",
    torch="0",
    sizes=(1024, 2**20),
    pageable=(1.0, 4.0),
    pinned=(1.0, 8.0),
    pinned_in_one_go=(0.5, 2.0),
    epoch_plain=2.0,
    epoch_prefetched=1.0,
    step_float32=3.0,
    step_bfloat16=1.0,
)


def test_tensors_stand_under_their_device() -> None:
    picture = who_lives_where(near=torch.zeros(2), far=torch.zeros(3, device="meta"))
    assert {'"cpu"', '"meta"', "near (2,)", "far (3,)"} == set(texts(picture))
    assert picture.alt == "Where tensors live. near on cpu; far on meta"
    assert cut_off(picture) == []


def test_memory_adds_parameters_twice_activations_and_state() -> None:
    picture = memory_bars(2**20, 2**19, {"SGD": 0, "Adam": 2**21})
    assert "SGD: 2.5 in all; Adam: 4.5 in all" in picture.alt


def test_number_lines_take_their_numbers_from_torch() -> None:
    picture = number_lines(torch.bfloat16, torch.float16)
    assert f"to {torch.finfo(torch.float16).max:.2g}" in picture.alt
    assert cut_off(picture) == []


def test_a_model_is_called_one_and_a_measurement_names_its_card() -> None:
    model, measured = copy_rates(CopyModel(), SIZES), copy_rates(SYNTHETIC, SIZES)
    assert "a cost model, not a measurement" in model.alt
    assert "measured on a card of a test" in measured.alt
    assert "not a measurement" not in measured.alt
    drawn = {line.get_label(): list(line.get_ydata()) for line in measured.axes[0].lines}
    assert drawn["pinned"] == [1.0, 8.0]


def test_pageable_copies_are_never_faster_in_the_model() -> None:
    model = CopyModel()
    assert all(model.pageable(size) < model.pinned(size) < model.bus / 1e9 for size in SIZES)


def test_a_cpu_that_waits_lets_the_gpu_wait() -> None:
    assert "done after 5.4 ms; where the CPU waits after each, after 7 ms" in (
        launches(0.4, [1.0] * 5).alt
    )


def test_three_ways_to_the_gpu() -> None:
    alt = copies({"load": 2, "pin": 1, "copy": 2, "compute": 3}, batches=4).alt
    assert "pageable: done after 22 ms" in alt
    assert "in one go: done after 26 ms" in alt
    assert "by the loader: done after 17 ms" in alt


def test_a_record_survives_its_file() -> None:
    assert GpuRecord.from_json(SYNTHETIC.as_json()) == SYNTHETIC


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"card": None, "extra": 1}, "exactly these fields"),
        ({"pinned": [1.0]}, "one rate per size"),
        ({"epoch_plain": 0.0}, "positive"),
        ({"pageable": [1.0, -1.0]}, "positive"),
    ],
)
def test_a_record_that_is_none_is_refused(changed: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        GpuRecord.from_json(json.dumps({**json.loads(SYNTHETIC.as_json()), **changed}))


def test_a_record_ships_and_none_is_no_fault(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = shipped_record()
    assert shipped is not None
    assert shipped.sizes == SIZES
    monkeypatch.setattr(gpu_record, "SHIPPED", tmp_path / "none.json")
    assert shipped_record() is None
    other = replace(SYNTHETIC, card="another")
    (tmp_path / "none.json").write_text(other.as_json())
    assert shipped_record() == other


@pytest.mark.skipif(torch.cuda.is_available(), reason="with CUDA it measures")
def test_without_cuda_nothing_is_measured() -> None:
    with pytest.raises(RuntimeError, match="no CUDA device"):
        measure_gpu()
