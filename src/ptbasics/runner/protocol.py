"""The messages between the grader and the processes of a submission: one definition for both.

On a socket, a message is a frame with a list: its tag, then its fields in the order in which they
stand here. `docs/protocol.md` shows who sends what when, and what the grader believes of it.
"""

from __future__ import annotations

import socket
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache
from types import UnionType
from typing import (
    Any,
    ClassVar,
    Final,
    Literal,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

from ptbasics.runner.wire import WireError, frame_of_bytes, pack, receive_blocking, unframe

#: What the warm process sends once, when submissions can be run.
READY: Final = b"ready"
#: The byte that carries the descriptor of an observer's socket.
CHANNEL: Final = b"\0"
#: The keeper's wait status, big-endian, which the warm process writes to the leash.
WAIT_STATUS_BYTES: Final = 4
#: What the session is called in `ProcessEnded`; all other processes go by their id.
SESSION: Final = "session"
#: What is said of any message that is not one of those expected: no word of what was sent.
NONSENSE: Final = "sent an answer that cannot be understood"

Process = Literal["session"] | int
CellEnd = Literal["ok", "error", "timeout"]
M = TypeVar("M", bound="Message")


@dataclass(frozen=True)
class Message:
    """What all messages have in common."""

    tag: ClassVar[str]


@dataclass(frozen=True)
class Spawn(Message):
    """Runner → warm process, with three descriptors: start the processes of a submission."""

    tag = "spawn"
    name: str
    limits: dict[str, Any]


@dataclass(frozen=True)
class KeeperStarted(Message):
    """Keeper → grader, on the status socket: the sender of this message is the keeper."""

    tag = "keeper"


@dataclass(frozen=True)
class ProcessEnded(Message):
    """Keeper → grader, on the status socket: a process has ended with this wait status."""

    tag = "ended"
    process: Process
    code: int


@dataclass(frozen=True)
class RunCells(Message):
    """Grader → session: what to run.

    A cell is its id, its source, and the exercise that is observed in its place ("" for none).
    """

    tag = "run"
    cells: list[list[str]]
    files: dict[str, bytes]
    cell_seconds: float
    output_bytes: int


@dataclass(frozen=True)
class Begun(Message):
    """Session → grader: the first cell comes next."""

    tag = "begun"


@dataclass(frozen=True)
class NotBegun(Message):
    """Session → grader: no cell can be run."""

    tag = "failed"
    reason: str


@dataclass(frozen=True)
class AboutCell(Message):
    """A message about the cell with this id, which has to be the one whose turn it is."""

    cell: str


@dataclass(frozen=True)
class CellRan(AboutCell):
    """Session → grader: a cell has run. Outputs may be anything, and are rebuilt.

    `changed` has the outputs of earlier cells whose displays this one has changed.
    """

    tag = "cell"
    status: CellEnd
    execution_count: int
    outputs: Any
    threads_left: bool
    changed: dict[str, Any]


@dataclass(frozen=True)
class SymbolMissing(AboutCell):
    """Session → grader: nothing is called as the exercise is."""

    tag = "missing"


@dataclass(frozen=True)
class ObserverWanted(AboutCell):
    """Session → grader: send the descriptor of a socket for the observer."""

    tag = "observer"


@dataclass(frozen=True)
class ObserverWaits(AboutCell):
    """Session → grader: the observer is the process with this id."""

    tag = "waiting"
    pid: int


@dataclass(frozen=True)
class ObserverFailed(AboutCell):
    """Session → grader: no process could be started to observe the exercise."""

    tag = "unobserved"
    reason: str


@dataclass(frozen=True)
class AboutCase(Message):
    """A message about a case: its inputs, encoded, and how long the observer may take."""

    inputs: bytes
    seconds: float


@dataclass(frozen=True)
class Observe(AboutCase):
    """Grader → observer: observe the case with this number.

    The next case is sent when the observation of this one has arrived.
    """

    tag = "observe"
    number: int


@dataclass(frozen=True)
class ShowShapes(AboutCase):
    """Grader → observer: run the answer once more on a case, and say its shapes."""

    tag = "shapes"
    question: bytes


def body_of(message: Message) -> bytes:
    """A message as the body of a frame."""
    names = [field.name for field in fields(message)]
    return pack([message.tag, *(getattr(message, name) for name in names)])


def framed(message: Message) -> bytes:
    """A message as one frame."""
    return frame_of_bytes(body_of(message))


def parse(body: bytes, *kinds: type[M]) -> M:
    """The message in a frame's body, if it is one of these kinds and each field has its type.

    Raises:
        WireError: it is not; the error says nothing of what it is.
    """
    match unframe(body):
        case [str(tag), *values]:
            for kind in kinds:
                if kind.tag == tag and _are_fields_of(kind, values):
                    return kind(*values)
    raise WireError(NONSENSE)


def send(sock: socket.socket, message: Message) -> None:
    """Send a message, for as long as it takes: for the side that is not trusted."""
    sock.sendall(framed(message))


def receive(sock: socket.socket, *kinds: type[M]) -> M:
    """Read a message of one of these kinds, for as long as it takes: for the side not trusted.

    Raises:
        WireError: the other side has gone.
    """
    return parse(receive_blocking(sock), *kinds)


@cache  # it evaluates source, and there are a hundred messages per submission
def _types_of(kind: type[Any]) -> list[Any]:
    hints = get_type_hints(kind)
    return [hints[field.name] for field in fields(kind)]


def _are_fields_of(kind: type[Message], values: Sequence[Any]) -> bool:
    expected = _types_of(kind)  # type: ignore[arg-type]  # mypy asks whether messages can be hashed
    return len(values) == len(expected) and all(map(_fits, values, expected))


def _fits(value: Any, hint: Any) -> bool:
    """Whether a value that was read from MessagePack has a type; `True` is no number here."""
    origin, inner = get_origin(hint), get_args(hint)
    if hint is Any:
        return True
    if origin in (Union, UnionType):
        return any(_fits(value, choice) for choice in inner)
    if origin is Literal:
        return type(value) is str and value in inner
    if origin is list:
        return type(value) is list and all(_fits(item, inner[0]) for item in value)
    if origin is dict:
        return type(value) is dict and all(
            _fits(key, inner[0]) and _fits(item, inner[1]) for key, item in value.items()
        )
    if hint is float:
        return type(value) in (int, float)
    return type(value) is hint
