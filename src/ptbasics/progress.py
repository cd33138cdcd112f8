"""What a learner has done so far: one small file beside the notebooks.

It holds predictions, points of checks, and how many steps of help were asked for; no answer to an
exercise is in it. It is a convenience. Nobody loses anything when it is deleted, damaged or edited,
and grading never reads it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, TypeVar

#: In the folder that the notebook runs in.
FILE = Path(".ptbasics-progress.json")
#: A larger file is not ours.
MAX_BYTES = 1_000_000

_Entry = TypeVar("_Entry")


@dataclass(frozen=True)
class Result:
    """What the newest check of an exercise said.

    Attributes:
        points: those of the public cases.
        source: the fingerprint of the cell that was checked; "" where there was none.
    """

    points: float
    source: str = ""


@dataclass(frozen=True)
class Progress:
    """What is known of a learner, by the names of predictions and exercises."""

    predictions: dict[str, str] = field(default_factory=dict)
    results: dict[str, Result] = field(default_factory=dict)
    hints: dict[str, int] = field(default_factory=dict)


# holds what could not be written, for as long as the kernel lives
_session = Progress()


def known() -> Progress:
    """What the file says, and what this session adds to it."""
    kept = read(FILE)
    return Progress(
        kept.predictions | _session.predictions,
        kept.results | _session.results,
        kept.hints | _session.hints,
    )


def read(file: Path) -> Progress:
    """What a file says; nothing where there is none, and without the entries that cannot be."""
    try:
        with file.open("rb") as opened:
            content = json.loads(opened.read(MAX_BYTES))
    except (OSError, ValueError, RecursionError):
        content = None
    parts = content if isinstance(content, dict) else {}
    return Progress(
        _entries(parts.get("predictions"), _as_text),
        _entries(parts.get("results"), _as_result),
        _entries(parts.get("hints"), _as_count),
    )


def record_prediction(name: str, answer: str) -> None:
    """Keep a prediction. The first one stands: a second is no prediction any more."""
    if name not in known().predictions:
        _session.predictions[name] = answer
        _keep()


def record_result(name: str, result: Result) -> None:
    """Keep what a check of an exercise said, in place of what one before it said."""
    _session.results[name] = result
    _keep()


def seen_in_this_session(name: str) -> bool:
    """Whether the result of an exercise is of a check that this process made."""
    return name in _session.results


def forget_result(name: str) -> None:
    """What was checked is not there any more."""
    _session.results.pop(name, None)
    if name in read(FILE).results:
        _keep(without=name)


def record_hint(name: str, steps: int) -> None:
    """Keep how many steps of help with an exercise were given."""
    _session.hints[name] = steps
    _keep()


def _keep(without: str = "") -> None:
    now = known()
    results = {name: result for name, result in now.results.items() if name != without}
    with suppress(OSError):  # a folder that cannot be written to
        _write(asdict(Progress(now.predictions, results, now.hints)))


def _entries(part: Any, convert: Callable[[Any], _Entry | None]) -> dict[str, _Entry]:
    found = part.items() if isinstance(part, dict) else ()
    converted = {name: convert(value) for name, value in found}
    return {name: entry for name, entry in converted.items() if entry is not None}


def _as_text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _as_count(value: Any) -> int | None:
    return value if type(value) is int and value >= 0 else None


def _as_result(value: Any) -> Result | None:
    if not isinstance(value, dict):
        return None
    points, source = value.get("points"), value.get("source")
    if isinstance(points, bool) or not isinstance(points, int | float):
        return None
    if not isinstance(source, str):
        return None
    return Result(float(points), source) if 0 <= points < math.inf else None


def _write(content: dict[str, Any]) -> None:
    """In one step, so that a kernel that dies leaves the old file or the new one."""
    with NamedTemporaryFile("w", dir=".", prefix=FILE.name, delete=False, encoding="utf-8") as file:
        json.dump(content, file, indent=1, ensure_ascii=False)
    try:
        Path(file.name).replace(FILE)
    except OSError:
        Path(file.name).unlink()
        raise
