"""Lay a student's cells onto the released structure: their answers and own cells, our checks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import deepcopy

from nbformat import NotebookNode

from ptbasics.exercise import grade_id, is_written
from ptbasics.grading.intake.cells import StudentCell
from ptbasics.matching import first_filled, labels


def align(
    student: Sequence[StudentCell], released: Sequence[NotebookNode], notes: list[str]
) -> list[NotebookNode]:
    """The canonical cells, in the student's order.

    Answer cells hold what the student wrote. Locked cells are as released, stand once, and where
    they make sense: a check after its answer, the set-up before everything. An answer cell that is
    gone stays away, so that its exercise reads as missing; a written answer comes back unwritten.
    All other cells are the student's own, and so is what else has the label of a written answer.

    Args:
        student: the submitted cells.
        released: the released cells with nbgrader metadata, in order.
        notes: gets a sentence for each cell that had to be repaired.
    """
    names = _labels(student, released, notes)
    by_id = {grade_id(cell): cell for cell in released}
    answers = [name for name, cell in by_id.items() if cell.metadata.nbgrader.solution]
    kept = {name: _kept(name, names, student, by_id[name], notes) for name in answers}
    cells: list[NotebookNode] = []
    for index, cell in enumerate(student):
        name = names[index]
        if not name:
            cells.append(_own(cell))
        elif name in answers:
            if index == kept[name]:
                cells.append(_answer(by_id[name], cell, notes))
            elif is_written(by_id[name]):
                cells.append(_own(cell))
        else:
            cells += _locked(by_id[name], cell, cells, notes)
    _put_back(cells, released, notes)
    return cells


def _labels(
    student: Sequence[StudentCell], released: Sequence[NotebookNode], notes: list[str]
) -> list[str]:
    """The grade id of each cell, "" for the student's own."""
    names, recognised = labels(student, released)
    notes += (
        f"The answer cell {name} had lost its label; it was recognised." for name in recognised
    )
    return names


def _kept(
    name: str,
    names: Sequence[str],
    student: Sequence[StudentCell],
    released: NotebookNode,
    notes: list[str],
) -> int | None:
    """Which of the cells with the label of an answer counts: the first that holds something."""
    times = list(names).count(name)
    if not times and not is_written(released):
        notes.append(f"The answer cell {name} is missing.")
    if times > 1:
        graded = "is what has points" if is_written(released) else "was graded"
        notes.append(
            f"The answer cell {name} stands {_times(times)}; "
            f"the first that holds something {graded}."
        )
    return first_filled(name, names, student, released)


def _answer(released: NotebookNode, cell: StudentCell, notes: list[str]) -> NotebookNode:
    if cell.cell_type != released.cell_type:
        notes.append(
            f"The answer cell {grade_id(released)} had become {_kind(cell.cell_type)}; "
            f"it was read as {_kind(released.cell_type)}."
        )
    made = deepcopy(released)
    made.source = cell.source
    _attach(made, cell)
    return made


def _locked(
    released: NotebookNode, cell: StudentCell, before: Iterable[NotebookNode], notes: list[str]
) -> list[NotebookNode]:
    """The released cell; with an edited set-up, also what the student made of it."""
    name = grade_id(released)
    if any(grade_id(earlier) == name for earlier in before):
        notes.append(f"The cell {name} stands more than once; the first counts.")
        return []
    made = [deepcopy(released)]
    if cell.cell_type != released.cell_type:
        notes.append(f"The cell {name} had become {_kind(cell.cell_type)}; it was put back.")
    elif cell.source.strip() != released.source.strip():
        notes.append(f"The cell {name} is not to be changed; it was put back as it was.")
        if not released.metadata.nbgrader.grade and cell.source.strip():
            # an import that was added here is needed further down
            made.append(_own(cell))
    return made


def _put_back(
    cells: list[NotebookNode], released: Sequence[NotebookNode], notes: list[str]
) -> None:
    """Insert what is gone and not an exercise's answer; move what stands before what it needs."""
    previous: str | None = None
    for original in released:
        name = grade_id(original)
        places = {grade_id(cell): index for index, cell in enumerate(cells)}
        here = places.get(name)
        written = is_written(original)
        if original.metadata.nbgrader.solution and not written:
            previous = name if here is not None else previous
            continue
        labelled = [index for label, index in places.items() if label and label != name]
        top = next((i for i, cell in enumerate(cells) if cell.cell_type == "code"), len(cells))
        least = top if previous is None else places[previous] + 1
        if here is None:
            notes.append(f"The cell {name} was deleted; it was put back.")
            cells.insert(least, deepcopy(original))
        elif written:
            continue  # a student may put it anywhere
        elif previous is not None and here < least:
            notes.append(f"The cell {name} stood before its answer; it was moved after it.")
            cells.insert(least - 1, cells.pop(here))
        elif previous is None and labelled and here > min(labelled):
            notes.append(f"The cell {name} stood too late; it was moved to the top.")
            cells.insert(top, cells.pop(here))
        previous = name


def _own(cell: StudentCell) -> NotebookNode:
    """A cell as nbformat makes it, which would check each; the notebook is checked as a whole."""
    made = NotebookNode(cell_type=cell.cell_type, metadata=NotebookNode(), source=cell.source)
    made.id = cell.id  # "" is replaced when all ids are known
    if cell.cell_type == "code":
        made.execution_count, made.outputs = None, []
    _attach(made, cell)
    return made


def _attach(made: NotebookNode, cell: StudentCell) -> None:
    """Add the pictures that a student pasted into text."""
    if cell.attachments and made.cell_type != "code":
        made.attachments = NotebookNode(cell.attachments)


def _kind(cell_type: str) -> str:
    return {"markdown": "Markdown", "raw": "raw text", "code": "code"}[cell_type]


def _times(count: int) -> str:
    return {2: "twice", 3: "three times"}.get(count, f"{count} times")
