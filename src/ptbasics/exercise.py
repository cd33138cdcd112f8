"""The vocabulary of the course: `Exercise`, `Case`, and the decorators that make them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch

#: What an observation or a case may hold: whatever `ptbasics.judging.codec` can carry.
Data = Any
Implementation = Callable[..., Any]
MakeCases = Callable[[torch.Generator], Sequence["Case"]]
Observe = Callable[..., Data]
#: The tags of cells that are left out while grading; see `is_left_out`.
DEMONSTRATION, GUARD = "demonstration", "guard"


@dataclass(frozen=True)
class Case:
    """One set of inputs for an exercise.

    `name` says in a few plain words what is special about the inputs; a student reads it.
    `inputs` are handed to `observe` after the implementation. They must be data that
    `ptbasics.judging.codec` can carry, because they are sent to the process of the submission.
    """

    name: str
    inputs: tuple[Data, ...]


@dataclass(frozen=True)
class Exercise:
    """One TODO block: what to call, on which inputs, what to look at, and what goes wrong.

    Made with the `exercise` decorator on its `observe` function. The function's name is the
    symbol that a student defines; its module's name gives the lesson.
    """

    lesson: str
    symbol: str
    title: str
    points: int
    difficulty: int
    minutes: int
    hint: str
    cases: MakeCases
    observe: Observe
    misconceptions: Mapping[str, str]
    rtol: float | None = None
    atol: float | None = None
    forbids: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 5.0
    measure: Callable[..., Data] | None = None

    @property
    def name(self) -> str:
        """Topic and symbol, such as `operations.softmax`: unique in the course."""
        return f"{self.lesson.partition('_')[2]}.{self.symbol}"


def check_id(symbol: str) -> str:
    """nbgrader's id of the cell that checks an exercise; that of the answer is the symbol."""
    return f"{symbol}-check"


def grade_id(cell: Mapping[str, Any]) -> str:
    """nbgrader's id of a notebook cell; "" for a cell that it does not know."""
    name: str = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
    return name


def is_guard(cell: Mapping[str, Any]) -> bool:
    """Whether a notebook cell only asserts what the lesson says, folded away from its readers."""
    return GUARD in cell["metadata"].get("tags", ())


def is_left_out(cell: Mapping[str, Any]) -> bool:
    """Whether a notebook cell is tagged as one that nothing else in its lesson needs.

    Demonstrations take seconds, most of them to measure time; beside other submissions they would
    measure those, too. Guards hold the lesson to its word, and no submission. Neither is run while
    grading.
    """
    return is_guard(cell) or DEMONSTRATION in cell["metadata"].get("tags", ())


def lesson_of(module_name: str) -> str:
    """`ptbasics.exercises.l02_operations` → `02_operations`."""
    return module_name.rpartition(".")[2].removeprefix("l")


def exercise(
    *,
    title: str,
    points: int,
    difficulty: int,
    minutes: int,
    hint: str,
    cases: MakeCases,
    misconceptions: Mapping[str, str],
    rtol: float | None = None,
    atol: float | None = None,
    forbids: Mapping[str, str] | None = None,
    seconds: float = 5.0,
    measure: Callable[..., Data] | None = None,
) -> Callable[[Observe], Exercise]:
    """Turn an `observe(implementation, *inputs)` function into an `Exercise`.

    Args:
        title: what the exercise is about, in a few words.
        points: full marks, a positive integer.
        difficulty: 1 (direct), 2 (takes thought) or 3 (a challenge).
        minutes: how long a beginner should expect to take.
        hint: Markdown that helps without giving the answer away.
        cases: draws the cases from a seeded generator, and adds the named edge cases.
        misconceptions: key of a known wrong implementation → the hint its author needs.
        rtol, atol: tolerances for floating-point values; by default those of
            `torch.testing.assert_close` for the dtype. Give both or neither.
        forbids: name that the solution must not use → the sentence that says so. A name is a
            dotted path (`torch.optim`) or, with a leading dot, any attribute (`.softmax`).
        seconds: wall-clock limit for observing all cases of a submission.
        measure: where right answers may differ in what is observed, such as a model's predictions:
            `measure(observation, *inputs)` gives what is compared in its place, such as whether
            they are accurate enough. It runs where observations are compared.
    """

    def make(observe: Observe) -> Exercise:
        return Exercise(
            lesson=lesson_of(observe.__module__),
            symbol=observe.__name__,
            title=title,
            points=points,
            difficulty=difficulty,
            minutes=minutes,
            hint=hint,
            cases=cases,
            observe=observe,
            misconceptions=dict(misconceptions),
            rtol=rtol,
            atol=atol,
            forbids=dict(forbids or {}),
            seconds=seconds,
            measure=measure,
        )

    return make


def misconception(symbol: str, key: str) -> Callable[[Implementation], Implementation]:
    """Mark a wrong implementation in a reference module as the misconception `key` of `symbol`."""

    def mark(implementation: Implementation) -> Implementation:
        implementation.__misconception__ = (symbol, key)  # type: ignore[attr-defined]
        return implementation

    return mark
