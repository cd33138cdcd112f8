"""Answers: Repair faulty readings."""

from __future__ import annotations

import torch

from ptbasics.exercise import alternative, misconception


def repair(readings: torch.Tensor, low: float, high: float, substitute: float) -> torch.Tensor:
    """Replace every reading that cannot be true.

    Args:
        readings: floating-point tensor of any shape, possibly with `nan`; it is left unchanged.
        low: the smallest plausible reading.
        high: the largest plausible reading.
        substitute: what to write in place of a reading that is not from `low` to `high`.

    Returns:
        Tensor of the same shape and dtype.
    """
    plausible = (readings >= low) & (readings <= high)
    return torch.where(plausible, readings, substitute)


@misconception(
    "in place",
    hint="The values are right, but the caller's readings were overwritten. An assignment to "
    "`readings[mask]` writes into the tensor that was handed in.",
)
def repair_in_place(
    readings: torch.Tensor, low: float, high: float, substitute: float
) -> torch.Tensor:
    readings[~((readings >= low) & (readings <= high))] = substitute
    return readings


@misconception(
    "in place, with nan",
    hint="The caller's readings were overwritten, and a `nan` slipped through, because every "
    "comparison with `nan` is false.",
)
def repair_in_place_with_nan(
    readings: torch.Tensor, low: float, high: float, substitute: float
) -> torch.Tensor:
    readings[(readings < low) | (readings > high)] = substitute
    return readings


@misconception(
    "nan",
    hint="A `nan` slipped through: it is neither below `low` nor above `high`. Every comparison "
    "with it is false. Ask the question the other way round.",
)
def repair_nan(readings: torch.Tensor, low: float, high: float, substitute: float) -> torch.Tensor:
    return torch.where((readings < low) | (readings > high), substitute, readings)


@misconception(
    "nothing",
    hint="No reading can be too small *and* too large, so nothing was replaced.",
)
def repair_nothing(
    readings: torch.Tensor, low: float, high: float, substitute: float
) -> torch.Tensor:
    return torch.where((readings < low) & (readings > high), substitute, readings)


@misconception(
    "bounds",
    hint="A reading that equals `low` or `high` is plausible and stays.",
)
def repair_bounds(
    readings: torch.Tensor, low: float, high: float, substitute: float
) -> torch.Tensor:
    return torch.where((readings > low) & (readings < high), readings, substitute)


@misconception(
    "picked",
    hint="Only the plausible readings are left, in a flat tensor. The result has the shape of the "
    "input, with the substitute in place of faulty readings.",
)
def repair_picked(
    readings: torch.Tensor, low: float, high: float, substitute: float
) -> torch.Tensor:
    return readings[(readings >= low) & (readings <= high)]


@misconception(
    "clamped",
    hint="Faulty readings were moved to the nearest bound, which looks plausible but is invented. "
    "They get the substitute.",
)
def repair_clamped(
    readings: torch.Tensor, low: float, high: float, substitute: float
) -> torch.Tensor:
    return readings.clamp(low, high)


@misconception(
    "no parentheses",
    hint="`&` binds more tightly than `>=` and `<=`, so Python begins with `low & readings`. Put "
    "each of the two comparisons in parentheses.",
)
def repair_no_parentheses(
    readings: torch.Tensor, low: float, high: float, substitute: float
) -> torch.Tensor:
    return torch.where(readings >= low & readings <= high, readings, substitute)  # type: ignore[operator]


@misconception(
    "chained",
    hint="Python reads `low <= x <= high` as two conditions joined by `and`, which wants *one* "
    "true or false. Tensors need two conditions in parentheses, joined by `&`.",
)
def repair_chained(
    readings: torch.Tensor, low: float, high: float, substitute: float
) -> torch.Tensor:
    return torch.where(low <= readings <= high, readings, substitute)


@alternative
def repair_by_clone(readings, low, high, substitute):
    repaired = readings.clone()
    repaired[~((readings >= low) & (readings <= high))] = substitute
    return repaired


@alternative
def repair_by_masked_fill(readings, low, high, substitute):
    faulty = (readings < low) | (readings > high) | readings.isnan()
    return readings.masked_fill(faulty, substitute)


@alternative
def repair_by_loop(readings, low, high, substitute):
    kept = [x if low <= x <= high else substitute for x in readings.flatten().tolist()]
    return torch.tensor(kept, dtype=readings.dtype).reshape(readings.shape)


@alternative
def repair_by_three_masks(readings, low, high, substitute):
    repaired = readings.clone()
    for faulty in (readings < low, readings > high, readings != readings):
        repaired[faulty] = substitute
    return repaired
