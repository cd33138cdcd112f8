"""Answers: From points to percent."""

from __future__ import annotations

import numpy as np
import torch

from ptbasics.exercise import alternative, misconception


def percentages(points: list[list[float]], maximum: int) -> torch.Tensor:
    """Exam points as percent of the points there are.

    Args:
        points: N rows of M whole or half points, as Python numbers.
        maximum: the points that can be reached in an exam, a positive whole number.

    Returns:
        float32 tensor of shape (N, M): 100 where all points were reached.
    """
    return torch.tensor(points, dtype=torch.float32) * 100 / maximum


@misconception(
    "whole numbers",
    hint="Everything behind the decimal point is lost. Ask for a floating-point dtype, and mind "
    "the difference between `/` and `//`.",
)
def percentages_whole_numbers(points: list[list[float]], maximum: int) -> torch.Tensor:
    return torch.tensor(points) * 100 // maximum


@misconception(
    "half points",
    hint="The half points were cut off before the division, because the tensor was made with an "
    "integer dtype.",
)
def percentages_half_points(points: list[list[float]], maximum: int) -> torch.Tensor:
    return torch.tensor(points, dtype=torch.int64) * 100 / maximum


@misconception(
    "double",
    hint="The values are right, but they are float64, which NumPy makes of Python numbers. "
    "PyTorch, and everything later in this course, works in float32.",
)
def percentages_double(points: list[list[float]], maximum: int) -> torch.Tensor:
    return torch.from_numpy(np.array(points) * 100 / maximum)


@misconception(
    "fractions",
    hint="These are shares between 0 and 1. All the points there are make 100 percent.",
)
def percentages_fractions(points: list[list[float]], maximum: int) -> torch.Tensor:
    return torch.tensor(points) / maximum


@misconception("whole numbers")
def percentages_rounded_first(points: list[list[float]], maximum: int) -> torch.Tensor:
    return torch.tensor(points) // maximum * 100


@misconception("whole numbers")
def percentages_cut_at_the_end(points: list[list[float]], maximum: int) -> torch.Tensor:
    return (torch.tensor(points) * 100 / maximum).long()


@misconception(
    "rounded",
    hint="The percents were rounded. Nothing is to be lost behind the decimal point.",
)
def percentages_rounded(points: list[list[float]], maximum: int) -> torch.Tensor:
    return percentages(points, maximum).round()


@misconception(
    "of the best",
    hint="Here the best result that anybody had makes 100 percent. It is `maximum` that does.",
)
def percentages_of_the_best(points: list[list[float]], maximum: int) -> torch.Tensor:
    table = torch.tensor(points, dtype=torch.float32)
    return table * 100 / table.max()


@misconception("whole numbers")
def percentages_floor_of_floats(points: list[list[float]], maximum: int) -> torch.Tensor:
    return torch.tensor(points, dtype=torch.float32) * 100 // maximum


@alternative
def percentages_by_list(points, maximum):
    return torch.tensor([[100 * one / maximum for one in row] for row in points])


@alternative
def percentages_by_numpy(points, maximum):
    return torch.from_numpy(np.array(points) / maximum).float() * 100


@alternative
def percentages_by_in_place(points, maximum):
    return torch.FloatTensor(points).div_(maximum).mul_(100)
