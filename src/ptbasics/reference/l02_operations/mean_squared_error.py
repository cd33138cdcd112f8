"""Answers: Mean squared error without the (N, N) trap."""

from __future__ import annotations

import torch
import torch.nn.functional as F

from ptbasics.exercise import alternative, misconception


def mean_squared_error(guess: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """The mean of the squared differences between guesses and targets.

    Args:
        guess: N floating-point numbers, of shape (N,) or (N, 1).
        target: N floating-point numbers, of shape (N,) or (N, 1), not always the same as `guess`;
            same dtype.

    Returns:
        A tensor without dimensions, of that dtype.

    Raises:
        ValueError: `guess` and `target` have different numbers of elements.
    """
    if guess.numel() != target.numel():
        raise ValueError(f"{guess.numel()} guesses for {target.numel()} targets")
    return ((guess.flatten() - target.flatten()) ** 2).mean()


@misconception(
    "all pairs",
    hint="`(N, 1) - (N,)` is broadcast to `(N, N)`: every guess met every target. Bring both to "
    "one shape first.",
)
def mean_squared_error_all_pairs(guess: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    return ((guess - target) ** 2).mean()


@misconception(
    "sum",
    hint="These are the squared errors added up; the *mean* divides by their number.",
)
def mean_squared_error_sum(guess: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    return ((guess.flatten() - target.flatten()) ** 2).sum()


@misconception(
    "not squared",
    hint="Errors of opposite sign cancel here: each difference has to be squared before the mean "
    "is taken.",
)
def mean_squared_error_not_squared(guess: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    return (guess.flatten() - target.flatten()).mean()


@misconception(
    "absolute",
    hint="This is the mean *absolute* error. Squares make a large error count more.",
)
def mean_squared_error_absolute(guess: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    return (guess.flatten() - target.flatten()).abs().mean()


@misconception(
    "root",
    hint="The root was taken at the end. The mean of the squares is asked for as it is.",
)
def mean_squared_error_root(guess: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    return mean_squared_error(guess, target).sqrt()


@misconception(
    "same shape",
    hint="A column of guesses and flat targets do belong together, if there are equally many. "
    "Refuse different *numbers* of elements, not different shapes.",
)
def mean_squared_error_same_shape(guess: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    if guess.shape != target.shape:
        raise ValueError("the shapes differ")
    return ((guess - target) ** 2).mean()


@misconception(
    "returned",
    hint="The error was returned, as if it were a result, and the caller may not even notice. "
    "*Raise* it.",
)
def mean_squared_error_returned(
    guess: torch.Tensor, target: torch.Tensor
) -> torch.Tensor | ValueError:
    if guess.numel() != target.numel():
        return ValueError("the numbers of guesses and targets differ")
    return mean_squared_error(guess, target)


@misconception(
    "number",
    hint="The result is a Python number. Keep it a tensor (with no dimensions).",
)
def mean_squared_error_number(guess: torch.Tensor, target: torch.Tensor) -> float:
    return ((guess.flatten() - target.flatten()) ** 2).mean().item()


@misconception(
    "one for all",
    hint="A single guess was broadcast to all targets. Two different numbers of elements are a "
    "mistake of the caller: raise a `ValueError`.",
)
def mean_squared_error_one_for_all(guess: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    return ((guess.flatten() - target.flatten()) ** 2).mean()


@alternative
def mse_by_library(guess, target):
    if len(guess) != len(target):
        raise ValueError("lengths differ")
    return F.mse_loss(guess.squeeze(-1), target.squeeze(-1))


@alternative
def mse_by_loop(guess, target):
    pairs = zip(guess.reshape(-1), target.reshape(-1), strict=True)
    return sum((a - b) ** 2 for a, b in pairs) / len(guess)
