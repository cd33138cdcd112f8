"""A small class, graded once for all tests of what comes out of it."""

from __future__ import annotations

from os import mkfifo
from pathlib import Path

import pytest
from nbformat import NotebookNode

from ptbasics.grading.batch import grade_lesson
from ptbasics.grading.course import Course
from ptbasics.grading.result import BatchResult
from tests.grading.handed_in import (
    LESSON,
    ROOT,
    SEED,
    answered,
    blank,
    hand_in,
    mistaken,
    with_cell,
)

SECRET = "what no student may see"
RICH = """
from IPython.display import HTML, Javascript, display
display(HTML("<script>alert(1)</script><b>a rich answer</b>"), Javascript("alert(2)"))
picture = {"image/png": {"width": "1 onerror=alert(3)", "height": 7}, "text/html": 3}
display({"image/png": "eA=="}, metadata=picture, raw=True)
display({"application/x-unknown": "alert(4)"}, raw=True)
"""
NOISY = "import sys\nprint('x' * 100, file=sys.stderr)\n1 / 0"


def the_class() -> dict[str, bytes | NotebookNode]:
    return {
        "ada": answered(),
        "bob": answered(softmax=mistaken("overflow")),
        "cut_off": b'{"cells": [',
        "dan": with_cell(answered(), NOISY, "softmax"),
        "[eve] o'Neil": answered(softmax="def softmax(x, dim):\n    import os\n    os._exit(0)"),
        "fay": with_cell(answered(), RICH, "softmax"),
        "nothing_done": blank(),
    }


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return Course.at(ROOT, submitted=tmp_path / "submitted", output=tmp_path)


@pytest.fixture(scope="session")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("graded")
    for student, content in the_class().items():
        hand_in(folder / "submitted", student, content)
    place = hand_in(folder / "submitted", "no_notebook", b"sorry", "notes.txt")
    (place / "timestamp.txt").write_text("yesterday")
    (folder / "secret").write_text(SECRET)
    (place / "stolen.txt").symlink_to(folder / "secret")
    mkfifo(place / "pipe.txt")
    return folder


@pytest.fixture(scope="session")
def batch(output: Path) -> BatchResult:
    return grade_lesson(
        ROOT, LESSON, submitted=output / "submitted", output=output, seed=SEED, workers=2
    )
