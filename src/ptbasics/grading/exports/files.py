"""What an export leaves behind, and how its files are called."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ptbasics.grading.exports.scores import LessonScore, Student
from ptbasics.judging.describe import one_line

#: What some file system cannot have in a name, or takes for something else.
_NOT_IN_NAMES = re.compile(r'[%/\\:*?"<>|\x00-\x1f\x7f]|^\.|[. ]$')
#: How many names a sentence tells.
_MAX_NAMED = 20


@dataclass(frozen=True)
class Exported:
    """The files that were written, and a sentence for each group of students left out."""

    files: tuple[Path, ...]
    problems: tuple[str, ...] = ()


def file_name(text: str) -> str:
    """A name for a file: the text, with `%` codes for what cannot be in one. Never one for two."""
    return _NOT_IN_NAMES.sub(lambda found: f"%{ord(found[0]):02X}", text) or "%"


def folder_of(score: LessonScore, folder: Path) -> Path:
    """The folder for a format with a file for each submission; made where it is missing."""
    place = folder / file_name(score.student.id) / file_name(score.lesson.name)
    place.mkdir(parents=True, exist_ok=True)
    return place


def named(students: Iterable[Student]) -> str:
    """`2 students (ada, bob)`, for a sentence."""
    ids = [one_line(student.id) for student in students]
    more = [f"and {len(ids) - _MAX_NAMED} more"] * (len(ids) > _MAX_NAMED)
    return f"{len(ids)} student{'s' * (len(ids) != 1)} ({', '.join(ids[:_MAX_NAMED] + more)})"
