"""Scores for other programs: a table in CSV, and test results in JUnit's XML."""

from __future__ import annotations

import re
from pathlib import Path

from junitparser import Error, Failure
from junitparser.xunit2 import JUnitXml, TestCase, TestSuite

from ptbasics.grading.result import BatchResult, Graded
from ptbasics.grading.spreadsheet import Value, write_table
from ptbasics.judging.display import verdict_text
from ptbasics.judging.verdict import Verdict
from ptbasics.registry import exercises

#: What XML 1.0 cannot hold.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_csv(batch: BatchResult, path: Path) -> Path:
    """One line per student: lesson, points of each exercise, total, best total, status, remarks.

    Written answers are in no column: their points are in the gradebook.
    """
    symbols = [exercise.symbol for exercise in exercises(batch.lesson)]
    head = ("student", "lesson", *symbols, "total", "max", "status", "reason")
    return write_table(path, head, map(_line, batch.graded))


def _line(graded: Graded) -> tuple[Value, ...]:
    result = graded.result
    points = [verdict.points for verdict in result.verdicts]
    total = (result.points, result.max_points, result.status, graded.remarks)
    return (graded.name, result.lesson, *points, *total)


def write_junit(batch: BatchResult, path: Path) -> Path:
    """A test suite for each student, a test case for each exercise."""
    root = JUnitXml(batch.lesson)
    root.extend(map(_suite, batch.graded))
    root.update_statistics()
    for suite, graded in zip(root, batch.graded, strict=True):
        suite.time = round(graded.result.seconds, 3)  # of the notebook: no test case has its own
    root.write(str(path), pretty=True)
    return path


def _suite(graded: Graded) -> TestSuite:
    suite = TestSuite(graded.name)
    suite.extend(_case(graded, verdict) for verdict in graded.result.verdicts)
    return suite


def _case(graded: Graded, verdict: Verdict) -> TestCase:
    case = TestCase(verdict.exercise, f"{graded.result.lesson}.{graded.name}")
    case.add_property("points", f"{verdict.points:g}")
    case.add_property("max_points", f"{verdict.max_points:g}")
    if graded.problem or graded.result.reason:
        case.result = Error(graded.remarks)
    elif not verdict.passed:
        failure = Failure(_text(verdict.reason or verdict.status), verdict.status)
        failure.text = _text(verdict_text(verdict))
        case.result = failure
    return case


def _text(text: str) -> str:
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
