"""Feedback pages at the speed that a class needs: nbconvert's exporter, without its second reading.

`nbgrader_config.py` puts these in the place of nbconvert's own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from jinja2 import PackageLoader
from nbconvert.exporters import HTMLExporter
from nbconvert.filters import Highlight2HTML
from nbconvert.filters.widgetsdatatypefilter import WidgetsDataTypeFilter
from nbformat import NotebookNode
from traitlets import Bool

from ptbasics.registry import lessons
from ptbasics.webpage import with_scrolled_tables

#: A picture's tag, with what stands in quotes.
_IMAGE = re.compile(r"""<img\b(?:"[^"]*"|'[^']*'|[^>"'])*>""")
_ALT = re.compile(r"\salt\s*=")
_NO_WORDS = ' alt="No description has been provided for this image"'
_LESSON_TEMPLATE = "feedback.html.j2"
#: Longer cells are not kept for the next page.
MAX_KEPT = 20_000
_highlight = Highlight2HTML("python")


class PageExporter(HTMLExporter):
    """Writes a page as nbconvert does, and half the time of a page is saved.

    nbconvert parses each page that it has written, whole, to give pictures a text alternative that
    have none. Here their tags are found without that. A lesson's page has a template of our own;
    any other assignment has the one that is configured, which is nbgrader's.
    """

    optimistic_validation = Bool(True)  # once, not after each preprocessor

    def __init__(self, **kwargs: Any) -> None:
        ours = [PackageLoader(__package__)]
        super().__init__(extra_loaders=ours, **kwargs)  # type: ignore[no-untyped-call]

    def default_filters(self) -> Iterator[tuple[str, Callable[..., str]]]:
        """nbconvert's, and one for what is wider than a telephone."""
        yield from super().default_filters()  # type: ignore[no-untyped-call]
        yield "scrolled", with_scrolled_tables

    def from_notebook_node(  # type: ignore[override]
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """The page of a notebook."""
        if (resources or {}).get("nbgrader", {}).get("assignment") in lessons():
            self.template_file = _LESSON_TEMPLATE
        resources = self._init_resources(resources)  # type: ignore[no-untyped-call]
        kinds = WidgetsDataTypeFilter(self._nb_metadata, resources, parent=self)
        self.register_filter("filter_data_type", kinds)  # type: ignore[no-untyped-call]
        # the step behind HTMLExporter's own, which is the one that is replaced
        page, resources = super(HTMLExporter, self).from_notebook_node(nb, resources, **kw)
        return _IMAGE.sub(_with_words, page), resources


def _with_words(image: re.Match[str]) -> str:
    tag = image[0]
    return tag if _ALT.search(tag) else f"<img{_NO_WORDS}{tag.removeprefix('<img')}"


@lru_cache(maxsize=2048)  # most cells are the same for all students
def _highlighted(source: str, language: str | None) -> str:
    html: str = _highlight(source, language)
    return html


def highlight_code(
    source: str, language: str | None = None, metadata: dict[str, Any] | None = None
) -> str:
    """The HTML of a code cell."""
    if "magics_language" in (metadata or {}) or len(source) > MAX_KEPT:
        html: str = _highlight(source, language, metadata)
        return html
    return _highlighted(source, language)
