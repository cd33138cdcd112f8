"""The first process of a submission: puts on the confinement, starts the session, buries the dead.

It runs no code of the submission. It adopts every process that loses its parent, and reports each
end to the grader, which kills everything when it has what it needs.
"""

from __future__ import annotations

import os
import signal
import socket
from pathlib import Path
from typing import NoReturn

from ptbasics.runner import kernel
from ptbasics.runner.confine import Mode, confine
from ptbasics.runner.job import Limits
from ptbasics.runner.protocol import SESSION, KeeperStarted, ProcessEnded, send
from ptbasics.runner.session import run_session
from ptbasics.runner.shell import recorder


def keep(
    wire: socket.socket, status: socket.socket, mode: Mode, scratch: Path, limits: Limits
) -> NoReturn:
    """Become the keeper of a new submission.

    Args:
        wire: the session's connection to the grader.
        status: gets a first message, by which the grader knows the keeper's process id, and then
            one for each process that ends.
        mode, scratch, limits: the confinement.
    """
    send(status, KeeperStarted())
    os.setsid()
    kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 1)
    recorder.reserve(2 * limits.output_bytes)
    confine(mode, scratch, limits)
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
            send(status, ProcessEnded(SESSION if pid == session else pid, code))
