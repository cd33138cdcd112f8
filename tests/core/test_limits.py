"""A check that never ends is ended, and shows no line of ours."""

from __future__ import annotations

import signal
import threading
import time
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
import torch

from ptbasics import checking, registry
from ptbasics.checking import Checked, check
from ptbasics.limits import OutOfTime, time_limit


def endless() -> None:
    while True:
        time.sleep(0.01)


def stubborn() -> None:
    """It goes on after the first alarm, as a bare `except` makes a loop do."""
    for _ in range(2):
        with suppress(BaseException):
            endless()
    endless()


@pytest.mark.parametrize("code", [endless, stubborn])
def test_the_limit(code: Any) -> None:
    kept = signal.getsignal(signal.SIGALRM)
    with pytest.raises(OutOfTime), time_limit(0.1):
        code()
    assert signal.getsignal(signal.SIGALRM) is kept
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_what_is_in_time_is_left_alone() -> None:
    with time_limit(0.1):
        pass
    time.sleep(0.3)


def test_another_thread_has_no_limit() -> None:
    ended = []

    def run() -> None:
        with time_limit(0.05):
            time.sleep(0.2)
        ended.append(True)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert ended


def test_an_endless_answer_is_told_its_limit_and_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    exercise = replace(registry.find_exercise("operations.softmax"), seconds=0.2)
    monkeypatch.setattr(checking, "exercise_of", lambda *_: exercise)
    namespace: dict[str, Any] = {"torch": torch}
    source = "def softmax(x, dim):\n    while True:\n        pass"
    exec(compile(source, "<cell>", "exec"), namespace)
    reply = check(namespace["softmax"])
    assert isinstance(reply, Checked)
    assert (reply.verdict.status, reply.points) == ("broken", 0.0)
    assert "did not finish within 0.2 s, in case 1 of" in repr(reply)
    assert "softmax, line" in repr(reply)


def test_an_interrupted_check_shows_the_students_line_only() -> None:
    namespace: dict[str, Any] = {"signal": signal}
    source = "def softmax(x, dim):\n    signal.raise_signal(signal.SIGINT)"
    exec(compile(source, "<cell>", "exec"), namespace)
    with pytest.raises(KeyboardInterrupt) as caught:
        check(namespace["softmax"])
    shown = caught.value._render_traceback_()  # type: ignore[attr-defined]
    assert shown[0] == "KeyboardInterrupt: the check of softmax was interrupted"
    assert shown[1].startswith("softmax, line 2")
    assert len(shown) == 2
    assert type(caught.value).__name__ == "KeyboardInterrupt"
