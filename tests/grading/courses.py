"""A course in a folder of its own: this one, with a course file."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.grading.handed_in import ROOT


def course_root(folder: Path, course_file: str = "") -> Path:
    """Make the folder of a course, with everything but what is graded linked to this one."""
    root = folder / "course_root"
    (root / "autograder").mkdir(parents=True)
    for name in ("nbgrader_config.py", "autograder/nbgrader_config.py"):
        shutil.copy(ROOT / name, root / name)
    for name in ("course", "solutions"):
        (root / name).symlink_to(ROOT / name)
    if course_file:
        (root / "course.toml").write_text(course_file, encoding="utf-8")
    return root
