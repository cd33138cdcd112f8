"""Running submissions on a Dask cluster: `ClusterRunner`, through the seam of the local runner.

A worker of the cluster is trusted; it has a runner of its own, with a warm process, which confines
submissions as on one machine. Submissions travel to it as bytes, with encoded inputs, and what was
observed travels back as data. The reference, the seed and the gradebook stay here.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, astuple
from functools import cache, cached_property
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgpack
from distributed import Client, KilledWorker, get_worker
from distributed.client import FutureCancelledError
from distributed.comm.core import CommClosedError
from distributed.security import Security

import ptbasics
from ptbasics.grading.course import CourseProblem
from ptbasics.judging.codec import decode, encode
from ptbasics.runner import (
    Cell,
    CellOutcome,
    Isolation,
    Job,
    Limits,
    Observed,
    Probe,
    Runner,
    RunnerError,
    RunResult,
)

#: Seconds in which the scheduler has to answer, and after which a lost one counts as gone.
_PATIENCE = 20
#: Seconds between two looks at what all workers are asked.
_BLINK = 0.2
#: Submissions that are underway for each thread of a worker: one runs, one is on its way.
_UNDERWAY = 2
#: What a client raises that has lost its scheduler.
_LOST = (FutureCancelledError, CommClosedError, TimeoutError)


class ClusterProblem(CourseProblem):
    """The cluster cannot be used, or is not there any more."""


class ClusterRunner:
    """Runs submissions on the workers of a Dask cluster. A context manager; threads may share it.

    Args:
        address: the scheduler's, such as `tls://grading.example:8786`. Certificates are those of
            Dask's own configuration.

    Raises:
        ClusterProblem: nobody answers there, there is no worker, or one has another version of the
            course.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        try:
            self._client = Client(
                address, timeout=_PATIENCE, security=_security(address), set_as_default=False
            )
        except (OSError, ValueError, TypeError) as error:
            raise ClusterProblem(
                f"no scheduler answers at {address} ({type(error).__name__}): start one with `dask "
                "scheduler`, and look at its address, its certificates and the network between"
            ) from None
        try:
            self._same_everywhere()
        except BaseException:
            self.__exit__()
            raise

    def __enter__(self) -> ClusterRunner:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close(timeout=_PATIENCE)

    @property
    def workers(self) -> int:
        """How many submissions to have underway."""
        threads: Mapping[str, int] = self._client.nthreads()
        return _UNDERWAY * max(1, sum(threads.values()))

    @cached_property
    def isolation(self) -> Isolation:
        """What every worker's machine enforces."""
        found = list(self._everywhere(_isolation).values())
        return Isolation({name: all(each[name] for each in found) for name in found[0]})

    def run(self, job: Job) -> RunResult:
        """Run a submission on any worker; on another, if that worker dies.

        Raises:
            RunnerError: workers died while they ran it, or their runner cannot be started.
            ClusterProblem: the scheduler is not there any more.
        """
        try:
            future = self._client.submit(_run_packed, _pack_job(job), pure=False)
            return _unpack_result(future.result())
        except KilledWorker as error:
            raise RunnerError(
                f"workers of the cluster ended while they ran it, the last one at "
                f"{error.last_worker.address}: it was given up"
            ) from None
        except _LOST as error:
            raise self._gone(error) from None
        except RuntimeError as error:  # a client that has lost its scheduler says so in this way
            if self._client.status == "running":
                raise
            raise self._gone(error) from None

    def _gone(self, error: Exception) -> ClusterProblem:
        return ClusterProblem(
            f"the scheduler at {self._address} is not there any more ({type(error).__name__}): "
            "start it and run the same command again; what was graded is kept"
        )

    def _everywhere(self, function: Any) -> Mapping[str, Any]:
        """What a function gives on each worker, by the worker's address.

        It is a task like any other: what the scheduler runs beside them blocks a worker.
        """
        try:
            asked = {
                address: self._client.submit(function, workers=[address], pure=False)
                for address in self._client.nthreads()
            }
            # a worker may go meanwhile, and nobody else may answer for it
            while alive := asked.keys() & self._client.nthreads().keys():
                if all(asked[address].done() for address in alive):
                    return {address: asked[address].result() for address in alive}
                time.sleep(_BLINK)
        except _LOST as error:
            raise self._gone(error) from None
        raise ClusterProblem(
            f"the scheduler at {self._address} has no workers: start some with `dask worker "
            f"{self._address}`"
        )

    def _same_everywhere(self) -> None:
        """Raises ClusterProblem where a worker would judge differently."""
        try:
            answers = self._everywhere(definition)
        except ModuleNotFoundError as error:
            raise ClusterProblem(
                f"a worker has no {error.name}: install `ptbasics[grading,cluster]` where the "
                "workers run, of the same version as here"
            ) from None
        if others := [address for address, told in answers.items() if told != definition()]:
            raise ClusterProblem(
                f"the worker at {others[0]} has another version of ptbasics, torch or numpy than "
                "this machine: install the same one, and start it again"
            )


def _security(address: str) -> Security | None:
    """For an address of TLS, no connection without; certificates come from the configuration."""
    return Security(require_encryption=True) if address.startswith("tls://") else None


@cache
def definition() -> str:
    """A hash of this package and of the versions that decide what it observes."""
    package = Path(ptbasics.__file__).parent
    content = sha256()
    for path in sorted(package.rglob("*.py")):
        content.update(f"{path.relative_to(package)}\0".encode() + path.read_bytes())
    for name in ("torch", "numpy"):
        content.update(f"{name} {version(name)}".encode())
    return content.hexdigest()


# --- on a worker


class _Own:
    """The runner of a worker's process, started by the first submission."""

    lock = threading.Lock()
    runner: Runner | None = None
    process = 0

    @classmethod
    def get(cls) -> Runner:
        """The runner, with room for as many submissions as the worker has threads."""
        with cls.lock:
            if cls.runner is None or cls.process != os.getpid():
                cls.runner = Runner(workers=get_worker().state.nthreads).__enter__()
                cls.process = os.getpid()
            return cls.runner


def _run_packed(job: bytes) -> bytes:
    return _pack_result(_Own.get().run(_unpack_job(job)))


def _isolation() -> Mapping[str, bool]:
    return dict(_Own.get().isolation.enforced)


# --- what travels: MessagePack, and the codec's own bytes for what was observed


def _pack_job(job: Job) -> bytes:
    cells = [
        [cell.id, cell.source, cell.probe and astuple(cell.probe)[: len(_PROBE)]]
        for cell in job.cells
    ]
    return _pack([cells, dict(job.files), asdict(job.limits)])


#: What is sent of a probe: not the question about shapes, which only a student's own check asks.
_PROBE = ("exercise", "inputs", "seconds", "hidden")


def _unpack_job(packed: bytes) -> Job:
    cells, files, limits = _unpack(packed)
    return Job(tuple(map(_cell, cells)), files, Limits(**limits))


def _cell(parts: list[Any]) -> Cell:
    name, source, probe = parts
    if probe is None:
        return Cell(name, source)
    exercise, inputs, seconds, hidden = probe
    return Cell(name, source, Probe(exercise, tuple(inputs), seconds, hidden))


def _pack_result(result: RunResult) -> bytes:
    cells = [asdict(outcome) for outcome in result.cells.values()]
    observed = [
        [
            one.exercise,
            None if one.observations is None else [encode(data) for data in one.observations],
            one.problem,
            one.reason,
        ]
        for one in result.observed.values()
    ]
    return _pack([cells, observed, result.seconds, dict(result.stages)])


def _unpack_result(packed: bytes) -> RunResult:
    cells, observed, seconds, stages = _unpack(packed)
    outcomes = [CellOutcome(**fields) for fields in cells]
    seen = [
        Observed(name, data and tuple(map(decode, data)), problem, reason)
        for name, data, problem, reason in observed
    ]
    return RunResult(
        {outcome.id: outcome for outcome in outcomes},
        {one.exercise: one for one in seen},
        seconds,
        stages,
    )


def _pack(value: Any) -> bytes:
    packed: bytes = msgpack.packb(value, unicode_errors="surrogatepass")
    return packed


def _unpack(packed: bytes) -> Any:
    return msgpack.unpackb(packed, unicode_errors="surrogatepass", strict_map_key=False)
