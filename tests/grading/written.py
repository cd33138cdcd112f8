"""A course whose lesson 2 also asks for a written answer."""

from __future__ import annotations

import shutil
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell
from nbgrader.preprocessors import ComputeChecksums

from tests.grading.handed_in import LESSON, ROOT, SEED, answered, release

CARD, CARD_POINTS = "model-card", 6
UNWRITTEN = "#### Data\n\n*Your answer.*\n\n#### Limits\n\n*Your answer.*"
WRITTEN = "#### Data\n\nThirteen people's digits.\n\n#### Limits\n\nNo letters."


def with_card(notebook: NotebookNode, text: str = UNWRITTEN) -> NotebookNode:
    """A notebook as it would be, with a card as its last cell."""
    about = {"grade": True, "grade_id": CARD, "locked": False, "points": CARD_POINTS}
    about |= {"schema_version": 3, "solution": True, "task": False}
    card = new_markdown_cell(UNWRITTEN, id=CARD, metadata={"nbgrader": about})
    ComputeChecksums().preprocess_cell(card, {}, 0)
    card.source = text
    notebook.cells.append(card)
    return notebook


def released() -> NotebookNode:
    return with_card(release())


def handed_in(text: str = WRITTEN) -> NotebookNode:
    """Every exercise right, and a card."""
    return with_card(answered(), text)


def write_course(root: Path) -> Path:
    for step in ("solutions", "course"):
        place = root / step / LESSON
        place.mkdir(parents=True)
        nbformat.write(released(), place / f"{LESSON}.ipynb")
    shutil.copy(ROOT / "autograder" / "nbgrader_config.py", root)
    (root / ".ptbasics").mkdir(mode=0o700)
    (root / ".ptbasics" / "secret_seed").write_text(SEED)
    return root
