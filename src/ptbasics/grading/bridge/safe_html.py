"""What students wrote, as HTML without scripts: filters for nbconvert.

Whoever opens a feedback page, or the formgrader in a Jupyter of their own, runs what is in it.
`nbgrader_config.py` puts these in the place of nbconvert's filters of the same names, which keep
neither pictures nor the look of tables, and do not touch Markdown.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape

import nh3
from jinja2 import pass_context
from jinja2.runtime import Context
from nbconvert.filters.markdown_mistune import (
    InvalidNotebook,
    IPythonRenderer,
    MarkdownWithMath,
)

from ptbasics.grading.bridge.pages import MAX_KEPT

#: Cleaning takes time that grows with the square of this; a page has many outputs.
MAX_TAGS = 5_000

_STYLES = {
    *("background", "background-color", "border-collapse", "border-radius", "border-spacing"),
    *(f"border{side}" for side in ("", "-top", "-right", "-bottom", "-left")),
    *("color", "display", "flex", "font", "font-family", "font-size", "font-style", "font-weight"),
    *("gap", "height", "line-height", "margin", "max-height", "max-width", "min-width", "opacity"),
    *("overflow", "overflow-x", "padding", "text-align", "text-decoration", "vertical-align"),
    *("white-space", "width"),
}
_HIDDEN_URL = re.compile(r"[\x00-\x20]*data:", re.IGNORECASE)


def _attribute(tag: str, name: str, value: str) -> str | None:
    """Pictures may be part of the page, and nothing else may."""
    picture = tag == "img" and value.startswith("data:image/")
    return None if _HIDDEN_URL.match(value) and name in ("href", "src") and not picture else value


_CLEANER = nh3.Cleaner(
    attributes={
        **nh3.ALLOWED_ATTRIBUTES,
        "*": {"aria-hidden", "aria-label", "class", "id", "role", "style", "title"},
        "table": {"align", "border"},
    },
    attribute_filter=_attribute,
    filter_style_properties=_STYLES,
    url_schemes={"http", "https", "mailto", "data"},
)


def clean_html(html: str) -> str:
    """The HTML without scripts, style sheets, forms and frames; text where it has too many tags."""
    if html.count("<") > MAX_TAGS:
        return _as_text(html)
    return _CLEANER.clean(html)


@pass_context
def markdown2html(context: Context, source: str) -> str:
    """The HTML of a Markdown cell or a comment; the source where it refers to a lost picture."""
    attachments = context.get("cell", {}).get("attachments", {})
    if attachments or len(source) > MAX_KEPT:
        return _rendered(source, attachments)
    return _kept(source)


@lru_cache(maxsize=2048)  # most cells are the same for all students
def _kept(source: str) -> str:
    return _rendered(source, {})


def _rendered(source: str, attachments: dict[str, dict[str, str]]) -> str:
    renderer = IPythonRenderer(escape=False, attachments=attachments)
    try:
        return clean_html(MarkdownWithMath(renderer=renderer).render(source))
    except InvalidNotebook:
        return _as_text(source)


def _as_text(source: str) -> str:
    return f"<pre>{escape(source)}</pre>"
