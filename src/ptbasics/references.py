"""Reference solutions as text, where an instructor has given them out.

A bundle for students has none, unless it was made with `ptbasics release --with-references`.
Nothing on a student's disk can be kept secret until a date: whoever wants that gives out another
bundle after it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from ptbasics.judging.codec import decode, encode

_STORE = files("ptbasics") / "stored"


@cache
def references(lesson: str) -> Mapping[str, str]:
    """Symbol → the source of its reference solution; nothing where they are not given out."""
    store = _STORE / store_name(lesson)
    return dict(decode(store.read_bytes())) if store.is_file() else {}


def store_name(lesson: str) -> str:
    """The file, in the package folder `stored`, with the reference solutions of a lesson."""
    return f"{lesson}.references"


def pack_references(sources: Mapping[str, str]) -> bytes:
    """Reference solutions as the content of a store."""
    return encode(dict(sources))
