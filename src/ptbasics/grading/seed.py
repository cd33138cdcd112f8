"""The secret seed of a course, from which hidden cases are drawn."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

_NAME = "secret_seed"


def secret_seed(private: Path) -> str:
    """The seed kept in the grader's own folder; made on first use, readable by its owner alone.

    Two graders that start at the same time get the same seed.
    """
    path = private / _NAME
    if not path.exists():
        _make(path)
    return path.read_text().strip()


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
