"""A lesson as it is written: Markdown prose and code, with a marker where an exercise belongs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import jupytext
from markdown_it import MarkdownIt

_FENCE = re.compile(r"^\s*(```+|~~~+)")
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


Part = Prose | Code | Marker | Prompt


@dataclass(frozen=True)
class Lesson:
    """One lesson's Markdown, taken apart in order."""

    name: str
    title: str
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
        for key in ("title", "introduces")
        if key not in about
    ]
    parts: list[Part] = []
    for cell in notebook.cells:
        if cell.cell_type == "code":
            parts.append(Code(cell.source, tuple(cell.metadata.get("tags", ()))))
        else:
            found, wrong = _split(cell.source)
            parts += [piece for part in found for piece in _prompts(part)]
            problems += [f"{where}: {text}" for text in wrong]
    if problems:
        raise Refused(problems)
    return Lesson(name, about["title"], tuple(about["introduces"]), tuple(parts))


def _split(markdown: str) -> tuple[list[Part], list[str]]:
    """Markdown cut at its markers, and what is wrong with them."""
    lines = markdown.split("\n")
    parts: list[Part] = []
    problems: list[str] = []
    kept: list[str] = []
    for index, line in _outside_fences(lines):
        marker = _MARKER.match(line) if index is not None else None
        if marker is None or index is None:
            kept.append(line)
            continue
        around = lines[max(index - 1, 0) : index] + lines[index + 1 : index + 2]
        if any(other.strip() for other in around):
            problems.append(f"`{line.strip()}` needs an empty line before and after it")
        parts += [*_prose(kept), Marker(marker[1].strip())]
        kept = []
    return [*parts, *_prose(kept)], problems


def _prompts(part: Part) -> list[Part]:
    """Prose cut at its predict blocks."""
    if not isinstance(part, Prose):
        return [part]
    lines = part.text.split("\n")
    parts: list[Part] = []
    start = 0
    for token in MarkdownIt().parse(part.text):
        if token.type == "fence" and token.info.strip() == "predict" and token.map:
            parts += [*_prose(lines[start : token.map[0]]), Prompt(token.content)]
            start = token.map[1]
    return [*parts, *_prose(lines[start:])]


def _outside_fences(lines: Sequence[str]) -> Iterator[tuple[int | None, str]]:
    """Every line with its index; None for the index of lines in a fenced block."""
    fence = ""
    for index, line in enumerate(lines):
        found = _FENCE.match(line)
        yield (None if fence or found else index), line
        if found and not fence:
            fence = found[1]
        elif found and found[1].startswith(fence):
            fence = ""


def _prose(lines: Sequence[str]) -> list[Part]:
    text = "\n".join(lines).strip("\n")
    return [Prose(text)] if text.strip() else []
