"""Landlock: which files a process and its children may open, and no way back.

See https://docs.kernel.org/userspace-api/landlock.html. Each version of the kernel interface
handles more kinds of access; this module uses as many as the running kernel knows.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterable
from pathlib import Path

from ptbasics.runner.kernel import syscall

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ASK_VERSION, _PATH_BENEATH = 1, 1

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_TRUNCATE = 1 << 14
READ = _EXECUTE | _READ_FILE | _READ_DIR
WRITE = READ | _WRITE_FILE | _TRUNCATE
LIST = _READ_DIR
#: interface version → number of kinds of file access that it handles
_KINDS_OF_ACCESS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
_ON_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | 1 << 15
_TCP = 0b11  # bind and connect
_SCOPES = 0b11  # abstract unix sockets, signals
_SIGNALS = 0b10


def version() -> int:
    """The version of Landlock's interface in this kernel; 0 where there is none."""
    try:
        return syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(_ASK_VERSION))
    except OSError:
        return 0


def restrict(
    read: Iterable[Path], write: Iterable[Path], everything: Iterable[Path], listing: Iterable[Path]
) -> None:
    """Deny this process all file access but what stands below these paths, and network and signals.

    Args:
        read: may be read and executed.
        write: existing files that may be written too.
        everything: folders in which anything is allowed.
        listing: folders whose entries may be listed.

    Raises:
        OSError: this kernel has no Landlock. `PR_SET_NO_NEW_PRIVS` must have been set.
    """
    abi = version()
    if not abi:
        raise OSError("this kernel has no Landlock")
    handled = (1 << _KINDS_OF_ACCESS[min(abi, 5)]) - 1
    fields = [handled, _TCP if abi >= 4 else 0, _SCOPES if abi >= 6 else 0]
    size = {1: 8, 2: 8, 3: 8, 4: 16, 5: 16}.get(abi, 24)
    attributes = (ctypes.c_uint64 * 3)(*fields)
    ruleset = syscall(_CREATE_RULESET, attributes, ctypes.c_size_t(size), ctypes.c_uint32(0))
    try:
        for paths, access in ((read, READ), (write, WRITE), (everything, -1), (listing, LIST)):
            for path in paths:
                _allow(ruleset, path, access & handled)
        syscall(_RESTRICT_SELF, ruleset, ctypes.c_uint32(0))
    finally:
        os.close(ruleset)


def keep_signals_in() -> None:
    """From here on this process signals only itself and the processes that it will start.

    Raises:
        OSError: this kernel's Landlock cannot do so.
    """
    if version() < 6:
        raise OSError("this kernel's Landlock knows no signals")
    attributes = (ctypes.c_uint64 * 3)(0, 0, _SIGNALS)
    size = ctypes.c_size_t(ctypes.sizeof(attributes))
    ruleset = syscall(_CREATE_RULESET, attributes, size, ctypes.c_uint32(0))
    try:
        syscall(_RESTRICT_SELF, ruleset, ctypes.c_uint32(0))
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: Path, access: int) -> None:
    try:
        fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:  # nothing there to allow
        return
    try:
        if not path.is_dir():
            access &= _ON_FILES
        rule = access.to_bytes(8, "little") + fd.to_bytes(4, "little")
        syscall(_ADD_RULE, ruleset, ctypes.c_uint32(_PATH_BENEATH), rule, ctypes.c_uint32(0))
    finally:
        os.close(fd)
