"""Feedback pages, made by nbgrader from the graded notebooks."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from functools import partial
from multiprocessing import get_context

from nbgrader.converters import GenerateFeedback
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from ptbasics.grading.course import Course
from ptbasics.nbgrader import Messages

#: From this many pages on, processes are faster in spite of the seconds that they take to start.
WORTH_PROCESSES = 12


def write_feedback(
    course: Course,
    lesson: str,
    students: Sequence[str],
    advance: Callable[[str], None],
    workers: int,
) -> dict[str, str]:
    """Write `feedback/STUDENT/LESSON/LESSON.html`.

    Args:
        course: where everything is.
        lesson: its id.
        students: who has a graded notebook.
        advance: called after each page.
        workers: how many processes may work at it.

    Returns:
        Student → what went wrong on our side, "" for nothing.
    """
    problems: dict[str, str] = {}
    write = partial(_write_page, course.config_for(lesson))
    if len(students) >= WORTH_PROCESSES and workers > 1:
        context = get_context("forkserver")
        context.set_forkserver_preload([__name__])
        # a script without `if __name__ == "__main__"` cannot start processes: then all is left
        with suppress(BrokenProcessPool), ProcessPoolExecutor(workers, context) as pool:
            for student, problem in zip(students, pool.map(write, students), strict=True):
                problems[student] = problem
                advance("")
    for student in students[len(problems) :]:
        problems[student] = write(student)
        advance("")
    return problems


def _write_page(config: Config, student: str) -> str:
    config.CourseDirectory.student_id = student
    said = Messages()
    directory = CourseDirectory(config=config, log=said.log)
    try:
        with warnings.catch_warnings():
            # about outputs that a page cannot show, which is nobody's fault
            warnings.simplefilter("ignore", UserWarning)
            _OnePage(directory, config=config, log=said.log).start()
    except NbGraderException:
        return f"the feedback page could not be written: {said.taken()}"
    return ""


class _OnePage(GenerateFeedback):  # type: ignore[misc]
    """nbgrader's feedback step for one student, who may be called anything."""

    def init_notebooks(self) -> None:
        """The one notebook, without matching names against patterns."""
        lesson = self.coursedir.assignment_id
        folder = self._format_source(lesson, self.coursedir.student_id)
        self.assignments = {folder: [f"{folder}/{lesson}.ipynb"]}
