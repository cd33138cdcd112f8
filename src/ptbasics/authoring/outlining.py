"""From a lesson to its outline: which section teaches what an exercise asks for."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from ptbasics.authoring.lesson import Code, Lesson, Marker, Prose
from ptbasics.outlines import Outline

_MARKDOWN = MarkdownIt()


def outline_of(lesson: Lesson) -> Outline:
    """A lesson in brief.

    An exercise belongs to the nearest heading above it under which there is code to read: that of
    the exercise's own statement has none. A heading that the lesson has twice names no place.
    """
    counts = Counter(
        heading
        for part in lesson.parts
        if isinstance(part, Prose)
        for heading in _headings(part.text)
    )
    sections: dict[str, str] = {}
    newest = taught = ""
    for part in lesson.parts:
        match part:
            case Prose(text):
                unique = [heading for heading in _headings(text) if counts[heading] == 1]
                newest = [newest, *unique][-1]
            case Code():
                taught = newest
            case Marker(symbol):
                sections[symbol] = taught
    return Outline(lesson.name, lesson.title, lesson.summary, sections)


def _headings(markdown: str) -> list[str]:
    """Its headings, without the marks of Markdown, as a page shows them."""
    tokens = _MARKDOWN.parse(markdown)
    return [_plain(inline) for token, inline in pairwise(tokens) if token.type == "heading_open"]


def _plain(inline: Token) -> str:
    return "".join(child.content for child in inline.children or ())
