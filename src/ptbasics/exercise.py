"""The vocabulary of the course: `Exercise`, `Case`, `Misconception`, and their decorators."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import torch

#: What an observation or a case may hold: whatever `ptbasics.judging.codec` can carry.
Data = Any
Implementation = Callable[..., Any]
_Marked = TypeVar("_Marked", bound=Implementation)
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


@dataclass(frozen=True, eq=False)
class Exercise:
    """One TODO block: what to call, on which inputs, what to look at, and what goes wrong.

    Made with the `exercise` decorator on its `observe` function. The function's name is the
    symbol that a student defines; the package of its module gives the lesson.
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
    rtol: float | None = None
    atol: float | None = None
    forbids: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 5.0
    measure: Callable[..., Data] | None = None
    teaches: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Topic and symbol, such as `operations.softmax`: unique in the course."""
        return f"{self.lesson.partition('_')[2]}.{self.symbol}"

    @property
    def input_names(self) -> tuple[str, ...]:
        """What the observer calls its inputs: its parameters behind the implementation."""
        return tuple(inspect.signature(self.observe).parameters)[1:]

    def as_json(self, hints: Mapping[str, str]) -> dict[str, Any]:
        """What a list of exercises says about it, and of its misconceptions by their hints."""
        return {
            "lesson": self.lesson,
            "name": self.name,
            "title": self.title,
            "points": self.points,
            "difficulty": self.difficulty,
            "minutes": self.minutes,
            "misconceptions": len(hints),
        }


def symbol_of(exercise: str) -> str:
    """The symbol in an exercise's name: `operations.softmax` → `softmax`."""
    return exercise.rpartition(".")[2]


def check_id(symbol: str) -> str:
    """nbgrader's id of the cell that checks an exercise; that of the answer is the symbol."""
    return f"{symbol}-check"


def grade_id(cell: Mapping[str, Any]) -> str:
    """nbgrader's id of a notebook cell; "" for a cell that it does not know."""
    name: str = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
    return name


def is_written(cell: Mapping[str, Any]) -> bool:
    """Whether a notebook cell is a written answer, which is graded by a person.

    nbgrader calls it a manually graded answer: it is both what a student fills in and what has
    points.
    """
    about = cell["metadata"].get("nbgrader", {})
    return bool(about.get("solution") and about.get("grade"))


def written_title(grade_id: str) -> str:
    """What people call a written answer: `model-card` → `Model card`."""
    return grade_id.replace("-", " ").capitalize()


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
    """`ptbasics.exercises.l02_operations.softmax` → `02_operations`."""
    package = module_name.rpartition(".")[0]
    return package.rpartition(".")[2].removeprefix("l")


def exercise(
    *,
    title: str,
    points: int,
    difficulty: int,
    minutes: int,
    hint: str,
    cases: MakeCases,
    rtol: float | None = None,
    atol: float | None = None,
    forbids: Mapping[str, str] | None = None,
    seconds: float = 5.0,
    measure: Callable[..., Data] | None = None,
    teaches: Sequence[str] = (),
) -> Callable[[Observe], Exercise]:
    """Turn an `observe(implementation, *inputs)` function into an `Exercise`.

    Args:
        title: what the exercise is about, in a few words.
        points: full marks, a positive integer.
        difficulty: 1 (direct), 2 (takes thought) or 3 (a challenge).
        minutes: how long a beginner should expect to take.
        hint: Markdown that helps without giving the answer away.
        cases: draws the cases from a seeded generator, and adds the named edge cases.
        rtol, atol: tolerances for floating-point values; by default those of
            `torch.testing.assert_close` for the dtype. Give both or neither.
        forbids: name that the solution must not use → the sentence that says so. A name is a
            dotted path (`torch.optim`) or, with a leading dot, any attribute (`.softmax`).
        seconds: wall-clock limit for observing all cases of a submission.
        measure: where right answers may differ in what is observed, such as a model's predictions:
            `measure(observation, *inputs)` gives what is compared in its place, such as whether
            they are accurate enough. It runs where observations are compared.
        teaches: the options of `DataLoader`, and the samplers, that the exercise practises; see
            `docs/dataloader.md`.
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
            rtol=rtol,
            atol=atol,
            forbids=dict(forbids or {}),
            seconds=seconds,
            measure=measure,
            teaches=tuple(teaches),
        )

    return make


@dataclass(frozen=True)
class Misconception:
    """A mistake that is known, with the hint that its author needs.

    `implementations` are its spellings, one or several. `hints` holds what all of them say: exactly
    one hint, unless the build is about to refuse it.
    """

    key: str
    hints: tuple[str, ...]
    implementations: tuple[Implementation, ...]

    @property
    def hint(self) -> str:
        """What a student reads; "" where nobody has written it yet."""
        return self.hints[0] if self.hints else ""


def misconception(key: str, *, hint: str = "") -> Callable[[_Marked], _Marked]:
    """Mark a wrong implementation of the exercise that a reference module answers.

    Args:
        key: names the mistake, in a few words. Another spelling of the same mistake has the same
            key and no hint.
        hint: Markdown that says what went wrong and what to think about.
    """

    def mark(implementation: _Marked) -> _Marked:
        implementation.__misconception__ = (key, hint)  # type: ignore[attr-defined]
        return implementation

    return mark


def alternative(implementation: _Marked) -> _Marked:
    """Mark another right answer to the exercise that a reference module answers."""
    implementation.__alternative__ = True  # type: ignore[attr-defined]
    return implementation
