"""Which lessons and exercises the course has, found by looking into `ptbasics.exercises`."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

from ptbasics import exercises as exercises_package
from ptbasics.exercise import Exercise, Implementation, Misconception


class UnknownName(LookupError):
    """No lesson or exercise has this name; the message lists those that exist."""


@cache
def lessons() -> tuple[str, ...]:
    """The lessons in teaching order, such as `("01_tensors", "02_operations")`."""
    packages = (info.name for info in pkgutil.iter_modules(exercises_package.__path__))
    return tuple(sorted(name.removeprefix("l") for name in packages if name.startswith("l")))


@cache
def exercises(lesson: str) -> tuple[Exercise, ...]:
    """The exercises of a lesson, in the order in which its package imports them.

    Raises:
        UnknownName: the course has no such lesson.
    """
    if lesson not in lessons():
        raise UnknownName(f"no lesson {lesson!r}; the course has {', '.join(lessons())}")
    module = import_module(f"ptbasics.exercises.l{lesson}")
    return tuple(value for value in vars(module).values() if isinstance(value, Exercise))


@cache
def all_exercises() -> dict[str, Exercise]:
    """Every exercise of the course by its name."""
    found = [exercise for lesson in lessons() for exercise in exercises(lesson)]
    return {exercise.name: exercise for exercise in found}


def find_exercise(name: str) -> Exercise:
    """The exercise called `operations.softmax`, or just `softmax` where that is unique.

    Raises:
        UnknownName: none or several exercises fit.
    """
    everything = all_exercises()
    if name in everything:
        return everything[name]
    fitting = [exercise for exercise in everything.values() if exercise.symbol == name]
    if len(fitting) != 1:
        found = ", ".join(exercise.name for exercise in fitting) or "none in this course"
        raise UnknownName(f"no single exercise is called {name!r} (found: {found})")
    return fitting[0]


def reference_module(exercise: Exercise) -> ModuleType | None:
    """The module that mirrors an exercise's own; None where there is none, or no reference at all.

    `ptbasics.exercises.l02_operations.softmax` is answered in
    `ptbasics.reference.l02_operations.softmax`.

    Raises:
        UnknownName: it cannot be read, because a package that it needs is not installed.
    """
    name = exercise.observe.__module__.replace(".exercises.", ".reference.")
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if error.name and f"{name}.".startswith(f"{error.name}."):
            return None
        raise UnknownName(f"the answer to {exercise.name} cannot be read. {error}") from error


def reference(exercise: Exercise) -> Implementation:
    """The right answer to an exercise.

    Raises:
        UnknownName: answers are not installed, or this one has not been written.
    """
    answer: Implementation | None = getattr(reference_module(exercise), exercise.symbol, None)
    if answer is None:
        raise UnknownName(f"no reference for {exercise.name} is installed")
    return answer


def misconceptions(exercise: Exercise) -> dict[str, Misconception]:
    """The known mistakes in an exercise by their key, in the order of their definition."""
    marked: dict[str, list[tuple[str, Implementation]]] = {}
    for implementation, (key, hint) in marked_in(reference_module(exercise), "__misconception__"):
        marked.setdefault(key, []).append((hint, implementation))
    return {
        key: Misconception(
            key,
            tuple(hint for hint, _ in spellings if hint.strip()),
            tuple(implementation for _, implementation in spellings),
        )
        for key, spellings in marked.items()
    }


def alternatives(exercise: Exercise) -> dict[str, Implementation]:
    """Other right answers to an exercise by their name, in the order of their definition."""
    marked = marked_in(reference_module(exercise), "__alternative__")
    return {implementation.__name__: implementation for implementation, _ in marked}


def marked_in(module: ModuleType | None, mark: str) -> Iterator[tuple[Implementation, Any]]:
    """What a module itself defines under a decorator's mark, and what the mark says.

    A class does not inherit the mark of its base.
    """
    if module is None:
        return
    for value in vars(module).values():
        own = getattr(value, "__dict__", {})
        if mark in own and value.__module__ == module.__name__:
            yield value, own[mark]
