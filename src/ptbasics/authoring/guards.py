"""Guards: cells that assert what a lesson says, folded away from its readers.

A guard is written below the cell that it guards, as ```python tags=["guard"]. It is there for the
course: whoever builds, tests or ports a lesson hears of a sentence that is no longer true.
"""

from __future__ import annotations

import ast

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from ptbasics.exercise import GUARD, is_guard
from ptbasics.judging.cells import statements

#: Colab shows it in place of a form's code; JupyterLab beside the fold.
TITLE = "# @title Assertions"
_SHOWING = ("print", "display")


def guard_cell(source: str) -> NotebookNode:
    """A guard as the front ends fold it: JupyterLab by `source_hidden`, Colab by `cellView`."""
    metadata = {"cellView": "form", "jupyter": {"source_hidden": True}, "tags": [GUARD]}
    cell: NotebookNode = new_code_cell(f"{TITLE}\n{source}", metadata=metadata)
    return cell


def guard_problems(notebook: NotebookNode) -> list[str]:
    """The guards that show something, or assert nothing."""
    problems = []
    for cell in notebook.cells:
        if cell.cell_type != "code" or not is_guard(cell):
            continue
        body = statements(cell.source)
        nodes = [node for statement in body for node in ast.walk(statement)]
        where = f"the guard {cell.id} (`{cell.source.removeprefix(TITLE).strip()[:60]}`)"
        if any(isinstance(node, ast.Call) and ast.unparse(node.func) in _SHOWING for node in nodes):
            problems.append(f"{where} prints, and a guard that holds says nothing")
        if any(isinstance(statement, ast.Expr) for statement in body):
            problems.append(f"{where} has a bare expression, which shows or changes something")
        if not any(isinstance(node, ast.Assert | ast.Raise) for node in nodes):
            problems.append(f"{where} asserts nothing")
    return problems
