"""A student's cells, read from JSON that may hold anything."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ptbasics.judging.codec import storable

MAX_CELLS = 2000
_VALID_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_TYPES = ("code", "markdown", "raw")


@dataclass
class StudentCell:
    """What is used of a submitted cell: its type, text, ids, and pictures pasted into Markdown."""

    cell_type: str
    source: str
    id: str = ""
    grade_id: str = ""
    attachments: dict[str, Any] = field(default_factory=dict)


def cells_of(raw: Sequence[Any], notes: list[str]) -> list[StudentCell]:
    """The cells that can be understood; a note counts those that cannot."""
    read = [cell for item in raw[:MAX_CELLS] if (cell := _cell(item)) is not None]
    if len(raw) > MAX_CELLS:
        notes.append(f"The notebook has {len(raw):,} cells; the first {MAX_CELLS:,} were read.")
    if strange := min(len(raw), MAX_CELLS) - len(read):
        notes.append(
            "One cell is damaged and was left out."
            if strange == 1
            else f"{strange} cells are damaged and were left out."
        )
    return read


def _cell(raw: Any) -> StudentCell | None:
    if not isinstance(raw, dict) or raw.get("cell_type") not in _TYPES:
        return None
    source = raw.get("source", "")
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str):
        return None
    label = _dict(_dict(raw.get("metadata")).get("nbgrader")).get("grade_id")
    name = raw.get("id")
    return StudentCell(
        cell_type=raw["cell_type"],
        source=storable(source),
        id=name if isinstance(name, str) and _VALID_ID.fullmatch(name) else "",
        grade_id=label if isinstance(label, str) else "",
        attachments=_attachments(raw.get("attachments")),
    )


def _attachments(raw: Any) -> dict[str, Any]:
    """Pictures as nbformat wants them: name → MIME type → base64 text."""
    return {
        storable(name): {storable(mime): storable(data) for mime, data in bundle.items()}
        for name, bundle in _dict(raw).items()
        if bundle
        and isinstance(bundle, dict)
        and all(isinstance(data, str) for data in bundle.values())
    }


def _dict(value: Any) -> dict[Any, Any]:
    return value if isinstance(value, dict) else {}
