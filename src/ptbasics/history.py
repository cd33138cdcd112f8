"""Which of the cells that have run a name comes from, and whether that cell still says the same.

A kernel remembers what a cell defined when the cell is broken, changed or deleted afterwards. The
source that was run last is what the student sees, and what is handed in.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

_RUN_AGAIN = "Repair the cell, run it, and check again."


@dataclass(frozen=True)
class Run:
    """One run of a cell.

    Attributes:
        source: what was run.
        cell: the front end's id of the cell; "" where it tells none.
        error: the type of the exception that ended it; "" for none.
        failed_line: the line of `source` that the exception left; 0 for none.
        deleted: whether the cell is gone from the notebook.
    """

    source: str
    cell: str = ""
    error: str = ""
    failed_line: int = 0
    deleted: bool = False

    def defines(self, symbol: str) -> bool:
        """Whether it bound the name before it ended."""
        return any(
            symbol in _bound_by(statement)
            and not 0 < self.failed_line <= (statement.end_lineno or 0)
            for statement in self._statements
        )

    def fails_to_define(self, symbol: str) -> bool:
        """Whether it would have bound the name, had it not failed."""
        if self.syntax_error:
            return bool(re.search(rf"^[ \t]*(?:def|class)[ \t]+{symbol}\b", self.source, re.M))
        return any(symbol in _bound_by(statement) for statement in self._statements)

    @property
    def _statements(self) -> Sequence[ast.stmt]:
        parsed = _parsed(self.source)
        return () if isinstance(parsed, str) else parsed

    @property
    def syntax_error(self) -> str:
        """`line 3: '(' was never closed`; "" where the source is Python."""
        parsed = _parsed(self.source)
        return parsed if isinstance(parsed, str) else ""

    def why_not(self, symbol: str) -> str:
        """A sentence on why the name does not come from this run."""
        before = f"What `{symbol}` was before is not checked."
        if self.syntax_error:
            return (
                f"The cell of `{symbol}` has a syntax error ({self.syntax_error}), so that it did "
                f"not run. {before} {_RUN_AGAIN}"
            )
        if self.error:
            return (
                f"The cell of `{symbol}` ended with a {self.error} in line {self.failed_line}, "
                f"before `{symbol}` was defined. {before} {_RUN_AGAIN}"
            )
        names = [
            statement.name for statement in self._statements if isinstance(statement, _DEFINITIONS)
        ]
        now = f"it defines `{names[-1]}` now" if names else "it has changed"
        return (
            f"The cell that defined `{symbol}` no longer does: {now}. The exercise asks for the "
            f"name `{symbol}`. {before}"
        )


def why_stale(symbol: str, runs: Sequence[Run]) -> str:
    """Why what a name stands for is not what the notebook says; "" where it is.

    Args:
        symbol: the name of an answer.
        runs: all that have begun, the newest last.
    """
    newer: dict[str, Run] = {}
    for run in reversed(runs):
        if run.defines(symbol):
            if run.cell in newer:
                return newer[run.cell].why_not(symbol)
            if run.deleted:
                return (
                    f"The cell that defined `{symbol}` was deleted. Run the cell that is to define "
                    "it, and check again."
                )
            return ""
        is_there = run.cell not in newer and not run.deleted
        if is_there and run.fails_to_define(symbol):
            return run.why_not(symbol)
        if run.cell:
            newer.setdefault(run.cell, run)
    return ""  # it was imported, or made in a way that no source tells


def defining_run(symbol: str, runs: Sequence[Run]) -> Run | None:
    """The newest run that bound a name; None where no cell did."""
    return next((run for run in reversed(runs) if run.defines(symbol)), None)


def runs_in(namespace: Mapping[str, Any]) -> list[Run]:
    """The runs of cells that IPython keeps in `In`, the one that is going on last."""
    _hear_of_deletions()
    return [_known(number, source) for number, source in enumerate(sources_in(namespace))]


def sources_in(namespace: Mapping[str, Any]) -> list[str]:
    """The sources of cells that IPython keeps in `In`; none where this is no notebook."""
    sources = namespace.get("In")
    return list(sources) if isinstance(sources, list) else []


def listen() -> None:
    """Note how each cell ends and where it stands, once in a session; `In` has the source only."""
    shell = _shell()
    if shell is not None and _after_cell not in shell.events.callbacks["post_run_cell"]:
        shell.events.register("post_run_cell", _after_cell)


# runs that have ended, by execution count
_ended: dict[int, Run] = {}
_deleted: set[str] = set()


def _known(number: int, source: str) -> Run:
    run = _ended.get(number)
    if run is None or run.source != source:
        return Run(source, _current_cell() if _is_current(number) else "")
    return Run(run.source, run.cell, run.error, run.failed_line, run.cell in _deleted)


def _after_cell(result: Any) -> None:
    shell = _shell()
    number, sources = shell.execution_count - 1, sources_in(shell.user_ns)
    _hear_of_deletions()
    if not result.info.store_history or number >= len(sources):
        return
    cell = getattr(result.info, "cell_id", None) or ""
    _deleted.discard(cell)
    error = result.error_before_exec or result.error_in_exec
    _ended[number] = Run(
        sources[number],
        cell,
        type(error).__name__ if error else "",
        _failed_line(error, shell.user_ns) if error else 0,
    )


def _failed_line(error: BaseException, namespace: Mapping[str, Any]) -> int:
    """The line of the cell itself, not of what it called; 1 where it did not begin."""
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_globals is namespace:
            return trace.tb_lineno
        trace = trace.tb_next
    return 1


def _hear_of_deletions() -> None:
    """JupyterLab says with each cell that it runs which were deleted since the one before."""
    _deleted.update(map(str, _about_request().get("deletedCells") or ()))


def _current_cell() -> str:
    return str(_about_request().get("cellId") or "")


def _about_request() -> Mapping[str, Any]:
    """What the front end says about the cell that is running."""
    get_parent = getattr(_shell(), "get_parent", None)
    parent = get_parent() if get_parent else None
    return (parent or {}).get("metadata") or {}


def _is_current(number: int) -> bool:
    return number == getattr(_shell(), "execution_count", None)


def _shell() -> Any:
    """The IPython shell that runs this, if one does."""
    if "IPython" not in sys.modules:
        return None
    from IPython import get_ipython

    return get_ipython()


_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@lru_cache(maxsize=1024)
def _parsed(source: str) -> list[ast.stmt] | str:
    """The statements of a cell, or where and why it is no Python."""
    lines = source.splitlines()
    python = "\n".join("" if line.lstrip().startswith(("%", "!")) else line for line in lines)
    try:
        compile(python, "<cell>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
        return ast.parse(python).body
    except SyntaxError as error:
        return f"line {error.lineno}: {error.msg}"
    except (ValueError, RecursionError, MemoryError) as error:
        return str(error)


def _bound_by(statement: ast.stmt) -> set[str]:
    """The names of the notebook that a statement binds."""
    return set(_names(statement))


def _names(node: ast.AST) -> Iterator[str]:
    if isinstance(node, _DEFINITIONS):
        yield node.name
        return  # what is inside is no name of the notebook
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
    elif isinstance(node, ast.alias):
        yield (node.asname or node.name).partition(".")[0]
    elif isinstance(node, ast.Call):
        yield from _in_cell_magic(node)
    for child in ast.iter_child_nodes(node):
        yield from _names(child)


def _in_cell_magic(call: ast.Call) -> Iterator[str]:
    """`%%time` and the like, as IPython writes them: `run_cell_magic('time', '', 'x = 1')`."""
    if not (isinstance(call.func, ast.Attribute) and call.func.attr == "run_cell_magic"):
        return
    body = call.args[-1] if call.args else None
    if isinstance(body, ast.Constant) and isinstance(body.value, str):
        parsed = _parsed(body.value)
        for statement in () if isinstance(parsed, str) else parsed:
            yield from _names(statement)
