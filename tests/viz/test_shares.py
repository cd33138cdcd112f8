"""The picture of a shared stream shows what each worker of a real loader reads."""

from __future__ import annotations

from collections.abc import Iterator

from matplotlib.colors import to_hex
from torch.utils.data import IterableDataset, get_worker_info

from ptbasics.viz.shares import shares
from ptbasics.viz.style import ORANGE, SKY, Picture
from tests.viz.pictures import cut_off, texts


class Whole(IterableDataset[int]):
    def __iter__(self) -> Iterator[int]:
        return iter(range(3))


class Shared(IterableDataset[tuple[str, int]]):
    def __iter__(self) -> Iterator[tuple[str, int]]:
        info = get_worker_info()
        assert info is not None
        return iter([("east", 1), ("west", 2), ("west", 3)][info.id :: 2])


def fills(picture: Picture) -> list[str]:
    return [to_hex(patch.get_facecolor()).upper() for patch in picture.axes[0].patches]


def test_a_stream_that_every_worker_reads_comes_twice() -> None:
    picture = shares(Whole(), workers=2)
    shown = texts(picture)
    assert [text for text in shown if text.isdigit()] == ["0", "1", "0", "1", "2", "2"]
    assert fills(picture) == [SKY, SKY, ORANGE, ORANGE, SKY, ORANGE]
    assert "3 different values, 6 in the epoch" in shown
    assert cut_off(picture) == []


def test_shares_stand_in_the_rows_of_their_workers() -> None:
    picture = shares(Shared(), workers=2)
    heights = {text.get_text(): text.get_position()[1] for text in picture.axes[0].texts}
    assert heights["east 1"] == heights["west 3"] == heights["worker 0"]
    assert heights["west 2"] == heights["worker 1"]
    assert ORANGE not in fills(picture)
    assert cut_off(picture) == []
