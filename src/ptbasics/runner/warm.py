"""The warm process: has everything imported, and forks a keeper for each submission.

Started by `Runner` as an interpreter of its own, because a forked child can read all memory of the
process it came from: reference answers, the secret seed and expected results never enter this one.
It has a single thread, without which a fork would not be safe.

    python -m ptbasics.runner.warm MODE HOME CONTROL

On the socket CONTROL it receives one message per submission, with three descriptors: a *leash*, and
the wire and status sockets of the keeper. The submission lives as long as the other end of its
leash is open for writing. When all its processes have gone, the keeper's wait status is written to
the leash, which is then closed. When CONTROL closes, because the grader has stopped or was killed,
everything ends, and in mode "plain" the folder HOME is removed.
"""

from __future__ import annotations

import gc
import os
import selectors
import shutil
import signal
import socket
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import NoReturn, cast

from ptbasics.rooms import INSTRUCTOR_ONLY
from ptbasics.runner import huge_pages, kernel
from ptbasics.runner.confine import Mode, prepare_warm_process, uid_of
from ptbasics.runner.job import Limits
from ptbasics.runner.protocol import READY, WAIT_STATUS_BYTES, Spawn, parse
from ptbasics.runner.usage import shared_files_of
from ptbasics.runner.view import SCRATCH

#: What lessons import, and what torch imports late, in the middle of a student's first training
#: step. Those that a machine lacks are left out.
_IMPORTS = (
    "torch._dynamo",
    "torch.optim",
    "torch.nn.utils.rnn",
    "torch.utils.data.datapipes",
    "torch.utils.data.distributed",
    "torch.utils.checkpoint",
    "torch.multiprocessing",
    "torch.func",
    "numpy",
    "pandas",
    "sklearn.datasets",
    "sklearn.linear_model",
    "sklearn.metrics",
    "sklearn.model_selection",
    "sklearn.preprocessing",
    "matplotlib.pyplot",
    "tqdm.auto",
    "tqdm.notebook",
    "ipywidgets",
    "ptbasics.vision",
    "ptbasics.runner.keeper",
    "ptbasics.checking",
)
_MAX_REQUEST = 2**16


def main() -> None:
    """Warm up, report for duty, and fork until the control socket closes."""
    mode, home, control_fd = cast(Mode, sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    control = socket.socket(fileno=control_fd)
    prepare_warm_process(mode, home)
    own = str(SCRATCH if mode == "view" else home)
    os.environ.update(HOME=own, TMPDIR=own, MPLCONFIGDIR=own, IPYTHONDIR=own)
    import_everything()
    sys.argv = ["ptbasics"]
    threads = len(list(Path("/proc/self/task").iterdir()))
    if threads != 1:
        raise RuntimeError(f"the warm process has {threads} threads; a fork would not be safe")
    gc.collect()
    gc.freeze()
    huge_pages.gather()
    control.send(READY)
    _Nursery(mode, home, control).serve()


def import_everything() -> None:
    """Import what lessons need, with one thread."""
    # they may be installed next to this package, but are for the grader alone
    for name in INSTRUCTOR_ONLY:
        sys.modules[f"ptbasics.{name}"] = None  # type: ignore[assignment]
    import torch

    torch.set_num_threads(1)
    for name in _IMPORTS:
        with suppress(ModuleNotFoundError):
            import_module(name)
    with suppress(ModuleNotFoundError):
        # scikit-learn looks up once, in /proc/self/maps, what has threads. Mode "plain" cannot open
        # that to a submission: Landlock knows no "self", and other processes lie beside it.
        import_module("sklearn.metrics").pairwise_distances_argmin([[0.0]], [[0.0]])
    import_module("ptbasics.runner.shell").make_shell()
    import_module("ptbasics.registry").all_exercises()
    for file in sorted(Path(import_module("ptbasics.viz").__path__[0]).glob("[!_]*.py")):
        import_module(f"ptbasics.viz.{file.stem}")
    parameter = torch.nn.Parameter(torch.zeros(1))
    torch.optim.SGD([parameter], lr=0.1)


class _Nursery:
    """The keepers that are alive, by the leash that each hangs on."""

    def __init__(self, mode: Mode, home: Path, control: socket.socket) -> None:
        self._mode, self._home, self._control = mode, home, control
        self._selector = selectors.DefaultSelector()
        self._selector.register(control, selectors.EVENT_READ, self._spawn)
        self._alive: set[int] = set()
        self._own_pids = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)

    def serve(self) -> None:
        """Fork and bury on request, for ever."""
        while True:
            for key, _ in self._selector.select():
                key.data()

    def _spawn(self) -> None:
        request, descriptors, *_ = socket.recv_fds(self._control, _MAX_REQUEST, 3)
        if not request:
            self._close()
        leash, wire, status = (socket.socket(fileno=fd) for fd in descriptors)
        order = parse(request, Spawn)
        scratch = SCRATCH if self._mode == "view" else self._home / order.name
        if self._mode == "view":
            kernel.unshare(kernel.NEWPID)  # takes effect for the next child
        keeper = os.fork()
        if keeper == 0:
            self._become_keeper(wire, status, scratch, Limits(**order.limits))
        if self._mode == "view":
            kernel.setns(self._own_pids, kernel.NEWPID)
        wire.close()
        status.close()
        self._watch(keeper, leash)

    def _become_keeper(
        self, wire: socket.socket, status: socket.socket, scratch: Path, limits: Limits
    ) -> NoReturn:
        try:
            _close_all_but(0, 1, 2, wire.fileno(), status.fileno())
            import_module("ptbasics.runner.keeper").keep(wire, status, self._mode, scratch, limits)
        except BaseException as error:
            print(f"a submission could not be started: {error!r}", file=sys.stderr, flush=True)
        finally:
            os._exit(1)

    def _close(self) -> NoReturn:
        """The grader has gone: nobody else is left to clean up."""
        for keeper in self._alive:
            self._end(keeper)
        if self._mode == "plain":
            shutil.rmtree(self._home, ignore_errors=True)
        os._exit(0)

    def _end(self, keeper: int) -> int:
        """End a keeper and all that it leaves behind; its wait status."""
        _kill(keeper)
        _, code = os.waitpid(keeper, 0)
        if self._mode == "plain" and (uid := uid_of(keeper, self._home)) != os.geteuid():
            for path in shared_files_of(uid):
                with suppress(OSError):
                    if path.is_dir() and not path.is_symlink():
                        shutil.rmtree(path)
                    else:
                        path.unlink()
        return code

    def _watch(self, keeper: int, leash: socket.socket) -> None:
        end = os.pidfd_open(keeper)
        self._alive.add(keeper)

        def let_go() -> None:
            """Nobody holds the leash any more: the whole submission ends."""
            if leash.fileno() >= 0:  # not buried in this same round
                self._selector.unregister(leash)
                _kill(keeper)

        def bury() -> None:
            """The keeper has ended: so do those that it leaves behind."""
            with suppress(KeyError):
                self._selector.unregister(leash)
            self._selector.unregister(end)
            self._alive.remove(keeper)
            code = self._end(keeper)
            with suppress(OSError):
                leash.send(
                    code.to_bytes(WAIT_STATUS_BYTES), socket.MSG_NOSIGNAL | socket.MSG_DONTWAIT
                )
            leash.close()
            os.close(end)

        self._selector.register(leash, selectors.EVENT_READ, let_go)
        self._selector.register(end, selectors.EVENT_READ, bury)


def _kill(keeper: int) -> None:
    """Kill a keeper, its process group and, where it is the first of a namespace, all in there."""
    for kill in (os.killpg, os.kill):
        with suppress(ProcessLookupError):
            kill(keeper, signal.SIGKILL)


def _close_all_but(*kept: int) -> None:
    lowest = 0
    for fd in (*sorted(kept), os.sysconf("SC_OPEN_MAX")):
        if lowest < fd:  # os.closerange(0, 0) closes everything
            os.closerange(lowest, fd)
        lowest = fd + 1


if __name__ == "__main__":
    main()
