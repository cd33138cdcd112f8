"""A snapshot that stays."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from ptbasics.exercise import Case, Implementation, exercise


def snapshot_cases(generator: torch.Generator) -> list[Case]:
    def readings(*shape: int) -> Any:
        return 20 + 5 * torch.randn(shape, generator=generator, dtype=torch.float64).numpy()

    counts = torch.randint(0, 1000, (6,), generator=generator, dtype=torch.int16)
    return [
        Case("a float64 buffer, NumPy's default", (readings(4),)),
        Case("a float32 buffer", (readings(5).astype(np.float32),)),
        Case("a buffer of int16 counts", (counts.numpy(),)),
        Case("two sensors in one float32 buffer", (readings(2, 3).astype(np.float32),)),
    ]


@exercise(
    title="A snapshot that stays",
    points=2,
    difficulty=2,
    minutes=8,
    hint="Two things have to happen: the dtype becomes float32, and the numbers get memory of "
    "their own, *also* where the dtype was float32 already. Which of the ways from NumPy always "
    "copies, and which argument of it sets the dtype?",
    cases=snapshot_cases,
)
def snapshot(implementation: Implementation, buffer: np.ndarray[Any, Any]) -> dict[str, Any]:
    taken = implementation(buffer)
    buffer[...] = -1  # the sensor writes its next readings
    return {"the snapshot after the sensor wrote again": taken}
