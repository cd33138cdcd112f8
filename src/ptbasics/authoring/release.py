"""From the instructor's notebook to the student's, through nbgrader's own generate_assignment."""

from __future__ import annotations

import logging
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from nbformat import NotebookNode
from nbgrader.converters import GenerateAssignment
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from ptbasics.authoring.lesson import Refused
from ptbasics.authoring.notebook import dump

CONFIG = "nbgrader_config.py"


def release(root: Path, lesson: str, source: NotebookNode) -> NotebookNode:
    """The student's version of a notebook, made under the course's nbgrader configuration.

    It is made in a temporary folder and without a gradebook (nbgrader's `--no-db`), so building
    never touches grades.

    Raises:
        Refused: nbgrader does not accept the notebook.
    """
    with TemporaryDirectory() as folder:
        place = Path(folder)
        written = place / "source" / lesson / f"{lesson}.ipynb"
        written.parent.mkdir(parents=True)
        written.write_bytes(dump(source))
        config = _config(root)
        config.CourseDirectory.update(
            root=folder,
            source_directory="source",
            release_directory="release",
            assignment_id=lesson,
            notebook_id="*",
        )
        config.GenerateAssignment.no_database = True
        config.SaveCells.enabled = False
        _generate(config, lesson)
        made = place / "release" / lesson / f"{lesson}.ipynb"
        notebook: NotebookNode = nbformat.read(made, as_version=nbformat.NO_CONVERT)
    return notebook


def _config(root: Path) -> Config:
    if not (root / CONFIG).is_file():
        raise Refused([f"{root / CONFIG} is missing: it tells nbgrader how to release notebooks"])
    return PyFileConfigLoader(CONFIG, path=str(root)).load_config()


def _generate(config: Config, lesson: str) -> None:
    log = logging.Logger("nbgrader")
    said = _Messages(logging.ERROR)
    log.addHandler(said)
    directory = CourseDirectory(config=config, log=log)
    try:
        GenerateAssignment(coursedir=directory, config=config, log=log).start()
    except (NbGraderException, SystemExit) as error:
        reason = " ".join([*said.messages, str(error)][0].split())
        raise Refused([f"{lesson}: nbgrader cannot release this notebook: {reason}"]) from error


class _Messages(logging.Handler):
    """Keeps what nbgrader logs, since its exceptions only point to the log."""

    def __init__(self, level: int) -> None:
        super().__init__(level)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())
