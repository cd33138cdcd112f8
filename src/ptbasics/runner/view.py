"""A root directory in which only what may be read exists, and namespaces of one's own.

The warm process moves into such a root once. Each submission then gets a private scratch folder,
shared memory and `/proc` on top, and sees no network, process or file but its own.
"""

from __future__ import annotations

import os
import signal
import socket
from contextlib import suppress
from pathlib import Path

from ptbasics.runner import kernel, paths

#: The scratch folder of a submission that has such a root.
SCRATCH = Path("/submission")
#: How many files a scratch folder may hold.
MAX_FILES = 20_000
#: A user id that no account of the machine has, for a warm process that was started by root.
FIRST_FREE_UID = 2_000_000_000
_SAFE = kernel.MS_NOSUID | kernel.MS_NODEV
_INNER_UID = 1000
_WARM_BYTES = 64 * 2**20


def enter_view(stage: Path) -> None:
    """Give this process a root with nothing but libraries in it, and no power over the machine.

    Afterwards it may make namespaces and mount things in them, within a user namespace of its own.

    Args:
        stage: an empty folder, used on the way.

    Raises:
        OSError: this machine does not allow it.
    """
    try:
        kernel.unshare(kernel.NEWNS)
        is_administrator = True
    except PermissionError:
        enter_user_namespace(kernel.NEWNS)
        is_administrator = False
    kernel.mount("none", "/", flags=kernel.MS_REC | kernel.MS_PRIVATE)
    kernel.mount("view", str(stage), "tmpfs", _SAFE, "mode=755,size=4m")
    for path in paths.readable():
        _bring(path, stage, read_only=True)
    for path in (*paths.DEVICES_TO_READ, *paths.DEVICES_TO_WRITE, Path("/proc")):
        _bring(path, stage, read_only=False)
    for folder in (SCRATCH, Path("/dev/shm")):
        (stage / folder.relative_to("/")).mkdir()
    if not (stage / "tmp").exists():
        (stage / "tmp").symlink_to(SCRATCH / "tmp")
    above = os.open(stage.parent, os.O_PATH)
    kernel.become_root_directory(str(stage))
    with suppress(OSError):
        os.rmdir(stage.name, dir_fd=above)  # out of use, and nobody is left to do it after a kill
    os.close(above)
    if is_administrator:
        become(FIRST_FREE_UID + os.getpid())
        enter_user_namespace(kernel.NEWNS)
    mount_private(SCRATCH, _WARM_BYTES)
    _continue_as_first_process()


def enter_private_namespaces(file_bytes: int) -> None:
    """Private network, IPC, scratch folder, shared memory and `/proc`, for one submission.

    The caller is the first process of a new PID namespace. It loses its power over the mounts.

    Raises:
        OSError: this machine does not allow it.
    """
    kernel.unshare(kernel.NEWNS | kernel.NEWNET | kernel.NEWIPC | kernel.NEWUTS)
    socket.sethostname("submission")
    mount_private(SCRATCH, file_bytes)
    _mount_proc()
    # one of its own for each submission, because that is where the kernel counts processes
    enter_user_namespace()


def enter_user_namespace(more: int = 0) -> None:
    """Move to a new user namespace, and to other new namespaces with it.

    The user stays the same one; inside, the number is the same on every machine.
    """
    uid, gid = os.getuid(), os.getgid()
    kernel.prctl(kernel.PR_SET_DUMPABLE, 1)  # else /proc/self belongs to root
    kernel.unshare(kernel.NEWUSER | more)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{_INNER_UID} {uid} 1")
    Path("/proc/self/gid_map").write_text(f"{_INNER_UID} {gid} 1")


def become(uid: int) -> None:
    """Stop being root, for good."""
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


def _continue_as_first_process() -> None:
    """Go on in a child, in a new PID namespace: when it dies, the kernel kills all in there."""
    kernel.unshare(kernel.NEWPID)
    pid = os.fork()
    if pid == 0:
        kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
        _mount_proc()
        return
    os.closerange(0, os.sysconf("SC_OPEN_MAX"))
    _, code = os.waitpid(pid, 0)
    os._exit(1 if code else 0)


def _mount_proc() -> None:
    kernel.mount("proc", "/proc", "proc", _SAFE | kernel.MS_NOEXEC)


def mount_private(scratch: Path, size: int) -> None:
    """Put a scratch folder and shared memory, of so many bytes each, over what is there.

    They go with the last process of this mount namespace.

    Raises:
        OSError: this machine does not allow it.
    """
    kernel.mount(
        "scratch", str(scratch), "tmpfs", _SAFE, f"mode=700,size={size},nr_inodes={MAX_FILES}"
    )
    kernel.mount(
        "shm",
        "/dev/shm",
        "tmpfs",
        _SAFE | kernel.MS_NOEXEC,
        f"mode=1777,size={size},nr_inodes={MAX_FILES}",
    )


def _bring(path: Path, stage: Path, *, read_only: bool) -> None:
    """Make a file, folder or symbolic link appear at the same place under the stage."""
    target = stage / path.relative_to("/")
    target.parent.mkdir(parents=True, exist_ok=True)
    if path.is_symlink():
        target.symlink_to(path.readlink())
        return
    if path.is_dir():
        target.mkdir()
    else:
        target.touch()
    kernel.mount(str(path), str(target), flags=kernel.MS_BIND | kernel.MS_REC)
    if read_only:
        with suppress(OSError):  # kernels before 5.12; file permissions and Landlock remain
            kernel.make_read_only(str(target))
