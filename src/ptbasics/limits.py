"""A time limit for code of the student's, in the student's own process."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

#: How long after the limit, and how often, the alarm rings again: a bare `except` may swallow it.
_AGAIN_SECONDS = 0.2


class OutOfTime(BaseException):
    """The limit is over. Like an interruption, it is no `Exception`."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Interrupt the block when it takes longer.

    It needs an alarm, and so the main thread and a system that has alarms; elsewhere the block has
    no limit.

    Raises:
        OutOfTime: in the block, when the time is over.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() != threading.main_thread():
        yield
        return
    is_over = False

    def ring(*_: object) -> None:
        if not is_over:
            raise OutOfTime

    kept = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN_SECONDS)
    try:
        yield
    finally:
        is_over = True
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, kept)
