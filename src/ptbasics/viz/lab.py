"""The DataLoader lab: choose options, see which worker fetched which batch, or the exact error."""

from __future__ import annotations

import gc
import os
import sys
import time
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from tempfile import TemporaryFile
from typing import Any

import torch
from torch.utils.data import (
    BatchSampler,
    DataLoader,
    Dataset,
    IterableDataset,
    RandomSampler,
    SequentialSampler,
    SubsetRandomSampler,
    WeightedRandomSampler,
    get_worker_info,
)

from ptbasics.viz.recording import Recording, record_epochs
from ptbasics.viz.style import INK, PAPER, Picture, box, canvas, fit, picture
from ptbasics.viz.timeline import timeline, worker_colour

ITEMS = 12
EPOCHS = 2
_TRAINING = 0.002  # seconds that the main process is busy with a batch


class Numbers(Dataset[int]):
    """The numbers below `count`; fetching one takes `seconds`, item 0 `first` times as many."""

    def __init__(self, count: int, seconds: float = 0.0, first: float = 1.0) -> None:
        self.count, self.seconds, self.first = count, seconds, first

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, index: int) -> int:
        if not 0 <= index < self.count:
            raise IndexError(f"there are {self.count} items, and none has number {index}")
        time.sleep(self.seconds * (self.first if index == 0 else 1))
        return index


class Stream(IterableDataset[int]):
    """The same numbers as a stream, whole in every worker or shared among them."""

    def __init__(self, count: int, seconds: float = 0.0, *, shared: bool = False) -> None:
        self.count, self.seconds, self.shared = count, seconds, shared

    def __iter__(self) -> Iterator[int]:
        info = get_worker_info() if self.shared else None
        for number in range(self.count):
            if info is None or number % info.num_workers == info.id:
                time.sleep(self.seconds)
                yield number


def prepare(_worker_id: int) -> None:
    """A `worker_init_fn` that takes its time."""
    time.sleep(0.03)


def fail(worker_id: int) -> None:
    """A `worker_init_fn` that does not succeed."""
    raise OSError(f"worker {worker_id} cannot open its file")


def as_list(items: list[int]) -> list[int]:
    """A `collate_fn` that can be found by its name."""
    return items


#: Option → what the lab offers for it, by the words that it shows. The first is the default.
CHOICES: dict[str, dict[str, Any]] = {
    "dataset": {
        "map-style": lambda: Numbers(ITEMS, 0.002),
        "map-style, item 0 slow": lambda: Numbers(ITEMS, 0.002, first=60),
        "map-style, empty": lambda: Numbers(0),
        "iterable": lambda: Stream(ITEMS, 0.002),
        "iterable, shared": lambda: Stream(ITEMS, 0.002, shared=True),
    },
    "batch_size": {
        "3": 3,
        "not given": ...,
        "1": 1,
        "4": 4,
        "5": 5,
        "None": None,
        "0": 0,
        "2.0": 2.0,
    },
    "shuffle": {"not given": ..., "True": True, "False": False},
    "sampler": {
        "not given": ...,
        "SequentialSampler": lambda: SequentialSampler(range(ITEMS)),
        "RandomSampler, replacement": lambda: RandomSampler(range(ITEMS), replacement=True),
        "SubsetRandomSampler, even": lambda: SubsetRandomSampler(range(0, ITEMS, 2)),
        "WeightedRandomSampler, 0 to 2": lambda: WeightedRandomSampler(
            [5.0] * 3 + [1.0] * (ITEMS - 3), ITEMS
        ),
    },
    "batch_sampler": {
        "not given": ...,
        "BatchSampler of 4": lambda: BatchSampler(range(ITEMS), 4, drop_last=False),
        "batches of 1, 2, 3, 6": lambda: [[0], [1, 2], [3, 4, 5], [6, 7, 8, 9, 10, 11]],
    },
    "drop_last": {"not given": ..., "True": True, "False": False, "1": 1},
    "collate_fn": {
        "not given": ...,
        "gives the list": lambda: as_list,
        "a lambda": lambda: lambda items: items,
        "7": 7,
    },
    "generator": {"not given": ..., "seed 0": lambda: torch.Generator().manual_seed(0)},
    "num_workers": {
        "0": 0,
        "1": 1,
        "2": 2,
        "3": 3,
        "one more than processors": lambda: 1 + (os.cpu_count() or 1),
        "-1": -1,
    },
    "prefetch_factor": {"not given": ..., "0": 0, "1": 1, "2": 2, "4": 4, "-1": -1},
    "persistent_workers": {"not given": ..., "True": True, "False": False},
    "timeout": {"not given": ..., "0.05": 0.05, "5": 5, "-1": -1},
    "worker_init_fn": {
        "not given": ...,
        "takes 30 ms": lambda: prepare,
        "raises an OSError": lambda: fail,
        "a lambda": lambda: lambda _worker_id: None,
        "7": 7,
    },
    "multiprocessing_context": {
        "not given": ...,
        "fork": "fork",
        "spawn": "spawn",
        "forkserver": "forkserver",
        "teleport": "teleport",
        "7": 7,
    },
    "in_order": {"not given": ..., "True": True, "False": False, "perhaps": "perhaps"},
    "pin_memory": {"not given": ..., "True": True},
    "pin_memory_device": {"not given": ..., "cuda": "cuda"},
}


@dataclass(frozen=True)
class Outcome:
    """What became of a loader: its epochs, or its error; what it warned of; what workers said.

    `said` is what processes wrote to their standard error, such as the traceback of a worker that
    could not start.
    """

    epochs: tuple[Recording, ...]
    error: str
    warnings: tuple[str, ...]
    said: str


def chosen(words: Mapping[str, str]) -> dict[str, Any]:
    """The options, ready to be given to `DataLoader`, for words of `CHOICES`.

    A word that is missing stands for the default; options that are not given are left out.

    Raises:
        KeyError: there is no such option, or no such word for it.
    """
    if unknown := sorted(set(words) - set(CHOICES)):
        raise KeyError(f"{unknown} are no options of the lab; it has {list(CHOICES)}")
    values = {
        name: offered[words.get(name, next(iter(offered)))] for name, offered in CHOICES.items()
    }
    return {
        name: value() if callable(value) else value
        for name, value in values.items()
        if value is not ...
    }


def tried(**options: Any) -> Outcome:
    """Make a loader with `dataset` and further options, and iterate it for two epochs.

    Nothing is raised and nothing printed: errors and warnings are a part of the outcome, in
    torch's words, the error with its type and with when it came.
    """
    epochs: list[Recording] = []
    error = ""
    with TemporaryFile() as file, _overheard(file.fileno()) as caught:
        try:
            DataLoader(**options)
        except Exception as problem:
            error = _said(problem, "as soon as it is made")
        else:
            try:
                epochs = record_epochs(EPOCHS, training=_TRAINING, **options)
            except Exception as problem:
                error = _said(problem, "when it is iterated")
        if error:
            gc.collect()  # an iterator that failed lives on in its own traceback
        file.seek(0)
        said = file.read().decode(errors="replace")
    warned = tuple(dict.fromkeys(str(warning.message) for warning in caught))
    return Outcome(tuple(epochs), error, warned, said)


@contextmanager
def _overheard(file: int) -> Iterator[list[warnings.WarningMessage]]:
    """Collect warnings, and let everything that is written to standard error go to a file."""
    kept, hook = os.dup(2), sys.unraisablehook
    sys.unraisablehook = lambda _: None  # iterators that were given up half-made
    os.dup2(file, 2)
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            yield caught
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        sys.unraisablehook = hook


def _said(error: Exception, moment: str) -> str:
    return f"{type(error).__name__}, {moment}: {error}"


@picture
def batches_by_worker(*recordings: Recording) -> Picture:
    """A row for each epoch, a box for each batch with the indices of its items.

    The colour says which worker fetched it; grey is the main process.
    """
    texts = [
        [_wrapped(indices) for indices in recording.contents] or ["no batches"]
        for recording in recordings
    ]
    height = 0.5 + 0.42 * max(text.count("\n") + 1 for row in texts for text in row)
    columns = max(map(len, texts))
    figure, [ax] = canvas(0.5 * (1.9 * columns + 2.6), 0.5 * (len(texts) * (height + 0.3) + 1.4))
    for row, (recording, boxes) in enumerate(zip(recordings, texts, strict=True)):
        y = -row * (height + 0.3)
        ax.text(-1.15, y, f"epoch {row}", ha="right", va="center", size=10)
        fills = [worker_colour(worker) for worker, *_ in recording.fetches] or [PAPER]
        for column, (text, fill) in enumerate(zip(boxes, fills, strict=True)):
            box(ax, 1.9 * column, y, text, width=1.75, height=height, fill=fill, size=8.5)
    for column in range(columns):
        ax.text(1.9 * column, height / 2 + 0.35, f"batch {column}", ha="center", size=8, color=INK)
    bottom = -(len(texts) - 1) * (height + 0.3) - height / 2
    fit(ax, -2.9, 1.9 * (columns - 1) + 0.9, bottom, height / 2 + 0.7, pad=0.1)
    return figure


def _wrapped(indices: list[Any], per_line: int = 3) -> str:
    lines = [indices[start : start + per_line] for start in range(0, len(indices), per_line)]
    return "\n".join(" ".join(map(str, line)) for line in lines)


def loader_lab() -> Any:
    """The lab: one menu for each option, and below what a real loader does with them.

    Returns:
        A widget; where `ipywidgets` is not installed, a picture of what the lab shows first.
    """
    start = {"num_workers": "2", "shuffle": "True"}
    try:
        import ipywidgets
    except ImportError:
        return batches_by_worker(*tried(**chosen(start)).epochs)
    menus = {
        name: ipywidgets.Dropdown(
            description=name,
            options=list(offered),
            value=start.get(name, next(iter(offered))),
            style={"description_width": "165px"},
            layout={"width": "auto"},
        )
        for name, offered in CHOICES.items()
    }
    shown = ipywidgets.HTML()

    def refresh(_change: Any = None) -> None:
        shown.value = _page(tried(**chosen({name: menu.value for name, menu in menus.items()})))

    for menu in menus.values():
        menu.observe(refresh, names="value")
    refresh()
    places = ipywidgets.Layout(grid_template_columns="repeat(auto-fit, minmax(300px, 1fr))")
    return ipywidgets.VBox([ipywidgets.GridBox(list(menus.values()), layout=places), shown])


def _page(outcome: Outcome) -> str:
    """An outcome as HTML."""
    parts = [
        f'<pre style="white-space: pre-wrap; color: #a33c00; line-height: 1.3">{escape(text)}</pre>'
        for text in [outcome.error, *(f"Warning: {text}" for text in outcome.warnings)]
        if text
    ]
    if outcome.epochs:
        pictures = [batches_by_worker(*outcome.epochs)]
        if any(recording.fetches for recording in outcome.epochs):
            pictures.append(timeline(*outcome.epochs))
        parts += [figure.html() for figure in pictures]
    return "".join(parts)
