"""A crash, a kill, a hang or a blow-up costs the cell in which it happens, and no other."""

from __future__ import annotations

import time

import psutil
import pytest

from ptbasics.runner import Limits, Runner
from tests.runner.conftest import EXERCISE, Run, probe, text_of

GOOD = "def softmax(x, dim):\n    return (x - x.logsumexp(dim, keepdim=True)).exp()"


@pytest.mark.parametrize(
    ("source", "status", "reason"),
    [
        ("import os; os._exit(3)", "crashed", "exit code 3"),
        ("import ctypes; ctypes.string_at(0)", "crashed", "signal 11"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "crashed", "signal 9"),
        ("import os; os.abort()", "crashed", "signal 6"),
        ("while True: pass", "timeout", "did not finish within 1 s"),
        ("!sleep 100", "timeout", "did not finish within 1 s"),
        (
            "import signal; signal.signal(signal.SIGALRM, signal.SIG_IGN)\nwhile True: pass",
            "timeout",
            "had to be killed",
        ),
        ("x = bytearray(10**11)", "error", "MemoryError"),
        ("import torch; torch.zeros(10**11)", "error", "RuntimeError"),
        ("import sys; sys.exit(2)", "error", "SystemExit"),
        ("open('big', 'wb').truncate(10**10)", "error", "File too large"),
    ],
)
def test_only_the_cell_is_lost(run: Run, source: str, status: str, reason: str) -> None:
    limits = Limits(cell_seconds=1)
    result = run(f"kept = 7\n{GOOD}", source, probe(), "print(kept)", limits=limits)
    cell = result.cells["1"]
    assert cell.status == status
    assert reason in cell.reason
    assert cell.outputs, "a student sees what happened"
    assert result.cells["0"].status == "ok"
    assert text_of(result, "3") == "7\n"
    assert result.observed[EXERCISE].problem == ""


def test_several_crashes_cost_several_cells(run: Run) -> None:
    crash = "import os; os._exit(1)"
    result = run("a = 1", crash, GOOD, crash, probe(), crash, "a")
    assert [cell.status for cell in result.cells.values()] == [
        "ok",
        "crashed",
        "ok",
        "crashed",
        "not run",
        "crashed",
        "ok",
    ]
    assert result.observed[EXERCISE].observations


def test_a_fork_bomb_is_bounded(run: Run) -> None:
    bomb = "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass"
    limits = Limits(cell_seconds=1, processes=20)
    result = run(bomb, "print('survived')", limits=limits)
    assert result.cells["0"].status in ("timeout", "crashed")
    assert text_of(result, "1") == "survived\n"


def test_memory_of_all_processes_together_is_bounded(run: Run) -> None:
    greedy = (
        "import os, time\nfor _ in range(4):\n    if os.fork() == 0:\n"
        "        hoard = b'x' * (400 * 2**20)\n        time.sleep(60)\n"
        "time.sleep(60)"
    )
    limits = Limits(cell_seconds=20, memory_bytes=2**30)
    result = run(greedy, "print('survived')", limits=limits)
    assert result.cells["0"].status == "crashed"
    assert "used more memory than the 1 GiB allowed" in result.cells["0"].reason
    assert text_of(result, "1") == "survived\n"
    assert result.seconds < 10


HOARDS = {
    "a file without a name": "os.memfd_create('hoard')",
    "shared memory without a file": "import mmap\nmmap.mmap(-1, 2**20)",
    "zeros": "import mmap\nmmap.mmap(os.open('/dev/zero', os.O_RDWR), 2**20)",
    "unread messages": "import socket\n"
    "socket.socketpair()[0].setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2**22)",
}


@pytest.mark.parametrize("hoard", HOARDS)
def test_memory_that_no_process_has_mapped_cannot_be_had(run: Run, hoard: str) -> None:
    result = run(f"import os\n{HOARDS[hoard]}")
    assert result.cells["0"].status == "error"
    assert result.cells["0"].outputs[-1]["ename"] in ("PermissionError", "FileNotFoundError")


def test_the_notebook_as_a_whole_has_a_limit(run: Run) -> None:
    slow = "import time; time.sleep(0.7)"
    limits = Limits(cell_seconds=5, submission_seconds=1)
    result = run(
        GOOD, probe(), slow, slow, slow, probe(exercise="operations.nothing"), limits=limits
    )
    assert [result.cells[cell].status for cell in "0234"] == ["ok", "ok", "timeout", "not run"]
    assert "the notebook as a whole took longer than 1 s" in result.cells["3"].reason
    assert result.observed[EXERCISE].observations, "what came before is graded"
    assert result.seconds < 5


def test_what_is_left_running_disturbs_nobody_and_is_reaped(runner: Runner, run: Run) -> None:
    [warm] = [
        process
        for process in psutil.Process().children()
        if "ptbasics.runner.warm" in process.cmdline()
    ]
    idle = {process.pid for process in warm.children(recursive=True)}
    result = run(
        "import threading, subprocess, sys, os\n"
        "threading.Thread(target=lambda: [None for _ in iter(int, 1)], daemon=True).start()\n"
        "subprocess.Popen(['sleep', '1000'])\n"
        "threading.Timer(0.2, lambda: os._exit(9)).start()\n" + GOOD,
        probe(),
    )
    assert result.observed[EXERCISE].observations
    assert {process.pid for process in warm.children(recursive=True)} == idle
    assert not [
        process
        for process in psutil.process_iter(["cmdline"])
        if process.info["cmdline"] == ["sleep", "1000"]
    ]


def test_a_crash_by_an_earlier_cells_thread_is_not_blamed_on_the_cell_alone(run: Run) -> None:
    timer = "import threading, os\nthreading.Timer(0.2, lambda: os._exit(9)).start()"
    result = run("import os; os._exit(1)", timer, f"import time; time.sleep(5)\n{GOOD}", probe())
    assert "an earlier cell" not in result.cells["0"].reason
    assert result.cells["1"].status == "ok"
    blamed = "exit code 9), perhaps by a thread that an earlier cell left running"
    assert blamed in result.cells["2"].reason
    assert blamed in result.observed[EXERCISE].reason


def test_a_crash_is_noticed_at_once(run: Run) -> None:
    started = time.monotonic()
    run("import os; os._exit(0)")
    assert time.monotonic() - started < 2
