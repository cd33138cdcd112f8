"""Answers: Transforms in a row."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from ptbasics.exercise import alternative, misconception


class Compose:
    """Several transforms, applied one after another as if they were one.

    `Compose([round, abs])(x)` computes abs(round(x)).
    """

    def __init__(self, steps: list[Callable[[Any], Any]]) -> None:
        """Take the transforms in the order in which to apply them; there may be none."""
        self.steps = steps

    def __call__(self, x: Any) -> Any:
        """Hand `x` to the first step, what that returns to the second, and so on.

        Returns:
            What the last step returned; `x` itself where there is no step.
        """
        for step in self.steps:
            x = step(x)
        return x


@misconception(
    "backwards",
    hint="The steps are applied from the last to the first. `Compose([a, b])(x)` is b(a(x)): the "
    "list is read from left to right.",
)
class ComposeBackwards(Compose):
    def __call__(self, x):
        for step in reversed(self.steps):
            x = step(x)
        return x


@misconception(
    "each from the start",
    hint="Every step gets the original input, so only the last one counts. Hand on what the "
    "previous step returned.",
)
class ComposeEachFromTheStart(Compose):
    def __call__(self, x):
        result = x
        for step in self.steps:
            result = step(x)
        return result


@misconception(
    "first only",
    hint="Only the first step is applied: a `return` inside a loop ends it.",
)
class ComposeFirstOnly(Compose):
    def __call__(self, x):
        for step in self.steps:
            return step(x)
        return x


@misconception(
    "used up",
    hint="It works once. The second time no step is left: an iterator can be gone through a "
    "single time, a list any number of times.",
)
class ComposeUsedUp(Compose):
    def __init__(self, steps):
        self.steps = iter(steps)


@misconception(
    "needs a step",
    hint="Without any step it fails. An empty chain changes nothing: it returns what it got.",
)
class ComposeNeedsAStep(Compose):
    def __call__(self, x):
        result = self.steps[0](x)
        for step in self.steps[1:]:
            result = step(result)
        return result


@alternative
def compose_by_reduce(steps):
    return lambda x: functools.reduce(lambda value, step: step(value), steps, x)


@alternative
class ComposeByRecursion:
    def __init__(self, steps):
        self.first, self.rest = (steps[0], steps[1:]) if steps else (None, [])

    def __call__(self, x):
        return x if self.first is None else ComposeByRecursion(self.rest)(self.first(x))
