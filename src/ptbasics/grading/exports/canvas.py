"""The table that Canvas reads under Grades → Import."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ptbasics.grading.exports.files import Exported, named
from ptbasics.grading.exports.scores import ClassScores, Student
from ptbasics.grading.spreadsheet import Value, write_table

_STUDENT = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")


def write_canvas(scores: ClassScores, folder: Path) -> Exported:
    """Write `canvas.csv`: a line for each student with a Canvas id, an assignment per column.

    Canvas knows a column by the id in brackets behind its title, such as `Tensors (4711)`, and
    makes a new assignment of any other. An empty cell is no score. Who has no Canvas id, which is
    a number, is in `canvas-without-id.csv`: Canvas would look for them by name.
    """
    known = [student for student in scores.students if _has_id(student)]
    unknown = [student for student in scores.students if not _has_id(student)]
    files = [_write(scores, known, folder / "canvas.csv")]
    problems = []
    apart = folder / "canvas-without-id.csv"
    apart.unlink(missing_ok=True)
    if unknown:
        files.append(_write(scores, unknown, apart))
        problems.append(
            f"Without a Canvas id in the gradebook: {named(unknown)}. They are in {apart}, and not "
            "in the file for Canvas; `ptbasics roster import` fills in ids."
        )
    return Exported(tuple(files), tuple(problems))


def _has_id(student: Student) -> bool:
    return student.lms_user_id.isascii() and student.lms_user_id.isdigit()


def _write(scores: ClassScores, students: Iterable[Student], path: Path) -> Path:
    head = (*_STUDENT, *(lesson.title for lesson in scores.lessons))
    best: list[Value] = ["Points Possible", *[None] * (len(_STUDENT) - 1)]
    best += [lesson.max_score for lesson in scores.lessons]
    lines: list[list[Value]] = []
    for student in students:
        line: list[Value] = [student.sortable_name, student.lms_user_id, None, None, None]
        for lesson in scores.lessons:
            score = scores.scores.get((student.id, lesson.name))
            line.append(score.total if score else None)
        lines.append(line)
    return write_table(path, head, [best, *lines])
