"""Frames on a socket: a length, then MessagePack. Never anything that can run code.

The trusted side reads with `FrameReader`, under a bound and a deadline that its caller keeps; the
side that is not trusted may wait for as long as it likes. `protocol` says what the frames hold.
"""

from __future__ import annotations

import select
import socket
import time
from typing import Any

import msgpack

_LENGTH_BYTES = 4
_CHUNK = 2**18


class WireError(Exception):
    """The other side has gone away, is late, or sent something that is not a frame.

    The message is the end of a sentence about it.
    """


def pack(value: Any) -> bytes:
    """A value as MessagePack."""
    packed: bytes = msgpack.packb(value, unicode_errors="replace")
    return packed


def frame(value: Any) -> bytes:
    """A value as one frame."""
    return frame_of_bytes(pack(value))


def frame_of_bytes(body: bytes) -> bytes:
    """Bytes as one frame, as they are."""
    return len(body).to_bytes(_LENGTH_BYTES) + body


def unframe(body: bytes) -> Any:
    """The value in a frame's body.

    Raises:
        WireError: it is not MessagePack.
    """
    try:
        return msgpack.unpackb(body, unicode_errors="replace", max_ext_len=0)
    except Exception as error:  # malformed bytes fail in as many ways as there are types
        raise WireError(f"sent something that is no message ({error})") from None


class FrameReader:
    """Collects the bytes of one socket and gives back whole frames.

    Args:
        sock: the socket.
        max_bytes: how large a frame may be.
    """

    def __init__(self, sock: socket.socket, max_bytes: int) -> None:
        self.sock, self._max_bytes = sock, max_bytes
        self.closed = False
        self._held = bytearray()

    def fill(self) -> bool:
        """Take what has arrived without waiting; whether that was anything."""
        try:
            data = self.sock.recv(_CHUNK, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        except OSError:
            data = b""
        self._held += data
        self.closed = not data
        return bool(data)

    def next(self) -> bytes | None:
        """The body of the next whole frame, None where it has not all arrived.

        Raises:
            WireError: it claims to be larger than any frame may be.
        """
        if len(self._held) < _LENGTH_BYTES:
            return None
        size = int.from_bytes(self._held[:_LENGTH_BYTES])
        if size > self._max_bytes:
            raise WireError(f"sent a message of {size:,} bytes")
        end = _LENGTH_BYTES + size
        if len(self._held) < end:
            return None
        body = bytes(self._held[_LENGTH_BYTES:end])
        del self._held[:end]
        return body


def send_within(sock: socket.socket, data: bytes, deadline: float) -> None:
    """Send everything before `time.monotonic()` reaches the deadline.

    Raises:
        WireError: the other side has gone or did not read in time.
    """
    rest = memoryview(data)
    while rest:
        try:
            rest = rest[sock.send(rest, socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL) :]
        except BlockingIOError:
            left = deadline - time.monotonic()
            if left <= 0 or not wait_for([sock.fileno()], left, select.POLLOUT):
                raise WireError("did not read a message in time") from None
        except OSError as error:
            raise WireError(f"closed its connection ({error})") from None


def wait_for(fds: list[int], seconds: float, event: int = select.POLLIN) -> set[int]:
    """The descriptors that became ready, or were closed, within some seconds."""
    poll = select.poll()
    for fd in fds:
        poll.register(fd, event)
    return {fd for fd, _ in poll.poll(max(seconds, 0) * 1000)}


def receive_blocking(sock: socket.socket) -> bytes:
    """Read the body of one frame, for as long as it takes.

    Raises:
        WireError: the other side has gone.
    """
    return _exactly(sock, int.from_bytes(_exactly(sock, _LENGTH_BYTES)))


def _exactly(sock: socket.socket, size: int) -> bytes:
    held = bytearray()
    while len(held) < size:
        data = sock.recv(min(size - len(held), _CHUNK))
        if not data:
            raise WireError("closed its connection")
        held += data
    return bytes(held)
