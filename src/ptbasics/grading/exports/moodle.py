"""The table that Moodle reads under Grades → Import → CSV file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from ptbasics.grading.exports.files import Exported, named
from ptbasics.grading.exports.scores import ClassScores, Student
from ptbasics.grading.exports.text import single_line
from ptbasics.grading.spreadsheet import Value, looks_like_formula, write_table

#: Column → what Moodle may know a student by.
_IDENTITIES: dict[str, Callable[[Student], str]] = {
    "Email address": lambda student: student.email,
    "ID number": lambda student: student.lms_user_id,
}


def write_moodle(scores: ClassScores, folder: Path) -> Exported:
    """Write `moodle.csv`: a line per student, a grade and a feedback column per lesson.

    Moodle asks which column it is to know students by: the e-mail address, or the ID number where
    the gradebook has more of those. It takes a line without one for the student above, so whoever
    has none is in `moodle-without-id.csv`. An empty grade is no grade.
    """
    counts = {column: sum(map(_known_by(column), scores.students)) for column in _IDENTITIES}
    column = max(counts, key=lambda column: counts[column])
    is_known = _known_by(column)
    known = [student for student in scores.students if is_known(student)]
    unknown = [student for student in scores.students if not is_known(student)]
    files = [_write(scores, known, folder / "moodle.csv")]
    problems = []
    apart = folder / "moodle-without-id.csv"
    apart.unlink(missing_ok=True)
    if unknown:
        files.append(_write(scores, unknown, apart))
        problems.append(
            f"Without what Moodle is to know them by ({column}): {named(unknown)}. They are in "
            f"{apart}, and not in the file for Moodle; `ptbasics roster import` fills it in."
        )
    return Exported(tuple(files), tuple(problems))


def _known_by(column: str) -> Callable[[Student], bool]:
    """Whether a student has an identity in a column that stays the same in a spreadsheet."""

    def is_known(student: Student) -> bool:
        identity = _IDENTITIES[column](student).strip()
        return bool(identity) and not looks_like_formula(identity)

    return is_known


def _write(scores: ClassScores, students: Iterable[Student], path: Path) -> Path:
    head = ["First name", "Surname", "ID number", "Email address"]
    for lesson in scores.lessons:
        head += [f"Assignment: {lesson.title}", f"Feedback: {lesson.title}"]
    lines: list[list[Value]] = []
    for student in students:
        who = (student.first_name, student.last_name, student.lms_user_id, student.email)
        line: list[Value] = [single_line(text) for text in who]
        for lesson in scores.lessons:
            score = scores.scores.get((student.id, lesson.name))
            line += [score.total, "; ".join(score.remarks)] if score else [None, None]
        lines.append(line)
    return write_table(path, head, lines)
