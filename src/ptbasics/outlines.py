"""What an installation knows of the text of a lesson: what it is about, and what is taught where.

The build takes it from the lesson's Markdown and stores it in `ptbasics/stored/`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from urllib.parse import quote

from ptbasics.judging.codec import decode, encode

_STORE = files("ptbasics") / "stored"


@dataclass(frozen=True)
class Outline:
    """A lesson in brief.

    Attributes:
        lesson: its name.
        title, summary: as its front matter has them.
        sections: symbol of each exercise → the heading of the section that teaches it; "" where
            the lesson has no heading above it.
    """

    lesson: str
    title: str
    summary: str
    sections: Mapping[str, str]

    def link(self, symbol: str) -> str:
        """The address of an exercise's section, from beside the notebook; "" without a section.

        JupyterLab opens it at the heading, wherever in the notebook the reader is.
        """
        section = self.sections.get(symbol, "")
        return f"{self.lesson}.ipynb#{quote(section.replace(' ', '-'))}" if section else ""


@cache
def outline(lesson: str) -> Outline | None:
    """What is stored about a lesson; None where nothing is."""
    store = _STORE / store_name(lesson)
    return Outline(**decode(store.read_bytes())) if store.is_file() else None


def store_name(lesson: str) -> str:
    """The file, in the package folder `stored`, with the outline of a lesson."""
    return f"{lesson}.outline"


def pack_outline(content: Outline) -> bytes:
    """An outline as the content of a store."""
    return encode(asdict(content))
