"""The submissions that every lesson has: perfect, by other routes, blank, half, and mistaken."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, zip_longest

from autograder.sample_class.answers import other_sources, wrong_sources
from autograder.sample_class.submissions import (
    Submission,
    answered,
    dump,
    reference_answers,
    release,
)
from ptbasics.registry import exercises

#: How many perfect submissions by other routes a lesson has; the tests try all alternatives.
ROUTES = 3


def for_every_lesson(lesson: str) -> Iterator[Submission]:
    """Perfect by several routes, blank, half, and each round of known mistakes."""
    right = reference_answers(lesson)
    yield Submission("ada_perfect", lesson, "every answer is right", dump(answered(lesson, right)))
    for number, routes in enumerate(_other_routes(lesson), start=1):
        yield Submission(
            f"other_routes_{number}",
            lesson,
            f"right by other routes: {', '.join(routes)}",
            dump(answered(lesson, right | routes)),
        )
    symbols = tuple(right)
    yield Submission("blank", lesson, "no TODO was touched", dump(release(lesson)), lost=symbols)
    half = len(symbols) // 2
    yield Submission(
        "first_half",
        lesson,
        f"right as far as {symbols[half - 1]}, the rest not started",
        dump(answered(lesson, {symbol: right[symbol] for symbol in symbols[:half]})),
        lost=symbols[half:],
    )
    for number, mistakes in enumerate(_known_mistakes(lesson), start=1):
        yield Submission(
            f"mistaken_{number}",
            lesson,
            "; ".join(f"{symbol}: {key}" for symbol, (key, _) in mistakes.items()),
            dump(
                answered(
                    lesson, right | {symbol: source for symbol, (_, source) in mistakes.items()}
                )
            ),
            mistakes={symbol: key for symbol, (key, _) in mistakes.items()},
        )


def _other_routes(lesson: str) -> Iterator[dict[str, str]]:
    """Symbol → source: the first alternative of each exercise, then the second, and so on."""
    table = {exercise.symbol: other_sources(exercise) for exercise in exercises(lesson)}
    for row in islice(zip_longest(*table.values()), ROUTES):
        yield {symbol: source for symbol, source in zip(table, row, strict=True) if source}


def _known_mistakes(lesson: str) -> Iterator[dict[str, tuple[str, str]]]:
    """Symbol → (key, source): the first mistake of each exercise, then the second, and so on."""
    table = {exercise.symbol: wrong_sources(exercise.name) for exercise in exercises(lesson)}
    for row in zip_longest(*(sources.items() for sources in table.values())):
        yield {symbol: mistake for symbol, mistake in zip(table, row, strict=True) if mistake}
