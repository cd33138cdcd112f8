"""Grade several lessons with one runner: `grade_lessons`, behind `ptbasics grade`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from rich.console import Console

from ptbasics.frontend import sentence
from ptbasics.grading.batch import grade_lesson
from ptbasics.grading.course import Course, CourseProblem
from ptbasics.grading.result import BatchResult
from ptbasics.registry import UnknownName
from ptbasics.runner import Runner

Level = Literal["none", "partial", "full"]
_LEVELS: tuple[Level, ...] = ("none", "partial", "full")


@dataclass(frozen=True)
class LessonOutcome:
    """A lesson's results, or none where it cannot be graded, and what went wrong on our side."""

    batch: BatchResult | None
    problems: list[str]


def grade_lessons(
    course_root: Path,
    lessons: Sequence[str] = (),
    *,
    submitted: Path | None = None,
    output: Path | None = None,
    students: Sequence[str] | None = None,
    workers: int | None = None,
    regrade: bool = False,
    require_isolation: Level = "none",
    console: Console | None = None,
) -> Iterator[LessonOutcome]:
    """Grade lessons, one after the other, all of them in the same runner.

    The runner starts with the first submission that is not in the store, unless a level of
    isolation is required.

    Args:
        course_root, submitted, output, students, workers, regrade, console: as for `grade_lesson`.
        lessons: their ids; by default those for which anything was handed in.
        require_isolation: grade nothing if submissions cannot be confined so well.

    Yields:
        An outcome for each lesson, as soon as it is graded. A lesson that cannot be graded costs no
        other.

    Raises:
        CourseProblem: nothing was handed in, or the machine confines submissions less well.
    """
    names = lessons or Course.at(course_root, submitted=submitted, output=output).handed_in()
    with ExitStack() as stack:
        runner = Runner(workers=workers) if workers else Runner()
        stack.push(runner)
        _require(require_isolation, runner)
        for name in names:
            try:
                batch = grade_lesson(
                    course_root,
                    name,
                    submitted=submitted,
                    output=output,
                    students=students,
                    workers=workers,
                    regrade=regrade,
                    console=console,
                    runner=runner,
                )
            except (CourseProblem, UnknownName, OSError) as error:
                yield LessonOutcome(None, [sentence(error)])
            else:
                yield LessonOutcome(batch, batch.problems)


def _require(level: Level, runner: Runner) -> None:
    """Try out the runner, unless nothing is required of it.

    Raises:
        CourseProblem: it confines submissions less well.
    """
    if level == "none":
        return
    isolation = runner.isolation
    if _LEVELS.index(isolation.level) < _LEVELS.index(level):
        raise CourseProblem(
            f"{level} isolation is required, and this machine gives {isolation.describe()}"
        )
