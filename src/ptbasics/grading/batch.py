"""Grade what a whole class handed in for a lesson: `grade_lesson`."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from ptbasics.grading.bridge.feedback import write_feedback
from ptbasics.grading.bridge.gradebook import write_grades
from ptbasics.grading.course import Course, CourseProblem
from ptbasics.grading.grade import not_graded
from ptbasics.grading.grader import Grader
from ptbasics.grading.intake.files import Submission
from ptbasics.grading.intake.notebook import untouched
from ptbasics.grading.reports.export import write_csv, write_junit
from ptbasics.grading.reports.report import write_report
from ptbasics.grading.result import BatchResult, Graded, SubmissionResult
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
        workers: how many submissions run at the same time; by default one a core.
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
    exercises(lesson)
    course = Course.at(course_root, submitted=submitted, output=output)
    course.release(lesson)
    chosen = _chosen(course, lesson, students)
    started = time.monotonic()
    with Grader(
        course, workers=workers, limits=limits, seed=seed, regrade=regrade, runner=runner
    ) as grader:
        graded = _grade_all(grader, lesson, chosen, console)
    files = {"gradebook": course.gradebook, "autograded": course.autograded("", "")}
    if feedback:
        with _progress(console, "feedback", len(chosen)) as advance:
            problems = write_feedback(course, lesson, chosen, advance, grader.workers)
        graded = [replace(one, problem=one.problem or problems[one.student]) for one in graded]
        files["feedback"] = course.feedback("", "")
    batch = BatchResult(lesson, tuple(graded), time.monotonic() - started, files)
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
    exercises(lesson)
    course = Course.at(course_root, submitted=submitted, output=output)
    started = time.monotonic()
    with Grader(course, seed=seed) as grader:
        found = {
            student: grader.stored(grader.take_in(student, lesson))
            for student in _chosen(course, lesson, None)
        }
    graded = tuple(
        Graded(student, result, cached=True) for student, result in found.items() if result
    )
    if not graded:
        raise CourseProblem(f"nothing is graded yet: run `ptbasics grade {lesson}`")
    batch = BatchResult(lesson, graded, time.monotonic() - started)
    _write_reports(batch, course)
    return batch, [one_line(student) for student, result in found.items() if result is None]


def _write_reports(batch: BatchResult, course: Course) -> None:
    """The tables and the class report, noted in the batch's files."""
    folder = course.reports(batch.lesson)
    folder.mkdir(parents=True, exist_ok=True)
    batch.files["csv"] = write_csv(batch, folder / "grades.csv")
    batch.files["junit"] = write_junit(batch, folder / "junit.xml")
    batch.files["report"] = write_report(batch, folder / "report.html")


def _chosen(course: Course, lesson: str, students: Sequence[str] | None) -> list[str]:
    found = course.students(lesson)
    if unknown := sorted(set(students or ()) - set(found)):
        raise CourseProblem(f"nothing for {lesson} was handed in by {', '.join(unknown)}")
    if not found:
        place = course.submitted("STUDENT", lesson)
        raise CourseProblem(f"nothing was handed in for {lesson}: notebooks belong into {place}/")
    return [one for one in found if students is None or one in students]


def _grade_all(
    grader: Grader, lesson: str, students: Sequence[str], console: Console | None
) -> list[Graded]:
    """Run submissions side by side, and write each into the gradebook as soon as its turn comes."""
    problems: dict[str, str] = {}
    counts: Counter[str] = Counter()
    with (
        ThreadPoolExecutor(grader.workers) as pool,
        _progress(console, lesson, len(students)) as advance,
    ):
        jobs = {student: pool.submit(_grade_one, grader, student, lesson) for student in students}

        def written(student: str, problem: str) -> None:
            problems[student] = problem
            one = jobs[student].result()[1]
            failed = problem or one.problem
            counts["failed" if failed else "cached" if one.cached else "done"] += 1
            advance(", ".join(f"{counts[word]} {word}" for word in ("done", "failed", "cached")))

        def ready(student: str) -> tuple[Submission, SubmissionResult]:
            submission, one = jobs[student].result()
            return submission, one.result

        try:
            write_grades(grader.course, lesson, students, ready, written)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return [
        replace(one, problem=one.problem or problems[student])
        for student, one in ((student, job.result()[1]) for student, job in jobs.items())
    ]


def _grade_one(grader: Grader, student: str, lesson: str) -> tuple[Submission, Graded]:
    """Grade; an error of our own becomes the submission's verdict, and stops nobody else."""
    submission = Submission(lesson, untouched(grader.course.release(lesson)))
    try:
        submission = grader.take_in(student, lesson)
        result, cached = grader.result(submission)
        return submission, Graded(student, result, cached)
    except Exception as error:
        problem = f"could not be graded: {type(error).__name__}: {error}"
        return submission, Graded(student, not_graded(submission, problem), problem=problem)


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
