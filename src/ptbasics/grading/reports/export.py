"""Scores for other programs: a table in CSV, and test results in JUnit's XML."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from xml.etree import ElementTree

from ptbasics.grading.result import BatchResult, Graded
from ptbasics.judging.display import verdict_text
from ptbasics.judging.verdict import Verdict
from ptbasics.registry import exercises

#: What XML 1.0 cannot hold.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: What a spreadsheet takes for the start of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_csv(batch: BatchResult, path: Path) -> Path:
    """One line a student: lesson, points of each exercise, total, best total, status, remarks."""
    symbols = [one.symbol for one in exercises(batch.lesson)]
    with path.open("w", newline="", encoding="utf-8") as stream:
        table = csv.writer(stream)
        table.writerow(["student", "lesson", *symbols, "total", "max", "status", "reason"])
        for one in batch.graded:
            result = one.result
            points = [f"{verdict.points:g}" for verdict in result.verdicts]
            total = [f"{result.points:g}", result.max_points, result.status, _cell(one.remarks)]
            table.writerow([_cell(one.name), batch.lesson, *points, *total])
    return path


def write_junit(batch: BatchResult, path: Path) -> Path:
    """A test suite for each student, a test case for each exercise."""
    root = ElementTree.Element("testsuites", name=batch.lesson)
    for one in batch.graded:
        root.append(_suite(one))
    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    ElementTree.indent(root)
    ElementTree.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)
    return path


def _suite(one: Graded) -> ElementTree.Element:
    result = one.result
    suite = ElementTree.Element("testsuite", name=one.name, time=f"{result.seconds:.3f}")
    for verdict in result.verdicts:
        suite.append(_case(one, verdict))
    suite.set("tests", str(len(result.verdicts)))
    suite.set("failures", str(len(suite.findall("testcase/failure"))))
    suite.set("errors", str(len(suite.findall("testcase/error"))))
    return suite


def _case(one: Graded, verdict: Verdict) -> ElementTree.Element:
    case = ElementTree.Element(
        "testcase", classname=f"{one.result.lesson}.{one.name}", name=verdict.exercise
    )
    properties = ElementTree.SubElement(case, "properties")
    for name, value in (("points", verdict.points), ("max_points", verdict.max_points)):
        ElementTree.SubElement(properties, "property", name=name, value=f"{value:g}")
    if one.problem or one.result.reason:
        ElementTree.SubElement(case, "error", message=one.remarks)
    elif not verdict.passed:
        failure = ElementTree.SubElement(
            case, "failure", type=verdict.status, message=_text(verdict.reason or verdict.status)
        )
        failure.text = _text(verdict_text(verdict))
    return case


def _text(text: str) -> str:
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def _cell(text: str) -> str:
    """Text that a spreadsheet shows and does not compute."""
    return f"'{text}" if text.startswith(_FORMULA) else text
