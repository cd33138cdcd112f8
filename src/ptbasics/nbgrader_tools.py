"""What building and grading share of nbgrader: its configuration file, and what it logs."""

from __future__ import annotations

import logging
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

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one message."""
        self._texts.append(record.getMessage())

    def taken(self) -> str:
        """What came since the last time: the last line of the first traceback, or all."""
        texts, self._texts = self._texts, []
        traces = [text for text in texts if text.startswith("Traceback")]
        return (traces or texts or ["for no known reason"])[0].strip().splitlines()[-1]

    def first(self) -> str:
        """What it complained about first, on one line; "" where it logged nothing."""
        return " ".join("".join(self._texts[:1]).split())
