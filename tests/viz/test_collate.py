"""The collate pictures say what is in the samples and in the batch, and no label is cut off."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
import torch
from matplotlib.colors import to_hex
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import default_collate

from ptbasics.viz.collate import (
    nesting,
    padded_batch,
    padded_images,
    padding_shares,
    samples_to_batch,
)
from ptbasics.viz.style import GREEN, ORANGE, SKY, Picture
from tests.viz.pictures import cut_off, texts

PAIRS = [(torch.tensor([5.1, 3.5]), 0), (torch.tensor([6.2, 2.9]), 1)]
TRIPLES = [(torch.tensor([n + 0.5]), n, name) for n, name in enumerate(("setosa", "x", "y"))]
SEQUENCES = [torch.tensor([4.0, 2.0, 7.0]), torch.tensor([1.0, 9.0, 0.0, 3.0]), torch.tensor([8.0])]


class Size(NamedTuple):
    height: int
    width: float


def fills(picture: Picture, colour: str) -> int:
    patches = [patch for ax in picture.axes for patch in ax.patches]
    return sum(to_hex(patch.get_facecolor()).upper() == colour.upper() for patch in patches)


def padded(samples: list[torch.Tensor]) -> tuple[torch.Tensor, torch.Tensor]:
    ones = [torch.ones(len(sample), dtype=torch.bool) for sample in samples]
    return pad_sequence(samples, batch_first=True), pad_sequence(ones, batch_first=True)


@pytest.mark.parametrize("samples", [PAIRS, TRIPLES, PAIRS[:1]])
def test_every_value_is_shown_in_each_of_the_three_steps(samples: list[Any]) -> None:
    shown = texts(samples_to_batch(samples, default_collate(samples)))
    fields = len(samples[0])
    first = [f"{x:.3g}" for x in samples[0][0].tolist()]
    assert all(shown.count(value) >= 3 for value in first)
    names = [text for text in shown if text.endswith("$")]
    assert len(names) == 2 * fields * len(samples)
    assert names[:2] == ["x$_1$", "y$_1$"]
    second = names[fields * len(samples) :]
    assert second[: len(samples)] == [f"x$_{n + 1}$" for n in range(len(samples))]


def test_the_batch_is_labelled_with_its_own_dtype_and_shape() -> None:
    shown = texts(samples_to_batch(PAIRS, default_collate(PAIRS)))
    assert "float32 (2, 2)" in shown
    assert "int64 (2,)" in shown
    assert "list of 2" in texts(samples_to_batch(PAIRS, [default_collate(PAIRS)[0], [0, 1]]))


def test_samples_keep_their_colour() -> None:
    picture = samples_to_batch(PAIRS, default_collate(PAIRS))
    assert fills(picture, SKY) == fills(picture, ORANGE) == 3 * 3


def test_only_padding_is_pale() -> None:
    rows, mask = padded(SEQUENCES)
    picture = padded_batch(SEQUENCES, rows, mask)
    pale = [p for p in picture.axes[0].patches if p.get_alpha() not in (None, 1.0)]
    assert len([p for p in pale if to_hex(p.get_facecolor()) == "#ffffff"]) == 2 * int(
        (~mask).sum()
    )
    shown = texts(picture)
    assert shown.count("T") == int(mask.sum())
    assert shown.count("F") == int((~mask).sum())
    assert "lengths 3, 4, 1" in shown
    assert fills(picture, SKY) == 3 * len(SEQUENCES[0])


def test_the_canvas_is_hatched_where_the_mask_is_false() -> None:
    images = [torch.rand(1, 2, 3), torch.rand(1, 3, 1)]
    batch, mask = torch.zeros(2, 1, 3, 3), torch.zeros(2, 3, 3, dtype=torch.bool)
    for canvas, cover, image in zip(batch, mask, images, strict=True):
        canvas[:, : image.shape[1], : image.shape[2]] = image
        cover[: image.shape[1], : image.shape[2]] = True
    picture = padded_images(images, batch, mask)
    hatched = [patch for patch in picture.axes[0].patches if patch.get_hatch()]
    assert len(hatched) == int((~mask).sum())
    assert "(1, 2, 3)" in texts(picture)
    assert cut_off(picture) == []


def test_a_tree_names_every_part_before_and_after() -> None:
    samples = [
        {"name": name, "size": Size(3, 1.5), "visits": [(1, "ok"), (2, "late")]}
        for name in ("Ada", "Bo", "Cleo")
    ]
    picture = nesting(samples[0], default_collate(samples), 3)
    shown = texts(picture)
    assert {"name: 'Ada'", "size: Size", "height: 3", "visits: list", "0: tuple"} <= set(shown)
    assert {"name: ['Ada', 'Bo', 'Cleo']", "width: tensor float64 (3,)"} <= set(shown)
    assert "1: ('ok', 'ok', 'ok')" in shown
    assert fills(picture, GREEN) == 4
    assert cut_off(picture) == []


def test_shares_of_padding_are_counted() -> None:
    plans = {"mixed": [[0, 1], [2, 3]], "sorted": [[0, 2], [1, 3]]}
    picture = padding_shares([2, 6, 2, 6], plans)
    titles = [ax.get_title() for ax in picture.axes]
    assert titles == ["mixed: 33% padding", "sorted: 0% padding"]


def test_nothing_is_cut_off() -> None:
    assert cut_off(samples_to_batch(TRIPLES, default_collate(TRIPLES))) == []
    assert cut_off(padded_batch(SEQUENCES, *padded(SEQUENCES))) == []
