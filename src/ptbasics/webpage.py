"""What the pages that we write share: one look in light and dark, and boxes for what is wide."""

from __future__ import annotations

import re
from pathlib import Path

#: The style sheet of a page that needs no other file.
STYLE = Path(__file__).with_name("webpage.css").read_text(encoding="utf-8")
_TABLE = re.compile(r"<table\b.*?</table>", re.DOTALL)


def with_scrolled_tables(html: str) -> str:
    """The HTML with each table in a box of its own, which scrolls where the page is narrower."""
    return _TABLE.sub(lambda table: f'<div class="scroll" tabindex="0">{table[0]}</div>', html)
