"""Test results in JUnit's XML, for continuous integration: a suite for each submission."""

from __future__ import annotations

import re
from pathlib import Path

from junitparser import Failure, Skipped
from junitparser.xunit2 import JUnitXml, TestCase, TestSuite

from ptbasics.grading.course import Course
from ptbasics.grading.exports.files import Exported
from ptbasics.grading.exports.graded_notebook import told
from ptbasics.grading.exports.scores import ClassScores, ExerciseScore, LessonScore
from ptbasics.grading.exports.text import single_line

#: What XML 1.0 cannot hold.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_junit(scores: ClassScores, folder: Path) -> Exported:
    """Write `junit.xml`; the points are properties of suites and test cases."""
    folder.mkdir(parents=True, exist_ok=True)
    root = JUnitXml(scores.course.directory.course_id)
    # adding one after another looks at all that are there already, each time
    root.extend(_suite(score, scores.course) for score in scores.all())
    root.update_statistics()
    path = folder / "junit.xml"
    root.write(str(path))
    return Exported((path,))


def _suite(score: LessonScore, course: Course) -> TestSuite:
    student = single_line(score.student.id)
    suite = TestSuite(f"{score.lesson.name}: {student}")
    for name, value in (
        ("student", student),
        ("lesson", score.lesson.name),
        ("late_penalty", f"{score.late_penalty:g}"),
        ("total", f"{score.total:g}"),
        ("max", f"{score.lesson.max_score:g}"),
    ):
        suite.add_property(name, value)
    verdicts = told(course, score).verdicts
    class_name = f"{score.lesson.name}.{student}"
    suite.extend(_case(exercise, class_name, verdicts) for exercise in score.exercises)
    return suite


def _case(exercise: ExerciseScore, class_name: str, verdicts: dict[str, str]) -> TestCase:
    case = TestCase(exercise.name, class_name)
    points, best = f"{exercise.score:g}", f"{exercise.max_score:g}"
    case.add_property("points", points)
    case.add_property("max", best)
    if exercise.comment:
        case.add_property("comment", _text(exercise.comment))
    if exercise.waits:
        case.result = Skipped("A person is still to grade this.")
    elif exercise.score < exercise.max_score:
        failure = Failure(f"{points} of {best} points")
        failure.text = _text(verdicts.get(exercise.cell, ""))
        case.result = failure
    return case


def _text(text: str) -> str:
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
