"""When workers fetch and when the main process waits: recorded from a real loader, and drawn."""

from __future__ import annotations

import mmap
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from matplotlib.axes import Axes
from matplotlib.patches import Patch
from torch import Tensor
from torch.utils.data import (
    DataLoader,
    Dataset,
    IterableDataset,
    default_collate,
    default_convert,
    get_worker_info,
)

from ptbasics.viz.style import (
    CYCLE,
    GREEN,
    GREY,
    INK,
    ORANGE,
    PAPER,
    PURPLE,
    RED,
    SKY,
    YELLOW,
    Picture,
    arrow,
    box,
    canvas,
    fit,
    picture,
    plot_figure,
)


@dataclass(frozen=True)
class Recording:
    """What happened in one epoch. Times are in seconds from when the first epoch began.

    Attributes:
        fetches: `(worker, batch, start, end)` for each batch in the order in which the main process
            got them; worker -1 is the main process.
        waits: `(batch, asked, got)`: when the main process asked for a batch, and when it had it.
        ended: when the main process was done with the last batch.
        contents: for each batch, the indices of its items; places in a worker's stream where the
            dataset is iterable.
    """

    fetches: list[tuple[int, int, float, float]]
    waits: list[tuple[int, float, float]]
    ended: float
    contents: list[list[Any]]

    @property
    def seconds(self) -> float:
        """How long the epoch took."""
        return self.ended - (self.waits[0][1] if self.waits else self.ended)

    @property
    def waited(self) -> float:
        """For how much of it the main process waited."""
        return sum(got - asked for _, asked, got in self.waits)


def record(dataset: Dataset[Any], *, training: float = 0.0, **options: Any) -> Recording:
    """Iterate a `DataLoader(dataset, **options)` once, and write down when things happened.

    Args:
        dataset: a map-style or an iterable dataset.
        training: for how many seconds the main process is busy with each batch.
        options: of `DataLoader`. A `worker_init_fn` finds the dataset in
            `get_worker_info().dataset.dataset`.

    Raises:
        Exception: whatever the loader raises.
    """
    [recording] = record_epochs(1, dataset, training=training, **options)
    return recording


def record_epochs(
    count: int, dataset: Dataset[Any], *, training: float = 0.0, **options: Any
) -> list[Recording]:
    """The same for several epochs of one loader, one recording each."""
    watched = (_Stream if isinstance(dataset, IterableDataset) else _Items)(dataset)
    unbatched = "batch_size" in options and options["batch_size"] is None
    collate = options.pop("collate_fn", None) or (default_convert if unbatched else default_collate)
    loader = DataLoader(watched, collate_fn=_Collate(collate), **options)
    origin = time.monotonic()
    return [_epoch(loader, training, origin) for _ in range(count)]


def _epoch(loader: DataLoader[Any], training: float, origin: float) -> Recording:
    recording = Recording([], [], 0.0, [])
    asked = time.monotonic()  # starting workers is a part of waiting for the first batch
    for number, fetched in enumerate(loader):
        got = time.monotonic()
        start, end = fetched.start - origin, fetched.end - origin
        recording.fetches.append((fetched.worker, number, start, end))
        recording.waits.append((number, asked - origin, got - origin))
        recording.contents.append(fetched.indices)
        time.sleep(training)
        asked = time.monotonic()
    return replace(recording, ended=asked - origin)


class _Item(NamedTuple):
    """An item on its way to `collate_fn`, with where it comes from and when it was fetched."""

    index: Any
    value: Any
    start: float
    end: float


class _Fetched(NamedTuple):
    """A batch, with who fetched it and when."""

    batch: Any
    worker: int
    start: float
    end: float
    indices: list[Any]


class _Items(Dataset[_Item]):
    """A map-style dataset under observation."""

    def __init__(self, dataset: Any) -> None:
        self.dataset = dataset

    def __len__(self) -> int:
        return len(self.dataset)

    def __getitem__(self, index: Any) -> _Item:
        start = time.monotonic()
        return _Item(index, self.dataset[index], start, time.monotonic())

    def __getitems__(self, indices: list[Any]) -> list[_Item]:
        if not hasattr(self.dataset, "__getitems__"):
            return [self[index] for index in indices]
        start = time.monotonic()
        values = self.dataset.__getitems__(indices)
        end = time.monotonic()
        return [_Item(*pair, start, end) for pair in zip(indices, values, strict=True)]


class _Stream(IterableDataset[_Item]):
    """An iterable dataset under observation."""

    def __init__(self, dataset: Any) -> None:
        self.dataset = dataset

    def __iter__(self) -> Iterator[_Item]:
        start = time.monotonic()
        for place, value in enumerate(self.dataset):
            yield _Item(place, value, start, time.monotonic())
            start = time.monotonic()


class _Collate:
    """A `collate_fn` that keeps the timestamps of what it puts together."""

    def __init__(self, collate: Callable[[Any], Any]) -> None:
        self.collate = collate

    def __call__(self, fetched: _Item | list[_Item]) -> _Fetched:
        items = [fetched] if isinstance(fetched, _Item) else fetched
        values = [item.value for item in items]
        batch = self.collate(values[0] if isinstance(fetched, _Item) else values)
        info = get_worker_info()
        return _Fetched(
            batch,
            -1 if info is None else info.id,
            items[0].start,
            time.monotonic(),
            [item.index for item in items],
        )


def worker_colour(worker: int) -> str:
    """The colour in which everything is drawn that a worker (-1: the main process) fetched."""
    return GREY if worker < 0 else (SKY, ORANGE, GREEN, YELLOW)[worker % 4]


@picture
def timeline(*recordings: Recording) -> Picture:
    """A row for the main process and one for each worker, over time.

    Args:
        recordings: the epochs of one loader, or just one.
    """
    fetches = [fetch for recording in recordings for fetch in recording.fetches]
    workers = sorted({worker for worker, *_ in fetches})
    figure, [ax] = plot_figure(8.6, 1.5 + 0.42 * (1 + len(workers)))
    rows = {worker: 1 + place for place, worker in enumerate(workers)}
    whole = max((recording.ended for recording in recordings), default=0.0)
    for recording in recordings:
        ends = [*(asked for _, asked, _ in recording.waits), recording.ended][1:]
        for (batch, asked, got), end in zip(recording.waits, ends, strict=True):
            _bar(ax, 0, asked, got, fill=RED, hatch="////")
            _bar(ax, 0, got, end, fill=PURPLE, text=batch, whole=whole)
        for worker, batch, start, end in recording.fetches:
            _bar(ax, rows[worker], start, end, fill=worker_colour(worker), text=batch, whole=whole)
        if recording.waits:
            ax.axvline(1000 * recording.waits[0][1], color=INK, lw=1, ls=(0, (4, 3)))
    names = ["main process", *(f"worker {one}" if one >= 0 else "it fetches" for one in workers)]
    ax.set_yticks(range(len(names)), names)
    ax.invert_yaxis()
    ax.set_xlabel("milliseconds")
    ax.set_xlim(left=0)
    ax.set_axisbelow(True)
    ax.tick_params(axis="y", length=0)
    figure.legend(
        handles=[
            Patch(facecolor=PAPER, edgecolor=RED, hatch="////", label="waits"),
            Patch(facecolor=PURPLE, edgecolor=INK, label="works on a batch"),
            *(
                Patch(facecolor=worker_colour(one), edgecolor=INK, label=f"fetched by {name}")
                for one, name in zip(workers, names[1:], strict=True)
                if one >= 0
            ),
        ],
        loc="outside upper center",
        ncols=3 + len(workers),
        frameon=False,
        fontsize=8.5,
    )
    return figure


def _bar(
    ax: Axes,
    row: int,
    start: float,
    end: float,
    *,
    fill: str,
    text: Any = "",
    hatch: str = "",
    whole: float = 0.0,
) -> None:
    left, width = 1000 * start, 1000 * (end - start)
    style = {"facecolor": PAPER, "edgecolor": fill} if hatch else {"color": fill, "ec": INK}
    ax.barh(row, width, left=left, height=0.62, hatch=hatch, linewidth=0.5, **style)  # type: ignore[arg-type]
    if text != "" and end - start > 0.018 * whole * len(str(text)):
        ax.text(left + width / 2, row, str(text), ha="center", va="center", size=8, color=INK)


@picture
def throughput(workers: Sequence[int], **items_per_second: Sequence[float]) -> Picture:
    """How much faster than without workers a loader is, for several kinds of items.

    Args:
        workers: numbers of workers, the first of them 0.
        items_per_second: for each kind, under its name, what was measured with each number.

    Raises:
        ValueError: the first number is not 0, or a kind has not as many measurements as there are
            numbers.
    """
    if not workers or workers[0] != 0:
        raise ValueError("the first measurement must be without workers")
    figure, [ax] = plot_figure(6.8, 3.4)
    for (name, measured), colour in zip(items_per_second.items(), CYCLE, strict=False):
        if len(measured) != len(workers):
            raise ValueError(f"{name}: {len(measured)} measurements for {len(workers)} numbers")
        alone = measured[0]
        label = f"{name.replace('_', ' ')}: {alone:,.0f} items a second without"
        ax.plot(workers, [one / alone for one in measured], "o-", color=colour, label=label)
    ax.set_yscale("log", base=2)
    ax.axhline(1, color=INK, lw=1, ls=(0, (4, 3)))
    ax.set_xticks(list(workers))
    ax.yaxis.set_major_formatter(
        lambda value, _: f"× {value:.3g}" if value >= 1 else f"÷ {1 / value:.3g}"
    )
    ax.set_xlabel("workers")
    ax.set_ylabel("speed, against no workers")
    figure.legend(loc="outside upper center", frameon=False, fontsize=9)
    return figure


@picture
def memory_on_its_way(batch: Tensor) -> Picture:
    """A batch on its way to a GPU, from pageable and from pinned memory.

    The number of pages is that of the batch on this machine; at most 12 are drawn.

    Args:
        batch: a tensor in the memory of the CPU.
    """
    pages = -(-batch.nbytes // mmap.PAGESIZE)
    drawn = min(pages, 12)
    figure, [ax] = canvas(8.8, 4.0)
    ax.text(
        -0.5,
        1.35,
        f"a batch of {batch.nbytes:,} bytes: {pages:,} pages of {mmap.PAGESIZE:,}"
        + ("" if pages == drawn else f", {drawn} of them drawn"),
        size=10,
        va="center",
    )
    for top, pinned in ((0.0, False), (-4.2, True)):
        _pages(ax, top, drawn, pinned=pinned)
        gpu = (14.4, top - 0.9)
        box(ax, *gpu, "memory of\nthe GPU", width=2.4, height=2.6, fill=PURPLE)
        if pinned:
            arrow(ax, (6.0, gpu[1]), (gpu[0] - 1.3, gpu[1]))
            ax.text(9.6, gpu[1] + 0.2, "1. the GPU reads it by itself,", ha="center", size=9)
            ax.text(9.6, gpu[1] - 0.5, "while the CPU goes on", ha="center", size=9)
        else:
            box(ax, 9.6, gpu[1], "a pinned\nbuffer", width=1.9, height=1.5, fill=ORANGE)
            arrow(ax, (6.0, gpu[1]), (8.6, gpu[1]), "1. the CPU copies")
            arrow(ax, (10.6, gpu[1]), (gpu[0] - 1.3, gpu[1]), "2. GPU reads")
    fit(ax, -0.5, 15.6, -6.6, 1.6, pad=0.2)
    return figure


def _pages(ax: Axes, top: float, count: int, *, pinned: bool) -> None:
    """Pages in memory: anywhere in it, or locked to their place."""
    title = "pinned: locked to their place" if pinned else "pageable: anywhere, may be moved"
    ax.text(-0.4, top + 0.62, title, size=9, va="center", color=INK)
    for place in range(24):
        row, column = divmod(place, 8)
        # five has no divisor in common with 24, so pages are scattered and none is met twice
        number = place if pinned else place * 5 % 24
        mine = number < count
        fill = (ORANGE if pinned else SKY) if mine else PAPER
        box(
            ax,
            0.75 * column,
            top - 0.15 - 0.75 * row,
            number if mine else "",
            width=0.66,
            height=0.66,
            fill=fill,
            edge=INK if mine else GREY,
            size=8,
        )
