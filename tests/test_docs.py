"""The documentation: the site is whole, and every command in a document is one that exists."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
import typer
from bs4 import BeautifulSoup

from ptbasics.authoring.bundle_texts import texts
from ptbasics.cli import app
from ptbasics.registry import lessons

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = [
    "README.md",
    "CONTRIBUTING.md",
    *(f"docs/{page.name}" for page in ROOT.glob("docs/*.md")),
]
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.DOTALL | re.MULTILINE)
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
COMMAND: Any = typer.main.get_command(app)
#: Of click, or of the click that Typer brings along.
UsageError: Any = typer.BadParameter.__base__
#: Those that only read, and are quick.
CHEAP = ("ptbasics doctor", "ptbasics exercises", "ptbasics --version")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, with the page of a lesson to read, as `ptbasics pages` would have made it."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "pages").mkdir()
    (folder / "pages" / "01_tensors.html").write_text("<title>Tensors</title>")
    build = [sys.executable, "docs/build.py", str(folder / "docs")]
    done = subprocess.run(build, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr
    return folder / "docs"


def pages(site: Path) -> dict[Path, BeautifulSoup]:
    return {
        page: BeautifulSoup(page.read_text("utf-8"), "html.parser") for page in site.rglob("*.html")
    }


@pytest.mark.slow
def test_every_link_of_the_site_leads_to_something(site: Path) -> None:
    parsed = pages(site)
    broken, followed = [], 0
    for page, soup in parsed.items():
        for link in soup.find_all(href=True):
            url = urlsplit(link["href"])
            if url.scheme or url.netloc:
                continue
            followed += 1
            target = (page.parent / unquote(url.path)).resolve() if url.path else page
            if not target.is_file():
                broken.append(f"{page.name}: {link['href']}")
            elif url.fragment and target in parsed:
                anchor = unquote(url.fragment)
                if not parsed[target].find(attrs={"id": anchor}):
                    broken.append(f"{page.name}: {link['href']}")
    assert not broken
    assert followed > 500


@pytest.mark.slow
def test_the_site_asks_the_network_for_nothing(site: Path) -> None:
    for page, soup in pages(site).items():
        asked = [
            address
            for element in soup.find_all(["link", "script", "img", "iframe", "source"])
            for address in (element.get("src"), element.get("href"))
            if address
            and (urlsplit(address).netloc or urlsplit(address).scheme not in ("", "data"))
        ]
        assert not asked, page
    for sheet in site.rglob("*.css"):
        assert not re.search(r"(?:url\(|@import)\s*[\"']?(?:https?:)?//", sheet.read_text()), sheet


@pytest.mark.slow
def test_a_lesson_is_read_where_its_page_is_made_and_its_source_is_given_elsewhere(
    site: Path,
) -> None:
    listed = BeautifulSoup((site / "lessons.html").read_text("utf-8"), "html.parser").article
    targets = [link["href"] for link in listed.table.find_all("a")]
    assert targets[0] == "lessons/01_tensors.html"
    assert [Path(target).name for target in targets[1:]] == [f"{name}.md" for name in lessons()[1:]]


@pytest.mark.slow
def test_the_site_has_every_option_of_every_command(site: Path) -> None:
    page = BeautifulSoup((site / "commands.html").read_text("utf-8"), "html.parser").article
    told = {code.text for code in page.find_all("code")}
    for path, command in commands():
        heading = page.find(id="-".join(["ptbasics", *path]))
        assert heading, path
        options = {name for option in command.params for name in option.opts if name[:2] == "--"}
        assert all(any(option in words for words in told) for option in options), path


@pytest.mark.slow
def test_every_document_is_in_the_table_of_contents(site: Path) -> None:
    contents = BeautifulSoup((site / "index.html").read_text("utf-8"), "html.parser").aside
    listed = {link["href"] for link in contents.find_all("a", class_="reference internal")}
    assert listed >= {f"{Path(document).stem}.html" for document in DOCUMENTS} - {
        "README.html",
        "CONTRIBUTING.html",
        "index.html",
    }


def commands(
    group: Any = COMMAND, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, command in group.commands.items():
        yield (*path, name), command
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))


def bundle_readme() -> str:
    return texts(ROOT, "ptbasics.whl", lessons())["README.md"]


def lines_of(document: str) -> list[str]:
    """The lines of a document's console blocks that a reader types, without comments."""
    text = bundle_readme() if document == "the bundle's README" else (ROOT / document).read_text()
    joined = "".join(BLOCK.findall(text)).replace("\\\n", " ")
    return [
        line[2:].partition("  #")[0].strip() for line in joined.splitlines() if line[:2] == "$ "
    ]


def complaint(line: str) -> str:
    """What is wrong with a line, if it is one of `ptbasics` or `make`; "" where nothing is."""
    program, *words = shlex.split(line, comments=True)
    if program == "make":
        return ", ".join(sorted({word for word in words if "=" not in word} - TARGETS))
    if program != "ptbasics":
        return ""
    group, name = COMMAND, ""
    while hasattr(group, "commands") and words and not words[0].startswith("-"):
        name, *words = words
        if name not in group.commands:
            return f"no command {name}"
        group = group.commands[name]
    if group is COMMAND:  # its options, such as --version, would act while they are parsed
        known = {option for parameter in group.params for option in parameter.opts}
        return ", ".join(sorted(set(words) - known - {"--help"}))
    try:
        group.make_context(name, words)
    except UsageError as error:
        return error.format_message()
    return ""


@pytest.mark.parametrize("document", [*DOCUMENTS, "the bundle's README"])
def test_every_command_in_a_document_exists(document: str) -> None:
    wrong = {line: said for line in lines_of(document) if (said := complaint(line))}
    assert not wrong


@pytest.mark.parametrize(
    "line",
    [
        "ptbasics grad 02_operations",
        "ptbasics grade --worker 3",
        "ptbasics grade --workers many",
        "ptbasics grade --require-isolation most",
        "ptbasics check",
        "ptbasics --versoin",
        "make tests",
    ],
)
def test_a_command_that_does_not_exist_is_noticed(line: str) -> None:
    assert complaint(line)


def test_the_documents_have_commands() -> None:
    for document in ("README.md", "docs/student-guide.md", "docs/instructor-guide.md"):
        assert sum(line.startswith("ptbasics ") for line in lines_of(document)) >= 3
    assert any(line.startswith("ptbasics verify") for line in lines_of("the bundle's README"))


@pytest.mark.parametrize(
    "line",
    sorted(
        {line for document in DOCUMENTS for line in lines_of(document) if line.startswith(CHEAP)}
    ),
)
def test_cheap_commands_of_the_documents_work(line: str) -> None:
    words = [sys.executable, "-m", *shlex.split(line)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout
