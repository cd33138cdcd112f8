"""Make the site: `python docs/build.py out/docs`. It asks the network for nothing.

The pages are the Markdown files of this folder, the tutorial and the glossary from their places in
the repository, a list of the lessons, and the commands, read from the code. A link in any of them
works in the repository; here it leads to the page of the site or, where there is none, to a copy of
the file.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typer
from sphinx.cmd.build import build_main
from typer.cli import get_docs_for_click

from ptbasics.authoring.documents import table
from ptbasics.authoring.lesson import read_lesson
from ptbasics.cli import app
from ptbasics.registry import exercises, lessons

ROOT = Path(__file__).resolve().parents[1]
STRICT = ["--fail-on-warning", "--keep-going", "--nitpicky", "--quiet"]
#: Pages that lie elsewhere in the repository.
ELSEWHERE = {"CONTRIBUTING.md": "contributing.md", "course/glossary.md": "glossary.md"}
_LINK = re.compile(r"(?<=\]\()[^)\s:#]+(?=[)#])")
_LESSON = re.compile(r"(?:solutions|course)/(\w+)/\1\.(?:md|ipynb)")
_LESSONS = """# The lessons

A lesson is a notebook, to be run and worked in. `make pages`, before `make docs`, makes a page of
each to read without running anything, with every picture; the links below then lead there, and to
the source of the lesson otherwise.

"""


def build(output: Path, lesson_pages: Path) -> int:
    """Make the site.

    Args:
        output: the folder for it; what is in there goes.
        lesson_pages: the folder with what `ptbasics pages` makes; it may be missing.

    Returns:
        The exit code; not 0 where there is an error or a warning.
    """
    shutil.rmtree(output, ignore_errors=True)
    with TemporaryDirectory() as folder:
        sources = Path(folder) / "docs"
        shutil.copytree(ROOT / "docs", sources)
        (sources / "extra").mkdir()
        if lesson_pages.is_dir():
            shutil.copytree(lesson_pages, sources / "extra" / "lessons")
        pages = {f"docs/{path.name}": path.name for path in ROOT.glob("docs/*.md")} | ELSEWHERE
        texts = {page: (path, (ROOT / path).read_text("utf-8")) for path, page in pages.items()}
        texts["lessons.md"] = ("docs/lessons.md", _LESSONS + _lessons())
        texts["commands.md"] = ("docs/commands.md", commands())
        for page, (path, text) in texts.items():
            (sources / page).write_text(_linked(text, path, sources), "utf-8")
        return build_main([*STRICT, str(sources), str(output)])


def commands() -> str:
    """A page with every command, its arguments and its options."""
    command = typer.main.get_command(app)
    _say_in_full(command)
    context = typer.Context(command, info_name="ptbasics")
    return get_docs_for_click(obj=command, ctx=context, name="ptbasics", title="Commands")


def _say_in_full(command: Any) -> None:
    """Have lists of commands show whole sentences, which are cut off in a terminal."""
    for part in getattr(command, "commands", {}).values():
        part.short_help = " ".join(part.help.partition("\n\n")[0].split())
        _say_in_full(part)


def _lessons() -> str:
    rows = [
        (
            f"[{read_lesson(ROOT, name).title}](../solutions/{name}/{name}.md)",
            read_lesson(ROOT, name).summary,
            str(len(exercises(name))),
            str(sum(exercise.points for exercise in exercises(name))),
        )
        for name in lessons()
    ]
    return table(("lesson", "what it is about", "exercises", "points"), rows) + "\n"


def _linked(text: str, path: str, sources: Path) -> str:
    """A page's text, its links leading to pages of the site or to copies of files."""
    pages = {"README.md": "index.md", **ELSEWHERE}

    def target(link: re.Match[str]) -> str:
        there = Path(os.path.normpath((ROOT / path).parent / link[0]))
        name = there.relative_to(ROOT).as_posix() if there.is_relative_to(ROOT) else ""
        if name.startswith("docs/") or not there.is_file():
            return name.removeprefix("docs/") or link[0]
        if name in pages:
            return pages[name]
        lesson = _LESSON.fullmatch(name)
        if lesson and (sources / "extra" / "lessons" / f"{lesson[1]}.html").is_file():
            return f"lesson:{lesson[1]}"
        copy = sources / "files" / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(there, copy)
        return f"path:files/{name}"

    return _LINK.sub(target, text)


if __name__ == "__main__":
    destination = Path(sys.argv[1])
    sys.exit(build(destination, destination.parent / "pages"))
