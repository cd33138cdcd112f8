"""`pytest autograder --submission PATH`: a submission graded as a test suite.

An item for each exercise and case, with the verdicts that every other way of grading gives. They
are told once for each exercise, below pytest's dots, with the score in the end.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

from ptbasics.grading.course import Course, CourseProblem
from ptbasics.grading.grader import Grader
from ptbasics.grading.result import SubmissionResult, number
from ptbasics.judging.display import verdict_brief
from ptbasics.registry import UnknownName, exercises, lessons

ROOT = Path(__file__).parents[1]


@dataclass
class Examination:
    """The submission that was named on the command line; it is graded when first looked at."""

    path: Path
    lesson: str
    grader: Grader

    @cached_property
    def result(self) -> SubmissionResult:
        return self.grader.result(self.grader.take_in_path(self.path, self.lesson))[0]

    @cached_property
    def cases(self) -> dict[str, list[str]]:
        """Exercise → the names of its public and hidden cases."""
        return {
            exercise.name: self.grader.case_names(exercise) for exercise in exercises(self.lesson)
        }


EXAMINATION = pytest.StashKey[Examination]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("ptbasics")
    group.addoption("--submission", type=Path, help="a notebook, or the folder with it")
    group.addoption("--lesson", help="such as 02_operations; found in the path if left out")
    group.addoption("--course-root", type=Path, default=ROOT, help="the folder of the course")
    group.addoption("--output", type=Path, help="where the secret seed and the verdicts are kept")


def pytest_configure(config: pytest.Config) -> None:
    path = config.getoption("--submission")
    if path is None:
        return
    lesson = config.getoption("--lesson") or _lesson_in(path)
    try:
        exercises(lesson)
        if not path.exists():
            raise CourseProblem(f"there is no {path}")
        course = Course.at(config.getoption("--course-root"), output=config.getoption("--output"))
        course.release(lesson)
        grader = Grader(course, workers=1)
    except (CourseProblem, UnknownName, OSError) as error:
        raise pytest.UsageError(str(error)) from None
    config.add_cleanup(grader.close)
    # pytest would tell the verdict on an exercise once for each case of it
    config.option.tbstyle = "no"
    config.option.reportchars = ""
    # a path that leads through a link must stay what it is: such a submission is refused
    config.stash[EXAMINATION] = Examination(path.absolute(), lesson, grader)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if {"exercise", "case"} <= set(metafunc.fixturenames):
        examination = metafunc.config.stash.get(EXAMINATION, None)
        cases = {} if examination is None else examination.cases
        pairs = [(exercise, case) for exercise, names in cases.items() for case in names]
        metafunc.parametrize(("exercise", "case"), pairs, ids=[": ".join(pair) for pair in pairs])


@pytest.fixture(scope="session")
def result(request: pytest.FixtureRequest) -> SubmissionResult:
    return request.config.stash[EXAMINATION].result


def pytest_unconfigure(config: pytest.Config) -> None:
    """The score comes last, below pytest's own summary."""
    examination = config.stash.get(EXAMINATION, None)
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if examination is None or reporter is None or config.getoption("--collect-only"):
        return
    result = examination.result
    reporter.section(f"{examination.lesson}: {examination.path.name}")
    for line in filter(None, (result.reason, *result.notes)):
        reporter.line(line)
    for verdict in result.verdicts:
        points = f"{number(verdict.points)} of {verdict.max_points}"
        reporter.line(f"{verdict.exercise:<40} {points:>12}  {verdict.status}")
        for line in () if result.reason else verdict_brief(verdict):
            reporter.line(f"  {line}")
    reporter.line(f"score: {number(result.points)} of {result.max_points}")


def _lesson_in(path: Path) -> str:
    """The lesson that a file or one of its folders is named after."""
    for part in reversed(path.absolute().with_suffix("").parts):
        if part in lessons():
            return part
    raise pytest.UsageError(f"which lesson is {path} for? Say so with --lesson")
