"""Huge pages, which make forking the warm process cheap.

A fork copies an entry for each page. The warm process has about 90,000 pages of 4 KB; in pages of
2 MB its memory needs few entries, and what a child changes is still copied 4 KB at a time.
"""

from __future__ import annotations

import ctypes
import mmap
from contextlib import suppress
from pathlib import Path

from ptbasics.runner import kernel

_SIZE = Path("/sys/kernel/mm/transparent_hugepage/hpage_pmd_size")
#: What the list of a process's mappings calls memory that is no file's.
_NO_FILE = ("", "[heap]")


def gather() -> int:
    """Move this process's memory into huge pages, as far as the kernel does that; bytes moved.

    It does from Linux 6.1 on. Addresses stay as they are.
    """
    size = _size()
    if not size:
        return 0
    starts = [
        start
        for first, end in _writable()
        for start in range(-(-first // size) * size, end - size + 1, size)
    ]
    return size * sum(_moved(start, size) for start in starts)


def are_available() -> bool:
    """Whether this machine gives huge pages, tried out on a little memory."""
    if not (size := _size()):
        return False
    with mmap.mmap(-1, 2 * size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS) as memory:
        memory.write(bytes(2 * size))
        first = ctypes.addressof(ctypes.c_char.from_buffer(memory))
        return _moved(-(-first // size) * size, size)


def _size() -> int:
    """How large a huge page is; 0 where there are none."""
    with suppress(OSError, ValueError):
        return int(_SIZE.read_text())
    return 0


def _writable() -> list[tuple[int, int]]:
    """The first and last address of each mapping with memory of this process's own."""
    found = []
    for line in Path("/proc/self/maps").read_text().splitlines():
        addresses, access, *rest = line.split(maxsplit=5)
        if access == "rw-p" and "".join(rest[3:]) in _NO_FILE:
            first, _, end = addresses.partition("-")
            found.append((int(first, 16), int(end, 16)))
    return found


def _moved(start: int, size: int) -> bool:
    with suppress(OSError):
        kernel.madvise(start, size, kernel.MADV_COLLAPSE)
        return True
    return False
