"""What students write cannot break or command the programs that read our tables."""

from __future__ import annotations

import csv
import json
from io import StringIO
from pathlib import Path
from xml.etree import ElementTree

from rich.console import Console

from ptbasics.grading.reports.export import write_csv, write_junit
from ptbasics.grading.reports.report import write_report
from ptbasics.grading.result import BatchResult, Graded, SubmissionResult
from ptbasics.judging.verdict import CaseResult, Verdict
from ptbasics.registry import exercises
from tests.grading.handed_in import LESSON

NASTY = "=HYPERLINK(\x00\x1b[31m<script>alert(1)</script>\ud800"


def batch() -> BatchResult:
    verdicts = [
        Verdict(exercise.name, "failed", 0.0, exercise.points, (CaseResult(NASTY, False, NASTY),))
        for exercise in exercises(LESSON)
    ]
    text = NASTY.encode(errors="replace").decode()
    result = SubmissionResult(LESSON, tuple(verdicts), notes=(text,))
    problem = Graded("n\udcff\x1b[31m\n", result, problem="\x1b]0;title\x07\ntwo lines \ud800")
    return BatchResult(LESSON, (Graded("-1+2", result), problem), 1.0)


def test_a_spreadsheet_computes_nothing(tmp_path: Path) -> None:
    with write_csv(batch(), tmp_path / "grades.csv").open(newline="") as stream:
        row, _ = csv.DictReader(stream)
    assert row["student"] == "'-1+2"
    assert row["reason"].startswith("'=")


def test_xml_stays_xml(tmp_path: Path) -> None:
    root = ElementTree.parse(write_junit(batch(), tmp_path / "junit.xml")).getroot()
    failure, *_ = root.findall("testsuite/testcase[1]/failure")
    assert "<script>" in (failure.text or "")


def test_html_is_escaped(tmp_path: Path) -> None:
    page = write_report(batch(), tmp_path / "report.html").read_text()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_names_and_remarks_are_one_line_without_commands(tmp_path: Path) -> None:
    name, remark = r"n\udcff\x1b[31m", r"\x1b]0;title\x07 two lines \ud800"
    graded = batch()
    with write_csv(graded, tmp_path / "grades.csv").open(newline="") as stream:
        _, row = csv.DictReader(stream)
    assert (row["student"], row["reason"]) == (name, remark)
    suites = ElementTree.parse(write_junit(graded, tmp_path / "junit.xml")).getroot()
    assert suites[1].get("name") == name
    page = write_report(graded, tmp_path / "report.html").read_text()
    assert name in page
    assert graded.problems == [f"{name}: {remark}"]
    console = Console(file=StringIO(), width=200)
    console.print(graded.table())
    table = console.file.getvalue()  # type: ignore[attr-defined]
    assert name in table
    assert "\x1b" not in page + table + json.dumps(graded.as_json(), ensure_ascii=False)
