"""What building and grading share of nbgrader: its configuration file, and what it logs."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

CONFIG = "nbgrader_config.py"


def read_config(root: Path) -> Config:
    """The configuration of the course in a folder.

    Raises:
        ConfigFileNotFound: it has none. It is a program, which may raise anything else.
    """
    return PyFileConfigLoader(CONFIG, path=str(root)).load_config()


class Messages(logging.Handler):
    """Keeps the errors that nbgrader logs, since its exceptions only point to the log.

    Attributes:
        log: the logger that nbgrader is to be given.
    """

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.log = logging.Logger("nbgrader")
        self.log.addHandler(self)
        self._texts: list[str] = []
        self._errors: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one message."""
        text = record.getMessage()
        error = sys.exc_info()[1]
        if error is not None and text.startswith("Traceback"):
            # the first line says it; SQLAlchemy's others give the statement, and where to read on
            said = str(error).strip().partition("\n")[0]
            text = f"{type(error).__name__}: {said}"
            self._errors.append(text)
        self._texts.append(text)

    def taken(self) -> str:
        """What came since the last time: the first error raised, or what was said first."""
        found = (self._errors or self._texts or ["for no known reason"])[0]
        self._texts, self._errors = [], []
        return found.strip().splitlines()[-1]

    def first(self) -> str:
        """What it complained about first, on one line; "" where it logged nothing."""
        return " ".join("".join(self._texts[:1]).split())
