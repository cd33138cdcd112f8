"""A TODO's own `raise` that was left standing beside code, read from the source.

What is observed is the same as for a blank answer, and "not started" tells a student who has
written twenty lines nothing.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ptbasics.judging.cells import statements
from ptbasics.judging.verdict import Verdict

_DELETE = (
    "There is code of yours in `{}`, and the line `raise NotImplementedError()` still stands "
    "there: it ends the function before anything comes back. Delete that line."
)
_GO_ON = "`{}` is still to be written: its body is the TODO's `raise` line."


def told_of_leftovers(verdict: Verdict, sources: Sequence[str]) -> Verdict:
    """The verdict on an answer that is "not started", corrected where its source says otherwise.

    Args:
        verdict: what was observed; all but "not started" are given back as they are.
        sources: the code cells in the order in which they ran.
    """
    if verdict.status != "not started":
        return verdict
    definition = _latest(verdict.symbol, sources)
    functions = [] if definition is None else list(_functions(definition))
    todo = [function for function in functions if _leftover(function)]
    if begun := [function for function in todo if _own_code(function)]:
        return replace(verdict, status="failed", reason=_DELETE.format(begun[0].name))
    if todo and len(todo) < len(functions):
        return replace(verdict, status="failed", reason=_GO_ON.format(todo[0].name))
    return verdict


_Function = ast.FunctionDef | ast.AsyncFunctionDef


def _latest(symbol: str, sources: Sequence[str]) -> ast.stmt | None:
    for source in reversed(sources):
        for statement in reversed(statements(source)):
            if isinstance(statement, _Function | ast.ClassDef) and statement.name == symbol:
                return statement
    return None


def _functions(definition: ast.stmt) -> Iterator[_Function]:
    """A function itself; the methods of a class."""
    if isinstance(definition, _Function):
        yield definition
    elif isinstance(definition, ast.ClassDef):
        yield from (part for part in definition.body if isinstance(part, _Function))


def _leftover(function: _Function) -> bool:
    return any(map(_is_todo, function.body))


def _own_code(function: _Function) -> bool:
    """Whether there is more than a docstring and the TODO's `raise`."""
    return not all(_is_todo(part) or _is_text(part) for part in function.body)


def _is_todo(statement: ast.stmt) -> bool:
    if not isinstance(statement, ast.Raise) or statement.exc is None:
        return False
    raised = statement.exc.func if isinstance(statement.exc, ast.Call) else statement.exc
    return isinstance(raised, ast.Name) and raised.id == "NotImplementedError"


def _is_text(statement: ast.stmt) -> bool:
    """A docstring, or `...`; `pass` likewise does nothing."""
    is_constant = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return is_constant or isinstance(statement, ast.Pass)
