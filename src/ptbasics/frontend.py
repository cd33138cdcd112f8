"""What people look at, a notebook or a terminal, and how it tells them of an error."""

from __future__ import annotations

import sys


def in_notebook() -> bool:
    """Whether this runs in a Jupyter kernel, which shows HTML and replaces outputs in place."""
    if "IPython" not in sys.modules:
        return False
    from IPython import get_ipython

    return hasattr(get_ipython(), "kernel")


def sentence(error: Exception) -> str:
    """What an expected error says to people, with the file and the way out where it is of one."""
    if isinstance(error, OSError) and error.filename:
        return (
            f"{error.filename}: {error.strerror}. See whose it is and whether there is room, "
            "or choose another folder"
        )
    return str(error)
