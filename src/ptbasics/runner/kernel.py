"""The few Linux calls that Python's standard library lacks."""

from __future__ import annotations

import ctypes
import os
import platform

_libc = ctypes.CDLL(None, use_errno=True)
MACHINE = platform.machine()

#: prctl options
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_CAPBSET_DROP = 1, 4, 24
PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 36, 38
#: mount flags
MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_BIND, MS_REC, MS_PRIVATE = 2, 4, 8, 4096, 16384, 1 << 18
MNT_DETACH = 2
#: advice about memory, from Linux 6.1 on
MADV_COLLAPSE = 25
#: unshare flags
NEWNS, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET = (
    0x00020000,
    0x04000000,
    0x08000000,
    0x10000000,
    0x20000000,
    0x40000000,
)
_SYS_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
_SYS_CAPSET = {"x86_64": 126, "aarch64": 91}
_SYS_MOUNT_SETATTR = 442
_AT_FDCWD, _AT_RECURSIVE, _MOUNT_ATTR_RDONLY = -100, 0x8000, 1
_CAPABILITY_VERSION_3 = 0x20080522


def checked(result: int, what: str) -> int:
    """The result of a C call.

    Raises:
        OSError: it is negative; the error number says why.
    """
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, f"{what}: {os.strerror(error)}")
    return result


def syscall(number: int, *args: object) -> int:
    """A raw system call; OSError where it fails."""
    return checked(int(_libc.syscall(ctypes.c_long(number), *args)), f"system call {number}")


def prctl(option: int, value: int) -> None:
    """Set an attribute of this process; OSError where it is refused."""
    arguments = [ctypes.c_ulong(part) for part in (value, 0, 0, 0)]
    checked(_libc.prctl(option, *arguments), f"prctl {option}")


def unshare(flags: int) -> None:
    """Leave namespaces for new ones; OSError where it is refused."""
    checked(_libc.unshare(flags), "unshare")


def setns(fd: int, kind: int) -> None:
    """Enter the namespace behind a descriptor; OSError where it is refused."""
    checked(_libc.setns(fd, kind), "setns")


def madvise(start: int, size: int, advice: int) -> None:
    """Tell the kernel what to do with memory of this process; OSError where it does not."""
    arguments = (ctypes.c_void_p(start), ctypes.c_size_t(size), advice)
    checked(_libc.madvise(*arguments), "madvise")


def mount(source: str, target: str, kind: str = "", flags: int = 0, options: str = "") -> None:
    """Mount a file system; OSError where it is refused."""
    arguments = [os.fsencode(part) or None for part in (source, target, kind)]
    result = _libc.mount(*arguments, ctypes.c_ulong(flags), os.fsencode(options) or None)
    checked(result, f"mount {target}")


def make_read_only(target: str) -> None:
    """Make a mount and everything mounted below it read-only; OSError where it is refused."""
    attributes = (ctypes.c_uint64 * 4)(_MOUNT_ATTR_RDONLY, 0, 0, 0)
    path = os.fsencode(target)
    syscall(
        _SYS_MOUNT_SETATTR,
        _AT_FDCWD,
        path,
        _AT_RECURSIVE,
        attributes,
        ctypes.c_size_t(ctypes.sizeof(attributes)),
    )


def become_root_directory(folder: str) -> None:
    """Make a mount point the root of this mount namespace and let go of the old root."""
    os.chdir(folder)
    syscall(_SYS_PIVOT_ROOT[MACHINE], b".", b".")
    checked(_libc.umount2(b".", MNT_DETACH), "umount the old root")
    os.chdir("/")


def drop_capabilities() -> None:
    """Give up every capability, and the chance to get one back from a file."""
    for capability in range(64):
        try:
            prctl(PR_CAPBSET_DROP, capability)
        except OSError:  # past the last one, or none may be dropped
            break
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    nothing = (ctypes.c_uint32 * 6)()
    syscall(_SYS_CAPSET[MACHINE], header, nothing)
