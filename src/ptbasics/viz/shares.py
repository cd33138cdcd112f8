"""Who reads which part of a stream."""

from __future__ import annotations

from typing import Any

from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from ptbasics.viz.style import (
    INK,
    ORANGE,
    SKY,
    Picture,
    box,
    canvas,
    fit,
    number,
    picture,
)

_GAP = 0.45  # between two batches
_LABELS = 2.2  # room to the left for the names of the rows
_INCHES = 0.42  # of a box of width 1


@picture
def shares(stream: IterableDataset[Any], workers: int, batch_size: int = 2) -> Picture:
    """The values that each worker reads of a stream, one row per worker, a gap between batches.

    A value that came in an earlier batch of the epoch is orange. The epoch is that of a real loader
    with forked workers; it is drawn in the order in which the main process gets the batches.

    Args:
        stream: an iterable dataset of numbers, texts, or pairs of a text and a number.
        workers: how many, at least 1.
        batch_size: how many values a batch has.
    """
    loader = DataLoader(
        stream,
        batch_size=batch_size,
        num_workers=workers,
        collate_fn=_with_worker,
        multiprocessing_context="fork",
    )
    batches: list[tuple[int, list[str]]] = list(loader)
    width = max(len(text) for _, values in batches for text in values) * 0.22 + 0.7
    # one column for each value that comes, whoever reads it: time runs to the right
    length = sum(len(values) * width + _GAP for _, values in batches)
    figure, [ax] = canvas(_INCHES * (length + _LABELS + 1.0), _INCHES * (1.25 * workers + 1.2))
    for worker in range(workers):
        label = f"worker {worker}"
        ax.text(-0.8, -1.25 * worker, label, ha="right", va="center", size=9, color=INK)
    x, seen = 0.0, set[str]()
    for worker, values in batches:
        for value in values:
            fill = ORANGE if value in seen else SKY
            y = -1.25 * worker
            box(ax, x + width / 2 - 0.5, y, value, width=width - 0.06, fill=fill, size=9)
            seen.add(value)
            x += width
        x += _GAP
    total = sum(len(values) for _, values in batches)
    told = f"{len(seen)} different values, {total} in the epoch"
    ax.text(-0.5, 0.95, told, va="center", size=9, color=INK)
    read = (f"worker {worker}: {', '.join(values)}" for worker, values in batches)
    figure.alt = f"Batches in the order in which they come. {told}. " + "; ".join(read) + "."
    fit(ax, -_LABELS - 0.8, max(length, 6.0), -1.25 * (workers - 1) - 0.5, 1.1, pad=0.15)
    return figure


def _with_worker(values: list[Any]) -> tuple[int, list[str]]:
    info = get_worker_info()
    return -1 if info is None else info.id, [_text(value) for value in values]


def _text(value: Any) -> str:
    if isinstance(value, tuple | list):
        return " ".join(number(part) for part in value)
    return number(value)
