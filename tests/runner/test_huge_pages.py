"""Memory moved into huge pages is the same memory."""

from __future__ import annotations

import inspect
import os
from pathlib import Path

import pytest

from ptbasics.runner import huge_pages, kernel
from tests.runner.conftest import Run, text_of

SIZE = 64 * 2**20


def pages_in_use() -> int:
    """How many bytes of this process lie in huge pages."""
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    [kilobytes] = [int(line.split()[1]) for line in lines if line.startswith("AnonHugePages")]
    return kilobytes * 1024


def test_what_is_moved_stays_as_it_was() -> None:
    if not huge_pages.are_available():
        pytest.skip("this kernel has no huge pages on request")
    pattern = os.urandom(4096)
    held = bytearray(pattern * (SIZE // 4096))
    before = pages_in_use()
    moved = huge_pages.gather()
    assert moved >= SIZE // 2
    assert pages_in_use() - before >= SIZE // 2
    assert held == pattern * (SIZE // 4096)
    child = os.fork()
    if child == 0:
        held[: len(pattern)] = bytes(len(pattern))
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    assert held.startswith(pattern)


def test_a_kernel_without_them_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(*_: object) -> None:
        raise OSError(22, "no such advice")

    monkeypatch.setattr(kernel, "madvise", refuses)
    assert huge_pages.gather() == 0
    assert not huge_pages.are_available()


def test_submissions_are_forked_from_huge_pages(run: Run) -> None:
    if not huge_pages.are_available():
        pytest.skip("this kernel has no huge pages on request")
    source = f"from pathlib import Path\n{inspect.getsource(pages_in_use)}\nprint(pages_in_use())"
    assert int(text_of(run(source))) > 32 * 2**20
