"""The course as pages: run once, no answer in it, nothing fetched while reading."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ptbasics.authoring.build import build
from ptbasics.authoring.lesson import Refused
from ptbasics.authoring.pages import make_pages
from tests.authoring.course import DEMO, Course

PIECES = """**Predict.** Which shape does the sum have?

```predict
id: sum
right: (2, 2)
because: Each meets each.
wrong:
  (2,): A column is not flat.
```

```python
a, b = torch.ones(2, 1), torch.ones(2)
broadcasting(a, b)
```

```python tags=["guard"]
assert (a + b).shape == (2, 2)
```

```python
import ipywidgets

ipywidgets.IntSlider()
```"""
FETCHED = re.compile(
    r"""<(?:script|img|iframe|link)\b[^>]*?(?:src|href)=["'](?!data:)([^"']+)|url\(["']?(https?:[^)]*)"""
)


@pytest.fixture
def pages(course: Course, tmp_path: Path) -> dict[str, str]:
    course.change(
        course.lesson(DEMO),
        "import check\n",
        "import check, predict\nfrom ptbasics.viz.broadcasting import broadcasting\n",
    )
    course.put_before_marker(PIECES)
    build(course.root, [DEMO])
    index = make_pages(course.root, tmp_path / "pages", [DEMO])
    return {path.name: path.read_text() for path in index.parent.iterdir()}


def test_a_page_for_each_lesson_the_glossary_and_an_index(pages: dict[str, str]) -> None:
    assert set(pages) == {f"{DEMO}.html", "glossary.html", "index.html"}
    assert f'href="{DEMO}.html"' in pages["index.html"]
    assert f'href="{DEMO}.html"' in pages["glossary.html"]
    assert 'href="glossary.html"' in pages[f"{DEMO}.html"]
    page = pages[f"{DEMO}.html"]
    assert "TODO: put your code" in page
    assert "NotImplementedError" in page
    assert "keepdim" not in re.sub(r"<style.*?</style>", "", page, flags=re.DOTALL)
    assert "@title" not in page, "guards are left out"
    pictures = re.findall(r"<img[^>]*>", page)
    assert len(pictures) == 1
    assert 'alt="The shapes (2, 1) and (2,), lined up from the right' in pictures[0]
    assert "This part is interactive" in page
    assert "prefers-color-scheme: dark" in page


def test_nothing_is_fetched_while_reading(pages: dict[str, str]) -> None:
    assert FETCHED.search('<script src="https://cdn/require.js">')
    assert FETCHED.search('<link rel="stylesheet" href="https://cdn/a.css">')
    assert FETCHED.search("@import url(https://cdn/a.css)")
    for name, page in pages.items():
        assert [found.group() for found in FETCHED.finditer(page)] == [], name
        assert "<script" not in page, name


def test_a_cell_that_fails_is_named(course: Course, tmp_path: Path) -> None:
    course.put_before_marker("```python\ntorch.ones(2) + torch.ones(3)\n```")
    build(course.root, [DEMO])
    with pytest.raises(Refused, match=f"{DEMO}: a cell of the student's notebook fails"):
        make_pages(course.root, tmp_path / "pages", [DEMO])


def test_a_notebook_that_is_not_built(course: Course, tmp_path: Path) -> None:
    with pytest.raises(Refused, match=f"run `ptbasics build {DEMO}`"):
        make_pages(course.root, tmp_path / "pages", [DEMO])
