"""What a submission tries to reach and does not: answers, other people's files, the grader."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

import ptbasics
from ptbasics.runner import Isolation, Limits, Runner
from ptbasics.runner.isolation import MEANING
from tests.runner.conftest import QUICK, SECRET, job, text_of

PACKAGE = Path(ptbasics.__file__).parent


@pytest.fixture(scope="module", params=["view", "plain"])
def confined(request: pytest.FixtureRequest, runner: Runner) -> Iterator[Runner]:
    """A runner in each mode; skipped where this machine does not allow the mode."""
    if request.param == "plain":
        with Runner(workers=2, modes=["plain"]) as plain:
            yield plain
    elif runner.mode == request.param:
        yield runner
    else:
        pytest.skip("this machine does not allow it")


def attack(runner: Runner, source: str, name: str = "fs_read", limits: Limits = QUICK) -> str:
    """What the cell printed; the test is skipped where the machine is known not to stop it."""
    if name in runner.isolation.lacking:
        pytest.skip(MEANING[name])
    result = runner.run(job(source, limits=limits))
    return text_of(result) or result.cells["0"].reason


def test_every_attack_is_stopped_in_a_view(confined: Runner) -> None:
    isolation = confined.isolation
    for name in (
        "fs_read",
        "reference",
        "fs_write",
        "environ",
        "kill_tree",
        "memory",
        "left_files",
    ):
        assert isolation.enforced[name], isolation.describe()
    assert isolation.level in ("full", "partial")
    assert isolation.describe()


def test_scikit_learn_works_though_its_look_at_threads_is_closed(confined: Runner) -> None:
    source = (
        "import numpy as np\nfrom sklearn.cluster import KMeans\n"
        "KMeans(2, n_init=1).fit(np.eye(4)).n_clusters"
    )
    cell = confined.run(job(source)).cells["0"]
    assert (cell.status, cell.outputs[-1]["data"]["text/plain"]) == ("ok", "2"), cell.reason


@pytest.mark.parametrize(
    "path",
    [
        PACKAGE / "reference" / "l02_operations.py",
        PACKAGE / "grading" / "__init__.py",
        PACKAGE.parents[1] / "solutions",
        PACKAGE.parents[1] / "pyproject.toml",
        Path.home() / ".gitconfig",
        "/etc/shadow",
        f"/proc/{os.getpid()}/environ",
        f"/proc/{os.getpid()}/mem",
        f"/proc/{os.getpid()}/root/etc/hostname",
        f"/proc/{os.getppid()}/environ",
    ],
    ids=[
        "reference",
        "grading",
        "solutions",
        "project",
        "home",
        "shadow",
        "environment of the grader",
        "memory of the grader",
        "root of the grader",
        "environment of the grader's parent",
    ],
)
def test_files_that_are_nobodys_business(confined: Runner, path: Path) -> None:
    source = (
        f"import os\npath = {str(path)!r}\n"
        "look = os.listdir if os.path.isdir(path) else lambda path: open(path, 'rb').read(9)\n"
        "try:\n    print('READ', look(path))\n"
        "except OSError as error:\n    print(type(error).__name__)"
    )
    assert attack(confined, source) in ("PermissionError\n", "FileNotFoundError\n")


def test_process_1_is_its_own(confined: Runner) -> None:
    source = (
        "try:\n    print(open('/proc/1/environ').read())\n"
        "except OSError as error:\n    print(error)"
    )
    assert SECRET not in attack(confined, source)


@pytest.mark.parametrize("name", ["reference.l02_operations", "grading", "authoring"])
def test_answers_cannot_be_imported(confined: Runner, name: str) -> None:
    source = (
        f"import sys\nsys.modules.pop('ptbasics.{name.partition('.')[0]}', None)\n"
        f"try:\n    import ptbasics.{name} as found\n    print('READ', vars(found).keys())\n"
        "except (ImportError, PermissionError) as error:\n    print('no')"
    )
    assert attack(confined, source, "reference") == "no\n"


def test_a_new_interpreter_sees_no_more(confined: Runner) -> None:
    source = "!python -c 'import ptbasics.reference.l02_operations' 2>&1 | tail -1"
    said = attack(confined, source, "reference")
    assert said.startswith(("ModuleNotFoundError", "PermissionError"))


def test_the_environment_tells_nothing(confined: Runner) -> None:
    assert SECRET not in attack(confined, "import os\nprint(dict(os.environ))")
    assert "home=/submission" in attack(confined, "!echo home=$HOME") or confined._modes == [
        "plain"
    ]


def test_memory_holds_no_answer(confined: Runner) -> None:
    source = (
        "import gc, sys\n"
        "secret = ('ptbasics.reference.', 'ptbasics.grading.')\n"
        "found = [name for name in sys.modules if name.startswith(secret)]\n"
        "found += [f for f in gc.get_objects() if getattr(f, '__misconception__', None)]\n"
        "print(found)"
    )
    assert attack(confined, source) == "[]\n"


def test_nothing_is_written_outside(confined: Runner, tmp_path: Path) -> None:
    targets = [str(tmp_path), str(PACKAGE), str(Path.home()), "/var/tmp", "/usr/lib", "/etc", "/"]
    source = (
        "import os\nwritten = []\n"
        f"for folder in {targets!r}:\n"
        "    try:\n        open(os.path.join(folder, 'left-behind'), 'w').close()\n"
        "    except OSError: continue\n    written.append(folder)\nprint(written)"
    )
    assert attack(confined, source, "fs_write") == "[]\n"
    assert not (tmp_path / "left-behind").exists()


def test_the_network_is_shut(confined: Runner) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        source = (
            "import socket\nopened = []\n"
            "for family in ('INET', 'INET6', 'NETLINK', 'PACKET', 'VSOCK', 'ALG'):\n"
            "    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW):\n"
            "        try: socket.socket(getattr(socket, f'AF_{family}'), kind)\n"
            "        except OSError: continue\n"
            "        opened.append((family, kind))\n"
            f"try:\n    socket.create_connection(('127.0.0.1', {server.getsockname()[1]}), 1)\n"
            "    opened.append('connected')\nexcept OSError: pass\nprint(opened)"
        )
        assert attack(confined, source, "network") == "[]\n"


def test_the_grader_cannot_be_signalled_or_traced(confined: Runner) -> None:
    source = (
        "import ctypes, os, resource, signal\ndone = []\n"
        f"for pid in {[os.getpid(), os.getppid()]!r}:\n"
        "    try: os.kill(pid, signal.SIGCONT); done.append(('kill', pid))\n"
        "    except OSError: pass\n"
        "    try: resource.prlimit(pid, resource.RLIMIT_CPU, (1, 1)); done.append(('limit', pid))\n"
        "    except OSError: pass\n"
        "    if ctypes.CDLL(None).ptrace(16, pid, 0, 0) == 0: done.append(('trace', pid))\n"
        "print(done)"
    )
    assert attack(confined, source, "signals") == "[]\n"


def test_powers_cannot_be_had(confined: Runner) -> None:
    source = (
        "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\n"
        "tried = {\n"
        "    'user namespace': libc.unshare(0x10000000),\n"
        "    'mount': libc.mount(b'x', b'/tmp', b'tmpfs', 0, None),\n"
        "    'session': libc.setsid(),\n"
        "    'group': libc.setpgid(0, 0),\n"
        "    'root': libc.setuid(0),\n"
        "    'clone': libc.syscall(56, 0x10000011, 0, 0, 0, 0),\n"
        "    'bpf': libc.syscall(321, 0, 0, 0),\n"
        "    'io_uring': libc.syscall(425, 1, bytes(120)),\n"
        "    'keyctl': libc.syscall(250, 0, -3, 1),\n"
        "    'old numbers': libc.syscall(0x40000000 + 39),\n"
        "    'chroot': libc.chroot(b'/'),\n"
        "    'dumpable parent': libc.syscall(310, os.getppid(), 0, 0, 0, 0, 0),\n"
        "}\n"
        "read_capability = 23\n"
        "tried['capabilities'] = max(libc.prctl(read_capability, c) for c in range(64)) or -1\n"
        "print([name for name, result in tried.items() if result != -1])"
    )
    assert attack(confined, source, "privileges") == "[]\n"


def test_submissions_do_not_see_each_other(confined: Runner) -> None:
    leave = "open('/dev/shm/left-here', 'w').write('x'); open('left', 'w').write('x')"
    confined.run(job(leave))
    look = "import os\nprint(os.listdir('.'), os.listdir(os.environ['TMPDIR']))"
    assert attack(confined, look) == "[] []\n"
    look = "import os\nprint('left-here' in os.listdir('/dev/shm'))"
    try:
        assert attack(confined, look, "left_files") == "False\n"
    finally:
        Path("/dev/shm/left-here").unlink(missing_ok=True)


@pytest.mark.parametrize("folder", [".", "/dev/shm"])
def test_disk_and_shared_memory_are_limited(confined: Runner, folder: str) -> None:
    fill = (
        "block = b'x' * 2**20\n"
        "try:\n    for number in range(100):\n"
        f"        open(f'{folder}/filled{{number}}', 'wb').write(block)\n"
        "except OSError as error:\n    print(number <= 16, error.strerror)"
    )
    assert attack(confined, fill, "disk", Limits(file_bytes=2**24)) == (
        "True No space left on device\n"
    )


def test_an_unknown_result_counts_as_not_enforced() -> None:
    assert Isolation({}).level == "none"
    assert Isolation(dict.fromkeys(MEANING, True)).level == "full"
    partial = Isolation({**dict.fromkeys(MEANING, True), "unix_connect": False})
    assert (partial.level, partial.lacking) == ("partial", ("unix_connect",))
    assert "unix sockets" in partial.describe()


def test_the_warm_process_has_one_thread_and_no_power(confined: Runner) -> None:
    confined.run(job("1"))
    warm = psutil.Process(confined._warm._process.pid)
    for process in (warm, *warm.children(recursive=True)):
        assert process.num_threads() == 1
        if confined.mode == "view":
            assert process.uids().real != 0
        assert "PTBASICS_TEST_SECRET" not in process.environ()
