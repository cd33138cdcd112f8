"""Grade what a whole class handed in: `grade_lesson`, and `grade_lessons` for several."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from ptbasics.grading.bridge.feedback import FeedbackPages, LessonPages
from ptbasics.grading.bridge.gradebook import write_grades
from ptbasics.grading.course import Course, CourseProblem
from ptbasics.grading.grader import Grader
from ptbasics.grading.intake.files import Submission
from ptbasics.grading.intake.notebook import untouched
from ptbasics.grading.reports.export import write_csv, write_junit
from ptbasics.grading.reports.report import write_report
from ptbasics.grading.result import BatchResult, Graded, SubmissionResult
from ptbasics.grading.roster import Roster
from ptbasics.judging.describe import one_line
from ptbasics.registry import exercises
from ptbasics.runner import Limits, RunsJobs


def grade_lesson(
    course_root: Path,
    lesson: str,
    *,
    submitted: Path | None = None,
    output: Path | None = None,
    students: Sequence[str] | None = None,
    workers: int | None = None,
    limits: Limits | None = None,
    seed: str | None = None,
    regrade: bool = False,
    feedback: bool = True,
    console: Console | None = None,
    runner: RunsJobs | None = None,
) -> BatchResult:
    """Grade a lesson and write everything that comes of it.

    Every submission ends with a result. What was graded before and has not changed is taken from
    the store. Killing it loses nothing that was graded.

    Args:
        course_root: the folder with `nbgrader_config.py`.
        lesson: its id.
        submitted: the folder with `STUDENT/LESSON/LESSON.ipynb`; by default nbgrader's.
        output: the folder for all that is written; by default the root.
        students: grade these only.
        workers: how many submissions run at the same time; by default two per core.
        limits: what a submission may use.
        seed: the secret seed; by default that of the course.
        regrade: grade again what is in the store.
        feedback: write feedback pages.
        console: where to show progress; by default nowhere.
        runner: where submissions run; by default in a runner of its own.

    Raises:
        CourseProblem: the course cannot be graded as it is.
        UnknownName: the course has no such lesson.
    """
    [batch] = grade_lessons(
        course_root,
        [lesson],
        submitted=submitted,
        output=output,
        students=students,
        workers=workers,
        limits=limits,
        seed=seed,
        regrade=regrade,
        feedback=feedback,
        console=console,
        runner=runner,
    )
    return batch


def grade_lessons(
    course_root: Path,
    lessons: Sequence[str],
    *,
    submitted: Path | None = None,
    output: Path | None = None,
    students: Sequence[str] | None = None,
    feedback: bool = True,
    console: Console | None = None,
    **options: Any,
) -> Iterator[BatchResult]:
    """Grade lessons one after another, as `grade_lesson` does, in one runner.

    While the submissions of a lesson run, the feedback pages of the one before are written, and the
    right answers to the next one are observed.

    Args:
        course_root, submitted, output, students, feedback, console: as for `grade_lesson`.
        lessons: their ids.
        options: `workers`, `limits`, `seed`, `regrade` and `runner`, as for `grade_lesson`.

    Yields:
        Each lesson's result, when all of it has been written.

    Raises:
        CourseProblem: the course cannot be graded as it is.
        UnknownName: the course has no such lesson.
    """
    course = Course.at(course_root, submitted=submitted, output=output)
    chosen = {lesson: students_of(course, lesson, students) for lesson in lessons}
    with Grader(course, **options) as grader, _feedback_pages(course, grader) as pages:
        before: _Ungathered | None = None
        for lesson, following in zip_longest(lessons, lessons[1:]):
            started = time.monotonic()
            try:
                graded, writing = _grade_all(grader, lesson, chosen[lesson], console, following)
            except Exception:
                if before:
                    yield before.gathered(course, console)
                raise
            seconds = time.monotonic() - started
            begun = pages.begin(lesson, chosen[lesson]) if feedback else None
            if before:
                yield before.gathered(course, console)
            before = _Ungathered(lesson, graded, seconds, writing, begun)
        if before:
            yield before.gathered(course, console)


def _feedback_pages(course: Course, grader: Grader) -> FeedbackPages:
    # writing them is work without waiting: more processes than cores gain nothing
    return FeedbackPages(course, min(grader.workers, os.cpu_count() or 1))


@dataclass(frozen=True)
class _Ungathered:
    """A lesson whose grades are written, and whose feedback pages may be on their way.

    `seconds` is how long its submissions took, `writing` what writing their grades took of it.
    """

    lesson: str
    graded: Sequence[Graded]
    seconds: float
    writing: dict[str, float]
    pages: LessonPages | None

    def gathered(self, course: Course, console: Console | None) -> BatchResult:
        """The result, with feedback pages and reports written."""
        started = time.monotonic()
        graded = self.graded
        files = {"gradebook": course.gradebook, "autograded": course.autograded("", "")}
        if self.pages is not None:
            with _progress(console, "feedback", len(graded)) as advance:
                problems = self.pages.wait(advance)
            graded = [
                replace(student, problem=student.problem or problems[student.student])
                for student in graded
            ]
            files["feedback"] = course.feedback("", "")
            self.writing["waiting for feedback pages"] = time.monotonic() - started
        seconds = self.seconds + time.monotonic() - started
        by_hand = course.points_by_hand(self.lesson)
        introduced = Roster.of(course).introduce(graded)
        batch = BatchResult(self.lesson, introduced, seconds, files, by_hand, self.writing)
        _write_reports(batch, course)
        return batch


def report_lesson(
    course_root: Path,
    lesson: str,
    *,
    submitted: Path | None = None,
    output: Path | None = None,
    seed: str | None = None,
) -> tuple[BatchResult, list[str]]:
    """Write a lesson's tables and class report again from what is stored; nothing is run.

    Args:
        course_root, lesson, submitted, output, seed: as for `grade_lesson`.

    Returns:
        The stored results, and the names of the students who have handed in something that is not
        graded yet.

    Raises:
        CourseProblem: the course cannot be graded as it is, or nothing has been graded.
        UnknownName: the course has no such lesson.
    """
    course = Course.at(course_root, submitted=submitted, output=output)
    handed_in = students_of(course, lesson)
    started = time.monotonic()
    with Grader(course, seed=seed) as grader:
        found = {student: grader.stored(grader.take_in(student, lesson)) for student in handed_in}
    graded = Roster.of(course).introduce(
        Graded(student, result, cached=True) for student, result in found.items() if result
    )
    if not graded:
        raise CourseProblem(f"nothing is graded yet: run `ptbasics grade {lesson}`")
    by_hand = course.points_by_hand(lesson)
    batch = BatchResult(lesson, graded, time.monotonic() - started, points_by_hand=by_hand)
    _write_reports(batch, course)
    return batch, [one_line(student) for student, result in found.items() if result is None]


def _write_reports(batch: BatchResult, course: Course) -> None:
    """The tables and the class report, noted in the batch's files."""
    folder = course.reports(batch.lesson)
    folder.mkdir(parents=True, exist_ok=True)
    batch.files["csv"] = write_csv(batch, folder / "grades.csv")
    batch.files["junit"] = write_junit(batch, folder / "junit.xml")
    batch.files["report"] = write_report(batch, folder / "report.html")


def students_of(course: Course, lesson: str, students: Sequence[str] | None = None) -> list[str]:
    """Who handed in anything for a lesson; with `students`, only these.

    Raises:
        CourseProblem: the lesson is not built, nothing was handed in, or not by one of `students`.
        UnknownName: the course has no such lesson.
    """
    exercises(lesson)
    course.release(lesson)
    found = course.students(lesson)
    if unknown := sorted(set(students or ()) - set(found)):
        raise CourseProblem(f"nothing for {lesson} was handed in by {', '.join(unknown)}")
    if not found:
        place = course.submitted("STUDENT", lesson)
        raise CourseProblem(f"nothing was handed in for {lesson}: notebooks belong into {place}/")
    return [student for student in found if students is None or student in students]


def _grade_all(
    grader: Grader,
    lesson: str,
    students: Sequence[str],
    console: Console | None,
    following: str | None,
) -> tuple[list[Graded], dict[str, float]]:
    """Run submissions side by side, and write them into the gradebook as their turn comes.

    Also gives the seconds that writing took, by what was written.
    If anything has to be run, so will the following lesson: its answers are observed beside.
    """
    done: dict[str, Graded] = {}
    counts: Counter[str] = Counter()
    with (
        ThreadPoolExecutor(grader.workers) as pool,
        _progress(console, lesson, len(students)) as advance,
    ):
        jobs = {student: pool.submit(_grade_one, grader, student, lesson) for student in students}

        def written(student: str, problem: str) -> None:
            graded = jobs.pop(student).result()[1]  # and let go of the notebook
            done[student] = replace(graded, problem=graded.problem or problem)
            if following and not (graded.cached or graded.result.reason):
                grader.prepare(following)
            counts[
                "failed" if done[student].problem else "cached" if graded.cached else "done"
            ] += 1
            advance(", ".join(f"{counts[word]} {word}" for word in ("done", "failed", "cached")))

        def ready(student: str) -> tuple[Submission, SubmissionResult]:
            submission, graded = jobs[student].result()
            return submission, graded.result

        try:
            writing = write_grades(grader.course, lesson, students, ready, written)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return [done[student] for student in students], writing


def _grade_one(grader: Grader, student: str, lesson: str) -> tuple[Submission, Graded]:
    """Grade; an error of our own becomes the submission's verdict, and stops nobody else."""
    submission = Submission(lesson, untouched(grader.course.release(lesson)))
    started = time.monotonic()
    try:
        submission = grader.take_in(student, lesson)
        reading = time.monotonic() - started
        result, cached = grader.result(submission)
        return submission, Graded(student, result, cached, reading=reading)
    except CourseProblem:  # nobody else could be graded either
        raise
    except Exception as error:
        problem = f"could not be graded: {type(error).__name__}: {error}"
        return submission, Graded(student, grader.not_graded(submission, problem), problem=problem)


@contextmanager
def _progress(console: Console | None, name: str, total: int) -> Iterator[Callable[[str], None]]:
    """A bar; the function that it gives moves it by one and sets the text behind it."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[counts]}"),
    )
    silent = Console(quiet=True)
    with Progress(*columns, console=console or silent, disable=console is None) as progress:
        task = progress.add_task(name, total=total, counts="")
        yield lambda counts: progress.update(task, advance=1, counts=counts)
