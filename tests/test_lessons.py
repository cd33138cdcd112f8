"""Every lesson runs from top to bottom in a Jupyter kernel, with its answers and without them."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from ptbasics.registry import exercises, lessons

ROOT = Path(__file__).parents[1]
pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.mark.parametrize("lesson", lessons())
@pytest.mark.parametrize(
    ("folder", "said"), [("solutions", "cases pass"), ("course", "not started")]
)
def test_a_lesson_runs_without_errors_or_warnings(
    lesson: str, folder: str, said: str, tmp_path: Path
) -> None:
    notebook = nbformat.read(ROOT / folder / lesson / f"{lesson}.ipynb", as_version=4)
    where = {"metadata": {"path": str(tmp_path)}}
    NotebookClient(notebook, timeout=300, kernel_name="python3", resources=where).execute()
    outputs = [out for cell in notebook.cells for out in cell.get("outputs", [])]
    complaints = [out.text for out in outputs if out.get("name") == "stderr"]
    assert complaints == []
    checks = [
        out.data["text/plain"]
        for cell in notebook.cells
        if cell.get("id", "").endswith("-check")
        for out in cell.outputs
    ]
    assert len(checks) == len(exercises(lesson))
    assert all(said in text.splitlines()[0] for text in checks), checks
