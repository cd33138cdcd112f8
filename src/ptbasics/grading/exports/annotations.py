"""What lost points, at its line in the notebook file: for GitHub and GitLab."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from ptbasics.grading.exports.checkout import GradedCheckout
from ptbasics.grading.exports.graded_notebook import told
from ptbasics.grading.result import number
from ptbasics.judging.describe import one_line

#: GitHub cuts longer messages, and nobody reads them.
_MAX_MESSAGE = 2_000


@dataclass(frozen=True)
class Annotation:
    """A message at a line of a file of the student's; `path` has forward slashes."""

    path: str
    line: int
    level: Literal["error", "notice"]
    title: str
    message: str

    def github_command(self) -> str:
        """The line that a workflow prints. Whatever the message says, it is one command."""
        place = f"file={_property(self.path)},line={self.line},title={_property(self.title)}"
        return f"::{self.level} {place}::{_data(self.message)}"

    def as_code_quality(self) -> dict[str, Any]:
        """An entry of GitLab's Code Quality report."""
        return {
            "description": f"{self.title}\n{self.message}",
            "check_name": self.title.partition(":")[0],
            "fingerprint": sha256(f"{self.path}/{self.title}".encode()).hexdigest(),
            "severity": "major" if self.level == "error" else "info",
            "location": {"path": self.path, "lines": {"begin": self.line}},
        }


def annotated(graded: GradedCheckout) -> list[Annotation]:
    """One for each exercise that lost points or waits for a person, in the lessons' order."""
    found = []
    for score in graded.scores.all():
        lesson = score.lesson.name
        file = graded.folders[lesson] / f"{lesson}.ipynb"
        text = _text_of(graded.checkout / file)
        verdicts = told(graded.scores.course, score).verdicts
        for exercise in score.exercises:
            if exercise.waits:
                level, message = "notice", "A person is still to grade this."
            elif exercise.score < exercise.max_score:
                level, message = "error", verdicts.get(exercise.cell, "")
            else:
                continue
            points = f"{number(exercise.score)} of {number(exercise.max_score)} points"
            found.append(
                Annotation(
                    file.as_posix(),
                    _line_of(text, (exercise.name, exercise.cell)),
                    "notice" if level == "notice" else "error",
                    one_line(f"{exercise.name}: {points}"),
                    message[:_MAX_MESSAGE],
                )
            )
    return found


def _text_of(file: Path) -> str:
    """A notebook as its author wrote it; "" for a link and for what is no text."""
    try:
        return "" if file.is_symlink() else file.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""


def _line_of(text: str, cells: Iterable[str]) -> int:
    """Where the source of the first of these cells begins that is there; 1 for none of them."""
    for cell in cells:
        label = re.search(rf'"grade_id"\s*:\s*"{re.escape(cell)}"', text)
        if label:
            # Jupyter writes the keys of a cell in order: the source comes after the metadata
            source = text.find('"source"', label.end())
            return text.count("\n", 0, max(source, label.end())) + 1
    return 1


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
