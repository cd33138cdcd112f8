"""What students wrote is shown, and none of it is run."""

from __future__ import annotations

import time

import pytest
from nbconvert.exporters import HTMLExporter
from nbformat.v4 import new_markdown_cell, new_notebook
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from ptbasics.grading.bridge.safe_html import MAX_TAGS, clean_html
from ptbasics.judging.display import verdict_html
from ptbasics.judging.verdict import CaseResult, Verdict
from tests.grading.handed_in import ROOT

TABLE = '<table border="1" class="dataframe"><tbody><tr><td rowspan="2">1</td></tr></tbody></table>'
PICTURE = '<img src="data:image/png;base64,eA==" width="40">'
VERDICT = Verdict("operations.softmax", "failed", 0, 3, (CaseResult("a", False, "b", got="1"),))


@pytest.fixture(scope="module")
def config() -> Config:
    return PyFileConfigLoader("nbgrader_config.py", path=str(ROOT)).load_config()


def page(config: Config, *cells: object) -> str:
    """The page as nbgrader's feedback and its formgrader have it made."""
    exporter = HTMLExporter(config=config, template_name="classic")
    made: str = exporter.from_notebook_node(new_notebook(cells=list(cells)))[0]
    return made


@pytest.mark.parametrize("html", [TABLE, PICTURE, verdict_html(VERDICT)])
def test_tables_pictures_and_our_verdicts_stay(html: str) -> None:
    assert clean_html(html) == html.replace(":.", ":0.").replace(" .", " 0.")


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<a href='javascript:alert(1)'>x</a>",
        "<a href=' data:text/html,alert(1)'>x</a>",
        "<iframe src='data:text/html,alert(1)'></iframe>",
        "<svg onload=alert(1)><script>alert(1)</script></svg>",
        "<math><mtext><style><img src=x onerror=alert(1)></style></mtext></math>",
        "<form action='https://example.org/alert'><input></form>",
        "<meta http-equiv=refresh content='0;url=https://example.org/alert'>",
        "<style>body {display: none} /* alert */</style>",
    ],
)
def test_nothing_acts(html: str) -> None:
    assert "alert" not in clean_html(html)


def test_no_answer_can_lie_over_the_page() -> None:
    assert clean_html('<b style="position:fixed;color:red">x</b>') == '<b style="color:red">x</b>'


def test_html_of_too_many_tags_is_shown_as_text() -> None:
    started = time.monotonic()
    assert clean_html("<div>" * 100_000).startswith("<pre>&lt;div&gt;")
    clean_html("".join(f"<b class={number}>" for number in range(MAX_TAGS)))
    assert time.monotonic() - started < 10


def test_markdown_of_a_page(config: Config) -> None:
    source = (
        "# Title\n\n<script>alert(1)</script>\n\n$a<b$ [x](javascript:alert(1))\n\n"
        "|a|\n|-|\n|1|\n\n```python\nx = 1\n```\n![p](attachment:p.png)"
    )
    picture = {"p.png": {"image/png": "eA=="}}
    made = page(config, new_markdown_cell(source, attachments=picture))
    assert "alert(" not in made
    for part in (
        "<h1",
        "$a&lt;b$",
        "<td>1</td>",
        'class="highlight"',
        "data:image/png;base64,eA==",
    ):
        assert part in made


def test_a_picture_that_got_lost_costs_no_page(config: Config) -> None:
    assert "attachment:lost.png" in page(config, new_markdown_cell("![p](attachment:lost.png)"))
