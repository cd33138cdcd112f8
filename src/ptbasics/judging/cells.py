"""The Python in a notebook's cell, read as IPython reads it, without running any of it."""

from __future__ import annotations

import ast
import re
import threading
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.util import find_spec
from typing import Any

# CPython counts the depth of a syntax tree for all threads together, and may raise SystemError
# when two of them parse at the same time
PARSER = threading.Lock()
#: IPython reads a cell anew for each line of its own kind; characters times such lines.
_MAX_WORK = 300_000
_OWN_LINE = re.compile(r"^\s*[%!,;/]|\?|=\s*[%!]", re.MULTILINE)
#: Magics that run Python in the notebook's own names.
_RUNS_LINE = {"time"}
_RUNS_CELL = {"capture", "prun", "time", "timeit"}


class Unreadable(Exception):
    """IPython may run this source, and it is too deep or too long to be read here."""


def statements(source: str) -> list[ast.stmt]:
    """The statements of a cell; none where it is no Python, or cannot be read."""
    try:
        return read_statements(source)
    except Unreadable:
        return []


@lru_cache(maxsize=4096)  # most cells are the same in all submissions
def _parsed(source: str) -> tuple[ast.stmt, ...]:
    body = _parse(source)
    if body is None:
        body = _parse(_as_python(source)) or []
    return tuple(inner for statement in body for inner in _unwrapped(statement))


def read_statements(source: str) -> list[ast.stmt]:
    """The statements of a cell; none where it is no Python, so that it cannot be run either.

    Raises:
        Unreadable: its statements are not known.
    """
    return list(_parsed(source))


def _parse(source: str) -> list[ast.stmt] | None:
    try:
        with PARSER:
            return ast.parse(source).body
    except (SyntaxError, ValueError):
        return None
    except (RecursionError, MemoryError) as error:
        raise Unreadable(str(error)) from None


def _as_python(source: str) -> str:
    """Lines of IPython's own kind as the calls that they stand for."""
    if find_spec("IPython") is None:
        lines = source.splitlines()
        return "\n".join("" if line.lstrip().startswith(("%", "!")) else line for line in lines)
    passes = 1 + len(_OWN_LINE.findall(source))
    if len(source) * passes > _MAX_WORK:
        raise Unreadable("too long for so many lines of IPython's own kind")
    try:
        python: str = _ipython().transform_cell(source)
    except Exception:  # where this fails, IPython does not run the cell
        return ""
    return python


@cache
def _ipython() -> Any:
    from IPython.core.inputtransformer2 import TransformerManager

    return TransformerManager()


def _unwrapped(statement: ast.stmt) -> Iterator[ast.stmt]:
    """A statement, or those that a magic such as `%%time` runs in its place."""
    match statement:
        case ast.Expr(
            ast.Call(
                ast.Attribute(ast.Call(ast.Name("get_ipython")), kind),
                [ast.Constant(str(name)), *texts],
            )
        ) if kind in ("run_line_magic", "run_cell_magic"):
            lines = [text.value for text in texts if isinstance(text, ast.Constant)]
            if name in _RUNS_LINE and lines:
                yield from _parsed(str(lines[0]))
            if name in _RUNS_CELL and len(lines) == 2:
                yield from _parsed(str(lines[1]))
        case _:
            yield statement
