"""What a submission uses of memory and disk, seen from outside, where the kernel sets no limit."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil

from ptbasics.runner.view import MAX_FILES

_SHARED_MEMORY = Path("/dev/shm")
_BLOCK = 512


def uses_more_than(limit: int, keeper: int) -> bool:
    """Whether a keeper and its descendants use more bytes than this.

    Resident memory counts shared pages once for each process, so it only says when the exact
    figure, which costs milliseconds per process, is worth reading.
    """
    try:
        root = psutil.Process(keeper)
        processes = [root, *root.children(recursive=True)]
        inherited = root.memory_info().rss
    except psutil.Error:
        return False
    roughly = exactly = 0
    for process in processes:
        with suppress(psutil.Error):
            roughly += max(0, process.memory_info().rss - inherited)
    if roughly > limit:
        for process in processes:
            with suppress(psutil.Error):
                exactly += process.memory_full_info().pss
    return exactly > limit


def stores_more_than(limit: int, scratch: Path) -> bool:
    """Whether a scratch folder, or what its owner has in shared memory, takes more bytes.

    A folder that is private to the submission looks empty, and has a limit of its own. Shared
    memory can only be told apart where the submission is a user of its own.
    """
    try:
        owner = scratch.stat().st_uid
    except OSError:
        return False
    shared = shared_files_of(owner) if owner != os.geteuid() else ()
    return _is_larger(limit, [scratch]) or _is_larger(limit, shared)


def shared_files_of(uid: int) -> list[Path]:
    """What lies in shared memory and belongs to a user."""
    found = []
    with suppress(OSError):
        for entry in os.scandir(_SHARED_MEMORY):
            with suppress(OSError):
                if entry.stat(follow_symlinks=False).st_uid == uid:
                    found.append(Path(entry))
    return found


def _is_larger(limit: int, paths: Iterable[Path]) -> bool:
    """Whether files and folders take more bytes, or are more files than anybody needs."""
    size = 0
    for number, path in enumerate(_everything(paths)):
        with suppress(OSError):
            size += path.lstat().st_blocks * _BLOCK
        if size > limit or number > MAX_FILES:
            return True
    return False


def _everything(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        yield path
        if path.is_symlink():
            continue
        for folder, folders, files in os.walk(path):
            yield from (Path(folder, name) for name in (*folders, *files))
