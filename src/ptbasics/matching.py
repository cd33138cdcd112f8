"""Which released cell a cell of a student's notebook comes from.

Labels of nbgrader say so, and where an editor dropped them, what the cell holds. Of cells without
labels the id does: it follows from what they were released with, so that an old cell can be known
without the old release.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import md5, sha256
from typing import Any, NamedTuple, Protocol

from ptbasics.exercise import grade_id, is_written
from ptbasics.judging.cells import statements

#: More cells of one text than any lesson has.
_MAX_REPEATED = 20


class HandedCell(Protocol):
    """What is looked at in a student's cell; its label is "" where it has none."""

    cell_type: str
    source: str
    grade_id: str


class Labels(NamedTuple):
    """The label of each cell, "" for the student's own; and which answers had lost theirs."""

    names: list[str]
    recognised: list[str]


def content_id(lesson: str, cell_type: str, number: int, source: str) -> str:
    """The id of a released cell without a label: the cell with this text, of `number` so far.

    Inserting a cell into a lesson leaves the ids of the others alone.
    """
    content = f"{lesson}/{cell_type}/{number}/{source}"
    return sha256(content.encode()).hexdigest()[:12]


def has_content_id(cell: Mapping[str, Any], lesson: str) -> bool:
    """Whether a cell without a label says what some release of the lesson put there."""
    numbers = range(1, _MAX_REPEATED + 1)
    name, kind, text = cell.get("id"), cell["cell_type"], cell["source"]
    return any(name == content_id(lesson, kind, number, text) for number in numbers)


def has_checksum(cell: Mapping[str, Any]) -> bool:
    """Whether a cell with a label says what some release put there."""
    return bool(grade_id(cell)) and cell["metadata"]["nbgrader"].get("checksum") == checksum(cell)


def checksum(cell: Mapping[str, Any]) -> str:
    """What nbgrader writes into a labelled cell when it releases it, computed as it does."""
    about = cell["metadata"]["nbgrader"]
    is_grade, is_solution = bool(about.get("grade")), bool(about.get("solution"))
    is_locked = not is_solution and (is_grade or bool(about.get("locked")))
    parts = [cell["source"], cell["cell_type"], str(is_grade), str(is_solution), str(is_locked)]
    parts.append(about["grade_id"])
    if is_grade:
        parts.append(str(float(about.get("points", 0))))
    return md5("".join(parts).encode(), usedforsecurity=False).hexdigest()


def labels(cells: Sequence[HandedCell], released: Sequence[Mapping[str, Any]]) -> Labels:
    """The labels of a student's cells, as far as the release knows them.

    Some editors drop what nbgrader writes into cells. An answer is then known by the name that it
    defines, a written answer by its headings, and a locked cell by its text.

    Args:
        cells: the student's.
        released: the labelled cells of the release.
    """
    known = {grade_id(cell): cell for cell in released}
    names = [cell.grade_id if cell.grade_id in known else "" for cell in cells]
    recognised = []
    for name, original in known.items():
        if name in names:
            continue
        for index, cell in enumerate(cells):
            if names[index] or not _is_like(cell, original):
                continue
            names[index] = name
            if original["metadata"]["nbgrader"]["solution"]:
                recognised.append(name)
            break
    return Labels(names, recognised)


def first_filled(
    name: str, names: Sequence[str], cells: Sequence[HandedCell], released: Mapping[str, Any]
) -> int | None:
    """Which of the cells with one label counts: the first that holds something."""
    labelled = [index for index, label in enumerate(names) if label == name]
    empty = ("", released["source"].strip())
    filled = [index for index in labelled if cells[index].source.strip() not in empty]
    return next(iter(filled or labelled), None)


def _is_like(cell: HandedCell, released: Mapping[str, Any]) -> bool:
    """Whether a cell without a label seems to be what a student made of a released one."""
    if cell.cell_type != released["cell_type"]:
        return False
    if is_written(released):
        return _headings(released["source"]) <= _headings(cell.source)
    if released["metadata"]["nbgrader"]["solution"]:
        return _defines(cell.source, grade_id(released))
    return cell.source.strip() == str(released["source"]).strip()


def _headings(markdown: str) -> set[str]:
    return {line.strip() for line in markdown.split("\n") if line.startswith("#")}


def _defines(source: str, symbol: str) -> bool:
    return any(getattr(statement, "name", "") == symbol for statement in statements(source))
