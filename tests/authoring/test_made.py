"""Every made file is noticed when somebody edits it, with the command that makes it again."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from ptbasics.authoring import coverage, glossary, topics
from ptbasics.authoring.lesson import Refused
from ptbasics.authoring.made import (
    PER_COURSE,
    PER_LESSON,
    TOPIC,
    check_generated,
    made_of_course,
    printed,
)
from ptbasics.registry import lessons
from tests.authoring.course import PROJECT

PRINTED = "autograder/sample_class/expected.csv"
COURSE_FILES = [row.path for row in PER_COURSE]
#: Every file of the table in this course, with the command that makes it again.
COMMANDS = {
    row.path.replace(TOPIC, lesson): row.command.replace(TOPIC, lesson)
    for row in PER_LESSON
    for lesson in lessons()
} | {row.path: row.command for row in [*PER_COURSE, *printed(PROJECT)]}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The course in another folder, where a module prints the table of scores at once."""
    place = tmp_path_factory.mktemp("root")
    for name in ("solutions", "course", "docs"):
        shutil.copytree(PROJECT / name, place / name)
    for name in (
        *("README.md", "CONTRIBUTING.md", "pyproject.toml"),
        *("nbgrader_config.py", "autograder/nbgrader_config.py", PRINTED),
    ):
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(PROJECT / name, place / name)
    scores = (PROJECT / PRINTED).read_text()
    (place / "autograder/sample_class/table.py").write_text(f"print({scores!r}, end='')")
    return place


def edit(path: Path) -> None:
    """Add a blank where something is made."""
    text = path.read_text()
    made = max(text.find("<!-- made:"), 0)
    cell = {".ipynb": '"source": ', ".md": "|---|", ".csv": ","}[path.suffix]
    path.write_text(text[:made] + text[made:].replace(cell, f"{cell} ", 1))


def test_the_table_has_what_the_course_makes() -> None:
    assert {
        "README.md",
        "CONTRIBUTING.md",
        coverage.PAGE,
        topics.PAGE,
        glossary.PAGE,
        PRINTED,
    } <= set(COMMANDS)
    assert len(COMMANDS) == 2 * len(lessons()) + 6


def test_every_file_that_is_edited_by_hand_is_named_with_what_makes_it_again(root: Path) -> None:
    kept = {path: (root / path).read_bytes() for path in COMMANDS}
    assert check_generated(root) == []
    for path in COMMANDS:
        edit(root / path)
    sentences = check_generated(root)
    for (path, command), sentence in zip(sorted(COMMANDS.items()), sorted(sentences), strict=True):
        assert sentence == f"{path} differs from what its sources make: run `{command}`"
    for path, content in kept.items():
        (root / path).write_bytes(content)


@pytest.mark.parametrize("path", COURSE_FILES)
def test_a_build_puts_right_what_was_edited(root: Path, path: str) -> None:
    kept = (root / path).read_bytes()
    edit(root / path)
    assert (root / path).read_bytes() != kept
    made = {file.path: file.content for file in made_of_course(root)}
    assert made[path] == kept
    (root / path).write_bytes(kept)


@pytest.mark.parametrize("path", ["README.md", "CONTRIBUTING.md"])
@pytest.mark.parametrize("comment", ["<!-- made:", "<!-- end of what is made -->"])
def test_a_document_without_a_place_for_its_table(
    root: Path, tmp_path: Path, path: str, comment: str
) -> None:
    shutil.copytree(root, tmp_path, dirs_exist_ok=True)
    text = (root / path).read_text()
    (tmp_path / path).write_text(text.replace(comment, ""))
    with pytest.raises(Refused, match=f"{path}: write `<!-- made: "):
        made_of_course(tmp_path)
    (tmp_path / path).unlink()
    with pytest.raises(Refused, match=f"{path} is missing"):
        made_of_course(tmp_path)


def test_a_module_that_cannot_print_is_named(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.ptbasics.printed]\n'a.csv' = 'broken'\n")
    (tmp_path / "broken.py").write_text("raise SystemExit('no scores today')")
    [row] = printed(tmp_path)
    with pytest.raises(Refused, match=r"`python -m broken` fails.*no scores today"):
        row.made(tmp_path)


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_the_expected_scores_are_what_is_printed() -> None:
    [row] = printed(PROJECT)
    assert (PROJECT / PRINTED).read_bytes() == row.made(PROJECT).content


def test_the_hook_looks_at_every_made_file_and_its_sources() -> None:
    [pattern] = re.findall(
        r"entry: ptbasics build --check\n.*?files: (\S+)\n",
        (PROJECT / ".pre-commit-config.yaml").read_text(),
        flags=re.DOTALL,
    )
    sources = [f"solutions/{name}/{name}.md" for name in lessons()]
    sources += ["src/ptbasics/authoring/made.py", "pyproject.toml"]
    assert [path for path in (*COMMANDS, *sources) if not re.search(pattern, path)] == []
