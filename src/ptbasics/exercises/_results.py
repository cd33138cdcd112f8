"""What exercises share whose answers return several things."""

from __future__ import annotations

from typing import Any

from ptbasics.judging.describe import kind_of


def named(found: Any, *names: str) -> dict[str, Any]:
    """The parts of a tuple or list that an answer returned, by name.

    Raises:
        TypeError: something else came back. The message is for the student.
    """
    if not isinstance(found, tuple | list) or len(found) != len(names):
        raise TypeError(f"return ({', '.join(names)}); what came back is {kind_of(found)}")
    return dict(zip(names, found, strict=True))
