"""A class list in CSV, as Canvas and Moodle give it out, or written by hand."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ptbasics.grading.course import CourseProblem

_DELIMITERS = (",", ";", "\t")
#: What a column with a status may say, in small letters, and whether that is a student who left.
_STATUS = {
    **dict.fromkeys(("", "active"), False),
    **dict.fromkeys(("inactive", "suspended", "not current", "withdrawn"), True),
}
#: Rows of a Canvas gradebook that are no students.
_NOBODY = ("Points Possible", "Student, Test", "Test Student")


@dataclass(frozen=True)
class _Format:
    """The columns of one kind of class list, by their names in small letters without spaces.

    Of several names for a column, the first that a header has counts.
    """

    name: str
    marks: tuple[str, ...]
    id: tuple[str, ...]
    lms_user_id: tuple[str, ...]
    email: tuple[str, ...] = ("email", "emailaddress")
    first_name: tuple[str, ...] = ("firstname",)
    last_name: tuple[str, ...] = ("lastname", "surname")
    full_name: tuple[str, ...] = ()
    status: tuple[str, ...] = ("status",)


_FORMATS = (
    _Format(
        "Canvas",
        marks=("id", "section"),
        id=("sisloginid", "sisuserid"),
        lms_user_id=("id",),
        full_name=("student",),
    ),
    _Format(
        "Moodle",
        marks=("firstname", "emailaddress"),
        id=("username", "idnumber", "emailaddress"),
        lms_user_id=("idnumber",),
    ),
    _Format("plain", marks=("id",), id=("id",), lms_user_id=("lmsid", "lmsuserid")),
)
#: nbgrader's columns of a student.
_COLUMNS = ("first_name", "last_name", "email", "lms_user_id")
_KNOWN_HEADERS = (
    "a Canvas gradebook begins with Student, ID, SIS User ID, SIS Login ID, Section; Moodle's "
    "participants with First name, Last name, Email address; a plain list with "
    "id, first name, last name, email, lms id"
)


@dataclass(frozen=True)
class _Header:
    """The first line of a list: whose it is, and column → position."""

    kind: _Format
    delimiter: str
    names: tuple[str, ...]
    columns: Mapping[str, int]


@dataclass(frozen=True)
class Person:
    """One line of a class list.

    Attributes:
        id: the name of the student's folder.
        columns: nbgrader's column → text, for those that the list has.
        is_withdrawn: whether they have left the course.
    """

    id: str
    columns: Mapping[str, str]
    is_withdrawn: bool = False


def read_class_list(path: Path, id_column: str = "") -> list[Person]:
    """The people in a CSV file of Canvas, Moodle or nobody in particular; its header says whose.

    Args:
        path: the file, in UTF-8, with commas, semicolons or tabs.
        id_column: the column with the names of folders; by default a login, else a number.

    Raises:
        CourseProblem: its header is not known, or a line is wrong; it names file and line.
        OSError: it cannot be read.
    """
    text = _text_of(path)
    header = _recognised(path, text)
    kind = header.kind
    named_by = _plain(id_column) or _first(kind.id, header.columns)
    if named_by is None or named_by not in header.columns:
        missing = f"no column is called {id_column!r}" if id_column else "no column names folders"
        raise CourseProblem(
            f"{path}:1: {missing} in this {kind.name} list: give one with --id, of "
            f"{', '.join(header.names)}"
        )
    people: dict[str, Person] = {}
    lines: dict[str, int] = {}
    for line, row in _rows(path, text, header):
        if row.get("student", "").strip() in _NOBODY:
            continue
        person = _person(f"{path}:{line}", row, kind, named_by)
        if person.id in people:
            raise CourseProblem(
                f"{path}:{line}: {person.id!r} is in line {lines[person.id]} already: remove one "
                "of them, or name another column with --id"
            )
        people[person.id], lines[person.id] = person, line
    if not people:
        raise CourseProblem(f"{path}: there is nobody in it")
    return list(people.values())


def read_ids(path: Path) -> list[str]:
    """The ids in a text file, one per line; empty lines do not count.

    Raises:
        CourseProblem: it is no text.
        OSError: it cannot be read.
    """
    return [line.strip() for line in _text_of(path).splitlines() if line.strip()]


def _text_of(path: Path) -> str:
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise CourseProblem(f"{path}:{line}: this is not UTF-8: save it as CSV UTF-8") from None


def _recognised(path: Path, text: str) -> _Header:
    """The first line, by which a list is known."""
    for delimiter in _DELIMITERS:
        names = next(csv.reader(io.StringIO(text), delimiter=delimiter), [])
        columns = {_plain(name): at for at, name in reversed(list(enumerate(names)))}
        for kind in _FORMATS:
            if all(mark in columns for mark in kind.marks):
                return _Header(kind, delimiter, tuple(names), columns)
    raise CourseProblem(f"{path}:1: this header is not known: {_KNOWN_HEADERS}")


def _rows(path: Path, text: str, header: _Header) -> Iterator[tuple[int, dict[str, str]]]:
    """The first line of each row, and column → text; empty rows are left out."""
    reader = csv.reader(io.StringIO(text), delimiter=header.delimiter, strict=True)
    begun = 1
    try:
        for number, row in enumerate(reader):
            line, begun = begun, reader.line_num + 1
            if number and any(map(str.strip, row)):
                yield line, {name: row[at] for name, at in header.columns.items() if at < len(row)}
    except csv.Error as error:
        raise CourseProblem(f"{path}:{begun}: this is not CSV: {error}") from None


def _person(place: str, row: Mapping[str, str], kind: _Format, named_by: str) -> Person:
    student = row.get(named_by, "").strip()
    if not student:
        raise CourseProblem(f"{place}: the student has no id: fill it in, or remove the line")
    if "/" in student or not student.isprintable() or student.startswith("."):
        raise CourseProblem(f"{place}: {student!r} cannot be the name of a folder: give another id")
    columns = {
        column: row[name]
        for column in _COLUMNS
        if (name := _first(getattr(kind, column), row)) is not None
    }
    if (full := _first(kind.full_name, row)) is not None:
        columns["first_name"], columns["last_name"] = _parts(row[full])
    status = row.get("status", "").strip()
    if status.casefold() not in _STATUS:
        raise CourseProblem(
            f"{place}: the status {status!r} is not known: it is one of "
            f"{', '.join(filter(None, _STATUS))}, or empty"
        )
    return Person(student, columns, _STATUS[status.casefold()])


def _parts(full_name: str) -> tuple[str, str]:
    """First and last name of `Last, First`, or of `First Last`."""
    last, comma, first = full_name.partition(", ")
    if comma:
        return first, last
    first, _, last = full_name.rpartition(" ")
    return first, last


def _first(names: tuple[str, ...], columns: Mapping[str, object]) -> str | None:
    return next((name for name in names if name in columns), None)


def _plain(name: str) -> str:
    """The name of a column without what differs between versions and languages of a program."""
    return "".join(sign for sign in name.casefold() if sign.isalnum())
