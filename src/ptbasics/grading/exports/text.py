"""Text of people, as other programs may have it."""

from __future__ import annotations

from unicodedata import category

#: Control characters, and halves of a character that no encoding can write.
_REMOVED = ("Cc", "Cs")


def single_line(text: str) -> str:
    """Text on one line, without control characters.

    What joins and directs letters stays: Persian names and most emoji need it.
    """
    return "".join(sign for sign in " ".join(text.split()) if category(sign) not in _REMOVED)
