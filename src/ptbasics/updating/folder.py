"""`ptbasics update BUNDLE [FOLDER]`: a newer bundle over a folder in which a student works."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from importlib.metadata import version
from itertools import chain, count
from pathlib import Path, PurePosixPath
from zipfile import BadZipFile, ZipFile

import nbformat
from nbformat import NotebookNode

from ptbasics.updating.merging import Merged, merge

#: What there is in a bundle that was unpacked.
_FILES = ("*.*", ".devcontainer/*.*", "course/*.*", "course/*/*.ipynb")


class NotUpdated(ValueError):
    """Nothing was changed; the message says why, and the way out."""


class Unreadable(ValueError):
    """The file holds no notebook that could be merged."""


@dataclass(frozen=True)
class Bundle:
    """The files of a bundle by their paths below its folder, and the day it was made."""

    files: dict[PurePosixPath, bytes]
    day: date


@dataclass(frozen=True)
class Updated:
    """What an update did.

    Attributes:
        said: a sentence for each notebook that there is something to say about.
        written: the files that were replaced or are new.
        backup: where the replaced ones are as they were; None where none was replaced.
        wheel: the version of ptbasics that belongs to the bundle.
    """

    said: tuple[str, ...]
    written: tuple[Path, ...]
    backup: Path | None
    wheel: str

    def lines(self) -> Iterator[str]:
        """The same as text."""
        yield from self.said
        if not self.written:
            yield "Everything is up to date; nothing was changed."
        if self.backup:
            yield f"What was replaced is kept in {self.backup}"
        if self.wheel and self.wheel != version("ptbasics"):
            yield "Now install what belongs to it, in that folder: pip install -r requirements.txt"


def update(bundle: Path, folder: Path) -> Updated:
    """Bring a folder to the state of a newer bundle, with all of the student's work in it.

    Files are replaced one by one, each in one step, after all of them were copied. An update that
    was cut off is finished by running it again.

    Args:
        bundle: the zip file, or the folder that it was unpacked to.
        folder: the student's, the one with `course` in it.

    Raises:
        NotUpdated: one of the two is not what it should be.
    """
    newer = _read_bundle(bundle)
    if not (folder / "course").is_dir():
        raise NotUpdated(
            f"{folder} has no folder `course`: give the folder that you unpacked the course into"
        )
    said: list[str] = []
    wanted = dict(_wanted(newer, folder, said))
    changed = {path: content for path, content in wanted.items() if _content(path) != content}
    wheels = [path for path in newer.files if path.suffix == ".whl"]
    outdated = [
        path for path in folder.glob("ptbasics-*.whl") if wheels and path.name != wheels[0].name
    ]
    replaced = [path for path in (*changed, *outdated) if path.exists()]
    backup = _back_up(replaced, folder) if replaced else None
    for path, content in changed.items():
        _write(path, content)
    for path in outdated:
        path.unlink()
    number = wheels[0].name.split("-")[1] if wheels else ""
    return Updated(tuple(said), tuple(changed), backup, number)


def _read_bundle(bundle: Path) -> Bundle:
    """Raises NotUpdated where there is no bundle."""
    if bundle.is_dir():
        visible = chain(*(bundle.glob(pattern) for pattern in _FILES))
        paths = [path for path in visible if path.is_file() and not path.name.startswith(".")]
        found = {path.relative_to(bundle).as_posix(): path.read_bytes() for path in paths}
        days = [date.fromtimestamp(path.stat().st_mtime) for path in paths]
    else:
        try:
            with ZipFile(bundle) as archive:
                infos = [info for info in archive.infolist() if not info.is_dir()]
                found = {info.filename.partition("/")[2]: archive.read(info) for info in infos}
                days = [date(*info.date_time[:3]) for info in infos]
        except (BadZipFile, ValueError, EOFError, NotImplementedError):
            raise NotUpdated(f"{bundle} is no zip file: download it again") from None
    files = {PurePosixPath(name): content for name, content in found.items()}
    is_outside = any(path.is_absolute() or ".." in path.parts for path in files)
    if is_outside or not any(path.match("course/*/*.ipynb") for path in files):
        raise NotUpdated(f"{bundle} is no bundle of the course: it has no course/LESSON/*.ipynb")
    return Bundle(files, max(days))


def _wanted(newer: Bundle, folder: Path, said: list[str]) -> Iterator[tuple[Path, bytes]]:
    """What each file must hold; what there is to say about notebooks is added to `said`."""
    for path, content in newer.files.items():
        if path.suffix != ".ipynb":
            yield folder / path, content
            continue
        release = read_notebook(content)
        theirs = _students(folder / path, _lesson(release), folder)
        if not theirs:
            said.append(f"{folder / path} is new")
            yield folder / path, content
        for notebook in theirs:
            yield from _updated(notebook, content, f"{newer.day}", said)


def _students(released: Path, lesson: str, folder: Path) -> list[Path]:
    """The student's notebooks of a lesson: the one with its name, or all that they renamed."""
    if released.exists():
        return [released]
    return [
        path
        for path in sorted(folder.glob("course/**/*.ipynb"))
        if not any(part.startswith(".") for part in path.relative_to(folder).parts)
        and _is_of(path, lesson)
    ]


def _is_of(path: Path, lesson: str) -> bool:
    try:
        return _lesson(read_notebook(path.read_bytes())) == lesson
    except Unreadable:
        return False


def _updated(
    path: Path, released: bytes, version: str, said: list[str]
) -> Iterator[tuple[Path, bytes]]:
    """A student's notebook with the newer release around their work, if that changes it.

    One that cannot be merged stays as it is, and the release is put beside it.
    """
    release = read_notebook(released)
    try:
        student = read_notebook(path.read_bytes())
        if (lesson := _lesson(student)) not in ("", _lesson(release)):
            raise Unreadable(f"it is a notebook of lesson {lesson}")
        merged = merge(student, release, version)
        content = _dump(merged.notebook)
    except Unreadable as error:
        beside = path.with_name(f"{path.stem}.new.ipynb")
        said.append(f"{path} was left as it is: {error}. The new one is {beside}")
        if beside.exists():
            yield from _updated(beside, released, version, said)
        else:
            yield beside, released
        return
    if merged.notebook != student:
        said.append(_sentence(path, merged))
        yield path, content


def _sentence(path: Path, merged: Merged) -> str:
    kept = f"{path}: kept {_number(merged.answers, 'answer')}, {_number(merged.own, 'own cell')}"
    changed = f"; changed, with a note above your answer: {', '.join(merged.changed)}"
    removed = f"; no longer asked, answer kept: {', '.join(merged.removed)}"
    return kept + changed * bool(merged.changed) + removed * bool(merged.removed)


def _number(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"


def read_notebook(content: bytes) -> NotebookNode:
    """A notebook in format 4, whose cells may have no ids.

    Raises:
        Unreadable: the bytes are no notebook.
    """
    try:
        text = content.decode("utf-8-sig")
        is_old = json.loads(text)["nbformat"] < 4
        read: Callable[[str], NotebookNode] = (
            partial(nbformat.reads, as_version=4) if is_old else nbformat.v4.reads_json
        )
        notebook = read(text)
        for cell in notebook.cells:
            if is_old:
                cell.pop("id", None)  # made up by the conversion
            if not isinstance(cell.source, str) or not isinstance(cell.metadata, dict):
                raise TypeError(cell)
            _ = cell.cell_type
        _ = notebook.metadata
    except Exception:  # malformed in one of many ways, all of which mean the same here
        raise Unreadable("it cannot be read as a notebook") from None
    return notebook


def _lesson(notebook: NotebookNode) -> str:
    about = notebook.metadata.get("ptbasics")
    return str(about.get("lesson", "")) if isinstance(about, dict) else ""


def _dump(notebook: NotebookNode) -> bytes:
    try:
        nbformat.validate(notebook)
    except nbformat.ValidationError as error:
        raise Unreadable(f"it is damaged: {error.message[:200]}") from None
    text: str = nbformat.writes(notebook, version=nbformat.NO_CONVERT)
    return (text.rstrip("\n") + "\n").encode()


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _back_up(paths: Sequence[Path], folder: Path) -> Path:
    """Copies of files, in a new folder."""
    name = f"before-update-{date.today()}"
    names = chain([name], (f"{name}-{number}" for number in count(2)))
    backup = next(place for name in names if not (place := folder / name).exists())
    for path in paths:
        copy = backup / path.relative_to(folder)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, copy)
    return backup


def _write(path: Path, content: bytes) -> None:
    """In one step: whoever reads it gets the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.new")
    try:
        new.write_bytes(content)
        if path.exists():
            shutil.copymode(path, new)
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)
