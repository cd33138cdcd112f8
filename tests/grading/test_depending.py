"""What has to be graded again after a change: what may come out otherwise, and nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path, PurePath

import grimp
import pytest

from ptbasics.grading import grader
from ptbasics.registry import lessons
from tests.grading.handed_in import LESSON, ROOT

PACKAGE = ROOT / "src" / "ptbasics"
OTHER = "01_tensors"


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the package, whose files may be changed."""
    copied = tmp_path / "ptbasics"
    shutil.copytree(PACKAGE, copied, ignore=shutil.ignore_patterns("stored", "__pycache__"))
    monkeypatch.setattr(grader, "_PACKAGE", copied)
    return copied


def definition(lesson: str) -> str:
    return grader._definition.__wrapped__(lesson)


@pytest.mark.parametrize(
    ("changed", "again"),
    [
        ("exercises/l02_operations/softmax.py", {LESSON}),
        ("reference/l02_operations/softmax.py", {LESSON}),
        ("exercises/_drawing.py", {LESSON, OTHER}),
        ("judging/compare.py", {LESSON, OTHER}),
        ("runner/session.py", {LESSON, OTHER}),
        ("grading/intake/align.py", {LESSON, OTHER}),
        ("cli/grading.py", set()),
        ("authoring/build.py", set()),
        ("updating/__init__.py", set()),
        ("grading/batch.py", set()),
        ("grading/bridge/gradebook.py", set()),
        ("grading/reports/report.py", set()),
    ],
)
def test_a_changed_file_counts_where_it_may_matter(
    package: Path, changed: str, again: set[str]
) -> None:
    before = {lesson: definition(lesson) for lesson in (LESSON, OTHER)}
    with (package / changed).open("a") as source:
        source.write("\n# changed\n")
    assert {lesson for lesson, was in before.items() if definition(lesson) != was} == again


def test_what_counts_imports_nothing_that_does_not() -> None:
    graph = grimp.build_graph("ptbasics", cache_dir=None)
    for lesson in lessons():
        for module in graph.modules:
            if counted(module, lesson):
                imported = graph.find_modules_directly_imported_by(module)
                assert not [name for name in imported if not counted(name, lesson)], module


def counted(module: str, lesson: str) -> bool:
    path = PurePath(*module.split(".")[1:])
    is_package = (PACKAGE / path).is_dir()
    return grader.counts(path / "__init__.py" if is_package else path.with_suffix(".py"), lesson)
