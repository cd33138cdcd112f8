"""Files that the kernel does not limit are measured, and found where they are left."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ptbasics.runner import usage


@pytest.fixture
def shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in the place of the machine's shared memory."""
    folder = tmp_path / "shm"
    folder.mkdir()
    monkeypatch.setattr(usage, "_SHARED_MEMORY", folder)
    return folder


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    folder = tmp_path / "scratch"
    (folder / "work").mkdir(parents=True)
    return folder


def test_a_scratch_folder_is_measured(scratch: Path, shared: Path) -> None:
    assert not usage.stores_more_than(2**20, scratch)
    for number in range(3):
        (scratch / "work" / f"{number}").write_bytes(bytes(400_000))
    assert usage.stores_more_than(2**20, scratch)
    assert not usage.stores_more_than(2**21, scratch)
    assert not usage.stores_more_than(0, scratch / "nowhere")


def test_a_hole_in_a_file_takes_no_space(scratch: Path, shared: Path) -> None:
    with (scratch / "sparse").open("wb") as file:
        file.truncate(2**30)
    assert not usage.stores_more_than(2**20, scratch)


def test_many_small_files_are_too_much(
    scratch: Path, shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(usage, "MAX_FILES", 5)
    for number in range(8):
        (scratch / f"{number}").touch()
    assert usage.stores_more_than(2**40, scratch)


def test_shared_memory_of_oneself_is_nobodys(scratch: Path, shared: Path) -> None:
    (shared / "somebody's").write_bytes(bytes(2**21))
    assert not usage.stores_more_than(2**20, scratch)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes files of other users")
def test_shared_memory_of_another_user_is_measured(scratch: Path, shared: Path) -> None:
    os.chown(scratch, 2_000_000_001, -1)
    mine, theirs = shared / "mine", shared / "theirs"
    for path in (mine, theirs):
        path.write_bytes(bytes(2**21))
    os.chown(theirs, 2_000_000_001, -1)
    link = shared / "link"
    link.symlink_to("/usr")  # is not followed
    os.chown(link, 2_000_000_001, -1, follow_symlinks=False)
    assert sorted(usage.shared_files_of(2_000_000_001)) == [link, theirs]
    assert usage.stores_more_than(2**20, scratch)
    assert not usage.stores_more_than(2**22, scratch)
