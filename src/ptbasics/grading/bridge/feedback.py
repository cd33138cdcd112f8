"""Feedback pages, made by nbgrader from the graded notebooks."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import Any

from nbgrader.converters import GenerateFeedback
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from ptbasics.grading.course import Course
from ptbasics.nbgrader_tools import Messages

#: From this many pages on, processes are faster in spite of the seconds that they take to start.
WORTH_PROCESSES = 12
#: How many pages are written with the same compiled templates.
_PAGES_AT_A_TIME = 8
#: Pages take only what submissions leave of the processors, since those run against the clock.
_NICENESS = 10


class FeedbackPages:
    """Writes the pages of one lesson after another, beside whatever comes next.

    A context manager. Its processes start with the first lesson that is worth them, and serve all.

    Args:
        course: where everything is.
        workers: how many processes may work at it.
    """

    def __init__(self, course: Course, workers: int) -> None:
        self._course = course
        self._workers = workers
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> FeedbackPages:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def begin(self, lesson: str, students: Sequence[str]) -> LessonPages:
        """Begin to write `feedback/STUDENT/LESSON/LESSON.html` of students with graded notebooks.

        Args:
            lesson: its id.
            students: who has a graded notebook.
        """
        if self._pool is None and len(students) >= WORTH_PROCESSES and self._workers > 1:
            context = get_context("forkserver")
            context.set_forkserver_preload([__name__])
            self._pool = ProcessPoolExecutor(
                self._workers, context, initializer=os.nice, initargs=(_NICENESS,)
            )
        config = self._course.config_for(lesson)
        config.GenerateFeedback.force = True
        return LessonPages(config, students, self._pool)


class LessonPages:
    """The pages of one lesson: in a pool they are being written, else when they are waited for."""

    def __init__(self, config: Config, students: Sequence[str], pool: Executor | None) -> None:
        self._config = config
        self._parts = [
            students[start : start + _PAGES_AT_A_TIME]
            for start in range(0, len(students), _PAGES_AT_A_TIME)
        ]
        self._pending: list[Future[list[str]]] = []
        if pool is not None:
            self._pending = [pool.submit(_write_pages, config, part) for part in self._parts]

    def wait(self, advance: Callable[[str], None]) -> dict[str, str]:
        """Wait until all are written.

        Args:
            advance: called once for each page that is there.

        Returns:
            Student → what went wrong on our side, "" for nothing.
        """
        problems: dict[str, str] = {}
        for part, found in zip(self._parts, self._results(), strict=True):
            problems |= dict(zip(part, found, strict=True))
            for _ in part:
                advance("")
        return problems

    def _results(self) -> Iterator[list[str]]:
        done = 0
        try:
            for pending in self._pending:
                yield pending.result()
                done += 1
        except BrokenProcessPool:
            pass  # a script without `if __name__ == "__main__"` cannot start processes
        for part in self._parts[done:]:
            yield _write_pages(self._config, part)


def _write_pages(config: Config, students: Sequence[str]) -> list[str]:
    """Write pages one after another; what went wrong with each, "" for nothing."""
    said = Messages()
    directory = CourseDirectory(config=config, log=said.log)
    converter = _Pages(directory, students, said, config=config, log=said.log)
    with warnings.catch_warnings():
        # about outputs that a page cannot show, which is nobody's fault
        warnings.simplefilter("ignore", UserWarning)
        converter.start()
    return converter.problems


class _Pages(GenerateFeedback):  # type: ignore[misc]
    """nbgrader's feedback step for students who may be called anything.

    One exporter, and so one set of compiled templates, serves them all.
    """

    def __init__(
        self, directory: CourseDirectory, students: Sequence[str], said: Messages, **kwargs: Any
    ) -> None:
        super().__init__(directory, **kwargs)
        self.problems: list[str] = []
        self._students = students
        self._said = said

    def init_notebooks(self) -> None:
        """Every student's one notebook, without matching names against patterns."""
        lesson = self.coursedir.assignment_id
        folders = (self._format_source(lesson, student) for student in self._students)
        self.assignments = {folder: [f"{folder}/{lesson}.ipynb"] for folder in folders}

    def convert_notebooks(self) -> None:
        """One student after another; a failure is kept and stops nobody else."""
        for folder, notebooks in list(self.assignments.items()):
            self.assignments = {folder: notebooks}
            try:
                super().convert_notebooks()
            except NbGraderException:
                told = self._said.taken()
                self.problems.append(f"the feedback page could not be written: {told}")
            else:
                self.problems.append("")
