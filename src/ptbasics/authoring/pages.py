"""The course to read: every lesson run once and exported as a page that fetches nothing.

What is run is the student's notebook, its TODOs untouched, so no page holds an answer.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from jinja2 import Environment, FileSystemLoader
from markdown_it import MarkdownIt
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbconvert import HTMLExporter
from nbformat import NotebookNode

from ptbasics.authoring import glossary
from ptbasics.authoring.lesson import Refused, read_lesson
from ptbasics.exercise import is_guard
from ptbasics.registry import lessons
from ptbasics.webpage import STYLE, with_scrolled_tables

MAX_SECONDS = 600  # for one cell; lesson 8 measures for minutes
_TEMPLATES = Path(__file__).parent / "templates"
_WIDGET = "application/vnd.jupyter.widget-view+json"
_INTERACTIVE = "This part is interactive: open the notebook to use it."
# the target of a Markdown link to a notebook or a page of the course
_LINK = re.compile(r"(?<=\]\()(?:\.\./|\w+/)*(\w+)\.(?:ipynb|md)(?=\))")


def make_pages(root: Path, destination: Path, names: Sequence[str] = ()) -> Path:
    """Write a page for each lesson, the glossary and an index.

    Args:
        root: the folder with `course/`.
        destination: where the pages go; made where it is missing.
        names: lessons, all of them where it is empty.

    Returns:
        The index.

    Raises:
        Refused: a notebook is missing, or one of its cells fails.
    """
    names = names or lessons()
    destination.mkdir(parents=True, exist_ok=True)
    for name in names:
        page = _page(_run(root, name), read_lesson(root, name).title)
        (destination / f"{name}.html").write_text(page, encoding="utf-8")
    terms = glossary.page(glossary.read_glossary(root)).decode()
    _write_plain(destination / "glossary.html", "Glossary", terms)
    titles = [(name, read_lesson(root, name).title) for name in names]
    rows = [f"{number}. [{title}]({name}.html)" for number, (name, title) in enumerate(titles, 1)]
    listed = "\n".join(["# ptbasics", "", *rows, "", "[Glossary](glossary.html)"])
    index = destination / "index.html"
    _write_plain(index, "ptbasics", listed)
    return index


def _run(root: Path, name: str) -> NotebookNode:
    """The student's notebook with its outputs, guards and widgets left out."""
    path = root / "course" / name / f"{name}.ipynb"
    if not path.is_file():
        raise Refused([f"{path} is missing: run `ptbasics build {name}`"])
    notebook: NotebookNode = nbformat.read(path, as_version=4)
    with TemporaryDirectory() as folder:
        where = {"metadata": {"path": folder}}
        client = NotebookClient(
            notebook, timeout=MAX_SECONDS, kernel_name="python3", resources=where
        )
        try:
            client.execute(env={**os.environ, "PTBASICS_PICTURES": "on"})
        except CellExecutionError as error:
            raise Refused([f"{name}: a cell of the student's notebook fails: {error}"]) from error
    notebook.metadata.pop("widgets", None)
    notebook.cells = [cell for cell in notebook.cells if not is_guard(cell)]
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = _LINK.sub(r"\1.html", cell.source)
        for output in cell.get("outputs", []):
            if output.get("data", {}).pop(_WIDGET, None) and "text/html" not in output.data:
                output.data = {"text/plain": _INTERACTIVE}
    return notebook


def _page(notebook: NotebookNode, title: str) -> str:
    notebook.metadata.title = title
    exporter = HTMLExporter(template_name="page", extra_template_basedirs=[str(_TEMPLATES)])
    exporter.exclude_anchor_links = True
    page: str
    page, _ = exporter.from_notebook_node(notebook)
    return with_scrolled_tables(page)


def _write_plain(path: Path, title: str, markdown: str) -> None:
    environment = Environment(loader=FileSystemLoader(_TEMPLATES / "page"), autoescape=False)
    body = MarkdownIt("commonmark").enable("table").render(_LINK.sub(r"\1.html", markdown))
    template = environment.get_template("plain.html.j2")
    page = template.render(title=title, body=with_scrolled_tables(body), style=STYLE)
    path.write_text(page, encoding="utf-8")
