"""How well this machine confines a submission, found out by attacking from inside one."""

from __future__ import annotations

import inspect
import json
import os
import secrets
import socket
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import psutil

from ptbasics.runner import attacks, paths
from ptbasics.runner.job import Cell, Job, Limits, RunResult

#: What is tested → what it means where it is not enforced.
MEANING = {
    "fs_read": "files of this account can be read",
    "reference": "the reference answers can be read",
    "fs_write": "files outside the scratch folder can be written",
    "network": "the network can be reached",
    "unix_connect": "local services can be reached over unix sockets",
    "signals": "other processes can be ended",
    "environ": "memory or environment of other processes can be read",
    "memory": "memory is not limited",
    "file_size": "file sizes are not limited",
    "disk": "disk space and shared memory are not limited",
    "processes": "the number of processes is not limited",
    "privileges": "administrator's rights can be had",
    "kill_tree": "processes can stay behind",
    "left_files": "files can stay behind in shared memory",
}
_LIMITS = Limits(
    cell_seconds=30, memory_bytes=2**29, file_bytes=2**24, processes=12, submission_seconds=60
)
_DYING_SECONDS = 1


@dataclass(frozen=True)
class Isolation:
    """What is enforced, by the names in `MEANING`."""

    enforced: Mapping[str, bool]

    @property
    def lacking(self) -> tuple[str, ...]:
        """The names of what is not enforced."""
        return tuple(name for name in MEANING if not self.enforced.get(name, False))

    @property
    def level(self) -> Literal["full", "partial", "none"]:
        """ "full": everything; "none": files and network are both open; else "partial"."""
        if not self.lacking:
            return "full"
        return "none" if {"fs_read", "network"} <= set(self.lacking) else "partial"

    def describe(self) -> str:
        """One line for people."""
        if not self.lacking:
            return "full isolation: every attack that was tried from inside a submission failed"
        gaps = "; ".join(MEANING[name] for name in self.lacking)
        return f"{'no' if self.level == 'none' else 'partial'} isolation: {gaps}"


def probe_isolation(run: Callable[[Job], RunResult]) -> Isolation:
    """Attack from inside a real submission, and look at the damage from outside."""
    survivor = f"ptb{secrets.token_hex(5)}"
    left_file = Path("/dev/shm", survivor)
    with (
        tempfile.TemporaryDirectory(prefix="ptbasics-attacked-") as name,
        socket.create_server(("127.0.0.1", 0)) as tcp_server,
        socket.socket(socket.AF_UNIX) as unix_server,
        socket.socket(socket.AF_UNIX) as abstract_server,
        subprocess.Popen(
            ["sleep", "600"], env={"SECRET": "x", "PATH": os.environ["PATH"]}
        ) as victim,
    ):
        folder = Path(name)
        folder.chmod(0o777)  # open to any user: only confinement keeps a submission out
        secret = folder / "secret"
        secret.write_text("secret")
        unix_server.bind(str(folder / "socket"))
        (folder / "socket").chmod(0o777)
        abstract = f"\0{survivor}"
        abstract_server.bind(abstract)
        for server in (unix_server, abstract_server):
            server.listen()
        targets = {
            "secret": str(secret),
            "reference": [str(file) for room in paths.FORBIDDEN for file in room.rglob("*.py")],
            "folder": name,
            "port": tcp_server.getsockname()[1],
            "unix": str(folder / "socket"),
            "abstract": abstract,
            "pid": victim.pid,
            "survivor": survivor,
            "left_file": str(left_file),
            "memory_bytes": 2 * _LIMITS.memory_bytes,
            "file_bytes": 2 * _LIMITS.file_bytes,
            "processes": 2 * _LIMITS.processes,
        }
        succeeded = _attack(run, targets)
        killed = victim.poll() is not None
        victim.kill()
    left = _still_there(survivor)
    for process in left:
        process.kill()
    seen = {"signals": killed, "kill_tree": bool(left), "left_files": left_file.exists()}
    left_file.unlink(missing_ok=True)
    return Isolation({name: not {**succeeded, **seen}.get(name, True) for name in MEANING})


def _still_there(name: str) -> list[psutil.Process]:
    """The processes of this name that do not go away within a moment."""
    found = [process for process in psutil.process_iter(["name"]) if process.info["name"] == name]
    _, alive = psutil.wait_procs(found, timeout=_DYING_SECONDS)
    return [
        process
        for process in alive
        if process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    ]


def _attack(run: Callable[[Job], RunResult], targets: dict[str, Any]) -> dict[str, bool]:
    """Which attacks succeeded, as the attacker tells; {} where it could not."""
    source = inspect.getsource(attacks).replace("from __future__ import annotations", "")
    call = f"import json\nprint(json.dumps(attack({targets!r})))"
    result = run(Job((Cell("attack", f"{source}\n{call}"),), limits=_LIMITS)).cells["attack"]
    if result.status != "ok":
        return {}
    told: dict[str, bool] = json.loads(result.outputs[-1]["text"])
    return told
