"""A small lesson in two releases, labelled as a build and nbgrader label them."""

from __future__ import annotations

from collections import Counter
from copy import deepcopy

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.utils import compute_checksum

from ptbasics.exercise import grade_id
from ptbasics.matching import content_id

LESSON = "02_operations"
BLANK = "def {name}({parameters}):\n    # TODO\n    raise NotImplementedError()"
ANSWER = "def softmax(x, dim):\n    return x.softmax(dim)"
SET_UP = "import torch\nfrom ptbasics import check"


def text(source: str) -> NotebookNode:
    return new_markdown_cell(source)


def code(source: str, label: str = "", points: int = 0, is_answer: bool = False) -> NotebookNode:
    cell = new_code_cell(source)
    if label:
        about = {"grade": bool(points), "grade_id": label, "solution": is_answer}
        about |= {"locked": not is_answer, "schema_version": 3, "task": False}
        cell.metadata = NotebookNode(nbgrader=NotebookNode(about))
        if points:
            cell.metadata.nbgrader.points = points
        cell.metadata.nbgrader.checksum = compute_checksum(cell)
    return cell


def exercise(name: str, number: str, parameters: str = "x, dim") -> list[NotebookNode]:
    return [
        text(f"### Exercise {number} · About {name}\n\n★ · 1 point"),
        code(BLANK.format(name=name, parameters=parameters), name, is_answer=True),
        code(f"check({name})", f"{name}-check", points=1),
    ]


def lesson(*cells: NotebookNode | list[NotebookNode]) -> NotebookNode:
    """A release, with the ids that a build gives."""
    flat = [each for cell in cells for each in (cell if isinstance(cell, list) else [cell])]
    seen: Counter[str] = Counter()
    for cell in flat:
        seen[cell.source] += 1
        cell.id = grade_id(cell) or content_id(
            LESSON, cell.cell_type, seen[cell.source], cell.source
        )
    about = {"lesson": LESSON, "title": "Operations"}
    notebook: NotebookNode = new_notebook(cells=flat, metadata={"ptbasics": about})
    nbformat.validate(notebook)
    return notebook


def first() -> NotebookNode:
    return lesson(
        text("# Operations"),
        code(SET_UP, "set-up"),
        text("Prose on exp."),
        code("print(torch.ones(1).exp())"),
        text("Make probabilities of scores."),
        exercise("softmax", "2.1"),
        text("More prose."),
        exercise("one_hot", "2.2", "labels"),
        text("The end."),
    )


def index(notebook: NotebookNode, start: str) -> int:
    """Where the cell stands whose text or label begins so."""
    return next(
        place
        for place, cell in enumerate(notebook.cells)
        if cell.source.startswith(start) or grade_id(cell) == start
    )


def find(notebook: NotebookNode, start: str) -> NotebookNode:
    return notebook.cells[index(notebook, start)]


def worked_on(release: NotebookNode, **answers: str) -> NotebookNode:
    """A student's copy, with answers, outputs and a cell of their own."""
    notebook = deepcopy(release)
    for label, source in (answers or {"softmax": ANSWER}).items():
        find(notebook, label).source = source
        find(notebook, label).execution_count = 3
    return notebook


def add(notebook: NotebookNode, source: str, after: str, name: str = "a1b2c3d4") -> None:
    cell = new_code_cell(source, id=name, execution_count=9)
    notebook.cells.insert(index(notebook, after) + 1, cell)


def sources(notebook: NotebookNode) -> list[str]:
    return [cell.source for cell in notebook.cells]
