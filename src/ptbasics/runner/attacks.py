"""What a hostile submission would try. Runs as a cell, inside the confinement, to test it.

Each function gives True where the attack succeeded. They use the standard library alone.
"""

from __future__ import annotations

import contextlib
import ctypes
import mmap
import os
import signal
import socket
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

_CLONE_NEWUSER = 0x10000000
_PR_SET_NAME = 15


def attempt(attack: Callable[..., bool], *args: Any) -> bool:
    """Whether an attack succeeds; being stopped by an error is a failure."""
    try:
        return attack(*args)
    except (OSError, MemoryError, ValueError):
        return False


def read(path: str) -> bool:
    """Read a file that belongs to someone else."""
    with Path(path).open("rb") as file:
        return bool(file.read(1))


def write(folder: str) -> bool:
    """Leave a file in a folder that belongs to someone else."""
    with Path(folder, "left-behind").open("wb") as file:
        return bool(file.write(b"x"))


def tcp(port: int) -> bool:
    """Connect to a server on this machine."""
    with socket.create_connection(("127.0.0.1", port), timeout=2):
        return True


def udp(port: int) -> bool:
    """Send a datagram."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        return bool(sock.sendto(b"x", ("127.0.0.1", port)))


def unix(address: str) -> bool:
    """Connect to a server's unix socket; an address that starts with a null byte has no path."""
    with socket.socket(socket.AF_UNIX) as sock:
        sock.connect(address)
        return True


def terminate(pid: int) -> bool:
    """End a process of the grader. The grader looks whether it has."""
    os.kill(pid, signal.SIGTERM)
    return True


def allocate(size: int) -> bool:
    """Take more memory than allowed."""
    with mmap.mmap(-1, size, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS):
        return True


def hold(make: Callable[[], Any]) -> bool:
    """Make an object that keeps memory when no process has it mapped."""
    make()
    return True


def buffer(size: int) -> None:
    """Have the kernel keep messages of this size that nobody reads."""
    with socket.socket(socket.AF_UNIX) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, size)


def fill(folder: str, size: int) -> bool:
    """Keep more in a folder than allowed, in files that have lost their names."""
    with contextlib.ExitStack() as held:
        for _ in range(8):
            file = held.enter_context(tempfile.TemporaryFile(dir=folder))
            file.write(bytes(size // 8))
            file.flush()
        return True


def leave(path: str) -> bool:
    """Leave a file behind. The grader looks whether it has."""
    Path(path).touch()
    return True


def grow_file(size: int) -> bool:
    """Make a file larger than allowed."""
    with Path("large").open("wb") as file:
        file.truncate(size)
    return True


def multiply(most: int) -> bool:
    """Start more processes than allowed."""
    children: list[int] = []
    try:
        while len(children) < most:
            pid = os.fork()
            if pid == 0:
                time.sleep(600)
                os._exit(0)
            children.append(pid)
        return True
    finally:
        for pid in children:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def new_user_namespace() -> bool:
    """Become root of a new user namespace, where much of the kernel can be reached."""
    return bool(ctypes.CDLL(None).unshare(_CLONE_NEWUSER) == 0)


def stay_behind(name: str) -> bool:
    """Leave a process behind that has left its session. The grader looks whether it has."""
    if os.fork() == 0:
        with contextlib.suppress(OSError):
            os.setsid()
        if os.fork() == 0:
            ctypes.CDLL(None).prctl(_PR_SET_NAME, name.encode())
            time.sleep(600)
        os._exit(0)
    return False


def attack(targets: dict[str, Any]) -> dict[str, bool]:
    """Try everything on these targets."""
    pid = targets["pid"]
    attempt(terminate, pid)
    attempt(stay_behind, targets["survivor"])
    attempt(leave, targets["left_file"])
    return {
        "fs_read": attempt(read, targets["secret"]),
        "reference": any(attempt(read, path) for path in targets["reference"]),
        "fs_write": attempt(write, targets["folder"]),
        "network": attempt(tcp, targets["port"]) or attempt(udp, targets["port"]),
        "unix_connect": attempt(unix, targets["unix"]) or attempt(unix, targets["abstract"]),
        "environ": attempt(read, f"/proc/{pid}/environ") or attempt(read, f"/proc/{pid}/mem"),
        "memory": attempt(allocate, targets["memory_bytes"])
        or attempt(hold, lambda: os.memfd_create("held"))
        or attempt(hold, lambda: mmap.mmap(-1, mmap.PAGESIZE))
        or attempt(hold, lambda: buffer(2**22)),
        "file_size": attempt(grow_file, targets["file_bytes"]),
        "disk": any(attempt(fill, folder, targets["file_bytes"]) for folder in (".", "/dev/shm")),
        "processes": attempt(multiply, targets["processes"]),
        "privileges": attempt(new_user_namespace) or os.geteuid() == 0,
    }
