"""Every lesson runs from top to bottom in a Jupyter kernel, with its answers and without them."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbgrader.utils import determine_grade

from ptbasics.registry import exercises, lessons

ROOT = Path(__file__).parents[1]
IMAGE = re.compile(r"<img\b[^>]*>")
ALTERNATIVE = re.compile(r'\balt="[^"]{10,}"')
pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.mark.parametrize("lesson", lessons())
@pytest.mark.parametrize(
    ("folder", "said", "validated"),
    [("solutions", "cases pass", True), ("course", "not started", False)],
)
def test_a_lesson_runs_without_errors_or_warnings(
    lesson: str, folder: str, said: str, validated: bool, tmp_path: Path
) -> None:
    notebook = nbformat.read(ROOT / folder / lesson / f"{lesson}.ipynb", as_version=4)
    where = {"metadata": {"path": str(tmp_path)}}
    NotebookClient(notebook, timeout=300, kernel_name="python3", resources=where).execute()
    outputs = [out for cell in notebook.cells for out in cell.get("outputs", [])]
    complaints = [out.text for out in outputs if out.get("name") == "stderr"]
    assert complaints == []
    images = [
        tag for out in outputs for tag in IMAGE.findall(out.get("data", {}).get("text/html", ""))
    ]
    assert [tag for tag in images if not ALTERNATIVE.search(tag)] == []
    assert not [out for out in outputs if "image/png" in out.get("data", {})], "it has no alt text"
    checks = [cell for cell in notebook.cells if cell.get("id", "").endswith("-check")]
    assert len(checks) == len(exercises(lesson))
    for cell in checks:
        [reply] = cell.outputs
        assert said in reply.data["text/html"].partition("</div>")[0], reply.data
        points, best = determine_grade(cell)
        assert points == (best if validated else 0), "this is what nbgrader's Validate goes by"
