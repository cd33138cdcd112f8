"""The trusted side of one run through a submission: what it asks, believes and concludes."""

from __future__ import annotations

import re
import socket
import time
from dataclasses import dataclass, replace
from typing import TypeVar

from ptbasics.exercise import symbol_of
from ptbasics.judging.codec import MAX_BYTES, CodecError, decode
from ptbasics.judging.shapes import MAX_SECONDS, ShapeQuestion, Shapes
from ptbasics.runner.job import Cell, CellOutcome, CellStatus, Observed, Output, Probe
from ptbasics.runner.outputs import clean_outputs, error_output
from ptbasics.runner.protocol import (
    CHANNEL,
    NONSENSE,
    SESSION,
    AboutCell,
    Begun,
    CellRan,
    NotBegun,
    Observe,
    ObserverFailed,
    ObserverWaits,
    ObserverWanted,
    RunCells,
    ShowShapes,
    SymbolMissing,
    framed,
    parse,
)
from ptbasics.runner.record import Record
from ptbasics.runner.tree import Ended, Late, Tree
from ptbasics.runner.wire import FrameReader, WireError, send_within, wait_for

#: How long a cell may take to react to its interruption before it is killed.
_REACTION_SECONDS = 2.0
#: For what the session does on its own account: start, fork, take or send a message.
_SESSION_SECONDS = 20.0
#: What was killed may take so long to end.
_KILL_SECONDS = 0.2
#: An alarm of 0 s would be none.
_LEAST_SECONDS = 0.001
#: For all observations of an exercise together.
_MAX_OBSERVED_BYTES = 256 * 2**20
#: How much of a message of the submission's own is quoted in a reason.
_MAX_QUOTED = 200
_A = TypeVar("_A", bound=AboutCell)


@dataclass
class _Observer:
    """A process that waits, in the state of the notebook at a probe, to observe its exercise."""

    cell: Cell
    probe: Probe
    reader: FrameReader
    pid: int = 0

    @property
    def has_gone(self) -> bool:
        """Whether it has closed its channel, which nobody has asked it to."""
        return self.pid != 0 and not self.reader.fill() and self.reader.closed


class NotStarted(Exception):
    """The processes of a submission ended before any of its code ran."""


class Attempt:
    """One run through a submission, in processes of its own.

    `run` returns True when all that can be known has been recorded. Otherwise a cell took the
    processes down; it has been recorded as lost, and another attempt goes on without it.
    """

    def __init__(self, record: Record, tree: Tree) -> None:
        self._record, self._tree, self._job = record, tree, record.job
        self._cells = [cell for cell in self._job.cells if self._is_wanted(cell)]
        self._observers: list[_Observer] = []
        self._threads_left = False  # by an earlier cell, as the session tells
        self._seen = 0  # cases of the exercise that is being observed

    def run(self) -> bool:
        """Run the cells, then let the observers that were left on the way observe.

        Raises:
            NotStarted: the processes ended before any code of the submission ran.
            WarmProcessDied: they ended for a reason outside of them.
        """
        try:
            with self._record.timed("start"):
                self._begin()
            if not self._run_cells() and not self._record.time_is_up:
                return False
            with self._record.timed("observing"):
                return self._observe_all()
        finally:
            for observer in self._observers:
                observer.reader.sock.close()

    # --- cells

    def _begin(self) -> None:
        """Send the session what it needs, and hear that it is about to run the first cell."""
        limits = self._job.limits
        order = RunCells(
            [
                [cell.id, cell.source, cell.probe.exercise if cell.probe else ""]
                for cell in self._cells
            ],
            dict(self._job.files),
            limits.cell_seconds,
            limits.output_bytes,
        )
        deadline = time.monotonic() + _SESSION_SECONDS
        try:
            send_within(self._tree.wire.sock, framed(order), deadline)
            answer = parse(self._tree.receive(self._tree.wire, SESSION, deadline), Begun, NotBegun)
        except (Ended, Late, WireError) as error:
            raise NotStarted(f"a submission did not start: {error}") from None
        if isinstance(answer, NotBegun):
            raise NotStarted(f"a submission did not start: {answer.reason}")

    def _run_cells(self) -> bool:
        """Whether the session came to the end of the notebook."""
        for cell in self._cells:
            started = time.monotonic()
            try:
                with self._record.timed("cells" if cell.probe is None else "placing observers"):
                    if cell.probe is not None:
                        self._place_observer(cell, cell.probe)
                        continue
                    self._run_cell(cell)
                if self._observers_have_gone():
                    if not self._record.suspicious:
                        self._record.suspicious = True
                        return False
                    raise Ended("ended others, which wait to observe exercises")
            except (Ended, Late, WireError) as error:
                self._lose(cell, error, time.monotonic() - started)
                return False
        return True

    def _observers_have_gone(self) -> bool:
        """Whether one that waits has ended: by a cell, since nobody has asked it anything."""
        if self._record.suspicious:
            sockets = [observer.reader.sock.fileno() for observer in self._observers]
            wait_for(sockets, _KILL_SECONDS)
        return any(observer.has_gone for observer in self._observers)

    def _hear(self, cell: Cell, deadline: float, *kinds: type[_A]) -> _A:
        """What the session says about a cell, if it is of one of these kinds."""
        message = parse(self._tree.receive(self._tree.wire, SESSION, deadline), *kinds)
        if message.cell != cell.id:
            raise WireError(NONSENSE)
        return message

    def _is_wanted(self, cell: Cell) -> bool:
        done = cell.probe is not None and cell.probe.exercise in self._record.observed
        return cell.id not in self._record.lost and not done

    def _run_cell(self, cell: Cell) -> None:
        started = time.monotonic()
        patience = self._job.limits.cell_seconds + _REACTION_SECONDS
        deadline = min(started + patience, self._record.out_of_time)
        message = self._hear(cell, deadline, CellRan)
        outputs = clean_outputs(message.outputs)
        self._threads_left = message.threads_left
        outcome = CellOutcome(
            cell.id,
            outputs,
            message.status,
            self._reason(message.status, outputs),
            time.monotonic() - started,
            max(0, message.execution_count),
        )
        self._record.keep(outcome)
        for name, changed in message.changed.items():
            self._record.change(name, clean_outputs(changed))

    def _reason(self, status: CellStatus, outputs: list[Output]) -> str:
        if status == "timeout":
            return f"it did not finish within {self._job.limits.cell_seconds:g} s"
        if status == "ok":
            return ""
        errors = [output for output in outputs if output["output_type"] == "error"]
        if not errors:
            return "it raised an error"
        text = errors[-1]["evalue"].partition("\n")[0][:_MAX_QUOTED]
        return f"it raised {errors[-1]['ename']}" + (f": {text}" if text else "")

    def _lose(self, cell: Cell, error: Exception, seconds: float) -> None:
        """Record that a cell, or the fork in its place, took the session down."""
        record, limits = self._record, self._job.limits
        record.lost.add(cell.id)
        status: CellStatus = "timeout" if isinstance(error, Late) else "crashed"
        if not isinstance(error, Late):
            reason = f"the Python process {error}"
            if self._threads_left:
                reason += ", perhaps by a thread that an earlier cell left running"
        elif record.time_is_up:
            reason = f"the notebook as a whole took longer than {limits.submission_seconds:g} s"
        else:
            reason = f"it did not finish within {limits.cell_seconds:g} s and had to be killed"
        if cell.probe is not None:
            self._broken(cell.probe, reason)
            return
        name = "CellTimeout" if status == "timeout" else "CellCrash"
        outputs = [error_output(name, reason)]
        record.cells[cell.id] = CellOutcome(cell.id, outputs, status, reason, seconds)

    # --- observers

    def _place_observer(self, cell: Cell, probe: Probe) -> None:
        """Have the session fork an observer at this point of the notebook."""
        wire = self._tree.wire
        deadline = time.monotonic() + _SESSION_SECONDS
        answer = self._hear(cell, deadline, SymbolMissing, ObserverWanted)
        if isinstance(answer, SymbolMissing):
            self._record.observed[probe.exercise] = Observed(
                probe.exercise, None, "missing", self._why_missing(cell, probe)
            )
            return
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                socket.send_fds(wire.sock, [CHANNEL], [theirs.fileno()], socket.MSG_DONTWAIT)
            except OSError as error:
                ours.close()
                raise WireError(f"closed its connection: {error}") from None
        observer = _Observer(cell, probe, FrameReader(ours, MAX_BYTES))
        self._observers.append(observer)
        placed = self._hear(cell, deadline, ObserverWaits, ObserverFailed)
        if isinstance(placed, ObserverWaits):
            observer.pid = placed.pid
        elif isinstance(placed, ObserverFailed):
            reason = placed.reason[:_MAX_QUOTED]
            self._broken(probe, f"no process could be started to observe it: {reason}")

    def _observe_all(self) -> bool:
        """Whether every observer that was placed has been heard, and no process was lost.

        What ends an observer may be the answer of another one that was asked before it: it is
        asked again, first of all, in another attempt, in which that answer has no part. So is
        whatever would follow one that is late and cannot be ended.
        """
        alone = True
        for observer in self._observers:
            if observer.probe.exercise in self._record.observed:
                continue
            certain = alone and self._record.suspicious
            if observer.has_gone and not certain:
                return self._ask_again(alone)
            problem = self._observe(observer.probe, observer.reader, observer.pid)
            ended = isinstance(problem, Ended) and not problem.by_alarm
            if ended and not (certain or (alone and self._seen)):
                return self._ask_again(alone)
            if problem:
                reason = _why_broken(observer.probe, self._seen, problem)
                self._broken(observer.probe, reason)
            if self._tree.lost:
                self._record.lost.add(observer.cell.id)
            if self._tree.lost or isinstance(problem, Late):
                return self._record.time_is_up
            alone = False
        return True

    def _ask_again(self, alone: bool) -> bool:
        """Leave the rest to another attempt; where nobody else was asked, a cell is suspected."""
        self._record.suspicious |= alone
        return self._record.time_is_up

    def _observe(self, probe: Probe, reader: FrameReader, pid: int) -> Exception | None:
        """Observe one exercise, a case at a time: the submission has no inputs before their turn.

        An answer could spell out hidden ones in the error of a public case, which is shown.

        Returns:
            Why it did not come to its end, in the case with the number `_seen`.
        """
        seen: list[object] = []
        size = self._seen = 0
        deadline = time.monotonic() + probe.seconds
        try:
            for number, inputs in enumerate(probe.inputs):
                left = max(deadline - time.monotonic(), _LEAST_SECONDS)
                order = framed(Observe(inputs, left, number))
                send_within(reader.sock, order, time.monotonic() + _SESSION_SECONDS)
                encoded = self._tree.receive(reader, pid, deadline + _REACTION_SECONDS)
                size += len(encoded)
                if size > _MAX_OBSERVED_BYTES:
                    raise WireError(f"sent more than {_MAX_OBSERVED_BYTES:,} bytes")
                seen.append(decode(encoded))
                self._seen = len(seen)
        except Ended as error:
            # an alarm before its time is a signal that somebody has sent
            return Ended(str(error)) if time.monotonic() < deadline else error
        except (Late, WireError, CodecError) as error:
            return error
        observed = Observed(probe.exercise, tuple(seen))
        self._record.observed[probe.exercise] = observed
        if question := probe.shapes_of and probe.shapes_of(seen):
            shapes = self._shapes(question, probe, reader, pid)
            self._record.observed[probe.exercise] = replace(observed, shapes=shapes)
        reader.sock.close()  # no more questions
        return None

    def _shapes(
        self, question: ShapeQuestion, probe: Probe, reader: FrameReader, pid: int
    ) -> Shapes | None:
        """What the observer says about shapes, in the words that it likes; None for nothing."""
        seconds = min(probe.seconds, MAX_SECONDS)
        order = framed(ShowShapes(probe.inputs[question.number], seconds, question.packed()))
        try:
            send_within(reader.sock, order, time.monotonic() + _SESSION_SECONDS)
            deadline = time.monotonic() + seconds + _REACTION_SECONDS
            return Shapes.unpacked(self._tree.receive(reader, pid, deadline))
        except (Ended, Late, WireError):
            return None

    def _broken(self, probe: Probe, reason: str) -> None:
        self._record.observed[probe.exercise] = Observed(probe.exercise, None, "broken", reason)

    def _why_missing(self, cell: Cell, probe: Probe) -> str:
        """Where the symbol should have come from, as far as the source tells."""
        symbol = symbol_of(probe.exercise)
        defines = re.compile(
            rf"^[ \t]*(?:(?:def|class)[ \t]+{symbol}\b|{symbol}[ \t]*=(?!=))", re.MULTILINE
        )
        cells = list(self._job.cells)
        for earlier in reversed(cells[: cells.index(cell)]):
            outcome = self._record.cells.get(earlier.id)
            if defines.search(earlier.source) and outcome and outcome.status != "ok":
                return (
                    f"`{symbol}` is not defined: the cell that defines it failed, {outcome.reason}"
                )
        if any(defines.search(later.source) for later in cells[cells.index(cell) :]):
            return f"`{symbol}` is only defined further down in the notebook"
        return f"`{symbol}` is not defined anywhere above its check"


def _why_broken(probe: Probe, number: int, error: Exception) -> str:
    """Why an exercise was not observed to its end, as far as that is no word of the submission's.

    Args:
        number: of the case that was not observed.
        error: what became of its process.
    """
    symbol = symbol_of(probe.exercise)
    if number >= len(probe.inputs) - probe.hidden:
        return (
            f"in a hidden case, `{symbol}` did not finish within {probe.seconds:g} s, or it ended "
            "the process that ran it"
        )
    # the observer has set an alarm for itself, so that it is gone when time is up
    if isinstance(error, Late) or (isinstance(error, Ended) and error.by_alarm):
        what = f"`{symbol}` did not finish within {probe.seconds:g} s"
    elif isinstance(error, Ended):
        what = f"the process that ran `{symbol}` {error}"
    else:
        what = f"the process that ran `{symbol}` sent no data, or too much"
    return f"{what}, in case {number + 1} of {len(probe.inputs) - probe.hidden}"
