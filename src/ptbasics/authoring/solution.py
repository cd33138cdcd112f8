"""From a reference module to the solution cell: what stays visible, and what is the answer.

A function keeps its signature and docstring; its body becomes the answer. A class keeps its head,
its docstrings and the signatures of its methods. A method that starts with one underscore is part
of the answer of the method before it. Everything is cut from the source text, so comments and
formatting stay as they were written.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Sequence
from itertools import takewhile

from ptbasics.authoring.lesson import Refused
from ptbasics.exercise import Exercise
from ptbasics.registry import UnknownName, reference, reference_module

BEGIN = "### BEGIN SOLUTION"
END = "### END SOLUTION"

Function = ast.FunctionDef | ast.AsyncFunctionDef


def solution_cell(exercise: Exercise) -> str:
    """The reference of an exercise as a cell, its answers between BEGIN and END SOLUTION.

    Raises:
        Refused: there is no reference, it is neither a function nor a class, or it has no body to
            hide.
    """
    try:
        reference(exercise)
    except UnknownName as error:
        raise Refused([str(error)]) from error
    source = inspect.getsource(reference_module(exercise))  # type: ignore[arg-type]
    return mark_solution(source, exercise.symbol)


def reference_text(exercise: Exercise) -> str:
    """The reference of an exercise as a student would write it, without any marks.

    Raises:
        Refused: as for `solution_cell`.
    """
    lines = solution_cell(exercise).split("\n")
    return "\n".join(line for line in lines if line.strip() not in (BEGIN, END))


def mark_solution(module_source: str, symbol: str) -> str:
    """The definition of `symbol` in a module, marked; see `solution_cell`."""
    lines = module_source.split("\n")
    for node in ast.parse(module_source).body:
        if isinstance(node, Function | ast.ClassDef) and node.name == symbol:
            break
    else:
        raise Refused([f"the reference of {symbol} must be a function or class of its module"])
    marked = _function(node, lines) if isinstance(node, Function) else _class(node, lines)
    if BEGIN not in "\n".join(marked):
        raise Refused([f"the reference of {symbol} has no body to hide"])
    return "\n".join(marked)


def answers(cell: str) -> list[tuple[Function, list[ast.stmt]]]:
    """The functions and methods of a marked solution cell with their hidden statements."""
    hidden: set[int] = set()
    begin = 0
    for number, line in enumerate(cell.split("\n"), 1):
        if BEGIN in line:
            begin = number
        elif END in line:
            hidden |= set(range(begin, number))
    [node] = ast.parse(cell).body
    functions = [member for member in getattr(node, "body", []) if isinstance(member, Function)]
    if isinstance(node, Function):
        functions = [node]
    bodies = [
        (function, [line for line in function.body if line.lineno in hidden])
        for function in functions
    ]
    return [(function, body) for function, body in bodies if body]


def _is_docstring(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _function(node: Function, lines: Sequence[str], also: Sequence[str] = ()) -> list[str]:
    """A function with its body marked; `also` is hidden behind the body."""
    documented = _is_docstring(node.body[0])
    if not (hidden := node.body[documented:]):
        return _text(node, lines)
    first = hidden[0]
    if lines[first.lineno - 1][: first.col_offset].strip():
        raise Refused([f"`{lines[first.lineno - 1].strip()}`: give the body lines of its own"])
    start = (node.body[0].end_lineno or 0) + 1 if documented else _first(first)
    while not documented and lines[start - 2].lstrip().startswith("#"):
        start -= 1
    indent = " " * first.col_offset
    body = "\n".join(lines[start - 1 : _last(node, lines)]).strip("\n").split("\n")
    return [*lines[_first(node) - 1 : start - 1], indent + BEGIN, *body, *also, indent + END]


def _class(node: ast.ClassDef, lines: Sequence[str]) -> list[str]:
    """A class with the bodies of its methods marked, helpers behind the method they follow."""
    methods = [member for member in node.body if isinstance(member, Function)]
    visible = [method for method in methods if not _is_private(method.name)]
    if not visible:
        raise Refused([f"class {node.name} has no method whose body could be hidden"])
    if any(not isinstance(member, Function) for member in node.body[node.body.index(methods[0]) :]):
        raise Refused([f"class {node.name}: put what is not a method above the methods"])
    ends = [_first(methods[0]) - 1, *(_last(method, lines) for method in methods)]
    above = {
        method.name: list(lines[end : _first(method) - 1])
        for method, end in zip(methods, ends, strict=False)
    }
    leading = methods[: methods.index(visible[0])]
    marked = list(lines[_first(node) - 1 : ends[0]])
    for method in visible:
        after = methods[methods.index(method) + 1 :]
        helpers = takewhile(lambda method: _is_private(method.name), after)
        hidden = [*(leading if method is visible[0] else []), *helpers]
        also = [
            line
            for helper in hidden
            for line in [*(above[helper.name] or [""]), *_text(helper, lines)]
        ]
        marked += [*above[method.name], *_function(method, lines, also)]
    return marked


def _text(node: Function, lines: Sequence[str]) -> list[str]:
    return list(lines[_first(node) - 1 : _last(node, lines)])


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def _first(node: ast.stmt) -> int:
    """The first line of a statement, decorators included."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def _last(node: Function | ast.ClassDef, lines: Sequence[str]) -> int:
    """The last line of a definition, with the comments that close its body."""
    last = node.end_lineno or node.lineno
    for number in range(last + 1, len(lines) + 1):
        line = lines[number - 1]
        if not line.strip():
            continue
        if not line.lstrip().startswith("#") or len(line) - len(line.lstrip()) <= node.col_offset:
            break
        last = number
    return last
