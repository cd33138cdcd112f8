"""Which sections and exercises cover what the course promises: a table made by looking.

`solutions/topics.yml` names the sections of each topic; the exercises are those whose markers stand
in them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import yaml

from ptbasics.authoring.coverage import Section, section_link, section_text

SOURCE, PAGE = Path("solutions", "topics.yml"), "docs/topics.md"
_MARKER = re.compile(r"^<!-- exercise: (\w+) -->$", re.MULTILINE)


@dataclass(frozen=True)
class Topic:
    """A topic, the sections that teach it, and the symbols of the exercises in them."""

    name: str
    sections: tuple[Section, ...]
    symbols: tuple[str, ...]


def read_topics(root: Path) -> list[Topic]:
    """The topics, in the order of their file."""
    listed = yaml.safe_load((root / SOURCE).read_text(encoding="utf-8"))
    return [_topic(root, name, by_lesson) for name, by_lesson in listed.items()]


def problems(root: Path) -> list[str]:
    """Topics without a section or an exercise, and sections that are not there."""
    found = []
    for topic in read_topics(root):
        found += [
            f"{SOURCE}: {topic.name}: {section.lesson} has no section {section.heading!r}"
            for section in topic.sections
            if section_text(root, section) is None
        ]
        if not topic.sections:
            found.append(f"{SOURCE}: no section teaches {topic.name}")
        if not topic.symbols:
            found.append(f"{SOURCE}: no exercise practises {topic.name}")
    return found


def page(root: Path) -> str:
    """The table as a Markdown page."""
    rows = [
        f"| {topic.name} | {'<br>'.join(map(section_link, topic.sections))} "
        f"| {', '.join(f'`{symbol}`' for symbol in topic.symbols)} |"
        for topic in read_topics(root)
    ]
    return "\n".join(
        [
            "# What the course covers",
            "",
            f"Made by `ptbasics build` from `{SOURCE}` and the lessons; do not edit it by hand.",
            "",
            "| Topic | Taught in | Exercises |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )


def _topic(root: Path, name: str, by_lesson: dict[str, list[str]]) -> Topic:
    sections = tuple(
        Section(lesson, heading) for lesson, headings in by_lesson.items() for heading in headings
    )
    texts = [section_text(root, section) or "" for section in sections]
    return Topic(
        name, sections, tuple(symbol for text in texts for symbol in _MARKER.findall(text))
    )
