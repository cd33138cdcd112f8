"""Grade whatever was handed in, as far as it can be: `grade_handed_in`, behind `ptbasics grade`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from ptbasics.frontend import sentence
from ptbasics.grading.batch import grade_lessons, students_of
from ptbasics.grading.course import Course, CourseProblem
from ptbasics.grading.course_file import Level
from ptbasics.grading.result import BatchResult
from ptbasics.registry import UnknownName
from ptbasics.runner import Runner

if TYPE_CHECKING:  # it needs a package of its own
    from ptbasics.grading.cluster import ClusterRunner

#: What may keep a lesson from being graded, and is told in a sentence.
_PROBLEMS = (CourseProblem, UnknownName, OSError)
_LEVELS: tuple[Level, ...] = ("none", "partial", "full")


@dataclass(frozen=True)
class LessonOutcome:
    """A lesson's results, or none where it cannot be graded, and what went wrong on our side."""

    batch: BatchResult | None
    problems: list[str]


def grade_handed_in(
    course_root: Path,
    lessons: Sequence[str] = (),
    *,
    submitted: Path | None = None,
    output: Path | None = None,
    students: Sequence[str] | None = None,
    workers: int | None = None,
    cluster: str = "",
    regrade: bool = False,
    require_isolation: Level | None = None,
    console: Console | None = None,
) -> Iterator[LessonOutcome]:
    """Grade what was handed in for lessons, all of them in the same runner.

    The runner starts with the first submission that is not in the store, unless a level of
    isolation is required.

    Args:
        course_root, submitted, output, students, workers, regrade, console: as for `grade_lesson`.
        cluster: the address of a Dask scheduler, to run submissions on its workers.
        lessons: their ids; by default those in use for which anything was handed in.
        require_isolation: grade nothing if submissions cannot be confined so well; by default the
            level that the course file wants.

    Yields:
        First, where there are any, the folders that are called almost like a lesson. Then an
        outcome for each lesson, as soon as it is graded. A lesson that cannot be graded costs no
        other.

    Raises:
        CourseProblem: nothing was handed in, the machine confines submissions less well, or the
            cluster or the course file cannot be used.
    """
    course = Course.at(course_root, submitted=submitted, output=output)
    if misnamed := course.misnamed(lessons or course.file.in_use):
        yield LessonOutcome(None, misnamed)
    waiting = []
    for lesson in lessons or course.handed_in():
        try:
            students_of(course, lesson, students)
        except _PROBLEMS as error:
            yield LessonOutcome(None, [sentence(error)])
        else:
            waiting.append(lesson)
    with ExitStack() as stack:
        runner = _runner(cluster, workers)
        stack.push(runner)
        refuse_below(require_isolation or course.file.isolation, runner)
        while waiting:
            done = 0
            try:
                for batch in grade_lessons(
                    course_root,
                    waiting,
                    submitted=submitted,
                    output=output,
                    students=students,
                    workers=runner.workers,
                    regrade=regrade,
                    console=console,
                    runner=runner,
                ):
                    done += 1
                    yield LessonOutcome(batch, batch.problems)
            except _PROBLEMS as error:
                done += 1
                yield LessonOutcome(None, [sentence(error)])
            waiting = waiting[done:]


def _runner(cluster: str, workers: int | None) -> Runner | ClusterRunner:
    """Raises CourseProblem where there is no such cluster, or this machine cannot use any."""
    if not cluster:
        return Runner(workers=workers)
    try:
        from ptbasics.grading.cluster import ClusterRunner
    except ModuleNotFoundError as error:
        raise CourseProblem(
            f"{error.name} is missing: pip install 'ptbasics[cluster]', as in constraints.txt"
        ) from None
    return ClusterRunner(cluster)


def refuse_below(level: Level, runner: Runner | ClusterRunner) -> None:
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
