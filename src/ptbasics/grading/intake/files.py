"""What a student handed in: a folder or a file, read without trust, and notes on what was repaired.

Nothing is executed here and nothing is refused: what cannot be read becomes the released notebook,
untouched, with the reason.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import islice
from pathlib import Path
from stat import S_ISDIR, S_ISREG

from nbformat import NotebookNode

from ptbasics.grading.intake.notebook import Unreadable, canonical, untouched
from ptbasics.judging.describe import one_line

MAX_NOTEBOOK_BYTES = 32 * 2**20
MAX_OTHER_BYTES = 32 * 2**20
MAX_OTHER_FILES = 1000
#: Files and folders that are looked at, folders within one another, and bytes of a path in them.
MAX_ENTRIES = 10_000
MAX_DEPTH = 16
MAX_PATH_BYTES = 1024
#: How many names a note tells, and how many files left out have a note of their own.
MAX_NAMED = 10
#: When it was handed in, which nbgrader writes beside the notebook.
TIMESTAMP = "timestamp.txt"
_MAX_TIMESTAMP_BYTES = 1024


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


def _status(path: Path) -> os.stat_result:
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
            notes.append(f"Only {named.name} is graded; {_listed(others)} is not.")
        return named
    if not found:
        raise Unreadable(f"No notebook was handed in: {named.name} is missing.")
    if len(found) > 1:
        raise Unreadable(
            f"{named.name} is missing, and there are several other notebooks "
            f"({_listed(others)}): hand in one, under that name."
        )
    notes.append(f"{found[0].name} is graded as {named.name}: please keep the name next time.")
    return found[0]


def _listed(names: Sequence[str]) -> str:
    more = len(names) - MAX_NAMED
    return ", ".join([*names[:MAX_NAMED], *([f"{more:,} more"] if more > 0 else [])])


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
    left_out: list[str] = []
    room = MAX_OTHER_BYTES
    for name in sorted(_names(folder, left_out)):
        path = folder / name
        taken = path.suffix == ".ipynb" or path.name == TIMESTAMP
        if taken or is_foreign(path, folder) or not path.is_file():
            continue
        try:
            name.encode()
            if path.stat().st_size > room or len(files) == MAX_OTHER_FILES:
                left_out.append(f"The file {name} is too much and was left out.")
                continue
            files[name] = path.read_bytes()
        except (OSError, UnicodeEncodeError):
            left_out.append(f"The file {name} cannot be read and was left out.")
            continue
        room -= len(files[name])
    notes.extend(left_out[:MAX_NAMED])
    if len(left_out) > MAX_NAMED:
        notes.append(f"{len(left_out) - MAX_NAMED:,} more were left out.")
    return files


def _names(folder: Path, left_out: list[str]) -> list[str]:
    """Files of a folder and those below, relative to it; links to folders are not followed.

    What lies too deep or has too long a path is left out; of a folder with too many entries,
    nothing is taken, because which of them come first is up to the file system.
    """
    names: list[str] = []
    entries = 0
    pending = [Path()]
    while pending:
        inside = pending.pop()
        try:
            with os.scandir(folder / inside) as listing:
                found = list(islice(listing, MAX_ENTRIES + 1 - entries))
        except OSError:
            left_out.append(f"The folder {inside} cannot be read and was left out.")
            continue
        entries += len(found)
        if entries > MAX_ENTRIES:
            left_out.append(
                f"There are more than {MAX_ENTRIES:,} files and folders: "
                "only the notebook is taken."
            )
            return []
        for entry in found:
            path = inside / entry.name
            if entry.name.startswith("."):
                continue
            if len(os.fsencode(path)) > MAX_PATH_BYTES:
                left_out.append(f"A path that begins with {path.parts[0]} is too long.")
            elif not entry.is_dir(follow_symlinks=False):
                names.append(str(path))
            elif len(path.parts) > MAX_DEPTH:
                left_out.append(f"Folders in {path.parts[0]} lie too deep and were left out.")
            else:
                pending.append(path)
    return names


def handed_in_at(folder: Path) -> bytes:
    """The content of the timestamp in a student's folder; nothing where there is no such file."""
    path = folder / TIMESTAMP
    try:
        if is_link(folder) or is_foreign(path, folder) or not path.is_file():
            return b""
        return path.read_bytes() if path.stat().st_size <= _MAX_TIMESTAMP_BYTES else b""
    except OSError:
        return b""


def is_foreign(path: Path, folder: Path) -> bool:
    """Whether a link takes a path to what the student did not hand in, or it is no plain file."""
    try:
        leads_away = not path.resolve().is_relative_to(folder.resolve())
        return leads_away or not (path.is_file() or path.is_dir())
    except (OSError, RuntimeError):  # it lies in a closed folder, or leads to itself
        return True
