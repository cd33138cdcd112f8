"""Outputs that a submission sent, rebuilt from their parts: valid nbformat v4, or nothing.

What arrives was made by a process that is not trusted. Only keys, types and sizes that the format
knows are taken over, so that a notebook with these outputs can be written, read and shown.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

from ptbasics.judging.codec import storable
from ptbasics.runner.job import Output

_MAX_OUTPUTS = 10_000
_MAX_DEPTH = 12
_NO_ROOM = (
    "[this output is not kept: all outputs of this notebook together are too long. "
    "Print less, here or in the cells above.]\n"
)
#: The types whose content nbformat takes as JSON; that of all others is text.
_IS_JSON = re.compile(r"application/json|[a-zA-Z0-9]+/[a-zA-Z0-9\-+.]+\+json")


def clean_outputs(outputs: Any) -> list[Output]:
    """The outputs among these that can be shown."""
    if not isinstance(outputs, list):
        return []
    cleaned = (_clean(output) for output in outputs[:_MAX_OUTPUTS])
    return [output for output in cleaned if output is not None]


def within(outputs: list[Output], room: int) -> tuple[list[Output], int]:
    """What of a cell's outputs fits into a number of bytes, as JSON.

    Returns:
        The outputs that fit, with a sentence in the place of the rest, and the room that is left.
    """
    kept: list[Output] = []
    for output in outputs:
        size = len(json.dumps(output))
        if size > room:
            kept.append({"output_type": "stream", "name": "stdout", "text": _NO_ROOM})
            return kept, 0
        room -= size
        kept.append(output)
    return kept, room


def error_output(name: str, text: str) -> Output:
    """An error in the place of the outputs of a cell that has lost them."""
    return {"output_type": "error", "ename": name, "evalue": text, "traceback": [f"{name}: {text}"]}


def _clean(output: Any) -> Output | None:
    if not isinstance(output, dict):
        return None
    kind = output.get("output_type")
    if kind == "stream":
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        return {"output_type": "stream", "name": name, "text": _text(output.get("text"))}
    if kind == "error":
        lines = output.get("traceback")
        return {
            "output_type": "error",
            "ename": _text(output.get("ename")),
            "evalue": _text(output.get("evalue")),
            "traceback": [_text(line) for line in lines] if isinstance(lines, list) else [],
        }
    if kind not in ("display_data", "execute_result"):
        return None
    made = {
        "output_type": kind,
        "data": _bundle(output.get("data")),
        "metadata": _json(output.get("metadata"), 0) or {},
    }
    if not isinstance(made["metadata"], dict):
        made["metadata"] = {}
    if kind == "execute_result":
        count = output.get("execution_count")
        made["execution_count"] = count if type(count) is int and count >= 0 else None
    return made


def _bundle(data: Any) -> dict[str, Any]:
    pairs = data.items() if isinstance(data, dict) else ()
    return {
        _text(mime): _json(value, 0) if _IS_JSON.fullmatch(_text(mime)) else _text(value)
        for mime, value in pairs
    }


def _text(value: Any) -> str:
    """Text that UTF-8 can carry; "" for what is no text."""
    return storable(value) if isinstance(value, str) else ""


def _json(value: Any, depth: int) -> Any:
    """A JSON value, cut off where it nests too deeply."""
    if depth > _MAX_DEPTH:
        return None
    if isinstance(value, dict):
        return {_text(key): _json(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [_json(item, depth + 1) for item in value]
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    return value if value is None or isinstance(value, int) else None
