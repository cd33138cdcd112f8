"""Text from a submission, made fit for what it is written into."""

from __future__ import annotations

from ptbasics.describe import printable


def storable(text: str) -> str:
    """The text as UTF-8 can carry it: a lone surrogate, which is legal in JSON, becomes `?`."""
    return text.encode(errors="replace").decode()


def one_line(text: str) -> str:
    r"""The text as a table or a terminal may show it.

    It stays on one line. What is not printable, such as the escape that begins a terminal's
    command or a byte of a file name that is not UTF-8, is spelled out: `\x1b`, `\udcff`.
    """
    return printable(" ".join(text.split()))
