"""A run that can be interrupted."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import DataLoader, TensorDataset

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer
from ptbasics.exercises._threads import one_thread
from ptbasics.exercises.l12_capstone._digits import patterned, small_model

_CLASSES = 3


def run_cases(generator: torch.Generator) -> list[Case]:
    def plan(first: int, total: int) -> tuple[Tensor, Tensor, int, int, int]:
        images, labels = patterned(generator, [4, 3, 4])
        return images.double(), labels, integer(generator, 0, 9_999), first, total

    return [
        Case("after one epoch of three", plan(1, 3)),
        Case("after two epochs of three", plan(2, 3)),
        Case("before the first epoch", plan(0, 2)),
        Case("when all is done", plan(2, 2)),
    ]


def _of_the_runs(seen: dict[str, Any], *_: Any) -> dict[str, Any]:
    """The straight run as it is, and how the interrupted one differs from it."""
    straight, resumed = seen["straight"], seen["resumed"]
    same = {
        f"resumed, to the bit: {name}": _is_equal(straight[name], resumed[name])
        for name in straight
    }
    return {**straight, **same, "losses after resuming": resumed["losses"]}


def _is_equal(first: Any, second: Any) -> bool:
    if isinstance(first, Tensor) and isinstance(second, Tensor):
        return torch.equal(first, second)
    return bool(first == second)


@exercise(
    title="A run that can be interrupted",
    points=5,
    difficulty=3,
    minutes=30,
    hint="List everything that the next epoch depends on. Two things in the list draw random "
    "numbers: dropout, and the loader. Lesson 4 saves the state of the one, and `get_state` of a "
    "generator gives that of the other.",
    cases=run_cases,
    measure=_of_the_runs,
    seconds=20.0,
)
def Run(
    implementation: Implementation,
    images: Tensor,
    labels: Tensor,
    seed: int,
    first: int,
    total: int,
) -> dict[str, Any]:
    def begin(seed: int) -> Any:
        torch.manual_seed(seed)
        generator = torch.Generator().manual_seed(seed)
        model = small_model(generator, _CLASSES, dropout=0.4)
        optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
        loader: DataLoader[Any] = DataLoader(
            TensorDataset(images, labels), batch_size=4, shuffle=True, generator=generator
        )
        return implementation(model, optimizer, loader), model

    def outcome(run: Any, model: torch.nn.Module) -> dict[str, Any]:
        state = [value.flatten().double() for value in model.state_dict().values()]
        return {"losses": list(run.losses), "state of the model": torch.cat(state)}

    with one_thread():
        straight, model = begin(seed)
        straight.train(total)
        whole = outcome(straight, model)
        with TemporaryDirectory() as folder:
            path = Path(folder) / "run.pt"
            broken, _ = begin(seed)
            broken.train(first)
            broken.save(path)
            broken.train(first + 1)  # what happens after saving must not reach the file
            resumed, model = begin(seed + 1)
            resumed.load(path)
            resumed.train(total)
            return {"straight": whole, "resumed": outcome(resumed, model)}
