"""Which exercise a student means by what they hand to `check`, `hint` and the like."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ptbasics.exercise import Exercise
from ptbasics.registry import all_exercises, exercises, lessons


def exercise_of(implementation: Any, caller: Mapping[str, Any]) -> Exercise | None:
    """By the name that the caller has bound it to, so that a lambda or a wrapper is found too."""
    by_symbol = {exercise.symbol: exercise for exercise in all_exercises().values()}
    for symbol, exercise in by_symbol.items():
        if caller.get(symbol) is implementation and implementation is not None:
            return exercise
    return by_symbol.get(getattr(implementation, "__name__", ""))


def no_exercise(function: str, given: Any, caller: Mapping[str, Any]) -> str:
    """What to write in place of what a function, such as `check`, was given."""
    symbols = {exercise.symbol for exercise in all_exercises().values()}
    if isinstance(given, str) and given in symbols:
        return (
            f"{function}() was given {given!r}, a text. Write {function}({given}), without "
            "quotation marks."
        )
    lesson = _lesson_at_hand(caller)
    names = [exercise.symbol for exercise in exercises(lesson)] if lesson else ["softmax"]
    example = "softmax" if "softmax" in names else names[0]
    listed = (
        f"Exercises of lesson {lesson}: {', '.join(names)}."
        if lesson
        else "`ptbasics exercises` in a terminal lists them."
    )
    return (
        f"{function}() was given {given!r}, which is the answer to no exercise. Pass the function "
        f"or class itself, as in {function}({example}). {listed}"
    )


def _lesson_at_hand(caller: Mapping[str, Any]) -> str:
    """The lesson that most answers in the notebook belong to, or that names its file; "" for none.

    A Jupyter server tells its kernels the name of the notebook.
    """
    counts = Counter(
        exercise.lesson for exercise in all_exercises().values() if exercise.symbol in caller
    )
    if counts:
        return counts.most_common(1)[0][0]
    name = Path(os.environ.get("JPY_SESSION_NAME", "")).stem
    return name if name in lessons() else ""
