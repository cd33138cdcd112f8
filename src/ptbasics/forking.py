"""Processes that are forked: some exercises need them, and Windows has none."""

from __future__ import annotations

import platform
from multiprocessing import get_context
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from multiprocessing.context import ForkContext  # which Windows does not have


class CannotFork(Exception):
    """This system cannot fork; the message says where an exercise that needs it can be checked."""


def fork_context() -> ForkContext:
    """The context of multiprocessing in which processes are forked.

    They know what a notebook has defined, which those that are spawned do not.

    Raises:
        CannotFork: this system cannot.
    """
    try:
        return get_context("fork")
    except ValueError:
        raise CannotFork(
            f"this exercise starts processes by fork, which {platform.system()} cannot: check it "
            "on Linux, on macOS, in WSL or in an online notebook. Your code was not judged"
        ) from None
