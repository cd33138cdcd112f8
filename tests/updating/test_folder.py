"""`ptbasics update`: a newer bundle over a folder in which somebody works."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from importlib.metadata import version
from pathlib import Path
from zipfile import ZipFile, ZipInfo

import nbformat
import pytest
from nbformat import NotebookNode
from typer.testing import CliRunner

from ptbasics.cli import app
from ptbasics.updating import folder as updating
from ptbasics.updating.folder import NotUpdated, Updated, update
from tests.updating.releases import ANSWER, LESSON, find, first, lesson, sources, text, worked_on

NOTEBOOK = f"course/{LESSON}/{LESSON}.ipynb"
WHEEL = "ptbasics-9.0.0+new-py3-none-any.whl"


def written(notebook: NotebookNode) -> bytes:
    return (nbformat.writes(notebook, version=nbformat.NO_CONVERT) + "\n").encode()


def newer() -> NotebookNode:
    changed = first()
    find(changed, "More prose").source = "Much better prose."
    return lesson(changed.cells)


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    files = {
        "README.md": b"new",
        "course/glossary.md": b"new",
        WHEEL: b"new",
        NOTEBOOK: written(newer()),
    }
    path = tmp_path / "ptbasics-course.zip"
    with ZipFile(path, "w") as file:
        for name, content in files.items():
            file.writestr(ZipInfo(f"ptbasics-course/{name}", (2026, 11, 26, 0, 0, 0)), content)
    return path


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A student's folder."""
    place = tmp_path / "mine"
    (place / NOTEBOOK).parent.mkdir(parents=True)
    (place / NOTEBOOK).write_bytes(written(worked_on(first())))
    (place / "README.md").write_bytes(b"old")
    (place / "ptbasics-1.0.0-py3-none-any.whl").write_bytes(b"old")
    (place / "course" / "own.py").write_bytes(b"mine")
    (place / NOTEBOOK).with_name(".ptbasics-progress.json").write_bytes(b"{}")
    return place


def state(place: Path) -> dict[str, bytes]:
    return {
        path.relative_to(place).as_posix(): path.read_bytes()
        for path in place.rglob("*")
        if path.is_file()
    }


def read(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=nbformat.NO_CONVERT)


def test_ours_is_new_and_what_it_was_is_kept(bundle: Path, mine: Path) -> None:
    before = state(mine)
    updated = update(bundle, mine)
    notebook = read(mine / NOTEBOOK)
    assert find(notebook, "softmax").source == ANSWER
    assert "Much better prose." in sources(notebook)
    after = state(mine)
    assert updated.backup == mine / f"before-update-{date.today()}"
    replaced = {name for name, content in before.items() if after.get(name) != content}
    assert replaced == {NOTEBOOK, "README.md", "ptbasics-1.0.0-py3-none-any.whl"}
    for name in replaced:
        assert (updated.backup / name).read_bytes() == before[name]
    assert after["course/glossary.md"] == after["README.md"] == after[WHEEL] == b"new"
    [said] = updated.said
    assert said == f"{mine / NOTEBOOK}: kept 1 answer, 0 own cells"
    assert any("pip install -r requirements.txt" in line for line in updated.lines())


def test_twice_is_once(bundle: Path, mine: Path) -> None:
    update(bundle, mine)
    before = state(mine)
    again = update(bundle, mine)
    assert state(mine) == before
    assert (again.said, again.written, again.backup) == ((), (), None)
    assert "up to date" in next(again.lines())


def test_each_update_keeps_what_it_replaces(bundle: Path, mine: Path) -> None:
    backups = set()
    for number in range(3):
        (mine / "README.md").write_text(f"{number}")
        backups.add(update(bundle, mine).backup)
    kept = sorted((place / "README.md").read_text() for place in backups if place)
    assert kept == ["0", "1", "2"]


def test_an_unpacked_bundle(bundle: Path, mine: Path, tmp_path: Path) -> None:
    with ZipFile(bundle) as file:
        file.extractall(tmp_path / "unpacked")
    update(tmp_path / "unpacked" / "ptbasics-course", mine)
    assert "Much better prose." in sources(read(mine / NOTEBOOK))


def test_a_renamed_notebook_is_found(bundle: Path, mine: Path) -> None:
    renamed = mine / "course" / "mine" / "ada.ipynb"
    renamed.parent.mkdir()
    (mine / NOTEBOOK).rename(renamed)
    update(bundle, mine)
    assert find(read(renamed), "softmax").source == ANSWER
    assert "Much better prose." in sources(read(renamed))
    assert not (mine / NOTEBOOK).exists()


def test_a_lesson_that_is_new(bundle: Path, mine: Path) -> None:
    (mine / NOTEBOOK).unlink()
    updated = update(bundle, mine)
    assert read(mine / NOTEBOOK) == newer()
    assert updated.said == (f"{mine / NOTEBOOK} is new",)


def of_another_lesson() -> bytes:
    notebook = first()
    notebook.metadata.ptbasics.lesson = "03_autograd"
    return written(notebook)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: b"", "cannot be read as a notebook"),
        (lambda: written(worked_on(first()))[:-200], "cannot be read as a notebook"),
        (lambda: b'{"nbformat": 4, "cells": [3], "metadata": {}}', "cannot be read as a notebook"),
        (of_another_lesson, "it is a notebook of lesson 03_autograd"),
    ],
)
def test_what_cannot_be_merged_stays(
    make: Callable[[], bytes], said: str, bundle: Path, mine: Path
) -> None:
    content = make()
    (mine / NOTEBOOK).write_bytes(content)
    updated = update(bundle, mine)
    beside = mine / NOTEBOOK.replace(".ipynb", ".new.ipynb")
    assert (mine / NOTEBOOK).read_bytes() == content
    assert read(beside) == newer()
    assert said in updated.said[0]
    assert str(beside) in updated.said[0]
    beside.write_bytes(written(worked_on(newer())))  # and there the student goes on
    before = state(mine)
    update(bundle, mine)
    assert state(mine) == before


def test_an_old_format(bundle: Path, mine: Path) -> None:
    old = nbformat.convert(worked_on(first()), 3)
    (mine / NOTEBOOK).write_text(nbformat.writes(old, version=3))
    update(bundle, mine)
    assert ANSWER in sources(read(mine / NOTEBOOK))
    before = state(mine)
    update(bundle, mine)
    assert state(mine) == before


def test_an_update_that_was_cut_off_is_finished_by_the_next(
    bundle: Path, mine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, left = updating._write, [2]

    def write_some(path: Path, content: bytes) -> None:
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1
        write(path, content)

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(updating, "_write", write_some)
        update(bundle, mine)
    assert find(read(mine / NOTEBOOK), "softmax").source == ANSWER
    update(bundle, mine)
    assert "Much better prose." in sources(read(mine / NOTEBOOK))
    assert not [name for name in state(mine) if name.endswith(".new")]


def test_what_is_no_bundle_changes_nothing(bundle: Path, mine: Path, tmp_path: Path) -> None:
    before = state(mine)
    broken, outside = tmp_path / "broken.zip", tmp_path / "outside.zip"
    broken.write_bytes(bundle.read_bytes()[:100])
    with ZipFile(outside, "w") as file:
        file.writestr(f"ptbasics-course/{NOTEBOOK}", written(newer()))
        file.writestr("ptbasics-course/../../evil.md", "out")
    for path in (broken, outside, tmp_path):
        with pytest.raises(NotUpdated):
            update(path, mine)
    with pytest.raises(NotUpdated, match="no folder `course`"):
        update(bundle, tmp_path / "elsewhere")
    assert state(mine) == before


def test_nothing_to_install_where_the_version_is_the_same() -> None:
    assert not [*Updated(("said",), (Path("a"),), None, version("ptbasics")).lines()][1:]


def test_the_command(bundle: Path, mine: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["update", str(bundle), str(mine)])
    assert done.exit_code == 0, done.output
    assert "kept 1 answer" in done.stdout
    done = CliRunner().invoke(app, ["update", str(tmp_path / "no.zip"), str(mine)])
    assert done.exit_code == 1
    assert "no.zip" in done.stderr


def test_text_of_the_student_is_no_reason_to_write(mine: Path, bundle: Path) -> None:
    notebook = worked_on(newer())
    notebook.cells.append(text("my thoughts"))
    notebook.cells[-1].id = "own"
    (mine / NOTEBOOK).write_bytes(written(notebook))
    content = (mine / NOTEBOOK).read_bytes()
    update(bundle, mine)
    assert (mine / NOTEBOOK).read_bytes() == content
