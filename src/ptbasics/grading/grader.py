"""`Grader`: what one grading run shares, whatever number of submissions and threads it has."""

from __future__ import annotations

import threading
from dataclasses import astuple, replace
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path, PurePath

from nbformat import NotebookNode

import ptbasics
from ptbasics.exercise import Exercise
from ptbasics.grading.cases import CaseSource
from ptbasics.grading.course import Course
from ptbasics.grading.grade import grade, not_graded
from ptbasics.grading.intake.files import Submission, take_in
from ptbasics.grading.result import SubmissionResult
from ptbasics.grading.seed import secret_seed
from ptbasics.grading.store import Store
from ptbasics.registry import lessons
from ptbasics.runner import Limits, Runner, RunsJobs, default_workers


class Grader:
    """Takes in and grades submissions of a course. A context manager; safe to share by threads.

    The runner is started by the first submission that is not in the store.

    Args:
        course: where everything is.
        workers: how many submissions run at the same time; by default two per core.
        limits: what a submission may use; by default what the course file says.
        seed: the secret seed; by default that of the course.
        regrade: grade again what is in the store.
        runner: run submissions here, instead of in a runner of its own.
    """

    def __init__(
        self,
        course: Course,
        *,
        workers: int | None = None,
        limits: Limits | None = None,
        seed: str | None = None,
        regrade: bool = False,
        runner: RunsJobs | None = None,
    ) -> None:
        self.course = course
        self.workers = workers or default_workers()
        self._limits = limits or course.file.limits
        self._seed = secret_seed(course.private) if seed is None else seed
        self._cases = CaseSource(self._seed)
        self._store = Store(course.private / "verdicts")
        self._regrade = regrade
        self._runner = runner
        self._own: Runner | None = None
        self._isolation = ""
        self._lock = threading.Lock()
        self._releases: dict[str, NotebookNode] = {}

    def __enter__(self) -> Grader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End what this grader has started."""
        self._cases.close()
        with self._lock:
            if self._own is not None:
                self._own.__exit__()
                self._own = self._runner = None

    def take_in(self, student: str, lesson: str) -> Submission:
        """What a student handed in for a lesson."""
        return self.take_in_path(self.course.submitted(student, lesson), lesson)

    def take_in_path(self, path: Path, lesson: str) -> Submission:
        """A submission that is a folder or a file anywhere.

        Raises:
            CourseProblem: the lesson has not been built.
        """
        with self._lock:
            if lesson not in self._releases:
                self._releases[lesson] = self.course.release(lesson)
        return take_in(path, lesson, self._releases[lesson])

    def result(self, submission: Submission) -> tuple[SubmissionResult, bool]:
        """The result of a submission, and whether it was found in the store."""
        if submission.reason:
            return self.not_graded(submission, submission.reason), False
        key = self._key(submission)
        if not self._regrade and (found := self._store.get(key)) is not None:
            # the notes are about the file, and another file may hold the same cells
            return self._worth(replace(found, notes=submission.notes)), True
        self._cases.prepare(submission.lesson)
        runner = self._running()
        result = grade(submission, runner, self._cases.of(submission.lesson), self._limits)
        result = replace(result, isolation=self._isolation)
        self._store.put(key, result)
        return self._worth(result), False

    def not_graded(self, submission: Submission, reason: str) -> SubmissionResult:
        """The result of a submission without answers that can be observed."""
        return self._worth(not_graded(submission, reason))

    def prepare(self, lesson: str) -> None:
        """Begin to observe the right answers to a lesson, beside whatever comes next."""
        self._cases.prepare(lesson)

    def stored(self, submission: Submission) -> SubmissionResult | None:
        """The result of a submission without running it; None where it has not been graded."""
        if submission.reason:
            return self.not_graded(submission, submission.reason)
        found = self._store.get(self._key(submission))
        return found and self._worth(found)

    def case_names(self, exercise: Exercise) -> list[str]:
        """What the cases of an exercise are called in a verdict, public ones first."""
        return self._cases.names(exercise)

    def _worth(self, result: SubmissionResult) -> SubmissionResult:
        """In the points of this course; those of the exercises are what is stored."""
        return result.with_points(self.course.points(result.lesson))

    def _running(self) -> RunsJobs:
        with self._lock:
            if self._runner is None:
                self._runner = self._own = Runner(workers=self.workers).__enter__()
            if not self._isolation:  # a runner may have to try it out, before anything else runs
                self._isolation = self._runner.isolation.describe()
            return self._runner

    def _key(self, submission: Submission) -> str:
        """Changes with everything that could change a verdict, and tells nothing about the seed."""
        parts = (
            submission.digest,
            submission.lesson,
            _definition(submission.lesson),
            sha256(f"store/{self._seed}".encode()).hexdigest(),
            *map(str, astuple(self._limits)),
        )
        # the released structure is part of it through the canonical notebook
        canonical = [
            f"{cell.id}/{cell.cell_type}/{cell.source}" for cell in submission.notebook.cells
        ]
        return sha256("\0".join([*parts, *canonical]).encode()).hexdigest()


_PACKAGE = Path(ptbasics.__file__).parent
#: Rooms that stand above the grader or beside it: no verdict can depend on them.
_ELSEWHERE = (
    *("__main__.py", "cli", "verifying.py", "landing.py", "updating"),
    *("authoring", "selfcheck.py", "doctor.py"),
    *("grading/handed_in.py", "grading/batch.py", "grading/bridge", "grading/reports"),
    *("grading/exports", "grading/cluster.py", "grading/spreadsheet.py"),
    *("grading/roster.py", "grading/class_list.py"),
)


def counts(path: PurePath, lesson: str) -> bool:
    """Whether a verdict on a lesson may depend on a source file of the package.

    Args:
        path: relative to the package.
        lesson: its id.
    """
    others = {f"l{other}" for other in lessons() if other != lesson}
    elsewhere = any(path.is_relative_to(place) for place in _ELSEWHERE)
    return not elsewhere and others.isdisjoint(path.parts)


@cache
def _definition(lesson: str) -> str:
    """A hash of the code that a verdict depends on, and of the versions that it runs with."""
    paths = (path.relative_to(_PACKAGE) for path in sorted(_PACKAGE.rglob("*.py")))
    sources = [f"{path}\0{(_PACKAGE / path).read_text()}" for path in paths if counts(path, lesson)]
    versions = [f"{name} {version(name)}" for name in ("ptbasics", "torch", "numpy")]
    return sha256("\0".join([*sources, *versions]).encode()).hexdigest()
