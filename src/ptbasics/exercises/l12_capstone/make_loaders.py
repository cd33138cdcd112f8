"""Loaders for a rare class."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer

_EPOCHS = 4
#: How far the share of a class may be from an equal one. At least 41 pictures are drawn in each of
#: 4 epochs: a share has a standard deviation of sqrt(1/4 / 164) = 0.039 at most; this is 5 of them.
_TOLERANCE = 0.2
#: The share of the training part that is drawn at least once. Of a large class of 40 pictures,
#: beside a rare one, 82 draws are expected to leave out exp(-2.05) only, an eighth.
_DRAWN = 0.5


def make_loaders_cases(generator: torch.Generator) -> list[Case]:
    def options(counts: list[int], held: int) -> tuple[Tensor, list[list[int]], int, int]:
        labels = torch.arange(len(counts)).repeat_interleave(torch.tensor(counts))
        labels = labels[torch.randperm(len(labels), generator=generator)]
        validation = torch.randint(len(counts), (held,), generator=generator)
        labels = torch.cat([labels, validation])
        order = torch.randperm(len(labels), generator=generator)
        rows = order.argsort().tolist()
        parts = [rows[: sum(counts)], rows[sum(counts) :]]
        sizes = [size for size in range(5, 10) if sum(counts) % size]  # the last batch is smaller
        size = sizes[integer(generator, 0, len(sizes) - 1)]
        return labels[order], parts, size, integer(generator, 0, 9_999)

    def many() -> int:
        return integer(generator, 40, 60)

    return [
        Case("two classes, one of them rare", options([many(), 6], 13)),
        Case("three classes", options([many(), 5, 20], integer(generator, 20, 29))),
        Case("classes of one size", options([30, 30], integer(generator, 11, 19))),
        Case("a single picture of a class", options([many(), 1], 12)),
    ]


def _of_the_loaders(
    seen: dict[str, Any], labels: Tensor, parts: list[list[int]], _batch_size: int, _seed: int
) -> dict[str, Any]:
    train, _validation = parts
    epochs = seen["epochs"]
    drawn = [index for epoch in epochs for batch in epoch for index in batch]
    foreign = len({*drawn} - {*train})
    found: dict[str, Any] = {
        "training batches": [[len(batch) for batch in epoch] for epoch in epochs],
        "drawn from elsewhere": foreign,
        "validation": seen["validation"],
        "labels belong to images": seen["labels"] == [int(labels[i]) for i in drawn],
        "epochs differ": any(epoch != epochs[0] for epoch in epochs),
        "same seed, same epochs": epochs == seen["with the same seed"],
        "another seed, other epochs": epochs != seen["with another seed"],
        "with loader.generator set back, the epoch comes again": seen["before setting back"]
        == seen["after setting back"],
    }
    if not foreign and drawn:
        present = labels[train].unique()
        classes = labels[drawn]
        shares = [(classes == label).double().mean().item() for label in present]
        found["classes are drawn equally"] = all(
            abs(share - 1 / len(present)) < _TOLERANCE for share in shares
        )
        found["few pictures are drawn"] = len({*drawn}) < _DRAWN * len(train)
    return found


@exercise(
    title="Loaders for a rare class",
    points=3,
    difficulty=2,
    minutes=15,
    hint="`WeightedRandomSampler` wants one weight for each item of the *training part*. Sampler "
    "and loader both take a generator; let it be the same one.",
    cases=make_loaders_cases,
    measure=_of_the_loaders,
    teaches=("generator", "WeightedRandomSampler"),
)
def make_loaders(
    implementation: Implementation,
    labels: Tensor,
    parts: list[list[int]],
    batch_size: int,
    seed: int,
) -> dict[str, Any]:
    images = torch.arange(len(labels), dtype=torch.float32)[:, None, None, None].expand(-1, 1, 8, 8)
    drawn_labels: list[int] = []

    def indices(batch: Any) -> list[int]:
        rows: list[int] = batch[0][:, 0, 0, 0].long().tolist()
        return rows

    def draw(seed: int, surroundings: int) -> tuple[Any, list[Any], list[Any]]:
        torch.manual_seed(surroundings)
        train, validation = implementation(images, labels, *parts, batch_size, seed)
        epochs = []
        drawn_labels.clear()
        for _ in range(_EPOCHS):
            batches = list(train)
            epochs.append([indices(batch) for batch in batches])
            drawn_labels.extend(label for batch in batches for label in batch[1].tolist())
        return train, epochs, [indices(batch) for batch in validation]

    other = draw(seed + 1, 1)[1]
    same = draw(seed, 2)[1]
    loader, epochs, validation = draw(seed, 1)
    seen = {
        "epochs": epochs,
        "labels": [*drawn_labels],
        "validation": validation,
        "with the same seed": same,
        "with another seed": other,
        "before setting back": [],
        "after setting back": None,
    }
    if isinstance(loader.generator, torch.Generator):
        state = loader.generator.get_state()
        for name in ("before setting back", "after setting back"):
            loader.generator.set_state(state)
            seen[name] = [indices(batch) for batch in loader]
    return seen
