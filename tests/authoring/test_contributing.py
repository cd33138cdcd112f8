"""Following CONTRIBUTING.md to the letter gives an exercise that lint, build and tests accept."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from tests.authoring.course import PROJECT

LESSON = "02_operations"
COPIED = ("src", f"solutions/{LESSON}", f"course/{LESSON}", "pyproject.toml", "nbgrader_config.py")
COPIED += (
    "solutions/glossary.yml",
    "solutions/topics.yml",
    "autograder/nbgrader_config.py",
    "tests/__init__.py",
    "tests/test_exercises.py",
)
STEP = re.compile(
    r"^(?P<verb>Write|Append to) `(?P<path>[^`]+)`[^`]*:\n\n"
    r"^```(?:python|markdown)\n(?P<block>.*?)^```$",
    flags=re.DOTALL | re.MULTILINE,
)


def steps() -> list[tuple[str, str, str]]:
    """What to do, to which file, and with which text."""
    text = (PROJECT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    found = [match.group("verb", "path", "block") for match in STEP.finditer(text)]
    assert len(found) == len(re.findall(r"^```(python|markdown)$", text, flags=re.MULTILINE))
    return found


def follow(root: Path) -> None:
    for verb, name, block in steps():
        path = root / name
        if verb == "Write":
            assert not path.exists()
            path.write_text(block)
            continue
        # as a formatter has it: imports close together, definitions two lines apart
        gap = {".md": "\n\n"}.get(path.suffix, "\n" if block.startswith("from ") else "\n\n\n")
        path.write_text(f"{path.read_text().rstrip()}{gap}{block}")


def run(root: Path, *command: str) -> str:
    """What a module of Python says, run on the copy."""
    environment = {**os.environ, "PYTHONPATH": str(root / "src")}
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=root, env=environment, capture_output=True, text=True
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    return said


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_adding_an_exercise_as_it_says(tmp_path: Path) -> None:
    for name in COPIED:
        copy = shutil.copytree if (PROJECT / name).is_dir() else shutil.copyfile
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        copy(PROJECT / name, tmp_path / name)
    follow(tmp_path)
    run(tmp_path, "ruff", "check", "src")
    run(tmp_path, "ruff", "format", "--check", "src")
    rooms = [f"ptbasics.{room}.l{LESSON}" for room in ("exercises", "reference")]
    run(tmp_path, "mypy", *(argument for room in rooms for argument in ("-p", room)))
    build = "import sys; from ptbasics.cli import app; app(sys.argv[1:])"
    (tmp_path / "command.py").write_text(build)
    run(tmp_path, "command", "build", LESSON)
    made = nbformat.read(
        tmp_path / "course" / LESSON / f"{LESSON}.ipynb", as_version=nbformat.NO_CONVERT
    )
    *_, answer, check, _ = (cell.id for cell in made.cells)  # the last one links to the glossary
    assert (answer, check) == ("spread", "spread-check")
    said = run(tmp_path, "pytest", "tests/test_exercises.py", "-q", "-n0", "-k", "spread")
    assert "6 passed" in said, "the gate, a blank answer, and two alternatives under two seeds"
