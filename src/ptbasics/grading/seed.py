"""The secret seed of a course, from which hidden cases are drawn."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from ptbasics.grading.course import CourseProblem

_NAME = "secret_seed"


def secret_seed(private: Path) -> str:
    """The seed kept in the grader's own folder; made on first use, readable by its owner alone.

    Two graders that start at the same time get the same seed.

    Raises:
        CourseProblem: the file is empty, so that anybody could draw the hidden cases.
    """
    path = private / _NAME
    if not path.exists():
        _make(path)
    seed = path.read_text().strip()
    if not seed:
        raise CourseProblem(
            f"{path} is empty: put back the seed that the class was graded with, or remove the "
            "file, and a new one is made"
        )
    return seed


def _make(path: Path) -> None:
    draft = path.with_name(f"{_NAME}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(secrets.token_hex(32))
    try:
        with suppress(FileExistsError):
            os.link(draft, path)  # appears whole or not at all, and never replaces
    finally:
        draft.unlink()
