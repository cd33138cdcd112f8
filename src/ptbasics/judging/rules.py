"""What a statement forbids, looked up in the source of a submission.

"Write it without `torch.optim`" cannot be seen in behaviour, so it is read from the source, on the
trusted side, by its syntax tree. This teaches; it does not fence in: whoever hides a call behind
computed names gets through, and has understood more than the exercise asked.
"""

from __future__ import annotations

import ast
import symtable
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ptbasics.exercise import Exercise

# CPython counts the depth of a syntax tree for all threads together, and may raise SystemError
# when two of them parse at the same time
_PARSER = threading.Lock()
_NOT_PYTHON = (SyntaxError, ValueError, RecursionError, MemoryError)


def broken_rules(exercise: Exercise, sources: Iterable[str]) -> list[str]:
    """The sentences of the rules that an answer breaks, in the order of the statement.

    What counts is the definition of the answer and, through one another, the definitions that it
    needs: no experiment beside it, and nothing that was defined anew later.

    Args:
        exercise: its `forbids` maps a name to a sentence. `torch.optim` forbids that dotted path
            and all below it, however it was imported; `.softmax` any attribute of that name.
        sources: the code cells in the order in which they were run, up to the check of the
            exercise. Source that is no Python breaks no rule.
    """
    if not exercise.forbids:
        return []
    everything = [statement for source in sources for statement in _read(source)]
    answer = _definitions(exercise.symbol, everything)
    aliases = import_aliases(statement.tree for statement in everything)
    used = {path for statement in answer for path in dotted_paths(statement.tree, aliases)}
    used |= {path for statement in answer for path in _imported(statement.tree, exercise.symbol)}
    broken = (
        sentence
        for name, sentence in exercise.forbids.items()
        if any(_matches(path, name) for path in used)
    )
    return list(dict.fromkeys(broken))


def statements(source: str) -> list[ast.stmt]:
    """The statements of a cell; lines that only IPython understands are left out.

    Source that is no Python, or nested beyond reason, has none.
    """
    lines = source.splitlines()
    python = "\n".join("" if line.lstrip().startswith(("%", "!")) else line for line in lines)
    try:
        with _PARSER:
            return ast.parse(python).body
    except _NOT_PYTHON:
        return []


@dataclass(frozen=True)
class _Statement:
    """A statement with the names that it reads from outside, and those that it binds."""

    tree: ast.stmt
    reads: frozenset[str]
    binds: frozenset[str]

    @classmethod
    def of(cls, tree: ast.stmt) -> _Statement:
        with _PARSER:
            table = symtable.symtable(ast.unparse(tree), "<cell>", "exec")
        symbols = table.get_symbols()
        binds = frozenset(s.get_name() for s in symbols if s.is_assigned() or s.is_imported())
        more = binds if isinstance(tree, ast.AugAssign) else frozenset()
        return cls(tree, frozenset(names_read(table)) | more, binds)

    def starts_anew(self, name: str) -> bool:
        """Whether what the name was bound to before is forgotten, unlike in `x = x + 1`."""
        return isinstance(self.tree, _WHOLE) or name not in self.reads


#: These may read the name that they bind, but only later on, as in a recursion.
_WHOLE = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)


@lru_cache(maxsize=4096)  # most cells are the same in all submissions
def _read(source: str) -> tuple[_Statement, ...]:
    try:
        return tuple(_Statement.of(tree) for tree in statements(source))
    except _NOT_PYTHON:  # some mistakes, such as `def f(x, x)`, show in the tables of symbols only
        return ()


def _definitions(symbol: str, everything: Sequence[_Statement]) -> list[_Statement]:
    """What makes a name what it is, then what makes the names that it needs, and so on."""
    found: list[_Statement] = []
    wanted, known = [symbol], set[str]()
    while wanted:
        name = wanted.pop()
        if name in known:
            continue
        known.add(name)
        for statement in reversed(everything):
            if name in statement.binds:
                found.append(statement)
                wanted.extend(statement.reads)
                if statement.starts_anew(name):
                    break
    return found


def names_read(scope: symtable.SymbolTable) -> Iterator[str]:
    """The names of the notebook that a cell, or a function in it, looks up."""
    for symbol in scope.get_symbols():
        if symbol.is_referenced() and (symbol.is_global() or scope.get_type() == "module"):
            yield symbol.get_name()
    for inner in scope.get_children():
        yield from names_read(inner)


def _imported(statement: ast.stmt, symbol: str) -> Iterator[str]:
    """The path of an answer that is nothing but imported."""
    if isinstance(statement, ast.Import | ast.ImportFrom):
        yield import_aliases([statement]).get(symbol, "")


def import_aliases(nodes: Iterable[ast.AST]) -> dict[str, str]:
    """Local name → dotted path, from every import in the trees."""
    found: dict[str, str] = {}
    for node in nodes:
        for inner in ast.walk(node):
            if isinstance(inner, ast.Import):
                for item in inner.names:
                    head = item.name.partition(".")[0]
                    found[item.asname or head] = item.name if item.asname else head
            elif isinstance(inner, ast.ImportFrom) and inner.module:
                for item in inner.names:
                    found[item.asname or item.name] = f"{inner.module}.{item.name}"
    return found


def dotted_paths(tree: ast.AST, aliases: dict[str, str]) -> Iterator[str]:
    """Every dotted path that a tree reads, with import aliases written out."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute | ast.Name):
            yield _path(node, aliases)
        elif isinstance(node, ast.Call) and _is_getattr(node):
            target, name = node.args[0], node.args[1]
            if isinstance(name, ast.Constant) and isinstance(name.value, str):
                yield f"{_path(target, aliases)}.{name.value}"


def _is_getattr(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id == "getattr" and len(call.args) >= 2


def _path(node: ast.AST, aliases: dict[str, str]) -> str:
    if isinstance(node, ast.Name):
        return aliases.get(node.id, node.id)
    if isinstance(node, ast.Attribute):
        return f"{_path(node.value, aliases)}.{node.attr}"
    return "?"


def _matches(path: str, name: str) -> bool:
    if name.startswith("."):
        return path.endswith(name)
    return path == name or path.startswith(name + ".")
