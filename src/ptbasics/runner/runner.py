"""`Runner`: runs submissions, each in confined processes of its own, and believes nothing."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict
from functools import cached_property
from itertools import count
from pathlib import Path

from ptbasics.registry import UnknownName, find_exercise
from ptbasics.runner.attempt import Attempt, NotStarted
from ptbasics.runner.confine import Mode
from ptbasics.runner.isolation import Isolation, probe_isolation
from ptbasics.runner.job import Job, Limits, Observed, RunResult
from ptbasics.runner.protocol import READY, Spawn, body_of
from ptbasics.runner.record import Record, finish
from ptbasics.runner.tree import Tree, WarmProcessDied
from ptbasics.runner.wire import wait_for

#: A submission waits for about half of its time: for its workers, its sleeps and the grader.
_WORKERS_PER_CORE = 2
_START_SECONDS = 120
_STOP_SECONDS = 10
#: How much is kept of what a warm process has said.
_MAX_SAID = 2_000
#: How often starting the processes of one submission may fail.
_MAX_FAILURES = 3


def default_workers() -> int:
    """How many submissions a machine runs at the same time."""
    return _WORKERS_PER_CORE * (os.cpu_count() or 1)


class RunnerError(RuntimeError):
    """The warm process cannot be started, or keeps dying; the message says what it said."""


class Runner:
    """Runs submissions. A context manager that owns one warm process; safe to share by threads.

    Args:
        workers: how many submissions may run at the same time; by default two per core.
        modes: ways of confinement to try, the strictest first; the first that this machine allows
            is used.
    """

    def __init__(
        self, *, workers: int | None = None, modes: Sequence[Mode] = ("view", "plain")
    ) -> None:
        self.workers = workers or default_workers()
        self._slots = threading.BoundedSemaphore(self.workers)
        self._lock = threading.Lock()
        self._warm: WarmProcess | None = None
        self._modes = list(modes)

    def __enter__(self) -> Runner:
        """Start the warm process.

        Raises:
            RunnerError: it does not start, in any mode.
        """
        self._warm_process()
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            if self._warm is not None:
                self._warm.stop()
                self._warm = None

    @property
    def mode(self) -> Mode:
        """The way of confinement in use: the strictest that this machine allows."""
        self._warm_process()
        return self._modes[0]

    @cached_property
    def isolation(self) -> Isolation:
        """What this machine enforces, found out by attacking it from inside a submission."""
        return probe_isolation(self.run)

    def run(self, job: Job) -> RunResult:
        """Run a submission to its end, whatever it does.

        Raises:
            RunnerError: the warm process cannot be restarted. Nothing is raised because of what
                a submission does.
        """
        with self._slots:
            started = time.monotonic()
            record = Record.of(job)
            _refuse_unknown(record)
            failures = 0
            while True:
                warm = self._warm_process()
                try:
                    with record.timed("start"):
                        tree = warm.spawn(job.limits)
                    with tree:
                        is_complete = Attempt(record, tree).run() or record.time_is_up
                        leaving = time.monotonic()
                    record.stages["tear-down"] += time.monotonic() - leaving
                    if is_complete:
                        break
                except (NotStarted, WarmProcessDied) as error:
                    failures += 1
                    if failures == _MAX_FAILURES:
                        raise RunnerError(f"{error}; {warm.said()}") from None
                    if isinstance(error, WarmProcessDied):
                        self._discard(warm)
            finish(record)
            cells = {cell.id: record.cells[cell.id] for cell in job.cells}
            seconds = time.monotonic() - started
            return RunResult(cells, record.observed, seconds, dict(record.stages))

    def _warm_process(self) -> WarmProcess:
        """The warm process; a new one where there is none."""
        with self._lock:
            if self._warm is None:
                self._warm = self._start()
            return self._warm

    def _discard(self, dead: WarmProcess) -> None:
        """Have the next submission start a new warm process."""
        with self._lock:
            if self._warm is dead:
                self._warm = None
                dead.stop()

    def _start(self) -> WarmProcess:
        """Start in the strictest mode that this machine allows, and remember which that is."""
        while True:
            try:
                warm = WarmProcess(self._modes[0])
                _try_out(warm)
                return warm
            except RunnerError:
                if len(self._modes) == 1:
                    raise
                del self._modes[0]


class WarmProcess:
    """One warm process, from the outside.

    Raises:
        RunnerError: it did not get ready in this mode.
    """

    def __init__(self, mode: Mode) -> None:
        self._mode = mode
        self._home = Path(tempfile.mkdtemp(prefix="ptbasics-"))
        self._names = count()
        self._lock = threading.Lock()
        self._log = tempfile.TemporaryFile()  # noqa: SIM115
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = [sys.executable, "-P", "-m", "ptbasics.runner.warm"]
        with theirs:
            self._process = subprocess.Popen(
                [*command, mode, str(self._home), str(theirs.fileno())],
                env=environment(self._home),
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=self._log,
                stderr=self._log,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        self._await_ready()

    def spawn(self, limits: Limits) -> Tree:
        """The processes of a new submission.

        Raises:
            WarmProcessDied: it has just ended.
        """
        name = str(next(self._names))
        order = body_of(Spawn(name, asdict(limits)))
        pairs = [socket.socketpair() for _ in range(3)]
        theirs = [their for _, their in pairs]
        try:
            with self._lock:
                descriptors = [their.fileno() for their in theirs]
                socket.send_fds(self._control, [order], descriptors, socket.MSG_NOSIGNAL)
        except OSError:
            for ours, _ in pairs:
                ours.close()
            raise WarmProcessDied("the warm process has ended") from None
        finally:
            for their in theirs:
                their.close()
        leash, wire, status = (ours for ours, _ in pairs)
        return Tree(leash, wire, status, limits, self._home / name)

    def said(self) -> str:
        """What it has complained about."""
        if self._log.closed:
            return "it has been stopped"
        size = os.fstat(self._log.fileno()).st_size
        said = os.pread(self._log.fileno(), _MAX_SAID, max(0, size - _MAX_SAID))
        return f"the warm process said: {said.decode(errors='replace').strip() or 'nothing'}"

    def stop(self) -> None:
        """End it, and every submission that still runs in it."""
        self._control.close()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()
        shutil.rmtree(self._home, ignore_errors=True)

    def _await_ready(self) -> None:
        wait_for([self._control.fileno()], _START_SECONDS)
        try:
            said = self._control.recv(len(READY), socket.MSG_DONTWAIT)
        except OSError:
            said = b""
        if said != READY:
            self._process.kill()
            self._process.wait()
            complaint = self.said()
            self.stop()
            raise RunnerError(f"it did not start in mode {self._mode!r}; {complaint}")


def environment(home: Path) -> dict[str, str]:
    """All that the warm process, and so a submission, knows of the grader's environment."""
    search = [str(Path(sys.executable).parent), "/usr/local/bin", "/usr/bin", "/bin"]
    kept = {name: os.environ[name] for name in ("LD_LIBRARY_PATH", "TZ") if name in os.environ}
    return {
        **kept,
        "PATH": os.pathsep.join(search),
        "HOME": str(home),
        "USER": "student",
        "LOGNAME": "student",
        "LANG": "C.UTF-8",
        "TERM": "dumb",
        "PAGER": "cat",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "PTBASICS_PICTURES": "off",
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "CUDA_VISIBLE_DEVICES": "",
        # a fork is only safe from a process with one thread
        "OMP_NUM_THREADS": "1",
        "OMP_THREAD_LIMIT": "1",
        "MKL_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "NUMEXPR_NUM_THREADS": "1",
    }


def _try_out(warm: WarmProcess) -> None:
    """Run an empty submission.

    Raises:
        RunnerError: it does not start.
    """
    record = Record.of(Job(()))
    try:
        with warm.spawn(record.job.limits) as tree:
            Attempt(record, tree).run()
    except (NotStarted, WarmProcessDied) as error:
        said = warm.said()
        warm.stop()
        raise RunnerError(f"{error}; {said}") from None


def _refuse_unknown(record: Record) -> None:
    for cell in record.job.cells:
        if cell.probe is not None:
            try:
                find_exercise(cell.probe.exercise)
            except UnknownName as error:
                name = cell.probe.exercise
                record.observed[name] = Observed(name, None, "broken", str(error))
