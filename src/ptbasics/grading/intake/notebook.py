"""From the bytes of a file to the canonical notebook: released structure, the student's answers.

Nothing is executed here. What cannot be read at all is `Unreadable`, with the reason for the
student.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from copy import deepcopy
from itertools import count
from typing import Any

import nbformat
from nbformat import NotebookNode

from ptbasics.exercise import DEMONSTRATION, grade_id, is_left_out
from ptbasics.grading.intake.align import align
from ptbasics.grading.intake.cells import StudentCell, cells_of

#: The id of the cell that grading adds.
NOTES_ID = "ptbasics-notes"


class Unreadable(Exception):
    """There are no answers in what was handed in; the message says so to the student."""


def canonical(content: bytes, release: NotebookNode, notes: list[str]) -> NotebookNode:
    """The canonical notebook in the bytes of a file; what is repaired is added to `notes`.

    Raises:
        Unreadable: the bytes are no notebook with Python cells.
    """
    raw = _parsed(content)
    raw = _current_format(raw, notes)
    _require_python(raw.get("metadata"), release, notes)
    student = cells_of(raw["cells"], notes)
    _require_lesson(raw.get("metadata"), student, release)
    cells = align(student, [cell for cell in release.cells if "nbgrader" in cell.metadata], notes)
    _name_cells(cells)
    _tag_left_out(cells, release)
    made: NotebookNode = nbformat.v4.new_notebook(cells=cells, metadata=_metadata(release))
    return made


def untouched(release: NotebookNode) -> NotebookNode:
    """The released notebook as a canonical one, in which no exercise has been started."""
    cells = deepcopy(release.cells)
    made: NotebookNode = nbformat.v4.new_notebook(cells=cells, metadata=_metadata(release))
    return made


def _parsed(content: bytes) -> dict[str, Any]:
    if not content.strip():
        raise Unreadable("The file is empty: the upload or the export did not work.")
    try:
        raw = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise Unreadable(_why_not_json(content)) from None
    if not isinstance(raw, dict) or not ({"cells", "worksheets"} & raw.keys()):
        raise Unreadable("The file is not a notebook: it has no cells.")
    return raw


def _why_not_json(content: bytes) -> str:
    encoding = json.detect_encoding(content)
    if not content.decode(encoding, "replace").lstrip("\ufeff \t\r\n").startswith("{"):
        return "The file is not a notebook: it does not hold what JupyterLab saves."
    if not encoding.startswith("utf-8"):
        return (
            f"The file is saved as {encoding.upper()}, and a notebook is UTF-8: "
            "convert it with the program that saved it, and hand it in again."
        )
    return (
        "The notebook is damaged, perhaps cut off: its content is not valid JSON. "
        "Open it in JupyterLab, save it, and hand it in again."
    )


def _current_format(raw: dict[str, Any], notes: list[str]) -> dict[str, Any]:
    """Notebook format 4; older ones are converted."""
    if isinstance(raw.get("cells"), list):
        return raw
    try:
        old = nbformat.from_dict(raw)
        upgraded: dict[str, Any] = nbformat.convert(old, 4)
        for cell in upgraded["cells"]:
            cell.pop("id", None)  # made up at random by the conversion
    except Exception:  # malformed in one of many ways, all of which mean the same here
        raise Unreadable(
            "The notebook has an old format and is damaged: open it in JupyterLab, save it, and "
            "hand it in again."
        ) from None
    notes.append("The notebook has an old format; it was converted.")
    return upgraded


def _require_python(metadata: Any, release: NotebookNode, notes: list[str]) -> None:
    metadata = metadata if isinstance(metadata, dict) else {}
    kernel, info = (
        part if isinstance(part, dict) else {}
        for part in (metadata.get("kernelspec"), metadata.get("language_info"))
    )
    name = str(kernel.get("display_name") or kernel.get("name") or "unknown")[:60]
    language = str(kernel.get("language") or info.get("name") or "python")[:60]
    if "python" not in language.lower():
        raise Unreadable(f"The notebook is written in {language} ({name}), and not in Python.")
    if kernel and kernel.get("name") != release.metadata.kernelspec.name:
        notes.append(f"The notebook uses the kernel “{name}”; it was graded with Python 3.")


def _require_lesson(metadata: Any, student: Sequence[StudentCell], release: NotebookNode) -> None:
    """Refuse another lesson's notebook, unless it holds an answer to this one after all."""
    about = metadata.get("ptbasics") if isinstance(metadata, dict) else None
    lesson = about.get("lesson") if isinstance(about, dict) else None
    own = release.metadata.get("ptbasics", {}).get("lesson")
    if not isinstance(lesson, str) or lesson == own:
        return
    labelled = [cell for cell in release.cells if "nbgrader" in cell.metadata]
    answers = {grade_id(cell) for cell in labelled if cell.metadata.nbgrader.solution}
    if not answers & {cell.grade_id for cell in student}:
        raise Unreadable(
            f"This is the notebook of lesson {lesson[:60]}, handed in for {own}: "
            f"hand in {own}.ipynb here, and this one for its own lesson."
        )


def _metadata(release: NotebookNode) -> dict[str, Any]:
    return {key: release.metadata[key] for key in ("kernelspec", "language_info")}


def _tag_left_out(cells: list[NotebookNode], release: NotebookNode) -> None:
    """What a student made of a cell that is left out is a cell of their own, and is run."""
    released = {cell.source.strip() for cell in release.cells if is_left_out(cell)}
    for cell in cells:
        if cell.cell_type == "code" and cell.source.strip() in released:
            cell.metadata.tags = [DEMONSTRATION]


def _name_cells(cells: list[NotebookNode]) -> None:
    """Released cells keep their ids; the student's own keep theirs where nobody else has it."""
    taken = {cell.id for cell in cells if "nbgrader" in cell.metadata} | {NOTES_ID}
    for cell in cells:
        if "nbgrader" not in cell.metadata:
            numbers = (f"own-{number}" for number in count(1))
            if not cell.id or cell.id in taken:
                cell.id = next(name for name in numbers if name not in taken)
            taken.add(cell.id)
