"""What a student handed in: a folder or a file, read without trust, and notes on what was repaired.

Nothing is executed here and nothing is refused: what cannot be read becomes the released notebook,
untouched, with the reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from os import stat_result
from pathlib import Path
from stat import S_ISDIR, S_ISREG

from nbformat import NotebookNode

from ptbasics.grading.intake.notebook import Unreadable, canonical, untouched
from ptbasics.judging.describe import one_line

MAX_NOTEBOOK_BYTES = 32 * 2**20
MAX_OTHER_BYTES = 32 * 2**20
MAX_OTHER_FILES = 1000
#: Files that are no work of the student's.
_NOT_TAKEN = {"timestamp.txt"}


@dataclass(frozen=True)
class Submission:
    """One student's work for one lesson, ready to be graded.

    Attributes:
        lesson: its id.
        notebook: the canonical notebook: released structure, the student's answers and own cells.
        notes: what was repaired, as sentences for the student.
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
        is_folder = S_ISDIR(_status(path).st_mode)
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


def _status(path: Path) -> stat_result:
    try:
        return path.stat()
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
        there = sorted(path for path in folder.iterdir() if path.name.endswith(".ipynb"))
        found = [path for path in there if path == named or path.is_file()]
    except OSError as error:
        raise _closed(folder, error) from None
    others = [path.name for path in found if path != named]
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
        status = _status(path)
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
