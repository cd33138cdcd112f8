"""Bad submissions, all for lesson 2: mangled notebooks, and code that hangs, crashes or cheats."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from autograder.sample_class.submissions import (
    Submission,
    answered,
    cell,
    dump,
    perfect,
    reference_answers,
)

LESSON = "02_operations"
#: The exercise that these submissions get wrong.
VICTIM = "softmax"


def broken_answer(body: str, why: str) -> Callable[[str], Submission]:
    """All right but one exercise, whose function does something terrible when it is called."""

    def make(student: str) -> Submission:
        source = f"def {VICTIM}(x, dim):\n    {body}\n    return x"
        notebook = answered(LESSON, reference_answers(LESSON) | {VICTIM: source})
        return Submission(student, LESSON, why, dump(notebook), lost=(VICTIM,))

    return make


def extra_cell(source: str, why: str) -> Callable[[str], Submission]:
    """All right, with a cell of the student's own in the middle that does something terrible."""

    def make(student: str) -> Submission:
        notebook = perfect(LESSON)
        where = notebook.cells.index(cell(notebook, VICTIM))
        notebook.cells.insert(where, new_code_cell(source, id="my-experiment"))
        return Submission(student, LESSON, why, dump(notebook))

    return make


def mangled(
    change: Callable[[NotebookNode], None], why: str, lost: tuple[str, ...] = ()
) -> Callable[[str], Submission]:
    """All right, but the notebook's structure is not what was released."""

    def make(student: str) -> Submission:
        notebook = perfect(LESSON)
        change(notebook)
        return Submission(student, LESSON, why, dump(notebook), lost=lost)

    return make


def remove(*grade_ids: str) -> Callable[[NotebookNode], None]:
    """Delete cells."""

    def change(notebook: NotebookNode) -> None:
        for grade_id in grade_ids:
            notebook.cells.remove(cell(notebook, grade_id))

    return change


def duplicate(*grade_ids: str) -> Callable[[NotebookNode], None]:
    """Copy cells, as copy and paste in JupyterLab does: with their nbgrader ids."""

    def change(notebook: NotebookNode) -> None:
        for grade_id in grade_ids:
            original = cell(notebook, grade_id)
            copy = nbformat.from_dict(json.loads(json.dumps(original)))
            copy.id = f"copy-of-{grade_id}"
            notebook.cells.insert(notebook.cells.index(original) + 1, copy)

    return change


def retype(grade_id: str) -> Callable[[NotebookNode], None]:
    """Turn a code cell into Markdown."""

    def change(notebook: NotebookNode) -> None:
        target = cell(notebook, grade_id)
        target.cell_type = "markdown"
        for key in ("outputs", "execution_count"):
            target.pop(key, None)

    return change


def edit(grade_id: str, source: str) -> Callable[[NotebookNode], None]:
    """Overwrite the source of a cell, and claim other points for it."""

    def change(notebook: NotebookNode) -> None:
        target = cell(notebook, grade_id)
        target.source = source
        target.metadata["nbgrader"] |= {"points": 100, "locked": False}

    return change


def other_kernel(notebook: NotebookNode) -> None:
    """A kernel that no grading machine has."""
    notebook.metadata["kernelspec"] = {
        "name": "my-laptop-env",
        "display_name": "Python (my laptop)",
        "language": "python",
    }


def stale(notebook: NotebookNode) -> None:
    """Right on the student's screen, because a helper ran before its cell was moved down."""
    target = cell(notebook, VICTIM)
    helper = "def shifted(x, dim):\n    return x - x.amax(dim=dim, keepdim=True)"
    target.source = (
        f"def {VICTIM}(x, dim):\n    powers = shifted(x, dim).exp()\n"
        "    return powers / powers.sum(dim=dim, keepdim=True)"
    )
    target.execution_count = 7
    notebook.cells.append(new_code_cell(helper, id="moved-down", execution_count=3))


BAD: dict[str, Callable[[str], Submission]] = {
    "stale_cells": mangled(stale, "softmax needs a cell that now comes last", (VICTIM,)),
    "endless_loop": broken_answer("while True: pass", "softmax never returns"),
    "stubborn_loop": extra_cell(
        "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
        "an experiment loops and catches every interrupt: only that cell is lost",
    ),
    "os_exit": broken_answer("import os; os._exit(0)", "softmax ends its process"),
    "os_exit_cell": extra_cell("import os\nos._exit(0)", "an experiment ends its process"),
    "segfault": broken_answer("import ctypes; ctypes.string_at(0)", "softmax crashes Python"),
    "out_of_memory": broken_answer(
        "big = bytearray(64 * 2**30)", "softmax asks for 64 GiB of memory"
    ),
    "fork_bomb": broken_answer(
        "import os\n    while True:\n        try: os.fork()\n        except OSError: pass",
        "softmax starts processes without end",
    ),
    "asks_for_input": extra_cell("name = input('Your name? ')", "an experiment calls input()"),
    "prints_gigabytes": extra_cell(
        "for _ in range(3_000_000):\n    print('x' * 1000)", "an experiment prints 3 GB"
    ),
    "crash_at_import": extra_cell("1 / 0", "an experiment divides by zero before softmax"),
    "prints_full_marks": broken_answer(
        "print(100); import sys; sys.displayhook(100.0)", "softmax prints a score instead"
    ),
    "patches_torch": broken_answer(
        "import torch, math\n    torch.allclose = torch.equal = lambda *a, **k: True\n"
        "    torch.testing.assert_close = lambda *a, **k: None\n    math.isclose = print",
        "softmax replaces the functions that compare",
    ),
    "reads_the_answers": broken_answer(
        "from ptbasics.reference.l02_operations import softmax as stolen; return stolen(x, dim)",
        "softmax imports the reference",
    ),
    "writes_the_gradebook": broken_answer(
        "import sqlite3\n"
        "    for up in ('', '../', '../../', '../../../', '../../../../'):\n"
        "        sqlite3.connect(up + 'gradebook.db').execute('update grade set manual_score=99')",
        "softmax writes its grade",
    ),
    "missing_answer": mangled(remove(VICTIM), "the answer cell was deleted", (VICTIM,)),
    "missing_check": mangled(remove(f"{VICTIM}-check"), "a check was deleted: it is put back"),
    "duplicated_cells": mangled(
        duplicate(VICTIM, f"{VICTIM}-check"), "answer and check stand twice: graded once"
    ),
    "retyped_answer": mangled(retype(VICTIM), "the answer became Markdown: it is read as code"),
    "retyped_check": mangled(retype(f"{VICTIM}-check"), "a check became Markdown: it is put back"),
    "edited_check": mangled(
        edit(f"{VICTIM}-check", "100"), "a check was edited and claims 100 points: it is put back"
    ),
    "other_kernel": mangled(other_kernel, "a kernel of the student's laptop: graded as Python 3"),
}


def bad_submissions() -> Iterator[Submission]:
    """One of each kind, by a student who is called after it."""
    return (make(student) for student, make in BAD.items())
