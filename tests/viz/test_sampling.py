"""The pictures of samplers show the indices that the loader really draws."""

from __future__ import annotations

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.colors import to_hex
from torch.utils.data import DataLoader, DistributedSampler, RandomSampler

from ptbasics.viz.sampling import class_shares, draws, epochs, padding, ranks
from ptbasics.viz.style import GREEN, GREY, ORANGE, SKY, Picture
from tests.viz.pictures import cut_off, texts


def rows(picture: Picture) -> dict[str, list[int]]:
    """Name of each row → its numbers from left to right."""
    found: dict[str, list[int]] = {}
    by_place = sorted(picture.axes[0].texts, key=lambda text: text.get_position()[0])
    heights = {
        round(text.get_position()[1]): text.get_text()
        for text in by_place
        if text.get_text().startswith(("epoch", "rank"))
    }
    for text in by_place:
        if text.get_text().isdigit():
            name = heights[round(text.get_position()[1])]
            found.setdefault(name, []).append(int(text.get_text()))
    return found


def fills(picture: Picture, colour: str) -> int:
    patches = [patch for ax in picture.axes for patch in ax.patches]
    return [to_hex(patch.get_facecolor()).upper() for patch in patches].count(colour.upper())


def dashed(picture: Picture) -> int:
    return sum(to_hex(p.get_edgecolor()).upper() == GREY for p in picture.axes[0].patches)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 12), st.integers(1, 5), st.booleans(), st.integers(0, 1000))
def test_epochs_are_those_of_the_loader(length: int, size: int, drop: bool, seed: int) -> None:
    loader = DataLoader(
        range(length),  # type: ignore[arg-type]
        batch_size=size,
        shuffle=True,
        drop_last=drop,
        generator=torch.Generator().manual_seed(seed),
    )
    picture = epochs(loader, count=3)
    drawn = [[int(index) for batch in loader for index in batch] for _ in range(3)]
    shown = rows(picture)
    for number, expected in enumerate(drawn):
        row = shown[f"epoch {number}"]
        assert row[: len(expected)] == expected
        assert sorted(row) == list(range(length)), "what is left out stands behind"
    assert dashed(picture) == 3 * (length - len(drawn[0]))
    assert cut_off(picture) == []


def test_batches_change_colour_and_repetitions_are_orange() -> None:
    loader = DataLoader(range(6), batch_size=2, sampler=[0, 1, 2, 3, 0, 1])  # type: ignore[arg-type]
    picture = epochs(loader, count=1)
    assert [fills(picture, colour) for colour in (SKY, GREEN, ORANGE)] == [2, 2, 2]
    assert dashed(picture) == 2
    assert "left out" in texts(picture)


def test_labels_give_the_colours() -> None:
    loader = DataLoader(range(6), batch_size=2)  # type: ignore[arg-type]
    picture = epochs(loader, count=1, labels=torch.tensor([0, 0, 0, 1, 1, 2]))
    assert [fills(picture, colour) for colour in (SKY, ORANGE, GREEN)] == [3, 2, 1]


def test_drawing_epochs_leaves_the_generators_alone() -> None:
    own = torch.Generator().manual_seed(2)
    sampler = RandomSampler(range(5), generator=own)
    before = torch.get_rng_state()
    epochs(DataLoader(range(5), sampler=sampler))  # type: ignore[arg-type]
    assert torch.equal(before, torch.get_rng_state())
    assert own.get_state().equal(torch.Generator().manual_seed(2).get_state())


def trains_and_validates(train: DataLoader[int]) -> list[tuple[str, DataLoader[int]]]:
    val: DataLoader[int] = DataLoader(range(2))  # type: ignore[arg-type]
    return [("train", train), ("validate", val), ("train", train)]


@settings(max_examples=25, deadline=None)
@given(st.integers(3, 8), st.integers(0, 1000), st.booleans())
def test_draws_are_those_of_the_loaders(length: int, seed: int, shared: bool) -> None:
    own = torch.Generator().manual_seed(seed)
    train: DataLoader[int] = DataLoader(
        range(length),  # type: ignore[arg-type]
        batch_size=2,
        shuffle=True,
        generator=None if shared else own,
    )
    epochs = trains_and_validates(train)
    picture = draws({"alone": [epochs[0], epochs[2]], "validating": epochs}, seed)
    shown = [int(text) for text in texts(picture) if text.isdigit()]

    def drawn(loaders: list[DataLoader[int]]) -> list[int]:
        torch.manual_seed(seed)
        own.manual_seed(seed)
        return [int(index) for loader in loaders for batch in loader for index in batch]

    expected = [drawn([train, train]), drawn([loader for _, loader in epochs])]
    assert shown == [*expected[0], *expected[1]]
    assert ("changed" in texts(picture)) == (expected[0][length:] != expected[1][length + 2 :])
    assert fills(picture, GREEN) == (1 if shared else 4 * (length + 1) + 1), "one is the legend's"
    assert cut_off(picture) == []


def test_drawing_draws_leaves_the_generators_alone() -> None:
    own = torch.Generator().manual_seed(2)
    train = DataLoader(range(5), shuffle=True, generator=own)  # type: ignore[arg-type]
    before = torch.get_rng_state()
    draws({"both": trains_and_validates(train)}, seed=3)
    assert torch.equal(before, torch.get_rng_state())
    assert own.get_state().equal(torch.Generator().manual_seed(2).get_state())


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 14), st.integers(1, 5), st.booleans(), st.integers(0, 9))
def test_ranks_are_those_of_the_samplers(length: int, many: int, drop: bool, epoch: int) -> None:
    team = [
        DistributedSampler(range(length), many, rank, drop_last=drop)  # type: ignore[arg-type]
        for rank in range(many)
    ]
    for sampler in team:
        sampler.set_epoch(epoch)
    picture = ranks(team)
    shown = rows(picture)
    drawn = [list(sampler) for sampler in team]
    for rank, expected in enumerate(drawn):
        assert shown.get(f"rank {rank}", [])[: len(expected)] == expected
    total = sum(map(len, drawn))
    assert fills(picture, ORANGE) == max(0, total - length)
    assert dashed(picture) == max(0, length - total)
    assert cut_off(picture) == []


def test_shares_count_what_was_drawn() -> None:
    labels = torch.tensor([0, 0, 0, 1, 2])
    drawn = {"in order": range(5), "by weight": [0, 3, 3, 4]}
    picture = class_shares(labels, drawn, ["cat", "dog", "owl"])
    assert texts(picture) == ["3", "1", "1", "1", "2", "1"]
    assert cut_off(picture) == []


def test_padding_is_what_the_longest_adds() -> None:
    lengths = [1, 9, 2, 10]
    picture = padding(lengths, {"as they come": [[0, 1], [2, 3]], "by length": [[0, 2], [1, 3]]})
    titles = [ax.get_title() for ax in picture.axes]
    assert titles == ["as they come: 42% padding", "by length: 8% padding"]
    for ax in picture.axes:
        assert sum(bar.get_height() for bar in ax.patches if bar.get_y() == 0) == sum(lengths)
