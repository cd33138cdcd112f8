"""The parts of documents that are made: a table between two comments, in text that is written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from ptbasics.authoring.lesson import Refused, read_lesson
from ptbasics.registry import lessons

_END = "<!-- end of what is made -->"


def lesson_table(root: Path) -> str:
    """The lessons and what they are about, from their front matter, in Markdown.

    Raises:
        Refused: a lesson cannot be read.
    """
    read = [read_lesson(root, name) for name in lessons()]
    return table(
        ("lesson", "what it is about"), ((f"`{lesson.name}`", lesson.summary) for lesson in read)
    )


def table(head: Sequence[str], rows: Iterable[Iterable[str]]) -> str:
    """A table in Markdown, without a final newline."""
    titles, *lines = (f"| {' | '.join(row)} |" for row in [head, *rows])
    return "\n".join([titles, "|---" * len(head) + "|", *lines])


def with_part(root: Path, path: str, name: str, part: str) -> bytes:
    """A document as it is, with what stands between `<!-- made: NAME -->` and its end replaced.

    Raises:
        Refused: the document is missing, or has no such part.
    """
    begin = f"<!-- made: {name} -->"
    document = root / path
    if not document.is_file():
        raise Refused([f"{path} is missing: give the folder of the course with --course-root"])
    before, found, rest = document.read_text(encoding="utf-8").partition(begin)
    _, ended, after = rest.partition(_END)
    if not found or not ended:
        raise Refused([f"{path}: write `{begin}` and `{_END}` around the place of its table"])
    return f"{before}{begin}\n\n{part}\n\n{_END}{after}".encode()
