"""How two right answers go about an exercise, as far as their sources tell."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Sequence

import torch
from torch import nn
from torch.nn import functional

from ptbasics.judging.cells import statements

_LOOPS = (
    ast.For,
    ast.AsyncFor,
    ast.While,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
)
_DOCUMENTED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_PLACES = (torch.Tensor, torch, functional, nn, torch.optim)
#: So many calls that only one of the two makes are named.
_MAX_NAMED = 4


def difference_between(own: str, reference: str) -> str:
    """One sentence on length, loops and calls of PyTorch, with `backticks` around code."""
    own, reference = without_docstrings(own), without_docstrings(reference)
    if _tree(own) == _tree(reference) != []:
        return "Yours is the reference, but for comments and layout."
    mine, other = _lines(own), _lines(reference)
    parts = [
        f"both take {_count(mine, 'line')} of code"
        if mine == other
        else f"yours takes {_count(mine, 'line')} of code, the reference {other}",
        _about_loops(_loops(own), _loops(reference)),
        _about_calls(_calls(own), _calls(reference)),
    ]
    sentence = "; ".join(filter(None, parts)) + "."
    return sentence[0].upper() + sentence[1:]


def without_docstrings(source: str) -> str:
    """The source without the docstrings that stand on lines of their own."""
    lines = source.rstrip().split("\n")
    gone: set[int] = set()
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return source.rstrip()  # lines of IPython's own kind
    for node in ast.walk(tree):
        if isinstance(node, _DOCUMENTED) and len(node.body) > 1 and ast.get_docstring(node):
            text = node.body[0]
            after = node.body[1].lineno - 1
            while after > (text.end_lineno or 0) and lines[after - 1].strip():
                after -= 1  # comments above the next statement stay
            if not lines[text.lineno - 1][: text.col_offset].strip():
                gone |= {*range(text.lineno, max(after, text.end_lineno or 0) + 1)}
    return "\n".join(line for number, line in enumerate(lines, 1) if number not in gone)


def _tree(source: str) -> list[str]:
    return [ast.dump(statement) for statement in statements(source)]


def _nodes(source: str) -> Iterator[ast.AST]:
    for statement in statements(source):
        yield from ast.walk(statement)


def _lines(source: str) -> int:
    lines = (line.strip() for line in source.split("\n"))
    return sum(bool(line) and not line.startswith("#") for line in lines)


def _loops(source: str) -> int:
    return sum(isinstance(node, _LOOPS) for node in _nodes(source))


def _calls(source: str) -> list[str]:
    """The names of functions and methods of PyTorch that are called, each once."""
    names = dict.fromkeys(filter(None, map(_called, _nodes(source))))
    return [name for name in names if name == "@" or any(hasattr(x, name) for x in _PLACES)]


def _called(node: ast.AST) -> str:
    match node:
        case ast.BinOp(op=ast.MatMult()) | ast.AugAssign(op=ast.MatMult()):
            return "@"
        case ast.Call(ast.Attribute(attr=name)) if not name.startswith("__"):
            return name
        case ast.Call(ast.Name(name)) if not hasattr(builtins, name):
            return name
    return ""


def _about_loops(mine: int, other: int) -> str:
    if bool(mine) == bool(other):
        return ""
    if mine:
        return f"yours has {_count(mine, 'loop')} in Python, the reference has none"
    return f"the reference has {_count(other, 'loop')} in Python, yours has none"


def _about_calls(mine: Sequence[str], other: Sequence[str]) -> str:
    only_mine = [name for name in mine if name not in other]
    only_other = [name for name in other if name not in mine]
    if not (only_mine or only_other):
        return "both call the same functions of PyTorch" if mine else ""
    parts = {"only yours uses": only_mine, "only the reference uses": only_other}
    return ", ".join(f"{who} {_named(names)}" for who, names in parts.items() if names)


def _named(names: Sequence[str]) -> str:
    shown = [f"`{name}`" for name in names[:_MAX_NAMED]]
    if rest := len(names) - len(shown):
        return f"{', '.join(shown)} and {rest} more"
    return " and ".join(filter(None, [", ".join(shown[:-1]), shown[-1]]))


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"
