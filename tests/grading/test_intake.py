"""Whatever is handed in becomes a notebook that can be graded, and the student is told why."""

from __future__ import annotations

import json
from collections.abc import Callable
from os import mkfifo
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from ptbasics.grading.intake import files
from ptbasics.grading.intake.files import Submission, take_in
from ptbasics.grading.intake.notebook import NOTES_ID
from tests.grading.handed_in import (
    LESSON,
    ROOT,
    VICTIM,
    answered,
    cell,
    dump,
    hand_in,
    labels,
    nested,
    release,
    right_answers,
)

CHECK = f"{VICTIM}-check"
ALL = labels(release())


@pytest.fixture
def taken(tmp_path: Path) -> Callable[..., Submission]:
    def take(content: bytes | NotebookNode, name: str = "") -> Submission:
        return take_in(hand_in(tmp_path, "ada", content, name), LESSON, release())

    return take


Taken = Callable[..., Submission]


def valid(submission: Submission) -> NotebookNode:
    nbformat.validate(submission.notebook)
    return submission.notebook


def test_a_whole_notebook_is_taken_as_it_is(taken: Taken) -> None:
    submission = taken(answered())
    assert (submission.reason, submission.notes) == ("", ())
    assert labels(valid(submission)) == ALL
    assert cell(submission.notebook, VICTIM).source == right_answers()[VICTIM]
    assert submission.digest == taken(answered()).digest


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b'{"cells": [{"cell_type": "co', "damaged"),
        (b"%PDF-1.7", "not a notebook"),
        (b"\xff\xfe\x00", "not a notebook"),
        ('{"cells": []}'.encode("utf-16"), "saved as UTF-16"),
        ('{"cells": []}'.encode("utf-32-le"), "saved as UTF-32-LE"),
        (b"[1, 2]", "not a notebook"),
        (b'{"a": 1}', "no cells"),
        (b'{"cells": 3}', "damaged"),
        (b'{"worksheets": "x"}', "damaged"),
        (b"[" * 100_000, "not a notebook"),
        (b'{"cells": ' + b"[" * 100_000, "damaged"),
        (b'{"cells": [' + b"9" * 10_000 + b"]}", "damaged"),
    ],
)
def test_what_is_no_notebook_has_a_reason(taken: Taken, content: bytes, said: str) -> None:
    submission = taken(content)
    assert said in submission.reason
    assert submission.reason.endswith(".")
    assert labels(valid(submission)) == ALL


def test_a_huge_file_is_not_read(taken: Taken, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_NOTEBOOK_BYTES", 1000)
    assert "is the most that is read" in taken(answered()).reason


def test_no_notebook_and_several(tmp_path: Path) -> None:
    place = hand_in(tmp_path, "ada", b"sorry", "notes.txt")
    assert "No notebook was handed in" in take_in(place, LESSON, release()).reason
    hand_in(tmp_path, "ada", answered(), "a.ipynb")
    hand_in(tmp_path, "ada", answered(), "b.ipynb")
    assert "several other notebooks (a.ipynb, b.ipynb)" in take_in(place, LESSON, release()).reason


def test_another_name_is_taken_with_a_note(taken: Taken) -> None:
    submission = taken(answered(), f"{LESSON} (1).ipynb")
    assert submission.reason == ""
    assert submission.notes[0].startswith(f"{LESSON} (1).ipynb is graded as")


def test_a_copy_beside_the_notebook_is_not_graded(tmp_path: Path) -> None:
    hand_in(tmp_path, "ada", answered(), "copy.ipynb")
    submission = take_in(hand_in(tmp_path, "ada", answered()), LESSON, release())
    assert submission.notes == (f"Only {LESSON}.ipynb is graded; copy.ipynb is not.",)


def test_old_formats_are_converted(taken: Taken) -> None:
    old = nbformat.writes(answered(), version=3).encode()
    submission = taken(old)
    assert "old format" in submission.notes[0]
    assert cell(valid(submission), VICTIM).source == right_answers()[VICTIM]
    again = taken(old)
    assert dump(again.notebook) == dump(submission.notebook)
    notebook = answered()
    notebook.update(nbformat_minor=0)
    for code in notebook.cells:
        del code["id"]
    assert taken(notebook).notes == ()


def test_the_notebook_of_another_lesson(taken: Taken) -> None:
    other = "03_autograd"
    notebook = nbformat.read(ROOT / "course" / other / f"{other}.ipynb", as_version=4)
    submission = taken(notebook)
    assert submission.notes == ()
    assert submission.reason.startswith(f"This is the notebook of lesson {other}, handed in for")
    mixed = answered()
    mixed.metadata["ptbasics"] = {"lesson": other}
    assert taken(mixed).reason == ""
    mixed.metadata["ptbasics"] = {"lesson": ["odd"]}
    assert taken(mixed).reason == ""


def test_kernels(taken: Taken) -> None:
    notebook = answered()
    notebook.metadata.kernelspec = {"name": "mine", "display_name": "My *laptop*"}
    assert "kernel “My *laptop*”" in taken(notebook).notes[0]
    notebook.metadata.kernelspec = {"name": "ir", "display_name": "R", "language": "R"}
    assert "written in R" in taken(notebook).reason
    notebook.metadata = {"kernelspec": 3, "language_info": None}
    assert taken(notebook).reason == ""
    del notebook["metadata"]
    assert taken(notebook).reason == ""


def test_no_text_of_a_student_breaks_what_it_is_written_into(tmp_path: Path) -> None:
    notebook = json.loads(dump(answered()))
    picture = {"\ud800.png": {"image/\ud800": "\ud800"}, "empty.png": {}}
    notebook["cells"].append(
        {"cell_type": "markdown", "source": "", "metadata": {}, "attachments": picture}
    )
    notebook["metadata"]["kernelspec"] = {"name": "\ud800", "display_name": "\x1b[31m\ud800\n# x"}
    place = hand_in(tmp_path, "ada", json.dumps(notebook).encode(), "\udcff.ipynb")
    (place / "\udcfe.csv").write_text("")
    submission = take_in(place, LESSON, release())
    assert valid(submission).cells[-1].attachments == {"?.png": {"image/?": "?"}}
    nbformat.writes(submission.notebook).encode()
    renamed, kernel, other = submission.notes
    assert renamed.startswith(r"\udcff.ipynb is graded as")
    assert r"kernel “\x1b[31m\ud800 # x”" in kernel
    assert r"file \udcfe.csv cannot be read" in other
    hand_in(tmp_path, "ada", b"", "\udcfd.ipynb")
    assert r"(\udcfd.ipynb, \udcff.ipynb)" in take_in(place, LESSON, release()).reason


def test_a_missing_answer_stays_missing_and_a_missing_check_is_put_back(taken: Taken) -> None:
    notebook = answered()
    notebook.cells.remove(cell(notebook, VICTIM))
    submission = taken(notebook)
    assert labels(valid(submission)) == [name for name in ALL if name != VICTIM]
    assert submission.notes == (f"The answer cell {VICTIM} is missing.",)
    notebook = answered()
    notebook.cells.remove(cell(notebook, CHECK))
    submission = taken(notebook)
    assert labels(valid(submission)) == ALL
    assert submission.notes == (f"The cell {CHECK} was deleted; it was put back.",)


def test_of_duplicates_the_first_that_holds_something_counts(taken: Taken) -> None:
    notebook = answered()
    filled, checking = cell(notebook, VICTIM), cell(notebook, CHECK)
    empty = nbformat.from_dict({**filled, "source": cell(release(), VICTIM).source})
    at = notebook.cells.index(filled)
    notebook.cells[at:at] = [empty]
    notebook.cells += [nbformat.from_dict({**filled, "source": "x = 1"}), checking]
    submission = taken(notebook)
    assert labels(valid(submission)) == ALL
    assert cell(submission.notebook, VICTIM).source == filled.source
    assert "stands three times" in submission.notes[0]
    assert f"{CHECK} stands more than once" in submission.notes[1]


@pytest.mark.parametrize("kind", ["markdown", "raw"])
def test_retyped_cells_become_what_they_were(taken: Taken, kind: str) -> None:
    notebook = answered()
    for name in (VICTIM, CHECK):
        cell(notebook, name).cell_type = kind
    submission = taken(notebook)
    assert labels(valid(submission)) == ALL
    assert cell(submission.notebook, VICTIM).cell_type == "code"
    assert cell(submission.notebook, VICTIM).source == right_answers()[VICTIM]
    assert len(submission.notes) == 2


def test_edited_checks_and_their_claims_are_put_back(taken: Taken) -> None:
    notebook = answered()
    cell(notebook, CHECK).source = "100"
    cell(notebook, CHECK).metadata["nbgrader"] |= {"points": 100, "locked": False}
    submission = taken(notebook)
    assert cell(valid(submission), CHECK) == cell(release(), CHECK)
    assert submission.notes == (
        f"The cell {CHECK} is not to be changed; it was put back as it was.",
    )


def test_an_import_added_to_the_set_up_is_kept(taken: Taken) -> None:
    notebook = answered()
    cell(notebook, "set-up").source += "\nimport math"
    cells = valid(taken(notebook)).cells
    assert cells[0] == cell(release(), "set-up")
    assert cells[1].source.endswith("import math")


def test_cells_that_moved(taken: Taken) -> None:
    notebook = answered()
    checking, set_up = cell(notebook, CHECK), cell(notebook, "set-up")
    for moved in (checking, set_up):
        notebook.cells.remove(moved)
    notebook.cells.insert(0, checking)
    notebook.cells.append(set_up)
    submission = taken(notebook)
    assert labels(valid(submission)) == ALL
    assert len(submission.notes) == 2


def test_own_cells_stay_in_order_under_ids_of_their_own(taken: Taken) -> None:
    notebook = answered()
    at = notebook.cells.index(cell(notebook, VICTIM))
    own = [new_code_cell("a = 1", id=VICTIM), new_code_cell("b = 2", id="same")]
    notebook.cells[at:at] = [*own, new_code_cell("c = 3", id="same")]
    cells = valid(taken(notebook)).cells
    assert [own_cell.source for own_cell in cells[at : at + 3]] == ["a = 1", "b = 2", "c = 3"]
    assert len({own_cell.id for own_cell in cells}) == len(cells)
    assert cell(taken(notebook).notebook, VICTIM).id == VICTIM
    notebook.cells.append(new_code_cell("d = 4", id=NOTES_ID))
    assert valid(taken(notebook)).cells[-1].id != NOTES_ID


def test_answers_that_lost_their_label_are_recognised(taken: Taken) -> None:
    notebook = answered()
    for labelled in notebook.cells:
        labelled.metadata = {}
        labelled.id = f"x{labelled.id[:20]}"
    submission = taken(notebook)
    assert labels(valid(submission)) == ALL
    assert cell(submission.notebook, VICTIM).source == right_answers()[VICTIM]


def test_damaged_cells_are_left_out(taken: Taken) -> None:
    notebook = json.loads(dump(answered()))
    strange = [3, {}, {"cell_type": "code", "source": 3}, {"cell_type": "x", "source": ""}]
    notebook["cells"] += [*strange, {"cell_type": "code", "source": "a = '\ud800'", "id": 3}]
    submission = taken(json.dumps(notebook).encode())
    assert submission.notes == ("4 cells are damaged and were left out.",)
    assert valid(submission).cells[-1].source == "a = '?'"


def test_other_files_come_along_but_links_do_not(tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("secret")
    place = hand_in(tmp_path, "ada", answered())
    (place / "data").mkdir()
    (place / "data" / "points.csv").write_text("1,2")
    (place / "timestamp.txt").write_text("2026-01-01 00:00:00 UTC")
    (place / "stolen.csv").symlink_to(tmp_path / "secret.csv")
    submission = take_in(place, LESSON, release())
    assert submission.files == {"data/points.csv": b"1,2"}
    before = submission.digest
    (place / "data" / "points.csv").write_text("1,3")
    assert take_in(place, LESSON, release()).digest != before
    (place / f"{LESSON}.ipynb").unlink()
    (place / f"{LESSON}.ipynb").symlink_to(tmp_path / "secret.csv")
    assert "is a link" in take_in(place, LESSON, release()).reason


def test_a_folder_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    place = hand_in(tmp_path, "ada", answered())
    (tmp_path / "bob").mkdir()
    (tmp_path / "bob" / LESSON).symlink_to(place)
    (tmp_path / "eve").symlink_to("ada")
    for student in ("bob", "eve"):
        folder = tmp_path / student / LESSON
        for path in (folder, folder / f"{LESSON}.ipynb"):
            assert "is a link" in take_in(path, LESSON, release()).reason


@pytest.mark.parametrize("make", [Path.mkdir, mkfifo])
def test_what_is_no_file_is_not_opened(tmp_path: Path, make: Callable[[Path], None]) -> None:
    place = hand_in(tmp_path, "ada", answered(), "other.ipynb")
    make(place / f"{LESSON}.ipynb")
    assert "is not a file" in take_in(place, LESSON, release()).reason


def test_a_folder_that_cannot_be_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(self: Path) -> None:
        raise PermissionError(13, "Permission denied", str(self))

    place = hand_in(tmp_path, "ada", answered())
    (place / "loop").symlink_to("loop")
    assert take_in(place, LESSON, release()).reason == ""
    monkeypatch.setattr(Path, "iterdir", closed)
    said = f"{LESSON} cannot be opened: Permission denied."
    assert take_in(place, LESSON, release()).reason == said


def test_files_that_are_too_large_are_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MAX_OTHER_BYTES", 2)
    place = hand_in(tmp_path, "ada", answered())
    (place / "big.csv").write_text("123")
    submission = take_in(place, LESSON, release())
    assert submission.files == {}
    assert "big.csv is too much" in submission.notes[0]


@pytest.mark.parametrize("depth", [20, 1500, 2500])
def test_folders_that_lie_too_deep_are_left_out(tmp_path: Path, depth: int) -> None:
    place = hand_in(tmp_path, "ada", answered())
    (place / "points.csv").write_text("1,2")
    with nested(place, depth):
        submission = take_in(place, LESSON, release())
    assert submission.reason == ""
    assert submission.files == {"points.csv": b"1,2"}
    assert submission.notes == ("Folders in a lie too deep and were left out.",)


def test_long_paths_are_left_out(tmp_path: Path) -> None:
    place = hand_in(tmp_path, "ada", answered())
    deep = place.joinpath("d", *["x" * 250] * 5)
    deep.mkdir(parents=True)
    (deep / "long.csv").write_text("1")
    submission = take_in(place, LESSON, release())
    assert submission.files == {}
    assert submission.notes == ("A path that begins with d is too long.",)


def test_a_folder_of_too_many_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = hand_in(tmp_path, "ada", answered())
    for number in range(files.MAX_NAMED + 3):
        (place / f"copy{number:02}.ipynb").write_text("")
        (place / f"data{number:02}.csv").write_text("123")
    monkeypatch.setattr(files, "MAX_OTHER_BYTES", 2)
    copies, *left_out, more = take_in(place, LESSON, release()).notes
    assert "copy09.ipynb, 3 more is not" in copies
    assert len(left_out) == files.MAX_NAMED
    assert more == "3 more were left out."
    monkeypatch.setattr(files, "MAX_ENTRIES", 20)
    submission = take_in(place, LESSON, release())
    assert submission.files == {}
    assert "There are more than 20 files and folders" in submission.notes[-1]
