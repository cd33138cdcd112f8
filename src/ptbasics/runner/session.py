"""One submission, inside its confinement: its cells in order, and forks that observe exercises.

At a cell with a probe the process forks. The fork keeps the state that the notebook has there and
waits; the grader talks to it, over a socket of its own, after the last cell has run and its output
has been received. So no cell can show what it has seen of the hidden inputs.
"""

from __future__ import annotations

import multiprocessing.process
import os
import random
import signal
import socket
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import torch
from IPython.core.interactiveshell import InteractiveShell

from ptbasics.exercise import Exercise, Implementation
from ptbasics.judging.codec import Raised, encode
from ptbasics.judging.observing import observe_encoded, student_trace
from ptbasics.judging.shapes import ShapeQuestion
from ptbasics.judging.tracing import trace_shapes
from ptbasics.registry import find_exercise
from ptbasics.runner import landlock
from ptbasics.runner import shell as shells
from ptbasics.runner.protocol import (
    AboutCase,
    Begun,
    CellEnd,
    CellRan,
    NotBegun,
    Observe,
    ObserverFailed,
    ObserverWaits,
    ObserverWanted,
    RunCells,
    ShowShapes,
    SymbolMissing,
    receive,
    send,
)
from ptbasics.runner.shell import CellTimeout, recorder
from ptbasics.runner.wire import WireError, frame_of_bytes

_SEED = 0


def run_session(wire: socket.socket) -> NoReturn:
    """Take a job from the wire and run it; observers stay behind."""
    with suppress(WireError, ConnectionError):  # the grader has gone
        order = receive(wire, RunCells)
        try:
            _begin(order)
        except Exception as error:
            send(wire, NotBegun(repr(error)))
        else:
            send(wire, Begun())
            _run_cells(wire, order)
    os._exit(0)


def _begin(order: RunCells) -> None:
    for name, content in order.files.items():
        with suppress(OSError, ValueError):  # a name or a size that cannot be
            path = Path(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    shells.take_over_streams()
    sys.path.insert(0, "")
    # where spawned workers look for modules
    multiprocessing.process.ORIGINAL_DIR = str(Path.cwd())  # type: ignore[attr-defined]
    random.seed(_SEED)
    np.random.seed(_SEED)
    torch.manual_seed(_SEED)
    signal.signal(signal.SIGALRM, shells.time_is_up)
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _run_cells(wire: socket.socket, order: RunCells) -> None:
    shell = InteractiveShell.instance()
    for cell_id, source, exercise in order.cells:
        if exercise:
            _leave_observer(wire, cell_id, find_exercise(exercise), shell.user_ns)
            continue
        recorder.start(cell_id, order.output_bytes)
        status, count = _run_cell(shell, source, order.cell_seconds)
        threads_left = threading.active_count() > 1
        outputs = recorder.finish()
        changed = recorder.changed(order.output_bytes)
        send(wire, CellRan(cell_id, status, count, outputs, threads_left, changed))


def _run_cell(shell: InteractiveShell, source: str, seconds: float) -> tuple[CellEnd, int]:
    """Run one cell; how that ended, and its execution count."""
    count = shell.execution_count
    error: BaseException | None
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds)
        result = shell.run_cell(source, store_history=True)
        error = result.error_before_exec or result.error_in_exec
    except CellTimeout as late:  # between the cell and what IPython does around it
        shell.showtraceback()
        error = late
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    if isinstance(error, CellTimeout):
        return "timeout", count
    return ("ok" if error is None else "error"), count


def _leave_observer(
    wire: socket.socket, cell_id: str, exercise: Exercise, namespace: Mapping[str, Any]
) -> None:
    """Fork a process that will observe the exercise as it is now, or say that it is missing."""
    if exercise.symbol not in namespace:
        send(wire, SymbolMissing(cell_id))
        return
    send(wire, ObserverWanted(cell_id))
    _, [descriptor], *_ = socket.recv_fds(wire, 1, 1)
    with socket.socket(fileno=descriptor) as channel:
        try:
            pid = os.fork()
        except OSError as error:
            send(wire, ObserverFailed(cell_id, str(error)))
            return
        if pid == 0:
            wire.close()
            _observe(channel, exercise, namespace[exercise.symbol])
    send(wire, ObserverWaits(cell_id, pid))


def _observe(
    channel: socket.socket, exercise: Exercise, implementation: Implementation
) -> NoReturn:
    """Answer what the grader asks, one case after another; nothing is shown anywhere.

    So inputs that the grader has not sent yet are nowhere in this process.
    """
    try:
        with suppress(OSError):  # others wait beside it
            landlock.keep_signals_in()
        signal.signal(signal.SIGALRM, signal.SIG_DFL)  # the kernel ends what is late
        sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: SIM115, PTH123
        for descriptor in (1, 2):
            os.dup2(sys.stdout.fileno(), descriptor)
        while True:
            order: AboutCase = receive(channel, Observe, ShowShapes)
            signal.setitimer(signal.ITIMER_REAL, order.seconds)
            if isinstance(order, ShowShapes):
                question = ShapeQuestion.unpacked(order.question)
                shapes = trace_shapes(exercise, implementation, order.inputs, question)
                answer = shapes.packed() if shapes else b""
            elif isinstance(order, Observe):
                answer = _observation(exercise, implementation, order)
            signal.setitimer(signal.ITIMER_REAL, 0)
            channel.sendall(frame_of_bytes(answer))
    finally:
        os._exit(0)


def _observation(exercise: Exercise, implementation: Implementation, order: Observe) -> bytes:
    try:
        return observe_encoded(exercise, implementation, order.inputs, order.number)
    except BaseException as error:
        return encode(Raised.from_exception(error, student_trace(error)))
