"""The formats that scores can be exported to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from ptbasics.grading.course import Course
from ptbasics.grading.exports.canvas import write_canvas
from ptbasics.grading.exports.classroom50 import write_classroom50
from ptbasics.grading.exports.files import Exported
from ptbasics.grading.exports.gradescope import write_gradescope
from ptbasics.grading.exports.junit import write_junit
from ptbasics.grading.exports.mail import write_mail
from ptbasics.grading.exports.moodle import write_moodle
from ptbasics.grading.exports.reading import read_scores
from ptbasics.grading.exports.scores import ClassScores
from ptbasics.grading.exports.tables import write_tables

#: Writes the scores of a class into a folder.
Writer = Callable[[ClassScores, Path], Exported]

FORMATS: dict[str, Writer] = {
    "canvas": write_canvas,
    "moodle": write_moodle,
    "csv": write_tables,
    "junit": write_junit,
    "gradescope": write_gradescope,
    "classroom50": write_classroom50,
}
#: The format that needs a sender.
MAIL = "mail"


def export_scores(
    course: Course,
    format_name: str,
    lessons: Sequence[str] = (),
    *,
    titles: Mapping[str, str] | None = None,
    sender: str = "",
    folder: Path | None = None,
) -> Exported:
    """Write what the gradebook says, for another program.

    Args:
        course: whose gradebook.
        format_name: a key of `FORMATS`, or `MAIL`.
        lessons: these only; by default every assignment in the gradebook.
        titles: lesson → what it is called there; by default its id.
        sender: the address that mails come from.
        folder: where the files go; by default `exports/FORMAT` beside the gradebook.

    Raises:
        CourseProblem: as `read_scores`; or the sender is no address.
    """
    scores = read_scores(course, lessons, titles)
    write = partial(write_mail, sender=sender) if format_name == MAIL else FORMATS[format_name]
    return write(scores, folder or course.desk / "exports" / format_name)
