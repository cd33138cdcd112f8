"""The way from a dataset to a batch: the stages of a DataLoader, and what passes between them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

import torch
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch
from torch.utils.data import BatchSampler, DataLoader, IterableDataset

from ptbasics.viz.style import (
    BLUE,
    GREEN,
    GREY,
    INK,
    ORANGE,
    PAPER,
    PURPLE,
    SKY,
    YELLOW,
    Picture,
    arrow,
    box,
    canvas,
    fit,
    number,
    picture,
)

#: The stages in their order, each with its colour and the options that act there.
STAGES: dict[str, tuple[str, tuple[str, ...]]] = {
    "dataset": (YELLOW, ("dataset",)),
    "sampler": (SKY, ("shuffle", "sampler", "generator")),
    "batch sampler": (SKY, ("batch_size", "drop_last", "batch_sampler")),
    "fetch": (GREEN, ()),
    "collate": (GREEN, ("collate_fn",)),
    "pin": (ORANGE, ("pin_memory", "pin_memory_device")),
    "batch": (PURPLE, ()),
}
#: The processes in which items are fetched and collated: a frame, not a stage, and its options.
WORKERS = "workers"
WORKER_OPTIONS = (
    ("num_workers", "prefetch_factor"),
    ("worker_init_fn", "persistent_workers"),
    ("multiprocessing_context", "timeout"),
    ("", "in_order"),
)
_STEP, _WIDTH = 2.6, 1.85  # from stage to stage, and of a stage
_DATASET_Y = -3.4
_LINE = 0.3  # between two lines of small print
_IDLE = ["not used"]  # a sampler beside a batch sampler that does without


@picture
def pipeline(loader: DataLoader[Any] | None = None, lit: Collection[str] = ()) -> Picture:
    """The stages between a dataset and a batch, with the options that act on each.

    The options of workers stand above the frame of the stages that workers take over.

    With a loader, its first batch is followed: the indices, items and tensors below the stages
    are its own. Drawing leaves the random generators as they were, but it does ask the dataset
    for items and calls `collate_fn`, in this process.

    Args:
        loader: any loader; None draws the stages alone.
        lit: the stages to bring out, of `STAGES` and `"workers"`; the others turn pale. Without
            any, all stages are shown alike.

    Raises:
        ValueError: a name in `lit` is not a stage, or the loader has no batch.
    """
    if unknown := sorted(set(lit) - {*STAGES, WORKERS}):
        raise ValueError(f"{unknown} are no stages; they are {[*STAGES, WORKERS]}")
    passing: dict[str, Sequence[str]] = {}
    if loader is not None:
        with random_kept(loader):
            passing = _first_batch(loader)
    row = [name for name in STAGES if name != "dataset"]
    width = _STEP * (len(row) - 1) + _WIDTH
    figure, [ax] = canvas(0.62 * (width + 0.6), 0.62 * 7.4)
    for place, name in enumerate(row):
        x = _STEP * place
        _stage(ax, name, x, bright=not lit or name in lit)
        _small_print(ax, passing.get(name, ()), x)
        if place:
            arrow(ax, (x - _STEP + _WIDTH / 2, 0), (x - _WIDTH / 2, 0), colour=INK)
    copied = WORKERS in lit
    _dataset(ax, passing.get("dataset", ()), bright=not lit or "dataset" in lit, copied=copied)
    for name, label in (("sampler", "len(dataset)"), ("fetch", "dataset[i]")):
        if passing.get(name) == _IDLE:
            continue
        x, low = _STEP * row.index(name), -0.55 - _LINE * len(passing.get(name, ()))
        arrow(ax, (x, _DATASET_Y + 0.5), (x, low), colour=INK)
        middle = (_DATASET_Y + 0.5 + low) / 2
        ax.text(x + 0.15, middle, label, va="center", size=8, family="monospace")
    _frame(ax, _STEP * row.index("fetch"), _STEP * row.index("collate"), lit=lit)
    fit(ax, -_WIDTH / 2, width - _WIDTH / 2, _DATASET_Y - 0.75, 2.8, pad=0.3)
    return figure


def _stage(ax: Axes, name: str, x: float, *, bright: bool) -> None:
    fill, options = STAGES[name]
    box(ax, x, 0, name, width=_WIDTH, fill=fill if bright else PAPER, edge=INK if bright else GREY)
    colour = BLUE if bright else GREY
    for line, option in enumerate(reversed(options)):
        y = 0.7 + _LINE * line
        ax.text(x, y, option, ha="center", va="center", size=8, family="monospace", color=colour)


def _small_print(ax: Axes, lines: Sequence[str], x: float) -> None:
    for line, text in enumerate(lines):
        y = -0.72 - _LINE * line
        ax.text(x, y, text, ha="center", va="center", size=7.5, family="monospace", color=INK)


def _dataset(ax: Axes, lines: Sequence[str], *, bright: bool, copied: bool) -> None:
    """A bar below the stages that need it: the sampler its length, fetch its items.

    Workers fetch from copies of it, which stand within their frame.
    """
    text = "\n".join(["dataset", *lines])
    fill, edge = (STAGES["dataset"][0], INK) if bright else (PAPER, GREY)
    right = _STEP * (1 if copied else 2)
    style: dict[str, Any] = {"height": 1.0, "size": 9}
    box(ax, right / 2, _DATASET_Y, text, width=right + _WIDTH, fill=fill, edge=edge, **style)
    if copied:
        left, width = _STEP * 2 - _WIDTH / 2, _STEP + _WIDTH - 0.15
        for back in (0.15, 0.0):  # a second one behind it
            x, y = left + width / 2 + back, _DATASET_Y - back
            told = "" if back else "a copy for each worker"
            box(ax, x, y, told, width=width, fill=STAGES["dataset"][0], **style)
        arrow(ax, (right + _WIDTH / 2, _DATASET_Y), (left, _DATASET_Y), colour=INK)


def _frame(ax: Axes, left: float, right: float, *, lit: Collection[str]) -> None:
    """What worker processes do, in a dashed frame, and above it their options."""
    side, bottom, top = _WIDTH / 2 + 0.25, _DATASET_Y + 1.25, 1.05
    if WORKERS in lit:
        bottom = _DATASET_Y - 0.85  # with their copies of the dataset
    bright = not lit or WORKERS in lit
    ax.add_patch(
        FancyBboxPatch(
            (left - side, bottom),
            right - left + 2 * side,
            top - bottom,
            boxstyle="round,pad=0,rounding_size=0.15",
            facecolor="none",
            edgecolor=GREEN if bright else GREY,
            linewidth=1.6,
            linestyle=(0, (4, 3)),
        )
    )
    middle = (left + right) / 2
    label = "in worker processes" if WORKERS in lit else "in worker processes, if there are any"
    colour = GREEN if bright else GREY
    ax.text(middle, 2.65, label, ha="center", va="center", size=9, color=colour)
    for line, options in enumerate(WORKER_OPTIONS):
        for x, option in zip((left - side, middle + 0.3), options, strict=True):
            y = 1.3 + _LINE * (len(WORKER_OPTIONS) - 1 - line)
            colour = BLUE if bright else GREY
            ax.text(x, y, option, va="center", size=8, family="monospace", color=colour)


@contextmanager
def random_kept(loader: DataLoader[Any]) -> Iterator[None]:
    """Put the global generator and those of a loader back to where they were."""
    samplers = [
        loader.sampler,
        getattr(loader.batch_sampler, "sampler", None),
        loader.batch_sampler,
    ]
    found = [loader.generator, *(getattr(sampler, "generator", None) for sampler in samplers)]
    own = [generator for generator in found if isinstance(generator, torch.Generator)]
    states = [generator.get_state() for generator in own]
    with torch.random.fork_rng(devices=[]):
        try:
            yield
        finally:
            for generator, state in zip(own, states, strict=True):
                generator.set_state(state)


def index_batches(loader: DataLoader[Any]) -> Iterator[list[int]]:
    """The indices of one epoch of a map-style loader, batch by batch, without fetching an item.

    They are drawn as the loader draws them, and use up the same random numbers. Without batching
    (`batch_size=None`), each index comes alone.
    """
    # every epoch begins by drawing a seed for workers, also where there are none
    torch.empty((), dtype=torch.int64).random_(generator=loader.generator)
    if loader.batch_sampler is None:
        return ([index] for index in loader.sampler)
    return (list(batch) for batch in loader.batch_sampler)


def _first_batch(loader: DataLoader[Any]) -> dict[str, Sequence[str]]:
    """What passes each stage while the first batch of a loader is made, in small print."""
    dataset, collate, batched = loader.dataset, loader.collate_fn, loader.batch_sampler is not None
    name = type(dataset).__name__
    if isinstance(dataset, IterableDataset):
        fetched: Any = list(islice(iter(dataset), loader.batch_size or 1))
        told, drawn, chosen = [name], ["no indices"], ["no indices"]
    else:
        if (indices := next(index_batches(loader), None)) is None:
            raise ValueError("the loader has no batch that could be followed")
        fetched = [dataset[index] for index in indices]
        told = [f"{name}, {len(dataset)} items"]  # type: ignore[arg-type]
        drawn = [type(loader.sampler).__name__, *_few(indices, 3)]
        chosen = [type(loader.batch_sampler).__name__, _list(indices)] if batched else ["none"]
        if batched and not isinstance(loader.batch_sampler, BatchSampler):
            drawn = _IDLE
    items = [_kind(item) for item in fetched]
    batch = collate(fetched if batched else fetched[0])
    return {
        "dataset": told,
        "sampler": drawn,
        "batch sampler": chosen,
        "fetch": _few([line for item in items for line in item], 4),
        "collate": _kind(batch),
        "pin": ["pinned" if loader.pin_memory and torch.cuda.is_available() else "as it is"],
        "batch": _kind(batch),
    }


def _few(values: Sequence[Any], count: int) -> list[str]:
    """The first values, one per line."""
    return [*map(str, values[:count]), *(["…"] if len(values) > count else [])]


def _list(values: Sequence[Any], count: int = 4) -> str:
    shown = [*map(str, values[:count]), *(["…"] if len(values) > count else [])]
    return f"[{', '.join(shown)}]"


def _kind(value: Any) -> list[str]:
    """A value in a few short lines: the shape and dtype of a tensor, the parts of a container."""
    if isinstance(value, torch.Tensor):
        if not value.ndim:
            return [f"tensor({number(value)})"]
        return [f"{str(value.dtype).removeprefix('torch.')} {tuple(value.shape)}".replace(" ", "")]
    if isinstance(value, dict):
        return [f"{key}: {_kind(part)[0]}" for key, part in value.items()]
    if isinstance(value, list | tuple) and value and isinstance(value[0], torch.Tensor):
        return [line for part in value for line in _kind(part)]
    text = repr(value)
    return [text if len(text) <= 16 else text[:15] + "…"]
