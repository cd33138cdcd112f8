"""The layers of confinement around one submission, put on by the process itself before it runs.

Each layer is best effort, because machines differ; what they amount to is found out by attacking
them (see `isolation`). The order matters: every step needs a power that a later one takes away.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Literal

from ptbasics.runner import kernel, landlock, paths, seccomp, view
from ptbasics.runner.job import Limits

#: "view": own root directory and namespaces. "plain": whatever works without.
Mode = Literal["view", "plain"]
_MAX_OPEN_FILES = 1024


def prepare_warm_process(mode: Mode, home: Path) -> None:
    """What can be done once, before the libraries are imported.

    Raises:
        OSError: this machine does not allow the mode.
    """
    if mode == "view":
        view.enter_view(home)
    else:
        home.chmod(0o711)  # submissions may be other users, see `uid_of`


def uid_of(keeper: int, home: Path) -> int:
    """The user that a submission becomes in mode "plain", by its keeper's process id.

    Where the grader is root, each submission is a user of its own, by which its processes are
    counted, kept from others and its files in shared memory found. That user has to reach the
    libraries, and `home`, where the folders of all submissions lie.
    """
    own = os.geteuid() == 0 and _are_public(home)
    return view.FIRST_FREE_UID + keeper if own else os.geteuid()


def confine(mode: Mode, scratch: Path, limits: Limits) -> None:
    """Confine this process, and all that it will start, to its scratch folder and its limits."""
    if mode == "view":
        view.enter_private_namespaces(limits.file_bytes)
        counted_alone = True
    else:
        counted_alone = _stand_apart(scratch, limits.file_bytes)
    _settle_in(scratch)
    _set_limits(limits, counted_alone)
    with suppress(OSError):
        kernel.drop_capabilities()
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
    with suppress(OSError):
        _restrict_files(mode, scratch)
    with suppress(OSError):
        seccomp.install()


def _stand_apart(scratch: Path, file_bytes: int) -> bool:
    """Use what this machine has to keep submissions apart; whether processes count alone."""
    scratch.mkdir(mode=0o700)
    uid = uid_of(os.getpid(), scratch.parent)
    counted_alone = uid != os.geteuid()
    if counted_alone:
        os.chown(scratch, uid, uid)
        view.become(uid)
    try:
        view.enter_user_namespace(kernel.NEWNS | kernel.NEWNET | kernel.NEWIPC)
    except OSError:
        return counted_alone
    with suppress(OSError):
        view.mount_private(scratch, file_bytes)
    return True


@cache
def _are_public(home: Path) -> bool:
    """Whether a user who is not root reaches the interpreter, this package and a folder."""
    needed = [Path(sys.executable).resolve(), Path(sys.prefix), Path(__file__).resolve(), home]
    chain = {folder for path in needed for folder in path.parents}
    return all(folder.stat().st_mode & 0o001 for folder in chain)


def _settle_in(scratch: Path) -> None:
    """Home, temporary files and the current folder all lie in the scratch folder."""
    work, home, temporary = scratch / "work", scratch / "home", scratch / "tmp"
    for folder in (work, home, temporary):
        folder.mkdir(mode=0o700)
    os.chdir(work)
    tempfile.tempdir = str(temporary)  # the parent's choice has been remembered
    os.environ.update(
        HOME=str(home),
        TMPDIR=str(temporary),
        PWD=str(work),
        MPLCONFIGDIR=str(home),
        IPYTHONDIR=str(home),
        XDG_CACHE_HOME=str(home),
    )


def _set_limits(limits: Limits, counted_alone: bool) -> None:
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    others = 0
    if not counted_alone:  # the limit is on all processes of this user
        others = int(Path("/proc/loadavg").read_text().split()[3].partition("/")[2])
    seconds = max(1, round(limits.submission_seconds))
    for kind, value in (
        (resource.RLIMIT_AS, pages * resource.getpagesize() + limits.memory_bytes),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, limits.file_bytes),
        (resource.RLIMIT_NPROC, others + limits.processes),
        (resource.RLIMIT_NOFILE, _MAX_OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        ceiling = resource.getrlimit(kind)[1]
        lowered = value if ceiling == resource.RLIM_INFINITY else min(value, ceiling)
        resource.setrlimit(kind, (lowered, lowered))


def _restrict_files(mode: Mode, scratch: Path) -> None:
    shared_memory = Path("/dev/shm")
    if mode == "view":
        landlock.restrict([Path("/")], paths.DEVICES_TO_WRITE, [scratch, shared_memory], [])
        return
    about = [Path("/proc", name) for name in ("cpuinfo", "meminfo", "stat", "filesystems")]
    read = [*paths.readable(), *paths.DEVICES_TO_READ, *about, Path("/sys/fs/cgroup")]
    landlock.restrict(
        read, paths.DEVICES_TO_WRITE, [scratch, shared_memory], paths.partly_readable()
    )
