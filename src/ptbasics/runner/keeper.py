"""The first process of a submission: puts on the confinement, starts the session, buries the dead.

It runs no code of the submission. It adopts every process that loses its parent, and reports each
end to the grader, which kills everything when it has what it needs.
"""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from ptbasics.runner import kernel
from ptbasics.runner.confine import Mode, confine
from ptbasics.runner.job import Limits
from ptbasics.runner.session import run_session
from ptbasics.runner.shell import recorder
from ptbasics.runner.wire import send_blocking


def keep(
    wire: socket.socket, status: socket.socket, mode: Mode, scratch: Path, limits: Mapping[str, Any]
) -> NoReturn:
    """Become the keeper of a new submission.

    Args:
        wire: the session's connection to the grader.
        status: gets a first message, by which the grader knows the keeper's process id, and then
            `[who, wait status]` for each process that ends; `who` is "session" or a process id.
        mode, scratch, limits: the confinement.
    """
    send_blocking(status, ["keeper", 0])
    os.setsid()
    kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 1)
    allowed = Limits(**limits)
    recorder.reserve(2 * allowed.output_bytes)
    confine(mode, scratch, allowed)
    session = os.fork()
    if session == 0:
        status.close()
        run_session(wire)
    wire.close()
    while True:
        try:
            pid, code = os.wait()
        except ChildProcessError:
            signal.pause()
        else:
            send_blocking(status, ["session" if pid == session else pid, code])
