"""Grading on a real Dask cluster: a scheduler and two workers, each a process, on this machine."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from dask import config
from distributed import Client

from ptbasics.grading import cluster
from ptbasics.grading.batch import grade_lesson
from ptbasics.grading.cluster import ClusterProblem, ClusterRunner
from ptbasics.grading.handed_in import grade_handed_in
from ptbasics.grading.result import BatchResult
from ptbasics.judging.codec import encode
from ptbasics.runner import Cell, Job, Limits, Probe
from tests.grading.handed_in import LESSON, ROOT, SEED, answered, hand_in, mistaken, with_cell

pytestmark = [pytest.mark.slow, pytest.mark.cluster]

#: A worker that runs this cell ends at once, as if the system had killed it.
DEADLY = "# ends the worker"
PRELOAD = f"""
import os, signal
from ptbasics.grading import cluster

def run(job, plain=cluster._run_packed):
    if {DEADLY.encode()!r} in job:
        os.kill(os.getpid(), signal.SIGKILL)
    return plain(job)

cluster._run_packed = run
"""


class Cluster:
    """The processes of a cluster; each has its own session, so that its children end with it."""

    def __init__(self, folder: Path, protocol: str = "tcp", **settings: str) -> None:
        self.folder = folder
        # a submission is given up with the second worker that ends under it
        settings["SCHEDULER__ALLOWED_FAILURES"] = "1"
        named = {f"DASK_DISTRIBUTED__{name}": value for name, value in settings.items()}
        self.environment = os.environ | named
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"{protocol}://127.0.0.1:{free.getsockname()[1]}"
        port = self.address.rpartition(":")[2]
        (folder / "preload.py").write_text(PRELOAD)
        self.scheduler = self._start(
            "scheduler",
            *("--host", f"{protocol}://127.0.0.1", "--port", port),
            *("--no-dashboard", "--no-show"),
        )
        self.workers = [self.start_worker(), self.start_worker()]

    def start_worker(self) -> subprocess.Popen[bytes]:
        preload = str(self.folder / "preload.py")
        options = ["--no-nanny", "--no-dashboard", "--nthreads", "2", "--preload", preload]
        return self._start("worker", self.address, *options, "--local-directory", str(self.folder))

    def _start(self, *command: str) -> subprocess.Popen[bytes]:
        with (self.folder / "log.txt").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "dask", *command],
                stdout=log,
                stderr=log,
                cwd=self.folder,
                env=self.environment,
                start_new_session=True,
            )

    def wait_for_workers(self, count: int) -> None:
        with Client(self.address, timeout=60, set_as_default=False) as client:
            client.wait_for_workers(count, timeout=60)

    def stop(self) -> None:
        for process in (*self.workers, self.scheduler):
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture
def dask(tmp_path: Path) -> Iterator[Cluster]:
    folder = tmp_path / "cluster"
    folder.mkdir()
    running = Cluster(folder)
    try:
        running.wait_for_workers(2)
        yield running
    finally:
        running.stop()


SLOW = "import time; time.sleep(2)"


def the_class(folder: Path, *, sleeping: int = 0) -> Path:
    submitted = folder / "submitted"
    hand_in(submitted, "ada", answered())
    hand_in(submitted, "bob", answered(softmax=mistaken("overflow")))
    crash = "def softmax(x, dim):\n    import os\n    os._exit(0)"
    hand_in(submitted, "eve", answered(softmax=crash))
    hand_in(submitted, "odd", with_cell(answered(), "print('\\ud800', b'\\0')", "softmax"))
    for number in range(sleeping):
        hand_in(submitted, f"late{number}", with_cell(answered(), SLOW, "softmax"))
    return submitted


def outcome(batch: BatchResult) -> dict[str, object]:
    return {each.student: each.result.verdicts for each in batch.graded}


def graded(folder: Path, submitted: Path, runner: ClusterRunner | None) -> BatchResult:
    return grade_lesson(
        ROOT, LESSON, submitted=submitted, output=folder, seed=SEED, runner=runner, feedback=False
    )


def test_the_same_results_as_on_one_machine(dask: Cluster, tmp_path: Path) -> None:
    submitted = the_class(tmp_path)
    here = graded(tmp_path / "here", submitted, None)
    with ClusterRunner(dask.address) as runner:
        assert runner.workers == 8
        assert runner.isolation.describe() == here.isolation
        there = graded(tmp_path / "there", submitted, runner)
    assert outcome(there) == outcome(here)
    assert there.problems == []


def test_a_worker_that_is_killed_loses_nothing(dask: Cluster, tmp_path: Path) -> None:
    submitted = the_class(tmp_path, sleeping=6)
    pid = os.fork()
    if not pid:  # while the class is being graded
        time.sleep(6)
        os.killpg(dask.workers[0].pid, signal.SIGKILL)
        os._exit(0)
    with ClusterRunner(dask.address) as runner:
        batch = graded(tmp_path / "out", submitted, runner)
    os.waitpid(pid, 0)
    assert dask.workers[0].wait(10) == -signal.SIGKILL
    assert batch.problems == []
    assert len(batch.graded) == 10
    points = {each.student: each.result.points for each in batch.graded}
    assert {points[f"late{number}"] for number in range(6)} == {points["ada"]}


def test_what_kills_workers_is_given_up_and_costs_no_other(dask: Cluster, tmp_path: Path) -> None:
    submitted = tmp_path / "submitted"
    hand_in(submitted, "ada", answered())
    hand_in(submitted, "deadly", with_cell(answered(), DEADLY, "softmax"))
    third = dask.start_worker()
    dask.workers.append(third)
    dask.wait_for_workers(3)
    with ClusterRunner(dask.address) as runner:
        batch = graded(tmp_path / "out", submitted, runner)
    problem = {each.student: each.problem for each in batch.graded}
    assert "it was given up" in problem["deadly"]
    assert problem["ada"] == ""
    assert sum(worker.poll() is not None for worker in dask.workers) == 2


def test_a_scheduler_that_goes_is_said_and_the_next_run_resumes(
    dask: Cluster, tmp_path: Path
) -> None:
    submitted = the_class(tmp_path, sleeping=4)
    job = Job((Cell("slow", "import time; time.sleep(1)"),))
    with ClusterRunner(dask.address) as runner:
        assert runner.run(job).cells["slow"].status == "ok"
        os.killpg(dask.scheduler.pid, signal.SIGKILL)
        with pytest.raises(ClusterProblem, match=r"not there any more .*: start it and run"):
            graded(tmp_path / "out", submitted, runner)
    batch = graded(tmp_path / "out", submitted, None)
    assert batch.problems == []
    assert len(batch.graded) == 8


def test_with_tls_and_not_without_the_certificate(tmp_path: Path) -> None:
    certificate, key = str(tmp_path / "certificate.pem"), str(tmp_path / "key.pem")
    kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    files = ["-keyout", key, "-out", certificate]
    command = ["openssl", "req", "-x509", *kind, "-subj", "/CN=grading", *files]
    subprocess.run(command, check=True, capture_output=True)
    parts = {
        f"COMM__TLS__{part}__{name}": path
        for part in ("CLIENT", "SCHEDULER", "WORKER")
        for name, path in (("CERT", certificate), ("KEY", key))
    }
    settings = {"COMM__REQUIRE_ENCRYPTION": "true", "COMM__TLS__CA_FILE": certificate} | parts
    running = Cluster(tmp_path, "tls", **settings)
    ours = {
        "distributed.comm.tls.ca-file": certificate,
        "distributed.comm.tls.client.cert": certificate,
        "distributed.comm.tls.client.key": key,
    }
    try:
        with config.set(ours):
            wait_for(lambda: ClusterRunner(running.address).__exit__())
            with ClusterRunner(running.address) as runner:
                assert runner.run(Job((Cell("one", "1 + 1"),))).cells["one"].status == "ok"
        with pytest.raises(ClusterProblem, match="no scheduler answers"):
            ClusterRunner(running.address)
        with pytest.raises(ClusterProblem, match="no scheduler answers"):
            ClusterRunner(running.address.replace("tls", "tcp"))
    finally:
        running.stop()


def wait_for(attempt: Callable[[], None]) -> None:
    """Until the workers are there."""
    give_up = time.monotonic() + 90
    while True:
        try:
            return attempt()
        except ClusterProblem:
            if time.monotonic() > give_up:
                raise


def test_what_travels_comes_out_as_it_went_in() -> None:
    import torch

    probe = Probe("operations.softmax", (encode((torch.ones(2), 0)),), 3.0, 1)
    job = Job((Cell("a", "x = '\ud800'"), Cell("b", "", probe)), {"f": b"\0"}, Limits(processes=5))
    assert cluster._unpack_job(cluster._pack_job(job)) == job


def test_no_scheduler_is_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(cluster, "_PATIENCE", 1)
    hand_in(tmp_path / "submitted", "ada", answered())
    with pytest.raises(ClusterProblem, match=r"no scheduler answers at tcp://127\.0\.0\.1:9 "):
        list(
            grade_handed_in(
                ROOT,
                submitted=tmp_path / "submitted",
                output=tmp_path,
                cluster="tcp://127.0.0.1:9",
            )
        )
