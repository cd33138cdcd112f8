"""Verdicts kept on disk, one file for each submission, so that no work is lost or done twice."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

from ptbasics.grading.result import SubmissionResult, from_json, to_json


class Store:
    """Results by a key that changes with everything that could change the result."""

    def __init__(self, folder: Path) -> None:
        """Keep results in a folder, which is made if need be."""
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def get(self, key: str) -> SubmissionResult | None:
        """The result kept under a key; None where there is none that can be read."""
        with suppress(OSError, ValueError, KeyError, TypeError):
            return from_json(json.loads(self._path(key).read_bytes()))
        return None

    def put(self, key: str, result: SubmissionResult) -> None:
        """Keep a result. Whoever is killed in the middle leaves the old file or the new one."""
        with NamedTemporaryFile("w", dir=self._folder, suffix=".new", delete=False) as draft:
            json.dump(to_json(result), draft)
        Path(draft.name).replace(self._path(key))

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.json"
