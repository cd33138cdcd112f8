"""One of them saves."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import torch
import torch.distributed as dist
from torch import Tensor
from torch.nn.parallel import DistributedDataParallel

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer
from ptbasics.exercises.l11_distributed._ranks import RANK_SECONDS, SECONDS, drawn, linear
from ptbasics.ranks import pipe_group, run_ranks


def saving_cases(generator: torch.Generator) -> list[Case]:
    def model(ranks: int) -> Any:
        width = integer(generator, 2, 5)
        return (
            drawn(generator, 3, width),
            drawn(generator, 3),
            torch.randn(4, width, generator=generator),
            ranks,
            integer(generator, 1, 99),
        )

    return [
        Case("two ranks", model(2)),
        Case("two ranks, another model", model(2)),
        Case("three ranks", model(3)),
    ]


@exercise(
    title="One of them saves",
    points=3,
    difficulty=2,
    minutes=12,
    hint="Three questions: Who writes? Whose names of parameters does somebody expect who has one "
    "process only? And when may the others open the file?",
    cases=saving_cases,
    seconds=SECONDS,
)
def save_once(
    implementation: Implementation,
    weight: Tensor,
    bias: Tensor,
    features: Tensor,
    ranks: int,
    epoch: int,
) -> Any:
    def in_rank() -> dict[str, Any]:
        wrapped = DistributedDataParallel(linear(weight, bias))
        optimizer = torch.optim.SGD(wrapped.parameters(), lr=0.1, momentum=0.9)
        wrapped(features).square().mean().backward()
        optimizer.step()
        saved: list[str] = []
        plain_save = torch.save

        def late_save(content: Any, file: Any, *args: Any, **options: Any) -> None:
            saved.append("called")
            if dist.get_rank() == 0:  # whoever does not wait for the file comes too early
                pipe_group().wait_for_peers(RANK_SECONDS / 4)
            plain_save(content, file, *args, **options)

        with patch("torch.save", late_save):
            implementation(wrapped, optimizer, epoch, path)
        found: Any = torch.load(path) if path.exists() else {"model": "no file yet"}
        if isinstance(found, dict) and isinstance(found.get("model"), dict):
            found["model"] = dict(found["model"])  # an OrderedDict, or any other
        return {"calls of torch.save": saved, "in the file": found}

    with TemporaryDirectory() as folder:
        path = Path(folder, "checkpoint.pt")
        return run_ranks(in_rank, ranks, seconds=RANK_SECONDS)
