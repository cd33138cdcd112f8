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

from ptbasics.exercise import Exercise

# CPython counts the depth of a syntax tree for all threads together, and may raise SystemError
# when two of them parse at the same time
_PARSER = threading.Lock()


def broken_rules(
    exercise: Exercise, answer_source: str, other_sources: Sequence[str] = ()
) -> list[str]:
    """The sentences of the rules that an answer breaks, in the order of the statement.

    Args:
        exercise: its `forbids` maps a name to a sentence. `torch.optim` forbids that dotted path
            and all below it, however it was imported; `.softmax` any attribute of that name.
        answer_source: the cell with the answer. Source that is no Python breaks no rule.
        other_sources: the submission's other code cells. Imports and definitions in them count
            where the answer uses their names, directly or through one another.
    """
    if not exercise.forbids:
        return []
    answer = statements(answer_source)
    others = [statements(source) for source in other_sources]
    trees = [*answer, *_used_definitions(answer, [node for tree in others for node in tree])]
    aliases = import_aliases(node for tree in [answer, *others] for node in tree)
    used = {path for tree in trees for path in dotted_paths(tree, aliases)}
    broken = (
        sentence
        for name, sentence in exercise.forbids.items()
        if any(_matches(path, name) for path in used)
    )
    return list(dict.fromkeys(broken))


def statements(source: str) -> list[ast.stmt]:
    """The statements of a cell; lines that only IPython understands are left out."""
    lines = source.splitlines()
    python = "\n".join("" if line.lstrip().startswith(("%", "!")) else line for line in lines)
    try:
        with _PARSER:
            return ast.parse(python).body
    except (SyntaxError, ValueError):
        return []


def _used_definitions(answer: Sequence[ast.AST], others: Sequence[ast.stmt]) -> list[ast.stmt]:
    """The statements in other cells that define a name which the answer needs."""
    found: list[ast.stmt] = []
    wanted, known = list(_names(answer)), set(_defined(answer))
    while wanted:
        name = wanted.pop()
        if name in known:
            continue
        known.add(name)
        for statement in others:
            if statement not in found and name in _defined([statement]):
                found.append(statement)
                wanted.extend(_names([statement]))
    return found


def _names(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """The names that statements read from outside: no parameters, no local variables."""
    for node in nodes:
        yield from _free(symtable.symtable(ast.unparse(node), "<cell>", "exec"))


def _free(scope: symtable.SymbolTable) -> Iterator[str]:
    for symbol in scope.get_symbols():
        if symbol.is_referenced() and (symbol.is_global() or scope.get_type() == "module"):
            yield symbol.get_name()
    for inner in scope.get_children():
        yield from _free(inner)


def _defined(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            for inner in ast.walk(node):
                if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
                    yield inner.id


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
