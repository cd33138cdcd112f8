"""Cells that are left out while grading must leave nothing behind that another cell uses."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from symtable import SymbolTable, symtable

from nbformat import NotebookNode

from ptbasics.exercise import is_left_out
from ptbasics.judging.rules import statements


def left_out_problems(notebook: NotebookNode) -> list[str]:
    """The uses of a name whose last value comes from a cell that is left out, a sentence each."""
    made_by: dict[str, str] = {}
    problems = []
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        module = ast.Module(statements(cell.source), type_ignores=[])
        table = symtable(ast.unparse(module), cell.id, "exec")
        bound = {one.get_name() for one in table.get_symbols() if one.is_assigned()}
        bound |= {one.get_name() for one in table.get_symbols() if one.is_imported()}
        if is_left_out(cell):
            made_by |= dict.fromkeys(bound, cell.id)
            continue
        problems += [
            f"cell {cell.id} uses {name} of cell {made_by[name]}, which is a demonstration or a "
            "guard, left out while grading: define it elsewhere, or take the tag away"
            for name in sorted((set(_globals_used(table)) - bound) & made_by.keys())
        ]
        for name in bound:
            made_by.pop(name, None)
    return problems


def _globals_used(table: SymbolTable) -> Iterator[str]:
    """The names of the notebook that a cell, or a function in it, looks up."""
    for one in table.get_symbols():
        if one.is_referenced() and (table.get_type() == "module" or one.is_global()):
            yield one.get_name()
    for child in table.get_children():
        yield from _globals_used(child)
