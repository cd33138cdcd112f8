"""From whatever a student handed in to a notebook that can be graded, and notes on what was mended.

Nothing is executed here and nothing is refused: what cannot be read becomes the released notebook,
untouched, with the reason.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import count
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import Any

import nbformat
from nbformat import NotebookNode

from ptbasics.describe import one_line
from ptbasics.exercise import DEMONSTRATION, is_demonstration
from ptbasics.grading.align import align
from ptbasics.grading.cells import cells_of

MAX_NOTEBOOK_BYTES = 32 * 2**20
MAX_OTHER_BYTES = 32 * 2**20
MAX_OTHER_FILES = 1000
#: The ids of the cells that grading adds.
NOTES_ID, SUMMARY_ID = "ptbasics-notes", "ptbasics-summary"
#: Files that are no work of the student's.
_NOT_TAKEN = {"timestamp.txt"}


@dataclass(frozen=True)
class Submission:
    """One student's work for one lesson, ready to be graded.

    Attributes:
        lesson: its id.
        notebook: the canonical notebook: released structure, the student's answers and own cells.
        notes: what was mended, as sentences for the student.
        reason: why there is nothing to grade; "" where there is something.
        files: what was handed in beside the notebook, by its path in the student's folder.
        digest: of everything that was handed in.
    """

    lesson: str
    notebook: NotebookNode
    notes: tuple[str, ...] = ()
    reason: str = ""
    files: Mapping[str, bytes] = field(default_factory=dict)
    digest: str = ""


class Unreadable(Exception):
    """There are no answers in what was handed in; the message says so to the student."""


def take_in(path: Path, lesson: str, release: NotebookNode) -> Submission:
    """Read a submission.

    Args:
        path: the folder that a student handed in, or a notebook file.
        lesson: the lesson that it is for.
        release: the lesson's notebook as it was handed out.
    """
    notes: list[str] = []
    digest = sha256()
    reason, files = "", {}
    try:
        is_folder = _is_folder(path)
        if is_link(path if is_folder else path.parent):
            raise Unreadable("The folder is a link to another one: hand in the folder itself.")
        notebook_path = _choose(path, lesson, notes) if is_folder else path
        content = _read(notebook_path)
        digest.update(content)
        notebook = canonical(content, release, notes)
        files = _other_files(path, notes) if is_folder else {}
    except Unreadable as error:
        notebook, reason = untouched(release), one_line(str(error))
        digest.update(reason.encode())
    for name, data in files.items():
        digest.update(f"\0{name}\0{len(data)}\0".encode())
        digest.update(data)
    said = tuple(map(one_line, notes))
    return Submission(lesson, notebook, said, reason, files, digest.hexdigest())


def canonical(content: bytes, release: NotebookNode, notes: list[str]) -> NotebookNode:
    """The canonical notebook in the bytes of a file; what is mended is added to `notes`.

    Raises:
        Unreadable: the bytes are no notebook with Python cells.
    """
    raw = _parsed(content)
    raw = _current_format(raw, notes)
    _require_python(raw.get("metadata"), release, notes)
    student = cells_of(raw["cells"], notes)
    cells = align(student, [one for one in release.cells if "nbgrader" in one.metadata], notes)
    _name_cells(cells)
    _tag_demonstrations(cells, release)
    made: NotebookNode = nbformat.v4.new_notebook(cells=cells, metadata=_metadata(release))
    return made


def _is_folder(path: Path) -> bool:
    try:
        return S_ISDIR(path.stat().st_mode)
    except OSError as error:
        raise _closed(path, error) from None


def _closed(path: Path, error: OSError) -> Unreadable:
    return Unreadable(f"{path.name} cannot be opened: {error.strerror}.")


def is_link(folder: Path) -> bool:
    """Whether a student's folder for a lesson is somebody else's: it or the one above is a link."""
    return folder.is_symlink() or folder.parent.is_symlink()


def _choose(folder: Path, lesson: str, notes: list[str]) -> Path:
    """The notebook of the lesson; where it has another name, the one that is there."""
    named = folder / f"{lesson}.ipynb"
    try:
        there = sorted(one for one in folder.iterdir() if one.name.endswith(".ipynb"))
        found = [one for one in there if one == named or one.is_file()]
    except OSError as error:
        raise _closed(folder, error) from None
    others = [one.name for one in found if one != named]
    if named in found:
        if others:
            notes.append(f"Only {named.name} is graded; {', '.join(others)} is not.")
        return named
    if not found:
        raise Unreadable(f"No notebook was handed in: {named.name} is missing.")
    if len(found) > 1:
        raise Unreadable(
            f"{named.name} is missing, and there are several other notebooks "
            f"({', '.join(others)}): hand in one, under that name."
        )
    notes.append(f"{found[0].name} is graded as {named.name}: please keep the name next time.")
    return found[0]


def _read(path: Path) -> bytes:
    try:
        if path.is_symlink() and is_foreign(path, path.parent):
            raise Unreadable(f"{path.name} is a link to a file elsewhere: hand in the file itself.")
        status = path.stat()
        if not S_ISREG(status.st_mode):
            raise Unreadable(f"{path.name} is not a file: hand in the notebook under that name.")
        size = status.st_size
        if size > MAX_NOTEBOOK_BYTES:
            raise Unreadable(
                f"{path.name} has {size / 2**20:,.0f} MB, and {MAX_NOTEBOOK_BYTES // 2**20} MB "
                "is the most that is read: clear all outputs, save, and hand it in again."
            )
        return path.read_bytes()
    except OSError as error:
        raise _closed(path, error) from None


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
    except Exception:  # malformed in one of many ways, all of which mean the same here
        raise Unreadable(
            "The notebook has an old format and is damaged: open it in JupyterLab, save it, and "
            "hand it in again."
        ) from None
    for cell in upgraded["cells"]:
        cell.pop("id", None)  # made up at random by the conversion
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


def _other_files(folder: Path, notes: list[str]) -> dict[str, bytes]:
    """What else was handed in, as far as it fits."""
    files: dict[str, bytes] = {}
    left = MAX_OTHER_BYTES
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        hidden = any(part.startswith(".") for part in Path(name).parts)
        taken = path.suffix == ".ipynb" or path.name in _NOT_TAKEN
        if hidden or taken or is_foreign(path, folder) or not path.is_file():
            continue
        try:
            name.encode()
            if path.stat().st_size > left or len(files) == MAX_OTHER_FILES:
                notes.append(f"The file {name} is too much and was left out.")
                continue
            files[name] = path.read_bytes()
        except (OSError, UnicodeEncodeError):
            notes.append(f"The file {name} cannot be read and was left out.")
            continue
        left -= len(files[name])
    return files


def is_foreign(path: Path, folder: Path) -> bool:
    """Whether a link takes a path to what the student did not hand in, or it is no plain file."""
    try:
        leads_away = not path.resolve().is_relative_to(folder.resolve())
        return leads_away or not (path.is_file() or path.is_dir())
    except (OSError, RuntimeError):  # it lies in a closed folder, or leads to itself
        return True


def untouched(release: NotebookNode) -> NotebookNode:
    """The released notebook as a canonical one, in which no exercise has been started."""
    cells = deepcopy(release.cells)
    made: NotebookNode = nbformat.v4.new_notebook(cells=cells, metadata=_metadata(release))
    return made


def _metadata(release: NotebookNode) -> dict[str, Any]:
    return {key: release.metadata[key] for key in ("kernelspec", "language_info")}


def _tag_demonstrations(cells: list[NotebookNode], release: NotebookNode) -> None:
    """What a student made of a demonstration is a cell of their own."""
    released = {one.source.strip() for one in release.cells if is_demonstration(one)}
    for cell in cells:
        if cell.cell_type == "code" and cell.source.strip() in released:
            cell.metadata.tags = [DEMONSTRATION]


def _name_cells(cells: list[NotebookNode]) -> None:
    """Released cells keep their ids; the student's own keep theirs where nobody else has it."""
    taken = {one.id for one in cells if "nbgrader" in one.metadata} | {NOTES_ID, SUMMARY_ID}
    for cell in cells:
        if "nbgrader" not in cell.metadata:
            numbers = (f"own-{number}" for number in count(1))
            if not cell.id or cell.id in taken:
                cell.id = next(name for name in numbers if name not in taken)
            taken.add(cell.id)
