"""A loader from nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import Dataset

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer
from ptbasics.exercises.l06_dataloader_batches._epochs import vary


class _Shelf(Dataset[tuple[Tensor, Tensor]]):
    """Counts the items that it is asked for, and knows them by Python integers alone."""

    def __init__(self, features: Tensor, labels: Tensor) -> None:
        self.items = dict(enumerate(zip(features, labels, strict=True)))
        self.asked = 0

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        if not -len(self) <= index < len(self):
            raise IndexError(f"there is no item {index}")
        self.asked += 1
        return self.items[index % len(self)]


def mini_loader_cases(generator: torch.Generator) -> list[Case]:
    def data(length: int) -> tuple[Tensor, Tensor]:
        features = torch.randn(length, 3, generator=generator)
        return features, torch.randint(3, (length,), generator=generator)

    def options(batch_size: int, shuffle: bool, drop_last: bool) -> dict[str, Any]:
        return {"batch_size": batch_size, "shuffle": shuffle, "drop_last": drop_last}

    def seed() -> int:
        return integer(generator, 0, 9_999)

    return [
        Case("in order", (*data(12), options(4, False, False), None)),
        Case("in order, a smaller batch at the end", (*data(10), options(4, False, False), None)),
        Case("in order, the last batch dropped", (*data(10), options(4, False, True), None)),
        Case("shuffled with a generator", (*data(10), options(4, True, False), seed())),
        Case("shuffled, the last batch dropped", (*data(11), options(3, True, True), seed())),
        Case("shuffled without a generator", (*data(14), options(4, True, False), None)),
        Case("fewer items than a batch, dropped", (*data(3), options(5, True, True), seed())),
        Case("in order, with a generator", (*data(8), options(3, False, False), seed())),
        Case("a batch size of 0", (*data(4), options(0, False, False), None)),
        Case("a batch size of -2", (*data(4), options(-2, False, False), None)),
    ]


@exercise(
    title="A loader from nothing",
    points=5,
    difficulty=3,
    minutes=30,
    hint="Write `__iter__` with `yield`, so that every epoch runs it from its first line. In the "
    "order of the pipeline: draw what an epoch begins with; make the order of indices; cut it into "
    "batches; fetch the items of a batch; collate. `zip(*items)` turns pairs into a "
    "tuple of all first and a tuple of all second parts.",
    cases=mini_loader_cases,
    forbids=dict.fromkeys(
        ("torch.utils.data.DataLoader", "torch.utils.data.dataloader.DataLoader"),
        "Build it from nothing: PyTorch's own `DataLoader` is not allowed here.",
    ),
    teaches=(
        "dataset",
        "batch_size",
        "shuffle",
        "drop_last",
        "generator",
        "SequentialSampler",
        "RandomSampler",
        "BatchSampler",
    ),
)
def MiniLoader(
    implementation: Implementation,
    features: Tensor,
    labels: Tensor,
    options: dict[str, Any],
    seed: int | None,
) -> dict[str, Any]:
    shelf = _Shelf(features, labels)
    generator = None if seed is None else torch.Generator()

    def make() -> Any:
        return implementation(shelf, **options, generator=generator)

    if options["batch_size"] < 1:
        make()
        return {"made without an error": True}
    loader = make()
    at_once = shelf.asked
    epochs = []
    for epoch in range(3):
        if generator is not None and seed is not None:
            generator.manual_seed(seed + epoch)
        epochs.append([list(batch) for batch in loader])
    shelf.asked = 0
    came = next(iter(loader), None)
    # a loader may look at items of which no batch comes, or may not
    by_the_first = {} if came is None else {"items asked for by the first batch": shelf.asked}
    seen = {
        "len": len(loader),
        "items asked for when it is made": at_once,
        **by_the_first,
        "batches of two loops side by side": sum(1 for _ in zip(loader, loader, strict=False)),
    }
    if generator is None and options["shuffle"]:
        return {**seen, **_of_any_order(epochs), **_of_the_global_generator(make)}
    if options["shuffle"]:
        return {**seen, "epochs": epochs}
    drawn_from = torch.default_generator if generator is None else generator
    drawn_from.manual_seed(1)
    for _ in loader:
        pass
    after = int(torch.randint(1_000_000, (), generator=drawn_from))
    return {**seen, "epochs": epochs, "what the generator gives after an epoch": after}


def _of_any_order(epochs: list[list[list[Any]]]) -> dict[str, Any]:
    """What holds for epochs of (features, labels) batches whose order nobody can foresee."""
    rows = [
        [[*x.tolist(), y.tolist()] for batch in epoch for x, y in zip(*batch, strict=True)]
        for epoch in epochs
    ]
    return {
        "sizes of the batches": [[len(batch[-1]) for batch in epoch] for epoch in epochs],
        "items of each epoch, sorted": [sorted(epoch) for epoch in rows],
        "epochs differ": vary(rows),
    }


def _of_the_global_generator(make: Callable[[], Any]) -> dict[str, bool]:
    """How new loaders depend on the global generator."""

    def order(seed: int) -> list[int]:
        torch.manual_seed(seed)
        return [row for features, _ in make() for row in features.tolist()]

    return {
        "same global seed, same order": order(1) == order(1),
        "another global seed, another order": order(1) != order(2),
    }
