"""Cells that are left out while grading must leave nothing behind that another cell uses."""

from __future__ import annotations

import ast
from symtable import symtable

from nbformat import NotebookNode

from ptbasics.exercise import is_left_out
from ptbasics.judging.cells import statements
from ptbasics.judging.rules import names_read


def left_out_problems(notebook: NotebookNode) -> list[str]:
    """The uses of a name whose last value comes from a cell that is left out, a sentence each."""
    made_by: dict[str, str] = {}
    problems = []
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        module = ast.Module(statements(cell.source), type_ignores=[])
        table = symtable(ast.unparse(module), cell.id, "exec")
        bound = {
            symbol.get_name()
            for symbol in table.get_symbols()
            if symbol.is_assigned() or symbol.is_imported()
        }
        if is_left_out(cell):
            made_by |= dict.fromkeys(bound, cell.id)
            continue
        problems += [
            f"cell {cell.id} uses {name} of cell {made_by[name]}, which is a demonstration or a "
            "guard, left out while grading: define it elsewhere, or take the tag away"
            for name in sorted((set(names_read(table)) - bound) & made_by.keys())
        ]
        for name in bound:
            made_by.pop(name, None)
    return problems
