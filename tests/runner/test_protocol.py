"""Messages arrive as they were sent, and what is no message is refused without a word of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ptbasics.runner import attempt, protocol, runner, tree
from ptbasics.runner.protocol import AboutCase, AboutCell, Message, body_of, parse
from ptbasics.runner.wire import WireError, pack
from tests.runner.conftest import VALUES

SENT = [
    protocol.Spawn("7", {"cell_seconds": 30, "memory_bytes": 2**32}),
    protocol.KeeperStarted(),
    protocol.ProcessEnded(protocol.SESSION, 256),
    protocol.ProcessEnded(4711, 9),
    protocol.RunCells([["a", "1 / 0", ""], ["b", "", "x.y"]], {"f.txt": b"\xff"}, 0.5, 100),
    protocol.Begun(),
    protocol.NotBegun("no room"),
    protocol.CellRan("a", "timeout", 3, [{"output_type": "stream"}], True, {"b": []}),
    protocol.SymbolMissing("b"),
    protocol.ObserverWanted("b"),
    protocol.ObserverWaits("b", 17),
    protocol.ObserverFailed("b", "no process"),
    protocol.Observe(b"inputs", 5, 3),
    protocol.ShowShapes(b"inputs", 2.5, b"question"),
]
KINDS = tuple(
    kind
    for kind in vars(protocol).values()
    if isinstance(kind, type)
    and issubclass(kind, Message)
    and kind not in (Message, AboutCell, AboutCase)
)
FROM_SUBMISSIONS = (
    protocol.CellRan,
    protocol.SymbolMissing,
    protocol.ObserverWanted,
    protocol.ObserverWaits,
    protocol.ObserverFailed,
    protocol.ProcessEnded,
)
PAGE = Path(__file__).parents[2] / "docs" / "protocol.md"


def test_every_kind_of_message_is_tried_here() -> None:
    assert {type(message) for message in SENT} == set(KINDS)
    assert len({kind.tag for kind in KINDS}) == len(KINDS)


@pytest.mark.parametrize("message", SENT, ids=lambda message: message.tag)
def test_a_message_arrives_as_it_was_sent(message: Message) -> None:
    assert parse(body_of(message), *KINDS) == message
    others = [kind for kind in KINDS if kind is not type(message)]
    with pytest.raises(WireError):
        parse(body_of(message), *others)


@pytest.mark.parametrize(
    "sent",
    [
        None,
        [],
        "cell",
        ["cell"],
        [["cell"], "a", "ok", 1, [], False],
        ["cell", "a", "ok", 1, []],
        ["cell", "a", "ok", 1, [], False, "secret"],
        ["cell", b"a", "ok", 1, [], False],
        ["cell", "a", "secret", 1, [], False],
        ["cell", "a", ["ok"], 1, [], False],
        ["cell", "a", "ok", True, [], False],
        ["cell", "a", "ok", 1.0, [], False],
        ["cell", "a", "ok", 1, [], 0],
        ["waiting", "a", "17"],
        ["waiting", "a", True],
        ["ended", "secret", 0],
        ["ended", None, 0],
        ["ended", 4, None],
        {"cell": "secret"},
    ],
    ids=repr,
)
def test_what_is_not_quite_a_message_is_refused_without_a_word_of_it(sent: Any) -> None:
    with pytest.raises(WireError) as said:
        parse(pack(sent), *FROM_SUBMISSIONS)
    assert str(said.value) == protocol.NONSENSE


@given(VALUES | st.lists(st.sampled_from([kind.tag for kind in KINDS]) | VALUES, max_size=6))
def test_whatever_is_sent_is_a_message_or_refused(sent: Any) -> None:
    try:
        message = parse(pack(sent), *FROM_SUBMISSIONS)
    except WireError:
        return
    assert body_of(message) == pack(sent)


def test_the_page_names_every_message_and_every_bound() -> None:
    page = PAGE.read_text()
    for kind in KINDS:
        assert f"`{kind.__name__}`" in page
    for seconds in (
        attempt._SESSION_SECONDS,
        attempt._REACTION_SECONDS,
        runner._START_SECONDS,
        tree._KILL_SECONDS,
        tree._GRACE,
        tree._TICK,
    ):
        assert f"{seconds:g} s" in page
    for size in (attempt._MAX_OBSERVED_BYTES, attempt.MAX_BYTES, tree._MAX_FRAME_BYTES):
        assert f"{size // 2**20} MiB" in page
    assert f"{tree._MAX_ENDS:,}" in page
