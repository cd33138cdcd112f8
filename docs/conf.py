"""How Sphinx makes the site; `docs/build.py` starts it on a copy of this folder."""

from __future__ import annotations

from importlib import metadata

from sphinx.application import Sphinx

project = "ptbasics"
release = metadata.version("ptbasics")
copyright = "the authors of ptbasics, MIT license"
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]

source_suffix = {".md": "markdown"}
exclude_patterns = ["files"]  # what links lead to that is no page
html_extra_path = ["extra"]  # the lessons to read, where they are made
myst_heading_anchors = 4
myst_url_schemes = {"http": None, "https": None, "lesson": "lessons/{{path}}.html"}

default_role = "code"  # docstrings have `names` in single backticks
autodoc_member_order = "bysource"
autodoc_type_aliases = {"Implementation": "Implementation"}
autodoc_typehints_format = "short"
python_maximum_signature_line_length = 88
python_use_unqualified_type_names = True
napoleon_numpy_docstring = False
# names of other projects, whose sites are not asked, and of our own that nobody imports
nitpick_ignore_regex = [
    ("py:.*", r"(?!ptbasics\.).*"),
    ("py:class", r"ptbasics\.(checking|comparing|helping|judging)\..*"),
    ("py:class", r"ptbasics\..*\.(_Marked|DescribesIsolation|Graded)"),
]

html_theme = "furo"
html_title = "ptbasics"
html_copy_source = False
html_show_sourcelink = False


def setup(app: Sphinx) -> None:
    """Write the default of a dataclass's field that a factory makes as Sphinx can read it."""
    app.connect(
        "autodoc-process-signature",
        lambda *about: (about[5] and about[5].replace("<factory>", "..."), about[6]),
    )
