"""The trusted side survives whatever the other side, or the machine, does to it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import msgpack
import nbformat
import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_notebook

from ptbasics.runner import Cell, Job, Limits, Runner
from ptbasics.runner.confine import Mode
from ptbasics.runner.outputs import clean_outputs
from ptbasics.runner.tree import ended
from ptbasics.runner.wire import FrameReader, WireError, frame, send_within, unframe
from tests.runner.conftest import EXERCISE, SCALARS, VALUES, Run, job, probe, text_of

LARGEST = 2**20
OUTPUTS = st.fixed_dictionaries(
    {},
    optional={
        "output_type": st.sampled_from(["stream", "error", "display_data", "execute_result"])
        | SCALARS,
        "name": st.sampled_from(["stdout", "stderr"]) | VALUES,
        "text": VALUES,
        "data": VALUES | st.dictionaries(st.sampled_from(["text/plain", "a/json"]), VALUES),
        "metadata": VALUES,
        "execution_count": VALUES,
        "ename": VALUES,
        "evalue": VALUES,
        "traceback": VALUES,
    },
)


@given(st.integers(0, 2**32 - 1))
def test_any_wait_status_makes_a_sentence(code: int) -> None:
    assert str(ended(code))


@settings(max_examples=50)
@given(st.lists(OUTPUTS | VALUES, max_size=4) | VALUES)
def test_any_outputs_become_valid_ones(outputs) -> None:
    cell = new_code_cell("", outputs=clean_outputs(outputs))
    notebook = nbformat.from_dict(new_notebook(cells=[cell]))
    nbformat.validate(notebook)
    nbformat.writes(notebook).encode()


@given(st.binary(max_size=200))
def test_any_bytes_are_a_message_or_refused(data: bytes) -> None:
    with suppress(WireError):
        unframe(data)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(data)
        theirs.shutdown(socket.SHUT_WR)
        reader = FrameReader(ours, LARGEST)
        with suppress(WireError):
            while reader.fill() or reader.next() is not None:
                pass


@given(VALUES)
def test_frames_arrive_whole_in_any_pieces(value) -> None:
    sent = frame(value) + frame("next")
    ours, theirs = socket.socketpair()
    with ours, theirs:
        reader = FrameReader(ours, LARGEST)
        for start in range(0, len(sent), 7):
            theirs.sendall(sent[start : start + 7])
            reader.fill()
        first = reader.next()
        assert first is not None
        assert frame(msgpack.unpackb(first)) == sent[: len(first) + 4]
        assert unframe(reader.next()) == "next"
        assert reader.next() is None


def test_a_frame_that_claims_too_much_is_refused() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall((LARGEST + 1).to_bytes(4))
        reader = FrameReader(ours, LARGEST)
        reader.fill()
        with pytest.raises(WireError, match="a message of"):
            reader.next()


def test_sending_has_a_deadline() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        started = time.monotonic()
        with pytest.raises(WireError, match="did not read"):
            send_within(ours, bytes(10**7), started + 0.2)
        assert time.monotonic() - started < 2


FORGERIES = {
    "noise": b"\xff" * 64,
    "an endless message": (2**32 - 1).to_bytes(4),
    "a half message": (10**6).to_bytes(4) + b"x" * 10,
    "not MessagePack": (1).to_bytes(4) + b"\xc1",
    "deep nesting": (5000).to_bytes(4) + b"\x91" * 5000,
    "another cell": frame(["cell", "9", "ok", 1, []]),
    "odd types": frame(["cell", "0", ["ok"], {}, 7, {}]),
    "an odd count": frame(["cell", "0", "ok", True, [], False]),
    "nothing": frame(None),
    "done": frame(["done"]),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_forged_messages_cost_the_cell(run: Run, name: str) -> None:
    forge = (
        "import os, stat, time\nfor fd in range(3, 64):\n"
        "    try:\n        if stat.S_ISSOCK(os.fstat(fd).st_mode):\n"
        f"            os.write(fd, {FORGERIES[name]!r})\n    except OSError: pass"
    )
    good = "def softmax(x, dim): return (x - x.logsumexp(dim, keepdim=True)).exp()"
    result = run(forge, good, probe(), "print('next')", limits=Limits(cell_seconds=1))
    assert result.cells["0"].status in ("crashed", "timeout")
    assert text_of(result, "3") == "next\n"
    assert result.observed[EXERCISE].observations


def test_forged_results_are_only_about_oneself(run: Run) -> None:
    message = frame(["cell", "0", "ok", 1, [{"output_type": "stream", "text": "100 %"}], False])
    forge = (
        "import os, stat\n"
        f"message = {message!r}\n"
        "for fd in range(3, 64):\n    try:\n        if stat.S_ISSOCK(os.fstat(fd).st_mode):\n"
        "            os.write(fd, message)\n    except OSError: pass"
    )
    result = run(forge, probe())
    assert result.observed[EXERCISE].problem in ("missing", "broken")


def test_jobs_run_side_by_side_and_keep_apart(runner: Runner) -> None:
    def printed_by(number: int) -> str:
        source = f"import time; time.sleep(0.1); open('mine', 'x').close()\nprint({number})"
        return text_of(runner.run(job(source)))

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(printed_by, range(16))) == [f"{number}\n" for number in range(16)]


@pytest.mark.slow
def test_a_dead_warm_process_is_replaced() -> None:
    with Runner(workers=2) as runner:
        result = []
        slow = threading.Thread(
            target=lambda: result.append(
                runner.run(job("import time; time.sleep(1)\nprint('done')"))
            )
        )
        slow.start()
        time.sleep(0.4)
        for child in psutil.Process(runner._warm._process.pid).children():
            child.kill()
        os.kill(runner._warm._process.pid, signal.SIGKILL)
        assert text_of(runner.run(job("print('after')"))) == "after\n"
        slow.join()
        assert text_of(result[0]) == "done\n"


def test_two_cells_with_one_id_are_refused() -> None:
    with pytest.raises(ValueError, match="same id"):
        Job((Cell("a", ""), Cell("a", "")))


@pytest.mark.slow
def test_nothing_stays_when_the_runner_stops() -> None:
    with Runner(workers=1) as runner:
        runner.run(job("1"))
        warm = runner._warm
        pids = [
            warm._process.pid,
            *(process.pid for process in psutil.Process(warm._process.pid).children(True)),
        ]
    assert not warm._home.exists()
    assert not [pid for pid in pids if psutil.pid_exists(pid)]


BUSY_GRADER = """
import sys
from ptbasics.runner import Cell, Job, Runner
with Runner(workers=1, modes=[sys.argv[1]]) as runner:
    print("ready", flush=True)
    files = {"answer.txt": b"42"}
    runner.run(Job((Cell("0", "import os, time; os.system('sleep 600')"),), files))
"""


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["view", "plain"])
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM], ids=["killed", "terminated"])
def test_nothing_stays_when_the_grader_is_killed(
    runner: Runner, tmp_path: Path, mode: Mode, how: signal.Signals
) -> None:
    if mode == "view" != runner.mode:
        pytest.skip("this machine does not allow it")
    command = [sys.executable, "-c", BUSY_GRADER, mode]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as grader:
        assert grader.stdout.readline() == b"ready\n"
        time.sleep(1)
        started = psutil.Process(grader.pid).children(recursive=True)
        assert ["sleep", "600"] in [process.cmdline() for process in started]
        grader.send_signal(how)
    _, alive = psutil.wait_procs(started, timeout=10)
    assert not [
        process for process in alive if process.is_running() and process.status() != "zombie"
    ]
    assert not list(tmp_path.iterdir())
