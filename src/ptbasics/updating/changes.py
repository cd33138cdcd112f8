"""What a newer release asks that an answered exercise did not ask before, and how it is told."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from itertools import takewhile

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from ptbasics.exercise import grade_id
from ptbasics.judging.cells import statements

#: What says what is asked: the header of an exercise, and the prose above it.
_MAX_STATEMENT = 2
_STATEMENT, _CELL = "the statement", "the cell to fill in"
_NUMBER = re.compile(r"^### Exercise [\d.]+", re.MULTILINE)
_HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)

_CHANGED = (
    "> **Changed in the course of {version}:** {what} of `{name}`. Your answer below is as you "
    "left it: compare it with what is asked now, and check it again."
)


def said(name: str, text: str) -> NotebookNode:
    """A Markdown cell of ours between the cells of a student."""
    cell: NotebookNode = new_markdown_cell(text)
    cell.id = name
    return cell


def changes(
    old: Sequence[NotebookNode],
    answer: NotebookNode,
    new: Sequence[NotebookNode],
    place: int,
    is_text_gone: bool,
) -> list[str]:
    """What is not as it was when an exercise was answered, in words.

    Args:
        old: the student's cells.
        answer: that of them which answers the exercise.
        new: the released cells.
        place: where among them the answer belongs.
        is_text_gone: whether Markdown above the answer has no place in the release.
    """
    words = []
    if is_text_gone and _has_new_statement(old, new, place):
        words.append(_STATEMENT)
    if _has_new_start(answer, new[place]):
        words.append(_CELL)
    return words


def change_note(
    released: NotebookNode, changed: Sequence[str], former: Sequence[str], version: str
) -> NotebookNode:
    """The cell to put above an answer whose exercise asks for something else now.

    Args:
        released: the cell to fill in, as it is now.
        changed: what `changes` said.
        former: the Markdown above the answer that has no place in the release.
        version: what sentences call the release.
    """
    name, what = grade_id(released), " and ".join(changed)
    parts = [_CHANGED.format(version=version, what=what, name=name)]
    if former:
        before = "\n\n".join(_HEADING.sub(r"**\1**", text) for text in former)
        parts.append(
            f"<details>\n<summary>What stood here before</summary>\n\n{before}\n\n</details>"
        )
    if _CELL in changed:
        language = "python" if released.cell_type == "code" else "markdown"
        parts.append(f"It is now handed out as\n\n````{language}\n{released.source}\n````")
    return said(f"{name}-changed", "\n\n".join(parts))


def text_above(cells: Sequence[NotebookNode], index: int) -> list[int]:
    """The Markdown cells right above a cell, the nearest first."""
    above = range(index - 1, -1, -1)
    return [*takewhile(lambda place: _is_text(cells[place]), above)]


def _is_text(cell: NotebookNode) -> bool:
    return str(cell.cell_type) == "markdown" and not grade_id(cell)


def _has_new_statement(
    old: Sequence[NotebookNode], new: Sequence[NotebookNode], place: int
) -> bool:
    """Whether the student's notebook lacks some of what is asked, whatever its number is."""
    ids = {cell.get("id") for cell in old}
    texts = {_unnumbered(cell) for cell in old}
    statement = [new[above] for above in text_above(new, place)[:_MAX_STATEMENT]]
    return any(cell.id not in ids and _unnumbered(cell) not in texts for cell in statement)


def _unnumbered(cell: NotebookNode) -> str:
    return _NUMBER.sub("### Exercise", cell.source)


def _has_new_start(answer: NotebookNode, released: NotebookNode) -> bool:
    """Whether the cell of an exercise was released with something else in it before."""
    checksums = [cell.metadata.get("nbgrader", {}).get("checksum") for cell in (answer, released)]
    if all(checksums):
        return len({*checksums}) == 2
    symbol = grade_id(released)
    return _signature(answer.source, symbol) != _signature(released.source, symbol)


def _signature(source: str, symbol: str) -> str:
    """The parameters of a function; "" for anything else."""
    for statement in statements(source):
        if isinstance(statement, ast.FunctionDef) and statement.name == symbol:
            return ast.unparse(statement.args)
    return ""
