"""The trusted end of one submission's processes: what they say, how they end, what they use."""

from __future__ import annotations

import shutil
import signal
import socket
import struct
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import NoReturn

from ptbasics.runner.job import Limits
from ptbasics.runner.protocol import KeeperStarted, Process, ProcessEnded, parse
from ptbasics.runner.usage import stores_more_than, uses_more_than
from ptbasics.runner.wire import FrameReader, wait_for

_CREDENTIALS = struct.Struct("3i")
_TICK = 0.5
_GRACE = 0.5
_KILL_SECONDS = 10
_MAX_FRAME_BYTES = 2**20
#: Of how many ended processes the wait status is kept.
_MAX_ENDS = 100_000


class Ended(Exception):
    """A process of the submission is over; the message says how, as the end of a sentence."""

    def __init__(self, how: str, *, by_alarm: bool = False) -> None:
        super().__init__(how)
        self.by_alarm = by_alarm


class Late(Exception):
    """A process of the submission has not answered in time."""


class WarmProcessDied(Exception):
    """All processes of the submission went with the warm process; it may be run again."""


class Tree:
    """The processes of one submission. Leaving the context kills them all.

    Args:
        leash: the descriptor whose closing lets the warm process kill them.
        wire: the connection to the session.
        status: where the keeper reports processes that have ended.
        limits: what they may use.
        scratch: their folder on disk, if they have one; it is removed after them.
    """

    def __init__(
        self,
        leash: socket.socket,
        wire: socket.socket,
        status: socket.socket,
        limits: Limits,
        scratch: Path,
    ) -> None:
        # text takes up to four bytes per character
        self.wire = FrameReader(wire, 4 * limits.output_bytes + _MAX_FRAME_BYTES)
        self._leash, self._status = leash, FrameReader(status, _MAX_FRAME_BYTES)
        self._from_leash = b""
        self._gone = False
        self._killed = False
        self._ends: dict[Process, int] = {}
        self._keeper: int | None = None
        status.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        self._limits, self._scratch = limits, scratch
        self._next_look = time.monotonic() + _TICK

    def __enter__(self) -> Tree:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Kill everything, and wait until it has gone."""
        with suppress(OSError):
            self._leash.shutdown(socket.SHUT_WR)
        deadline = time.monotonic() + _KILL_SECONDS
        while not self._gone and time.monotonic() < deadline:
            wait_for([self._leash.fileno()], deadline - time.monotonic())
            self._read_leash()
        for sock in (self._leash, self.wire.sock, self._status.sock):
            sock.close()
        shutil.rmtree(self._scratch, ignore_errors=True)

    @property
    def lost(self) -> bool:
        """Whether all processes have ended or are about to."""
        return self._gone or self._killed

    def receive(self, reader: FrameReader, sender: Process, deadline: float) -> bytes:
        """The body of the next frame from a process.

        Raises:
            Ended: the sender has ended, or all processes were killed for using too much.
            Late: no frame before the deadline.
            WarmProcessDied: everything has gone, through no fault that can be known.
            WireError: it sent something that is no frame.
        """
        while True:
            body = reader.next()
            if body is not None:
                return body
            if reader.fill():
                continue
            if sender in self._ends:
                raise ended(self._ends[sender])
            if self._gone:
                raise self._what_happened()
            now = time.monotonic()
            if now >= deadline:
                raise Late
            if reader.closed:
                self._await_end(sender)
                continue
            self._look_at_usage(now)
            self._wait([reader, self._status], min(deadline - now, _TICK))

    def _await_end(self, sender: Process) -> None:
        """A closed connection is mostly followed by news of how the process ended."""
        patience = time.monotonic() + _GRACE
        while sender not in self._ends and not self._gone:
            left = patience - time.monotonic()
            if left <= 0:
                raise Ended("closed its connection")
            self._wait([self._status], left)

    def _wait(self, readers: list[FrameReader], seconds: float) -> None:
        """Until one of these, or news of ended processes, arrives."""
        open_ones = [reader.sock.fileno() for reader in readers if not reader.closed]
        wait_for([*open_ones, self._leash.fileno()], seconds)
        self._read_status()
        self._read_leash()

    def _read_status(self) -> None:
        if self._keeper is None:
            self._keeper = _sender(self._status.sock)
        self._status.fill()
        while (body := self._status.next()) is not None:
            # the keeper is confined with the rest, and may have been taken over
            message = parse(body, KeeperStarted, ProcessEnded)
            if isinstance(message, ProcessEnded) and len(self._ends) < _MAX_ENDS:
                self._ends[message.process] = message.code

    def _read_leash(self) -> None:
        try:
            data = self._leash.recv(64, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        self._from_leash += data
        self._gone = self._gone or not data

    def _what_happened(self) -> Exception:
        if not self._from_leash:
            return WarmProcessDied("the warm process has ended")
        return ended(int.from_bytes(self._from_leash))

    def _look_at_usage(self, now: float) -> None:
        if now < self._next_look or self._keeper is None:
            return
        self._next_look = now + _TICK
        memory, files = self._limits.memory_bytes, self._limits.file_bytes
        if uses_more_than(memory, self._keeper):
            self._end(f"used more memory than the {memory / 2**30:.3g} GiB allowed")
        if stores_more_than(files, self._scratch):
            self._end(f"stored more than the {files / 2**30:.3g} GiB allowed in its files")

    def _end(self, why: str) -> NoReturn:
        self._leash.shutdown(socket.SHUT_WR)
        self._killed = True
        raise Ended(why)


def _sender(sock: socket.socket) -> int | None:
    """The process that sent the next message, by the number that it has on this side."""
    size = socket.CMSG_SPACE(_CREDENTIALS.size)
    try:
        _, extras, *_ = sock.recvmsg(1, size, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except OSError:
        return None
    for _, kind, data in extras:
        if kind == socket.SCM_CREDENTIALS:
            return int(_CREDENTIALS.unpack(data)[0]) or None
    return None


def ended(code: int) -> Ended:
    """What a wait status says."""
    number = code & 0x7F
    if number == 0:
        return Ended(f"was ended by the code itself (exit code {code >> 8 & 0xFF})")
    if number == signal.SIGXCPU:
        return Ended("used up its CPU time")
    known = number in signal.valid_signals()
    name = (signal.strsignal(number) or "").lower() if known else "an unknown one"
    by_alarm = number == signal.SIGALRM
    return Ended(f"was killed by signal {number} ({name})", by_alarm=by_alarm)
