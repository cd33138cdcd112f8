"""Which lessons and exercises the course has, found by looking into `ptbasics.exercises`."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from types import ModuleType

from ptbasics import exercises as exercises_package
from ptbasics.exercise import Exercise, Implementation, lesson_of


class UnknownName(LookupError):
    """No lesson or exercise has this name; the message lists those that exist."""


@cache
def lessons() -> tuple[str, ...]:
    """The lessons in teaching order, such as `("01_tensors", "02_operations")`."""
    modules = (info.name for info in pkgutil.iter_modules(exercises_package.__path__))
    return tuple(sorted(lesson_of(name) for name in modules if name.startswith("l")))


@cache
def exercises(lesson: str) -> tuple[Exercise, ...]:
    """The exercises of a lesson, in the order in which its module defines them.

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
    fitting = [one for one in everything.values() if one.symbol == name]
    if len(fitting) != 1:
        found = ", ".join(one.name for one in fitting) or "none in this course"
        raise UnknownName(f"no single exercise is called {name!r} (found: {found})")
    return fitting[0]


@cache
def reference_module(lesson: str) -> ModuleType | None:
    """The module with the answers to a lesson; None where answers are not installed."""
    return _answers_in("ptbasics.reference", lesson)


@cache
def misconceptions_module(lesson: str) -> ModuleType | None:
    """The module with the known wrong answers; None where answers are not installed."""
    return _answers_in("ptbasics.reference.misconceptions", lesson)


def _answers_in(package: str, lesson: str) -> ModuleType | None:
    try:
        return import_module(f"{package}.l{lesson}")
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("ptbasics.reference"):
            return None
        raise


def reference(exercise: Exercise) -> Implementation:
    """The right answer to an exercise.

    Raises:
        UnknownName: answers are not installed, or this one has not been written.
    """
    found: Implementation | None = getattr(reference_module(exercise.lesson), exercise.symbol, None)
    if found is None:
        raise UnknownName(f"no reference for {exercise.name} is installed")
    return found


def misconceptions(exercise: Exercise) -> dict[str, Implementation]:
    """The known wrong answers to an exercise by their key, in the order of their hints."""
    module = misconceptions_module(exercise.lesson)
    marked = {
        value.__misconception__: value
        for value in (vars(module).values() if module else ())
        if hasattr(value, "__misconception__")
    }
    return {
        key: marked[exercise.symbol, key]
        for key in exercise.misconceptions
        if (exercise.symbol, key) in marked
    }
