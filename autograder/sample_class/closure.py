"""Turn a function or class of a Python module into a notebook cell that stands on its own."""

from __future__ import annotations

import ast
from copy import deepcopy
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any


def cell_source(module: ModuleType, implementation: Any, symbol: str) -> str:
    """The source of `implementation` under the name `symbol`, with all that it needs.

    Needed are the imports of other packages, and the definitions that the implementation uses,
    directly or through one another, in its module and in those of the answers that it imports.
    """
    body = _body(module)
    definitions = {name: node for node in body for name in _defined(node)}
    name = next(name for name, value in vars(module).items() if value is implementation)
    needed = _needed(name, definitions)
    imports = {ast.unparse(node): node for node in body if _is_foreign_import(node)}.values()
    own = [node for node in body if any(name in needed for name in _defined(node))]
    trees = [_undecorated(deepcopy(node)) for node in [*imports, *own]]
    if name != symbol:
        # a wrong answer may call the right one, whose name it takes in the notebook
        trees = [_Renamed(symbol, f"right_{symbol}").visit(tree) for tree in trees]
        trees += ast.parse(f"{symbol} = {name}").body
    return "\n\n".join(ast.unparse(tree) for tree in trees)


@cache
def _body(module: ModuleType) -> list[ast.stmt]:
    """The statements of a module, after those of the reference modules that it imports from."""
    own = ast.parse(Path(str(module.__file__)).read_text()).body
    sources = [node.module or "" for node in own if isinstance(node, ast.ImportFrom)]
    answers = [name for name in sources if name.startswith("ptbasics.reference.")]
    return [node for name in answers for node in _body(import_module(name))] + own


class _Renamed(ast.NodeTransformer):
    """Gives a module-level function or class another name, where it is defined and used."""

    def __init__(self, old: str, new: str) -> None:
        self.old, self.new = old, new

    def visit_Name(self, node: ast.Name) -> ast.Name:
        """A use of it."""
        return ast.Name(self.new, node.ctx) if node.id == self.old else node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """Its definition, if it is a function."""
        node.name = self.new if node.name == self.old else node.name
        return self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        """Its definition, if it is a class."""
        node.name = self.new if node.name == self.old else node.name
        return self.generic_visit(node)


def _defined(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.Assign):
        return [target.id for target in node.targets if isinstance(target, ast.Name)]
    return []


def _needed(name: str, definitions: dict[str, ast.stmt]) -> set[str]:
    found: set[str] = set()
    wanted = [name]
    while wanted:
        current = wanted.pop()
        if current in found or current not in definitions:
            continue
        found.add(current)
        wanted += [node.id for node in ast.walk(definitions[current]) if isinstance(node, ast.Name)]
    return found


def _is_foreign_import(node: ast.stmt) -> bool:
    if isinstance(node, ast.ImportFrom):
        return (node.module or "").partition(".")[0] not in ("ptbasics", "__future__")
    return isinstance(node, ast.Import)


def _undecorated(node: ast.stmt) -> ast.stmt:
    """Without the mark of a misconception or alternative, a decorator or a call around a value."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        node.decorator_list = [one for one in node.decorator_list if not _is_mark(one)]
    elif isinstance(node, ast.Assign) and isinstance(call := node.value, ast.Call):
        node.value = call.args[0] if _is_mark(call.func) else call
    return node


def _is_mark(node: ast.expr) -> bool:
    name = node.func if isinstance(node, ast.Call) else node
    return ast.unparse(name) in ("misconception", "alternative")
