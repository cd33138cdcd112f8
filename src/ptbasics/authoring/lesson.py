"""A lesson as it is written: Markdown prose and code, with a marker where an exercise belongs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import jupytext
from markdown_it import MarkdownIt

_MARKDOWN = MarkdownIt()
_MARKER = re.compile(r"^<!--\s*exercise:(.*)-->\s*$")


class Refused(Exception):
    """Something may not be built; `problems` has one sentence each, with the way out."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True)
class Prose:
    """A piece of Markdown between code and markers."""

    text: str


@dataclass(frozen=True)
class Code:
    """A code cell as the author wrote it."""

    source: str
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Marker:
    """The place of an exercise."""

    symbol: str


@dataclass(frozen=True)
class Prompt:
    """A predict block: what `ptbasics.authoring.prompts` reads."""

    text: str


@dataclass(frozen=True)
class WrittenBlock:
    """A written block: what `ptbasics.authoring.written` reads."""

    text: str


Part = Prose | Code | Marker | Prompt | WrittenBlock
#: The word behind a fence → what stands in it.
_BLOCKS: dict[str, type[Prompt] | type[WrittenBlock]] = {
    "predict": Prompt,
    "written": WrittenBlock,
}


@dataclass(frozen=True)
class Lesson:
    """One lesson's Markdown, taken apart in order."""

    name: str
    title: str
    summary: str
    introduces: tuple[str, ...]
    parts: tuple[Part, ...]

    @property
    def number(self) -> int:
        """`02_operations` → 2."""
        return int(self.name.partition("_")[0])

    @property
    def symbols(self) -> list[str]:
        """The symbols of the markers in order, with repetitions."""
        return [part.symbol for part in self.parts if isinstance(part, Marker)]

    @property
    def set_up(self) -> str:
        """The first code cell; "" where there is none."""
        return next((part.source for part in self.parts if isinstance(part, Code)), "")


def source_path(root: Path, name: str) -> Path:
    """Where the Markdown of a lesson is written."""
    return root / "solutions" / name / f"{name}.md"


def read_lesson(root: Path, name: str) -> Lesson:
    """Read a lesson's Markdown.

    Raises:
        Refused: it is missing, cannot be read, or a marker does not stand alone.
    """
    path = source_path(root, name)
    where = path.relative_to(root)
    if not path.is_file():
        raise Refused(
            [f"{where} is missing: write it, or give the folder of the course with --course-root"]
        )
    try:
        notebook = jupytext.reads(path.read_text(encoding="utf-8"), fmt="md")
    except Exception as error:  # jupytext passes on whatever YAML and nbformat raise
        raise Refused([f"{where} cannot be read as Jupytext Markdown: {error}"]) from error
    about = notebook.metadata.get("ptbasics", {})
    problems = [
        f"{where}: the front matter has no jupyter.ptbasics.{key}"
        for key in ("title", "summary", "introduces")
        if key not in about
    ]
    parts: list[Part] = []
    for cell in notebook.cells:
        if cell.cell_type == "code":
            parts.append(Code(cell.source, tuple(cell.metadata.get("tags", ()))))
        else:
            found, wrong = _split(cell.source)
            parts += [piece for part in found for piece in _blocks(part)]
            problems += [f"{where}: {text}" for text in wrong]
    if problems:
        raise Refused(problems)
    return Lesson(name, about["title"], about["summary"], tuple(about["introduces"]), tuple(parts))


def _split(markdown: str) -> tuple[list[Part], list[str]]:
    """Markdown cut at its markers, and what is wrong with them."""
    lines = markdown.split("\n")
    parts: list[Part] = []
    problems: list[str] = []
    done = 0
    for token in _MARKDOWN.parse(markdown):
        marker = _MARKER.match(token.content) if token.type == "html_block" else None
        if marker is None or token.map is None or token.level:
            continue
        place, end = token.map
        around = [*lines[max(place - 1, 0) : place], *lines[end : end + 1]]
        if any(line.strip() for line in around):
            problems.append(f"`{lines[place].strip()}` needs an empty line before and after it")
        parts += [*_prose(lines[done:place]), Marker(marker[1].strip())]
        done = end
    return [*parts, *_prose(lines[done:])], problems


def _blocks(part: Part) -> list[Part]:
    """Prose cut at its blocks."""
    if not isinstance(part, Prose):
        return [part]
    lines = part.text.split("\n")
    parts: list[Part] = []
    start = 0
    for token in _MARKDOWN.parse(part.text):
        block = _BLOCKS.get(token.info.strip()) if token.type == "fence" else None
        if block is not None and token.map:
            parts += [*_prose(lines[start : token.map[0]]), block(token.content)]
            start = token.map[1]
    return [*parts, *_prose(lines[start:])]


def _prose(lines: Sequence[str]) -> list[Part]:
    text = "\n".join(lines).strip("\n")
    return [Prose(text)] if text.strip() else []
